"""Whether what must happen regularly does: heartbeats, and the word to the coordinators when one stops.

A slow queue or a failing job is told once when it is found and once when it is over, not at every look.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from corps import audit, notices
from corps.member_addresses import home_channel
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import URGENT, Kind
from corps.people import coordinators
from corps.sql import insert_once
from models import Notice, Pulse
from models.enums import NoticeState


class Watched(StrEnum):
    """What is watched besides the jobs of the timetable."""

    OUTBOX = "outbox"
    BACKUP = "backup"
    DOOR = "door"
    MAIL = "mail"
    TELEGRAM = "telegram"


CHANNELS = frozenset({Watched.MAIL.value, Watched.TELEGRAM.value})
"""Those that are channels, by their names: while one is down the word of it goes by another."""

SILENT = 90.0
"""Seconds without an answer after which Telegram counts as away; a poll lasts up to 50."""

ONLY_WHILE_BAD = frozenset({Watched.DOOR.value, *CHANNELS})
"""What has no regular beat: it is told only while it is bad. It was well until the first beat with an error."""


def _for_coordinators(question: Question) -> Parts | None:
    return () if question.actor.is_coordinator else None


declare(Kind.ALARM, _for_coordinators, priority=1, keeps=DAY)
declare(Kind.ALARM_OVER, _for_coordinators, priority=1, keeps=DAY)


@dataclass(frozen=True)
class Beat:
    """How a job's last run ended; an empty `error` means well."""

    name: str
    error: str = ""


@dataclass(frozen=True)
class Late:
    """What does not happen as it should, since when, and the last error if there is one.

    `channel` is what does not deliver, if it is that: it does not deliver the word of it either.
    """

    name: str
    since: dt.datetime
    error: str = ""
    channel: str = ""


def beat(session: Session, at: Moment, beats: Iterable[Beat]) -> None:
    """Write down that jobs have run."""
    for one in beats:
        pulse = expect(session, at, one.name)
        if not one.error or (one.name in ONLY_WHILE_BAD and not pulse.error):
            pulse.ok_at = at.now
        pulse.ran_at, pulse.error = at.now, one.error[:300]
        session.add(pulse)


def expect(session: Session, at: Moment, name: str) -> Pulse:
    """Return the heartbeat of `name`, which begins now if it is new; locked until the transaction ends."""
    insert_once(session, Pulse, [{"name": name, "began_at": at.now, "error": ""}])
    return session.exec(select(Pulse).where(Pulse.name == name).with_for_update()).one()


def troubles(session: Session, at: Moment, jobs: Mapping[str, dt.timedelta], patience: dt.timedelta) -> list[Late]:
    """Return what is late now.

    Args:
        session: The caller's.
        at: The present.
        jobs: The name of each job, and how long it may go without ending well.
        patience: How long a message may be due without having gone out.
    """
    found = [stuck] if (stuck := _stuck(session, at, patience)) else []
    pulses = session.exec(select(Pulse).where(col(Pulse.name).in_(jobs)).order_by(col(Pulse.name))).all()
    beating = [pulse for pulse in pulses if pulse.error or pulse.name not in ONLY_WHILE_BAD]
    found += [
        Late(pulse.name, since, pulse.error, pulse.name if pulse.name in CHANNELS else "")
        for pulse in beating
        if at.now - (since := pulse.ok_at or pulse.began_at) > jobs[pulse.name]
    ]
    return found


def _stuck(session: Session, at: Moment, patience: dt.timedelta) -> Late | None:
    """Return the outbox if its oldest message has been due for too long. Quiet hours hold, and do not count.

    Nor does the time in which its channel was down: of that the coordinators hear as such, and once.
    """
    # What is past its use is filtered, not searched for: SQLite would walk the expiry index, and with it all to come.
    alive = col(Notice.expires_at) > at.now
    due = [col(Notice.state) == NoticeState.OWED, col(Notice.due_at) <= at.now]
    due.append(col(Notice.kind).not_in((Kind.ALARM.value, Kind.ALARM_OVER.value)))
    if at.is_quiet():
        due.append(col(Notice.priority) == URGENT)
    oldest, count = session.exec(
        select(func.min(Notice.due_at).filter(alive), func.count().filter(alive)).where(*due)
    ).one()
    if oldest is None:
        return None
    since = at.after_quiet_hours(oldest)
    takes = dt.timedelta(seconds=count / at.policy.per_second)
    if at.now - since <= patience + takes:
        return None
    home = select(home_channel(Notice.member_id)).where(alive, *due).order_by(col(Notice.due_at), col(Notice.id))
    channel = session.exec(home.limit(1)).first() or ""
    known = {one.name: one for one in session.exec(select(Pulse).where(col(Pulse.name).in_((channel, _OUTBOX)))).all()}
    is_told = _OUTBOX in known and known[_OUTBOX].alarmed_at is not None
    if channel in CHANNELS and channel in known and not is_told:
        back = at.now if known[channel].error else known[channel].ok_at or since
        since = max(since, back)
    return Late(Watched.OUTBOX, since, channel=channel) if at.now - since > patience + takes else None


_OUTBOX = Watched.OUTBOX.value


def tell(session: Session, at: Moment, present: Iterable[Late]) -> tuple[list[str], list[str]]:
    """Tell the coordinators of new troubles, and of those that are over. Returns the names of both."""
    now = {trouble.name: trouble for trouble in present}
    known = {pulse.name: pulse for pulse in session.exec(select(Pulse).where(col(Pulse.alarmed_at).is_not(None))).all()}
    begun = [trouble for name, trouble in now.items() if name not in known]
    for trouble in begun:
        pulse = expect(session, at, trouble.name)
        pulse.alarmed_at = at.now
        session.add(pulse)
        _owe(session, at, Kind.ALARM, trouble.name, at.now, trouble.since, trouble.channel)
        audit.record(session, at, None, "alarm.begin", f"job:{trouble.name}", None, {"error": trouble.error})
    over = [pulse for name, pulse in known.items() if name not in now]
    for pulse in over:
        _end(session, at, pulse)
    return [trouble.name for trouble in begun], [pulse.name for pulse in over]


def _end(session: Session, at: Moment, pulse: Pulse) -> None:
    begun = pulse.alarmed_at or at.now
    pulse.alarmed_at = None
    session.add(pulse)
    # Whoever has not read of it yet (Telegram was away) reads once that it was, and is over.
    unread = (
        col(Notice.state) == NoticeState.OWED,
        col(Notice.key).startswith(f"{_stem(Kind.ALARM, pulse.name, begun)}:"),
    )
    session.connection().execute(update(Notice).where(*unread).values(state=NoticeState.CANCELLED, error="it is over"))
    _owe(session, at, Kind.ALARM_OVER, pulse.name, begun, begun)
    audit.record(session, at, None, "alarm.end", f"job:{pulse.name}")


def _stem(kind: Kind, name: str, begun: dt.datetime) -> str:
    return f"{kind.value}:{name}:{int(begun.timestamp())}"


def _owe(
    session: Session, at: Moment, kind: Kind, name: str, begun: dt.datetime, since: dt.datetime, not_by: str = ""
) -> None:
    subject = {"what": name, "since": int(since.timestamp()), "seen": int(at.now.timestamp())}
    if not_by:
        subject |= {notices.NOT_BY: not_by}
    word = notices.Owed(kind, _stem(kind, name, begun), subject=subject)
    notices.owe(session, at, word.to(coordinators(session)))


def alarmed(session: Session, _at: Moment) -> list[str]:
    """Return the names of the troubles the coordinators have been told of and that are not over."""
    return list(session.exec(select(Pulse.name).where(col(Pulse.alarmed_at).is_not(None)).order_by(Pulse.name)).all())
