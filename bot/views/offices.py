"""Who hears of something, by name: what people read about a message that goes to an office."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.texts.voice import Voice
from corps.people import Office

NAMES_SHOWN = 6
"""How many names a sentence holds; the others are a number."""


def named(voice: Voice, names: Sequence[str]) -> Markup:
    """Return names in one phrase."""
    shown = voice("list.comma").join(names[:NAMES_SHOWN])
    return Markup.escape(shown) if len(names) <= NAMES_SHOWN else voice("told.more", names=shown, n=len(names))


def told(voice: Voice, office: Office) -> Markup:
    """Return who is told; the truth when nobody can be reached; nothing when there is nobody but the reader."""
    if not office.people:
        return Markup("")
    who = "coordinators" if office.stands_in else "leaders"
    return voice(f"told.{who}" if office.hears else "told.nobody", names=named(voice, office.names))


def told_person(voice: Voice, office: Office) -> Markup:
    """Return that one person is told, or can't be at present; nothing when it is their own doing."""
    if not office.people:
        return Markup("")
    key = "told.leaders" if office.hears else "told.person_later"
    return voice(key, names=named(voice, [member.name for member in office.people]))


def asked(voice: Voice, office: Office, keys: tuple[str, str, str], **more: str) -> Markup:
    """Return who is asked to be the second person: the key to say so, that none can be reached, that there is none."""
    heard, unheard, alone = keys
    key = heard if office.hears else unheard if office.people else alone
    return voice(key, names=named(voice, office.names), **more)
