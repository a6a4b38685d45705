"""Which commands each role is offered: one table for a channel's command menu and for the buttons after a refusal.

And the keyboard: a few words that stand ready in the chat, for those who want them. A press is a command.
"""

from collections.abc import Collection

from bot.callbacks.common import AskWordsTap, CancelTap, MenuTap
from bot.texts import LANGUAGES, say
from bot.texts.voice import Voice
from bot.views.screen import Button, Keyboard, Row, Screen, rows_of
from corps.people import Actor

OFFICES = ("today",)
"""The first commands in the menu of leaders and coordinators."""

COORDINATORS = (
    *("new", "broadcast", "verify", "teams", "pairings", "numbers", "plan", "rotation"),
    *("notices", "export", "handin", "import", "audit"),
)
LEADERS = ("team", "new", "broadcast", "pairings", "export")
MEMBERS = ("activities", "mine", "quota", "calendar")
EVERYBODY = ("settings", "help")
TYPED = ("checkin", "cancel", "cert")
"""Commands that are in no menu: people type them."""

TAKE_WORDS = ("audit", "cert", "export", "rotation")
"""Commands that may be followed by words; whoever does not type commands is asked for them."""

IN_GROUPS = ("bind", "unbind", "help")


def commands(person: Actor | None, known: Collection[str]) -> list[str]:
    """Return the commands offered to a person (None: to everybody), of those that are `known`."""
    names: tuple[str, ...] = (*MEMBERS, *EVERYBODY, *TYPED)
    if person is not None and person.is_leader:
        names = (*LEADERS, *names)
    if person is not None and person.is_coordinator:
        names = (*COORDINATORS, *names)
    if person is not None and (person.is_leader or person.is_coordinator):
        names = (*OFFICES, *names)
    return [name for name in dict.fromkeys(names) if name in known]


def menu(voice: Voice, actor: Actor) -> tuple[Row, ...]:
    """Return the main menu's buttons by role. Two in a row: with three, labels are cut off on a phone."""
    if not actor.is_member:
        return (_buttons(voice, ("help",)),)
    rows: list[Row] = [*rows_of([*_buttons(voice, MEMBERS)], 2)]
    if actor.is_leader or actor.is_coordinator:
        rows.insert(0, _buttons(voice, OFFICES))
    if actor.is_coordinator:
        rows += rows_of([*_buttons(voice, COORDINATORS)], 2)
    if actor.is_leader:
        shown = COORDINATORS if actor.is_coordinator else ()
        rows += rows_of([*_buttons(voice, [name for name in LEADERS if name not in shown])], 2)
    return (*rows, _buttons(voice, EVERYBODY))


def words_row(voice: Voice, command: str) -> Row:
    """Return the button that asks for the words which a command takes."""
    return (Button(voice(f"words.button_{command}"), AskWordsTap(command)),)


def words_question(voice: Voice, command: str) -> Screen:
    """Ask for the words which a command takes."""
    return Screen(voice(f"words.ask_{command}"), ((Button(voice("button.cancel"), CancelTap()),),))


def _buttons(voice: Voice, names: Collection[str]) -> Row:
    return tuple(Button(voice(f"menu.{name}"), MenuTap(name)) for name in names)


KEYS = {"menu.activities": "activities", "menu.mine": "mine", "keyboard.checkin": "checkin", "keyboard.more": "help"}
"""Label → the command that it stands for."""

_PRESSED = {str(say(language, key)): command for language in LANGUAGES for key, command in KEYS.items()}


def pressed(text: str) -> str:
    """Return the command behind a key, in whichever language it was laid out; empty for other words."""
    return _PRESSED.get(text, "")


def keyboard(voice: Voice, actor: Actor) -> Keyboard | None:
    """Return the keyboard of somebody who wants one."""
    if not (actor.keyboard and actor.is_member):
        return None
    return Keyboard(voice("keyboard.here"), (tuple(str(voice(key)) for key in KEYS),))


def no_keyboard(voice: Voice, actor: Actor) -> Keyboard | None:
    """Return that there is no keyboard any more, for somebody who had one."""
    return Keyboard(voice("keyboard.gone")) if actor.keyboard else None
