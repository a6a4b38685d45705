"""How a person wants to be spoken to: language, reminders, pause, name."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from corps import audit
from corps.membership.joining import is_name
from corps.moment import Moment
from corps.parsing.normalise import plain
from corps.people import Actor, lock_member, refuses_lead
from corps.refusals import Reason, Refused
from corps.sql import first_time
from models import Member


class Language(StrEnum):
    """The languages of the texts."""

    ZH = "zh"
    EN = "en"


class Pause(StrEnum):
    """How long a pause lasts. `OVER` ends it."""

    WEEK = "week"
    MONTH = "month"
    OPEN = "open"
    OVER = "over"


UNTIL_FURTHER_NOTICE = dt.datetime(2999, 12, 31, tzinfo=dt.UTC)
"""Stored for a pause without an end."""

_SPANS = {Pause.WEEK: dt.timedelta(days=7), Pause.MONTH: dt.timedelta(days=30)}


@dataclass(frozen=True)
class LeadChoice:
    """A reminder the corps sends so many minutes before an activity, and whether the person wants it."""

    minutes: int
    on: bool


@dataclass(frozen=True)
class Preferences:
    """A person's choices. `paused_until` is None when there is no pause now; `pages`, `mail`: there are such."""

    reminders: bool
    leads: tuple[LeadChoice, ...]
    paused_until: dt.datetime | None
    paused_open: bool
    pages: bool = False
    mail: bool = False


def read(session: Session, actor: Actor, at: Moment) -> Preferences:
    """Return the person's choices. Raises Refused for a stranger."""
    member = lock_member(session, actor.id)
    until = member.paused_until if member.paused_until and member.paused_until > at.now else None
    leads = tuple(LeadChoice(minutes, not refuses_lead(member, minutes)) for minutes in _minutes(at))
    doors = (bool(at.policy.web_url), at.policy.mail)
    return Preferences(member.reminders, leads, until, until == UNTIL_FURTHER_NOTICE, *doors)


def _minutes(at: Moment) -> list[int]:
    """Return the corps' reminder leads in minutes, the earliest reminder first."""
    return [int(lead.total_seconds() // 60) for lead in sorted(at.policy.leads, reverse=True)]


def keep_refusals(session: Session, at: Moment) -> None:
    """Once on each database: what was stored as the leads a person wants becomes those that the person refused.

    Where a stored lead is not the corps' any more, the leads have changed since: what was refused then is not known,
    and is none of today's.
    """
    if not first_time(session, at, "leads:refused"):
        return
    offered = set(_minutes(at))
    for member in session.exec(select(Member).where(col(Member.lead_minutes).is_not(None))).all():
        wanted = member.lead_minutes
        if wanted is not None:
            refused = offered - set(wanted) if offered >= set(wanted) else set[int]()
            member.reminders = member.reminders and bool(wanted)
            member.lead_minutes = sorted(refused, reverse=True) if refused and wanted else None
            session.add(member)
    session.flush()


def set_language(session: Session, actor: Actor, at: Moment, language: Language) -> None:
    """Use that language with the person from now on."""
    member = lock_member(session, actor.id)
    _note(session, at, actor, "language", member.language, language.value)
    member.language = language.value
    session.add(member)
    session.flush()


def set_reminders(session: Session, actor: Actor, at: Moment, *, on: bool) -> None:
    """Remind the person of what they have signed up for, or not.

    Whoever has refused all that the corps sends by now and wants reminders, wants these.
    """
    member, offered = _member(session, actor), set(_minutes(at))
    refused = set(member.lead_minutes or [])
    _note(session, at, actor, "reminders", member.reminders, on)
    if on and refused.issuperset(offered):
        member.lead_minutes = sorted(refused - offered, reverse=True) or None
    member.reminders = on
    session.add(member)


def set_lead(session: Session, actor: Actor, at: Moment, minutes: int, *, on: bool) -> None:
    """Want or not want one of the corps' reminders. Raises Refused for a lead the corps does not have.

    What is kept is what was refused: other leads, whenever the corps gets them, are wanted. Whoever refuses the last
    one has switched reminders off; wanting one of them again switches on that one alone. A refusal of what the corps
    does not send now is kept for when it does.
    """
    member = _member(session, actor)
    offered = _minutes(at)
    if minutes not in offered:
        raise Refused(Reason.LEAD_GONE)
    before = member.lead_minutes or []
    refused = {*before, *offered} if on and not member.reminders else set(before)
    refused = refused - {minutes} if on else refused | {minutes}
    any_left = not refused.issuperset(offered)
    kept = sorted(refused if any_left else refused.difference(offered), reverse=True)
    reminded = any_left and (on or member.reminders)
    _note(session, at, actor, "refused_leads", before, kept)
    _note(session, at, actor, "reminders", member.reminders, reminded)
    member.lead_minutes, member.reminders = kept or None, reminded
    session.add(member)


def set_keyboard(session: Session, actor: Actor, at: Moment, *, on: bool) -> None:
    """Have a row of words to press in the chat, or not."""
    member = _member(session, actor)
    _note(session, at, actor, "keyboard", member.keyboard, on)
    member.keyboard = on
    session.add(member)
    session.flush()


def set_pause(session: Session, actor: Actor, at: Moment, pause: Pause) -> None:
    """Pause what is optional (cards, reminders, digests) for a while, or end the pause."""
    member = _member(session, actor)
    span = _SPANS.get(pause)
    until = at.now + span if span else UNTIL_FURTHER_NOTICE if pause is Pause.OPEN else None
    _note(
        session, at, actor, "paused_until", *(moment and moment.isoformat() for moment in (member.paused_until, until))
    )
    member.paused_until = until
    session.add(member)


def rename(session: Session, actor: Actor, at: Moment, typed: str) -> str:
    """Correct one's own name. Returns it as stored; raises Refused for what cannot be a name.

    The audit keeps both names, so that nobody can quietly become somebody else; erasing takes them out.
    """
    name = plain(typed)
    if not is_name(name):
        raise Refused(Reason.NOT_A_NAME)
    member = _member(session, actor)
    if name == member.name:
        return name
    audit.record(session, at, actor.id, "member.rename", f"member:{actor.id}", {"name": member.name}, {"name": name})
    member.name = name
    session.add(member)
    return name


def _member(session: Session, actor: Actor) -> Member:
    if not actor.is_member:
        raise Refused(Reason.NOT_MEMBER)
    return lock_member(session, actor.id)


def _note(session: Session, at: Moment, actor: Actor, what: str, before: object, after: object) -> None:
    if before != after:
        audit.record(session, at, actor.id, "member.settings", f"member:{actor.id}", {what: before}, {what: after})
