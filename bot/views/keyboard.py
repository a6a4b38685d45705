"""The keyboard: a few words that stand ready in the chat, for those who want them. A press is a command."""

from bot.texts import LANGUAGES, say
from bot.texts.voice import Voice
from bot.views.screen import Keyboard
from corps.people import Actor

_KEYS = {"menu.activities": "activities", "menu.mine": "mine", "keyboard.checkin": "checkin", "keyboard.more": "help"}
"""Label → the command that it stands for."""

_PRESSED = {str(say(language, key)): command for language in LANGUAGES for key, command in _KEYS.items()}


def pressed(text: str) -> str:
    """Return the command behind a key, in whichever language it was laid out; empty for other words."""
    return _PRESSED.get(text, "")


def keyboard(voice: Voice, actor: Actor) -> Keyboard | None:
    """Return the keyboard of somebody who wants one."""
    if not (actor.keyboard and actor.is_member):
        return None
    return Keyboard(voice("keyboard.here"), (tuple(str(voice(key)) for key in _KEYS),))


def no_keyboard(voice: Voice, actor: Actor) -> Keyboard | None:
    """Return that there is no keyboard any more, for somebody who had one."""
    return Keyboard(voice("keyboard.gone")) if actor.keyboard else None
