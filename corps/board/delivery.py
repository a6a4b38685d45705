"""Broadcasts on the board: the progress of each by channel, and the people who got it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import and_, case, false, func, literal
from sqlmodel import Session, col, select

from corps.board.events import A_PAGE
from corps.broadcasts import broadcasts, group_copies, live_cards, progress, recipients
from corps.broadcasts.progress import Tally
from corps.broadcasts.recipients import Why, why
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import channel_of, page_start
from models import Acknowledgement, Broadcast, Member, Notice, Team
from models.enums import BroadcastState, MemberStatus, NoticeState

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
class Unconfirmed:
    """A broadcast that `silent` people have and have not confirmed."""

    id: int
    html: str
    when: dt.datetime
    silent: int


def unconfirmed(
    session: Session, actor: Actor, at: Moment, known: Sequence[BroadcastRow] = ()
) -> tuple[Unconfirmed, ...]:
    """Return the broadcasts of the last two weeks that somebody has not confirmed, newest first; a leader's own only.

    Those in `known` have been counted already.
    """
    when: Any = func.coalesce(Broadcast.sent_at, Broadcast.scheduled_for, Broadcast.created_at)
    wanted = (*live_cards.for_reader(actor), when > at.now - RECENT)
    counted = {one.id: one.silent for one in known}
    found = [
        Unconfirmed(
            row.id or 0, row.html, row.sent_at or row.scheduled_for or row.created_at,
            counted[row.id] if row.id in counted else recipients.count_silent(session, row, None),
        )
        for row in session.exec(select(Broadcast).where(*wanted).order_by(col(Broadcast.id).desc())).all()
    ]  # fmt: skip
    return tuple(one for one in found if one.silent)


NO_WAY = "none"
"""What stands in an address for the channel of those whom it has been tried by none."""


@dataclass(frozen=True)
class Recipient:
    """A recipient of a broadcast: the channel it went by ("": none yet), how it ended, whether it was confirmed.

    Who has it in the team's group stands under `corps.broadcasts.progress.GROUPS`, as in the numbers.
    """

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


SORTS = ("name", "team", "way", "state", "when")
STATES = ("waiting", "sent", "not_sent", "acknowledged", "silent")
_WAITING = (NoticeState.OWED, NoticeState.LEASED)
_NOT_SENT = (NoticeState.FAILED, NoticeState.EXPIRED, NoticeState.CANCELLED)


@dataclass(frozen=True)
class _Columns:
    """What a broadcast's list reads of a member: of the own copy, else of the one in the team's group."""

    channel: Any
    state: Any
    groups: Any

    def standing(self, state: str) -> Any:  # noqa: ANN401 - SQLAlchemy's condition
        """Return the condition of one of `STATES`, as the numbers count them."""
        confirmed = col(Acknowledgement.member_id)
        match state:
            case "waiting":
                return self.state.in_(_WAITING)
            case "sent":
                return self.state == NoticeState.SENT
            case "not_sent":
                return self.state.in_(_NOT_SENT)
            case "acknowledged":
                return confirmed.is_not(None)
            case _:
                there = col(Member.status) == MemberStatus.ACTIVE
                return (self.state == NoticeState.SENT) & confirmed.is_(None) & there

    def order(self, key: str) -> Any:  # noqa: ANN401 - SQLAlchemy's column
        """Return the column of one of `SORTS`."""
        columns = {"name": col(Member.name), "way": self.channel, "state": self.state, "when": col(Notice.sent_at)}
        return columns.get(key, col(Team.position))


def _columns(session: Session, row: Broadcast) -> _Columns:
    ends, alone, states = group_copies.ends(session, row), col(Notice.id).is_not(None), cast("Any", Notice.state)
    if not ends:
        return _Columns(channel_of(col(Notice.address)), col(Notice.state), false())
    in_group = case(*((col(Member.team_id) == team, literal(end, states.type)) for team, end in ends.items()))
    return _Columns(
        case((alone, channel_of(col(Notice.address))), else_=progress.GROUPS),
        case((alone, col(Notice.state)), else_=in_group),
        and_(*group_copies.readers(row), col(Member.team_id).in_(ends)),
    )


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
    columns = _columns(session, row)
    conditions: list[Any] = [col(Notice.id).is_not(None) | columns.groups]
    conditions += [columns.standing(state)] if state else []
    by_none = columns.channel.is_(None)
    conditions += [by_none if channel == NO_WAY else columns.channel == channel] if channel else []
    shown: Any = (
        Member.id, Member.name, Team.short_name, columns.channel, columns.state, Notice.failure,
        Notice.error, Notice.sent_at, Acknowledgement.member_id,
    )  # fmt: skip
    own = (col(Notice.member_id) == col(Member.id), col(Notice.broadcast_id) == row.id, col(Notice.kind) == _KIND)
    confirmed = (col(Acknowledgement.member_id) == col(Member.id), col(Acknowledgement.broadcast_id) == row.id)

    def joined(statement: Any) -> Any:  # noqa: ANN401 - SQLModel's select
        people = statement.select_from(Member).join(Notice, and_(*own), isouter=True)
        people = people.join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        return people.join(Acknowledgement, and_(*confirmed), isouter=True).where(*conditions)

    total = session.exec(joined(select(func.count()))).one()
    start = page_start(total, page, A_PAGE)
    order = columns.order(key)
    ordered = joined(select(*shown)).order_by(order.desc() if falling else order, col(Team.position), col(Member.id))
    people = tuple(_recipient(*one) for one in session.exec(ordered.offset(start).limit(A_PAGE)).all())
    return Delivery(_row(session, at, row), channel, state, sort, people, total, start)


_KIND = Kind.BROADCAST.value


def _recipient(
    member_id: int, name: str, team: str | None, channel: str | None, state: str, failure: Any, error: str | None,  # noqa: ANN401
    sent_at: dt.datetime | None, acknowledged: int | None,
) -> Recipient:  # fmt: skip
    ended = NoticeState(state)
    lost = ended not in (NoticeState.OWED, NoticeState.LEASED, NoticeState.SENT)
    reason = why(ended, failure, error or "") if lost else None
    return Recipient(member_id, name, team or "", channel or "", ended, reason, sent_at, acknowledged is not None)
