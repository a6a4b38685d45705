"""Broadcasts on the board: the progress of each by channel, and the people who got it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps.board.events import A_PAGE
from corps.broadcasts import broadcasts, live_cards, progress
from corps.broadcasts.progress import Tally
from corps.broadcasts.recipients import Why, why
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import channel_of, page_start
from models import Acknowledgement, Broadcast, Member, Notice, Team
from models.enums import BroadcastState, NoticeState

MANY = 10
"""How many broadcasts a page of the list has; few, since each is counted again for the page."""

RECENT = dt.timedelta(days=14)
"""For this long after a broadcast the board shows who has not confirmed it."""


@dataclass(frozen=True)
class BroadcastRow:
    """A broadcast and its progress, in total and by channel (`corps.broadcasts.progress.by_channel`).

    In `ways` stand the copies of `robots` too, which are no people and so not in `total`.
    `silent` is how many have not confirmed it; 0 for an old one.
    """

    id: int
    html: str
    when: dt.datetime
    total: Tally
    ways: dict[str, Tally]
    silent: int
    robots: tuple[tuple[str, str, NoticeState], ...] = ()


def rows(session: Session, actor: Actor, at: Moment, most: int = 5) -> tuple[BroadcastRow, ...]:
    """Return the newest broadcasts, sent or scheduled; for a leader only those that they wrote."""
    ids = [former.id for former in live_cards.recent(session, actor, at, most)]
    found = session.exec(select(Broadcast).where(col(Broadcast.id).in_(ids)).order_by(col(Broadcast.id).desc())).all()
    return tuple(_row(session, at, row) for row in found)


@dataclass(frozen=True)
class Broadcasts:
    """A page of broadcasts, newest first: `listed` in total, this page from `start`. `state`: the filter, if any."""

    rows: tuple[BroadcastRow, ...]
    state: str
    listed: int
    start: int


def listed(session: Session, actor: Actor, at: Moment, page: int = 0, state: str = "") -> Broadcasts:
    """Return a page of all broadcasts, sent or scheduled, filtered by `state` if given; a leader's own only."""
    if state and state not in [one.value for one in live_cards.LISTED]:
        raise Refused(Reason.GONE)
    wanted = live_cards.for_reader(actor, (BroadcastState(state),) if state else live_cards.LISTED)
    total = session.exec(select(func.count()).select_from(Broadcast).where(*wanted)).one()
    start = page_start(total, page, MANY)
    found = select(Broadcast).where(*wanted).order_by(col(Broadcast.id).desc()).offset(start).limit(MANY)
    return Broadcasts(tuple(_row(session, at, one) for one in session.exec(found).all()), state, total, start)


def _row(session: Session, at: Moment, row: Broadcast) -> BroadcastRow:
    ways, copies = progress.by_channel(session, row), progress.robot_copies(session, row)
    total = progress.sum_of(ways)
    if copies:
        ways[progress.ROBOTS] = progress.said_by_robots(copies)
    when = row.sent_at or row.scheduled_for or row.created_at
    silent = total.silent if when > at.now - RECENT else 0
    return BroadcastRow(row.id or 0, row.html, when, total, ways, silent, copies)


@dataclass(frozen=True)
class Recipient:
    """A recipient of a broadcast: the channel it went by ("": none yet), how it ended, whether it was confirmed."""

    member_id: int
    name: str
    team: str
    channel: str
    state: NoticeState
    why: Why | None
    sent_at: dt.datetime | None
    acknowledged: bool


@dataclass(frozen=True)
class Delivery:
    """A broadcast's numbers, and a page of its recipients: `listed` in total, this page from `start`."""

    row: BroadcastRow
    channel: str
    state: str
    sort: str
    recipients: tuple[Recipient, ...]
    listed: int
    start: int


_SORTS: dict[str, Any] = {
    "name": col(Member.name),
    "team": col(Team.position),
    "way": channel_of(col(Notice.address)),
    "state": col(Notice.state),
    "when": col(Notice.sent_at),
}
SORTS = tuple(_SORTS)

_STATES: dict[str, Any] = {
    "waiting": col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED)),
    "sent": col(Notice.state) == NoticeState.SENT,
    "not_sent": col(Notice.state).in_((NoticeState.FAILED, NoticeState.EXPIRED, NoticeState.CANCELLED)),
    "acknowledged": col(Acknowledgement.member_id).is_not(None),
    "silent": (col(Notice.state) == NoticeState.SENT) & col(Acknowledgement.member_id).is_(None),
}
STATES = tuple(_STATES)


def of(
    session: Session,
    actor: Actor,
    at: Moment,
    broadcast_id: int,
    page: int = 0,
    *,
    channel: str = "",
    state: str = "",
    sort: str = "",
) -> Delivery:
    """Return the recipients of a broadcast by channel, for those who may see it. Raises Refused for others."""
    row = broadcasts.find(session, actor, broadcast_id, lock=False)
    key, falling = sort.removeprefix("-"), sort.startswith("-")
    if state not in ("", *STATES) or key not in ("", *SORTS):
        raise Refused(Reason.GONE)
    conditions: list[Any] = [Notice.broadcast_id == row.id, Notice.kind == Kind.BROADCAST.value]
    conditions += [_STATES[state]] if state else []
    conditions += [channel_of(col(Notice.address)) == channel] if channel else []
    acknowledged = (col(Acknowledgement.member_id) == col(Member.id)) & (
        col(Acknowledgement.broadcast_id) == col(Notice.broadcast_id)
    )
    shown: Any = (
        Member.id, Member.name, Team.short_name, channel_of(col(Notice.address)), Notice.state, Notice.failure,
        Notice.error, Notice.sent_at, Acknowledgement.member_id,
    )  # fmt: skip

    def joined(statement: Any) -> Any:  # noqa: ANN401 - SQLModel's select
        people = statement.select_from(Notice).join(Member, col(Member.id) == col(Notice.member_id))
        people = people.join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        return people.join(Acknowledgement, acknowledged, isouter=True).where(*conditions)

    total = session.exec(joined(select(func.count()))).one()
    start = page_start(total, page, A_PAGE)
    order = _SORTS.get(key, col(Team.position))
    ordered = joined(select(*shown)).order_by(order.desc() if falling else order, col(Team.position), col(Member.id))
    people = tuple(_recipient(*one) for one in session.exec(ordered.offset(start).limit(A_PAGE)).all())
    return Delivery(_row(session, at, row), channel, state, sort, people, total, start)


def _recipient(
    member_id: int, name: str, team: str | None, channel: str | None, state: NoticeState, failure: Any, error: str,  # noqa: ANN401
    sent_at: dt.datetime | None, acknowledged: int | None,
) -> Recipient:  # fmt: skip
    lost = state not in (NoticeState.OWED, NoticeState.LEASED, NoticeState.SENT)
    reason = why(state, failure, error) if lost else None
    return Recipient(member_id, name, team or "", channel or "", state, reason, sent_at, acknowledged is not None)
