"""The conversation of /settings: every choice returns the settings as they are now; one question, the right name."""

from dataclasses import dataclass

from sqlmodel import Session

from corps import conversations
from corps.membership import erasure, leaving, preferences
from corps.membership.preferences import Language, Pause, Preferences
from corps.moment import Moment
from corps.people import Actor, recognise
from corps.refusals import Reason, Refused

KIND = "rename"
NAME = "name"


@dataclass(frozen=True)
class Named:
    """Where a correction of the name stands: asked for (`unclear`: what was typed is no name), or made (`chosen`)."""

    actor: Actor
    chosen: Preferences | None = None
    unclear: bool = False


def begin(session: Session, actor: Actor, at: Moment) -> Preferences | None:
    """/settings: return the person's choices; None for a stranger, of whom nothing is held."""
    return preferences.read(session, actor, at) if actor.member_id is not None else None


def look(session: Session, actor: Actor, at: Moment, *, members_only: bool) -> Preferences:
    """Return the choices, and leave the question for the name if it was open."""
    if members_only and not actor.is_member:
        raise Refused(Reason.NOT_MEMBER)
    conversations.drop(session, actor.address, KIND)
    return preferences.read(session, actor, at)


def set_language(session: Session, actor: Actor, at: Moment, language: Language) -> tuple[Actor, Preferences]:
    """Speak that language from now on. Returns the person as known now."""
    preferences.set_language(session, actor, at, language)
    return recognise(session, at, actor.address), preferences.read(session, actor, at)


def set_keyboard(session: Session, actor: Actor, at: Moment, *, on: bool) -> tuple[Actor, Preferences]:
    """Have the keyboard, or not. Returns the person as known now."""
    preferences.set_keyboard(session, actor, at, on=on)
    return recognise(session, at, actor.address), preferences.read(session, actor, at)


def set_reminders(session: Session, actor: Actor, at: Moment, *, on: bool) -> Preferences:
    """Reminders on or off."""
    preferences.set_reminders(session, actor, at, on=on)
    return preferences.read(session, actor, at)


def set_lead(session: Session, actor: Actor, at: Moment, minutes: int, *, on: bool) -> Preferences:
    """Want or not want one of the reminders."""
    preferences.set_lead(session, actor, at, minutes, on=on)
    return preferences.read(session, actor, at)


def set_pause(session: Session, actor: Actor, at: Moment, pause: Pause) -> Preferences:
    """Pause, or no longer."""
    preferences.set_pause(session, actor, at, pause)
    return preferences.read(session, actor, at)


def ask_name(session: Session, actor: Actor, at: Moment, key: str) -> Named:
    """Ask for the right name."""
    conversations.put(session, at, actor.address, KIND, NAME, {}, key)
    return Named(actor)


def ask_name_again(_session: Session, actor: Actor, _at: Moment) -> Named:
    """Return the question again."""
    return Named(actor)


def take_name(session: Session, actor: Actor, at: Moment, typed: str) -> Named:
    """Take the right name; what cannot be one leaves the question open."""
    try:
        preferences.rename(session, actor, at, typed)
    except Refused as no:
        if no.reason is not Reason.NOT_A_NAME:
            raise
        return Named(actor, unclear=True)
    conversations.drop(session, actor.address, KIND)
    return Named(recognise(session, at, actor.address), preferences.read(session, actor, at))


def leave(session: Session, actor: Actor, at: Moment) -> tuple[Actor, int]:
    """Leave the corps. Returns the person as known now, and how many future sign-ups ended."""
    released = leaving.leave(session, actor, at)
    return recognise(session, at, actor.address), released


def erase(session: Session, actor: Actor, at: Moment) -> Actor:
    """Erase what is held. Returns the person as known now: a stranger."""
    erasure.erase(session, actor, at)
    return recognise(session, at, actor.address)
