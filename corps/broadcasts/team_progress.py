"""The newest broadcasts as a leader sees them: how each stands in the own team, and in no other."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps.broadcasts import progress, recipients
from corps.broadcasts.group_copies import grouped
from corps.broadcasts.progress import Tally
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Broadcast

BACK = dt.timedelta(days=60)
"""How far back a broadcast still concerns a leader."""

SHOWN = 8
_LOOKED_AT = 40


@dataclass(frozen=True)
class TeamBroadcast:
    """A broadcast that is out, with its numbers in one team."""

    id: int
    html: str
    sent_at: dt.datetime
    tally: Tally


def recent(session: Session, actor: Actor, at: Moment) -> list[TeamBroadcast]:
    """Return the newest broadcasts that went to the leader's own team, or to some of it. Raises Refused for others."""
    if not actor.leads(actor.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    return [_seen(session, actor, row) for row in _own(session, actor, at)[:SHOWN]]


def any_recent(session: Session, actor: Actor, at: Moment) -> bool:
    """Tell whether there is any: without one there is nothing to lead to."""
    return actor.leads(actor.team_id) and bool(_own(session, actor, at))


def _own(session: Session, actor: Actor, at: Moment) -> list[Broadcast]:
    rows = session.exec(
        select(Broadcast)
        .where(col(Broadcast.sent_at) > at.now - BACK)
        .order_by(col(Broadcast.sent_at).desc(), col(Broadcast.id).desc())
        .limit(_LOOKED_AT)
    ).all()
    reached = recipients.reached(session, actor.team_id or 0, [row.id or 0 for row in rows])
    return [row for row in rows if row.id in reached or actor.team_id in grouped(row)]


def _seen(session: Session, actor: Actor, row: Broadcast) -> TeamBroadcast:
    assert row.sent_at is not None  # noqa: S101 - chosen so
    return TeamBroadcast(row.id or 0, row.html, row.sent_at, progress.team_tally(session, row, actor.team_id or 0))
