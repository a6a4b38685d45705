"""How the board says what the corps knows of an activity."""

from bot.texts.voice import Voice
from corps.activities.stages import Stage
from corps.board.events import Event


def fill(event: Event) -> str:
    """Return the name of how an activity stands: of one ahead whether it is full, else how far it has come."""
    if event.stage is not Stage.AHEAD:
        return event.stage.value
    return "open" if event.open else "gap" if event.free else "full"


def standing(voice: Voice, event: Event) -> str:
    """Return how an activity stands, in words."""
    return str(voice(f"board.is_{fill(event)}", n=event.free))


def mark(voice: Voice, event: Event) -> str:
    """Return the same as a mark for a narrow calendar."""
    return str(voice(f"board.mark_{fill(event)}", n=event.free))
