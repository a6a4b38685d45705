"""A broadcast that is sent later: the hour as it is typed, or one of the usual ones; it starts by itself."""

import contextlib
import dataclasses
import datetime as dt

from sqlmodel import Session, col, select

from corps import audit
from corps.addresses import MessageAt
from corps.broadcasts.broadcasts import SPENT, Preview, find, oversees, preview, start
from corps.moment import Moment
from corps.parsing.times import Half, RefusalCode, read_on
from corps.people import Actor, person
from corps.refusals import Reason, Refused
from models import Broadcast
from models.enums import BroadcastState

_EVENING, _MORNING = dt.time(19), dt.time(8)
_NOTICE = dt.timedelta(minutes=30)


def read_hour(text: str, at: Moment, known: Half) -> dt.datetime | Half:
    """Return the instant that a text such as `明早8点` names, together with what was `known` of it before.

    Or what is known of it now, with why that is not enough.
    """
    read = read_on(text, known, at.wall())
    if isinstance(read, Half):
        return read
    if read.ends is not None:
        return dataclasses.replace(known, code=RefusalCode.NOT_UNDERSTOOD, what=text[:40])
    return at.policy.zone.instant(read.starts)


def usual_hours(at: Moment) -> list[dt.datetime]:
    """Return the hours to offer: this evening, tomorrow morning and evening, next Monday morning; all to come."""
    today = at.today()
    tomorrow = today + dt.timedelta(days=1)
    monday = today + dt.timedelta(days=7 - today.weekday())
    walls = [
        dt.datetime.combine(today, _EVENING),
        dt.datetime.combine(tomorrow, _MORNING),
        dt.datetime.combine(tomorrow, _EVENING),
        dt.datetime.combine(monday, _MORNING),
    ]
    hours = [at.policy.zone.instant(wall) for wall in dict.fromkeys(walls)]
    return [hour for hour in hours if hour >= at.now + _NOTICE and not at.is_quiet(hour)]


STALE = dt.timedelta(days=1)
"""A scheduled broadcast later than this is not sent any more: nobody wants yesterday's call."""


def schedule(
    session: Session,
    actor: Actor,
    at: Moment,
    broadcast_id: int,
    revision: int,
    when: dt.datetime,
    card: MessageAt,
) -> Preview:
    """Let a draft go out at `when` (an aware instant to come). A scheduled one is given another hour."""
    row = find(session, actor, broadcast_id)
    if row.state not in (BroadcastState.DRAFT, BroadcastState.SCHEDULED) or row.revision != revision:
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{broadcast_id}")
    if when <= at.now:
        raise Refused(Reason.PAST_TIME)
    before = {"at": row.scheduled_for.isoformat()} if row.scheduled_for else None
    row.state, row.scheduled_for = BroadcastState.SCHEDULED, when
    row.card_address, row.card_message_id = card
    session.add(row)
    audit.record(
        session, at, actor.id, "broadcast.schedule", f"broadcast:{broadcast_id}", before, {"at": when.isoformat()}
    )
    session.flush()
    return preview(session, actor, at, broadcast_id)


def start_due(session: Session, at: Moment) -> int:
    """Start the scheduled broadcasts that are due. Returns how many. One that is stale is marked missed."""
    due = session.exec(
        select(Broadcast)
        .where(Broadcast.state == BroadcastState.SCHEDULED, col(Broadcast.scheduled_for) <= at.now)
        .with_for_update()
    ).all()
    for row in due:
        _start_one(session, at, row)
    return len(due)


def _start_one(session: Session, at: Moment, row: Broadcast) -> None:
    """Start one scheduled broadcast; a new card comes up where its sender will see it."""
    row.card_digest, row.card_shown_at = (SPENT if row.card_message_id else ""), None
    sender = person(session, at, row.sender_id)
    in_time = at.now - (row.scheduled_for or at.now) <= STALE
    if oversees(sender, row) and in_time:
        with contextlib.suppress(Refused):  # nobody of the audience is left
            start(session, at, row)
    if row.state is not BroadcastState.SENDING:
        row.state = BroadcastState.MISSED
        session.add(row)
    audit.record(session, at, None, f"broadcast.{row.state.value}", f"broadcast:{row.id}")
