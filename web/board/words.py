"""The board's words for the state of an activity, and for documents."""

from bot.callbacks.certificates import CertificateTap
from bot.texts.voice import Voice
from corps.activities.stages import Stage
from corps.board.events import Event
from corps.records.documents import Issued, Paper
from web.board.tables import Cell, opening


def fill(event: Event) -> str:
    """Return the name of an activity's state: before it begins whether it is full, later its stage."""
    if event.stage is not Stage.AHEAD:
        return event.stage.value
    return "open" if event.open else "gap" if event.free else "full"


def standing(voice: Voice, event: Event) -> str:
    """Return how an activity stands, in words."""
    return str(voice(f"board.is_{fill(event)}", n=event.free))


def mark(voice: Voice, event: Event) -> str:
    """Return the same as a one-character mark for a narrow calendar."""
    return str(voice(f"board.mark_{fill(event)}", n=event.free))


def paper_name(voice: Voice, paper: Paper) -> str:
    """Return what a kind of document is called."""
    return str(voice(f"board.paper_{paper.name.lower()}"))


def paper_cell(voice: Voice, issued: Issued) -> Cell:
    """Return a document's name with its number, which opens its card if there is one."""
    name = paper_name(voice, issued.paper)
    said = str(voice("board.paper_numbered", paper=name, number=issued.number)) if issued.number else name
    if issued.certificate:
        return opening(said, CertificateTap(issued.certificate))
    return Cell(said, href=f"/a/{issued.activity}" if issued.activity else "")


def about_paper(voice: Voice, issued: Issued) -> str:
    """Return whom or what a document is of: a person, an activity, a span of days."""
    return " – ".join(map(voice.noted_day, issued.about.split(".."))) or "—"
