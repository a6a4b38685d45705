"""Delivering what is owed: take the next few (a lease, committed before sending), record how they ended.

A message goes out at least once: what was leased when a process died is taken again, and counted as `maybe_twice`.
Only few are leased at a time, so that something urgent overtakes a long queue and that count stays small.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import String, and_, bindparam, func, or_, type_coerce, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from corps import member_addresses
from corps.addresses import Address
from corps.changes.change_notices import HOLDS
from corps.delivery import shown_cards
from corps.delivery.merging import gather
from corps.member_addresses import KnownAddress
from corps.moment import Moment
from corps.notices import (
    LEASE,
    NOT_BY,
    Due,
    GiveUp,
    Moot,
    Moved,
    Outcome,
    RetryLater,
    Sent,
    due_of,
    reachability,
    spared,
)
from corps.notices.declarations import priorities
from corps.notices.kinds import URGENT, Kind
from corps.system import clock_faults
from models import Member, Notice, Pulse
from models.enums import MemberStatus, NoticeState
from models.lock import LEAD

DAY = dt.timedelta(days=1)
"""How far ahead something must have been owed for its hour to be no hour of today's."""

TOO_LONG = 2 * LEASE
"""A lease that lasts longer than this from now on is of a wrong clock: one may begin while it is looked for."""

MAX_ATTEMPTS = 8

AT_A_TIME = 8
"""Messages taken at once: about a quarter of a second's worth."""

_PER_CHAT = 20
"""The most notices of one person or group that are looked at together."""

_ROUNDS = 20
"""How often to look again when all that was found had to be ended unsent."""

Parcel = tuple[Due, ...]
"""What goes to one person or group in one message: the first is the most urgent, the others may be said by the same."""


def expire(session: Session, at: Moment) -> None:
    """End what is of no more use; coordinators can see it."""
    session.connection().execute(
        update(Notice)
        .where(col(Notice.state) == NoticeState.OWED, col(Notice.expires_at) <= at.now)
        .values(state=NoticeState.EXPIRED)
    )


def reclaim(session: Session, at: Moment, mine: Collection[int] | None = None) -> int:
    """Owe again what was leased and never recorded. Returns how many: they may have arrived already.

    Args:
        session: The caller's.
        at: The present.
        mine: What is on its way in this very process; only leases that have run out are taken back then, and those
            that a wrong clock has made longer than `TOO_LONG`: one that began after this look is left alone.
            None: no other process can be sending (we have just begun to lead), so every lease is an orphan.
    """
    orphan = col(Notice.state) == NoticeState.LEASED
    if mine is not None:
        over = or_(col(Notice.lease_until) <= at.now, col(Notice.lease_until) > at.now + TOO_LONG)
        orphan = and_(orphan, over, col(Notice.id).not_in(mine))
    again = session.connection().execute(
        update(Notice).where(orphan).values(state=NoticeState.OWED, lease_until=None, maybe_twice=True)
    )
    return again.rowcount


def release(session: Session, _at: Moment, ids: Collection[int]) -> None:
    """Give back what was leased and not begun, when the process ends normally."""
    mine = and_(col(Notice.state) == NoticeState.LEASED, col(Notice.id).in_(ids))
    session.connection().execute(update(Notice).where(mine).values(state=NoticeState.OWED, lease_until=None))


def put_back(session: Session, at: Moment) -> None:
    """Make due now what was owed to go out at once by a clock that has been put back since, by however much.

    Else all of it would wait until the clock is there again. What was meant for a later time keeps it, as long before
    the clock's error as after; the little while that a message about a change waits for the next one is no such time.
    """
    # One that is on its way may come back, and is then due at the hour that is written.
    ahead = select(Notice.id, Notice.due_at, Notice.created_at).where(
        col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED)), col(Notice.due_at) > at.now
    )
    # Compared here: the two databases have no way in common to add minutes to a time.
    meant = [{"row": row, "due": _meant(at, due, owed)} for row, due, owed in session.exec(ahead)]
    if meant:
        anew = update(Notice).where(col(Notice.id) == bindparam("row")).values(due_at=bindparam("due"))
        session.connection().execute(anew, meant)
    tried = and_(col(Notice.state) == NoticeState.OWED, col(Notice.due_at) <= at.now, col(Notice.retry_at) > at.now)
    session.connection().execute(update(Notice).where(tried).values(retry_at=None))
    clock_faults.put_back(session, at)


def _meant(at: Moment, due: dt.datetime, owed: dt.datetime) -> dt.datetime:
    if due <= owed + HOLDS:
        return at.now
    wrong = owed - at.now
    return due - wrong if wrong > DAY else due


class DeposedError(Exception):
    """Another process leads now: nothing may be taken any more."""


def demand_lead(session: Session, number: dt.datetime | None) -> None:
    """Make sure, until the transaction ends, that the lead of that number is the present one; None: there is but one.

    Raises DeposedError.
    """
    if number is None:
        return
    present = session.exec(select(Pulse.began_at).where(Pulse.name == LEAD).with_for_update(read=True)).one_or_none()
    if present != number:
        raise DeposedError


def take_due(
    session: Session,
    at: Moment,
    limit: int = AT_A_TIME,
    resting: Collection[Address] = frozenset(),
    others: Collection[str] = frozenset(),
    rooms_of: str = "",
) -> list[Parcel]:
    """Lease the next messages, most urgent first, one a person or group. Commit before sending any of them.

    Args:
        session: The caller's.
        at: The present; in quiet hours only what is urgent is taken.
        limit: The most messages to take.
        resting: Where nothing may be written to at this moment.
        others: Channels that somebody else delivers in: who is written to there is left out.
        rooms_of: A channel that has no people but groups only: nothing else is looked at.
    """
    here = _rooms(rooms_of) if rooms_of else [_in_channels_but(others)] if others else []
    resting_people = member_addresses.members_at(session, resting)
    for _ in range(_ROUNDS):
        line = _in_line(session, at, limit, resting_people, resting, here)
        parcels = _lease(session, at, line, here) if line else []
        if parcels or not line:
            return parcels
    return []


Recipient = tuple[int | None, Address | None]
"""A member, or, without one, the address of a group."""


def _recipient(member_id: int | None, address: Address | None) -> Recipient:
    return (member_id, None if member_id is not None else address)


def _lease(session: Session, at: Moment, line: Sequence[Recipient], here: Sequence[Any]) -> list[Parcel]:
    homes = member_addresses.known(session, [member_id for member_id, _ in line if member_id is not None])
    waiting: dict[Recipient, list[tuple[Notice, Member | None]]] = {recipient: [] for recipient in line}
    for notice, member in session.exec(_rows(at, line, here)).all():
        waiting[_recipient(notice.member_id, notice.address)].append((notice, member))
    return [
        parcel for recipient in line if (parcel := _parcel(at, waiting[recipient], homes.get(recipient[0] or 0, [])))
    ]


def _waiting(at: Moment) -> Any:  # noqa: ANN401 - SQLAlchemy's column expression
    return and_(
        col(Notice.state) == NoticeState.OWED,
        col(Notice.due_at) <= at.now,
        or_(col(Notice.retry_at).is_(None), col(Notice.retry_at) <= at.now),
    )


def _may_go(at: Moment) -> Any:  # noqa: ANN401 - SQLAlchemy's column expression
    return and_(_waiting(at), col(Notice.priority) == URGENT) if at.is_quiet() else _waiting(at)


def count_said(session: Session, at: Moment) -> int:
    """Count the notices that have gone out, are going out, or may go out by now: more than before if one came due."""
    under_way = col(Notice.state).in_((NoticeState.SENT, NoticeState.LEASED))
    return session.exec(select(func.count()).select_from(Notice).where(or_(under_way, _may_go(at)))).one()


def is_anything_due(session: Session, at: Moment) -> bool:
    """Tell whether a message could go out at this moment, if nobody had to rest."""
    return session.exec(select(Notice.id).where(_may_go(at)).limit(1)).first() is not None


def _of(people: Collection[int], groups: Collection[Address], *, but: bool = False) -> Any:  # noqa: ANN401 - SQLAlchemy's column expression
    """Return the condition that a notice is for one of these people or groups; with `but`, for none of them."""
    member, group = col(Notice.member_id), col(Notice.address)
    if but:
        # Nobody is in no list, not even a group's NULL: `NULL NOT IN ()` is true.
        return or_(and_(member.is_not(None), member.not_in(people)), and_(member.is_(None), group.not_in(groups)))
    return or_(member.in_(people), and_(member.is_(None), group.in_(groups)))


def _in_channels_but(others: Collection[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's column expression
    """Return the condition that a notice is for nobody who is written to in these channels, and for no group there."""
    home = member_addresses.home_channel_but(Notice.member_id, col(Notice.subject)[NOT_BY].as_string())
    group = type_coerce(col(Notice.address), String)
    elsewhere = or_(*(group.startswith(f"{channel}:", autoescape=True) for channel in others))
    return or_(
        and_(col(Notice.member_id).is_not(None), func.coalesce(home, "").not_in(others)),
        and_(col(Notice.member_id).is_(None), ~elsewhere),
    )


def _rooms(channel: str) -> list[Any]:
    """Return the conditions that a notice is for a group of that channel."""
    group = type_coerce(col(Notice.address), String)
    return [col(Notice.member_id).is_(None), group.startswith(f"{channel}:", autoescape=True)]


def _in_line(
    session: Session,
    at: Moment,
    limit: int,
    people: Collection[int],
    groups: Collection[Address],
    here: Sequence[Any],
) -> list[Recipient]:
    """Return whose turn it is, but for those who rest. One query a priority: each walks its index and stops."""
    line: dict[Recipient, None] = {}
    for priority in (URGENT,) if at.is_quiet() else priorities():
        left = limit - len(line)
        if left <= 0:
            break
        told = {member_id for member_id, _ in line if member_id is not None}
        there = {group for _, group in line if group is not None}
        recipient: Any = (Notice.member_id, Notice.address)
        found = (
            select(*recipient)
            .where(_waiting(at), Notice.priority == priority, _of({*people, *told}, {*groups, *there}, but=True), *here)
            .order_by(col(Notice.due_at), col(Notice.id))
            .limit(left * 3)
        )
        line |= dict.fromkeys(list(dict.fromkeys(_recipient(*row) for row in session.exec(found).all()))[:left])
    return list(line)


def _rows(at: Moment, line: Sequence[Recipient], here: Sequence[Any]) -> Select[Notice, Member]:
    people = [member_id for member_id, _ in line if member_id is not None]
    groups = [group for _, group in line if group is not None]
    return (
        select(Notice, Member)
        .join(Member, col(Member.id) == col(Notice.member_id), isouter=True)
        .where(_waiting(at), _of(people, groups), *here)
        .order_by(col(Notice.priority), col(Notice.due_at), col(Notice.id))
        .limit(len(line) * _PER_CHAT)
        .with_for_update(skip_locked=True, of=Notice)
    )


def _parcel(at: Moment, rows: Sequence[tuple[Notice, Member | None]], theirs: Sequence[KnownAddress]) -> Parcel:
    """Lease what goes to one person or group in one message, by one way; end what can't be sent."""
    homes = {notice.id: member_addresses.first_but(theirs, notice.subject.get(NOT_BY, "")) for notice, _ in rows}
    fit = [(notice, member) for notice, member in rows if _fit(at, notice, member, homes[notice.id])]
    if not fit or (at.is_quiet() and fit[0][0].priority != URGENT):
        return ()
    home = homes[fit[0][0].id]
    by_it = [(notice, member) for notice, member in fit if homes[notice.id] == home]
    parcel = gather([due_of(at, notice, member, _where(notice, home)) for notice, member in by_it])
    taken = {due.id for due in parcel}
    for notice, _ in by_it:
        if notice.id in taken:
            notice.state, notice.lease_until, notice.retry_at = NoticeState.LEASED, at.now + LEASE, None
            notice.address = _where(notice, home)
    return parcel


def _where(notice: Notice, home: KnownAddress | None) -> Address:
    """Return where a notice that is fit to be sent goes."""
    address = notice.address if home is None else home.address
    assert address is not None  # noqa: S101 - `_fit` has ended what goes nowhere
    return address


_KNOWN = frozenset(kind.value for kind in Kind)


def _fit(at: Moment, notice: Notice, member: Member | None, home: KnownAddress | None) -> bool:
    """Tell whether a notice can be sent; end it visibly if not. `home` is where a member is written to."""
    if notice.expires_at <= at.now:
        notice.state = NoticeState.EXPIRED
    elif notice.kind not in _KNOWN:
        _unsent(notice, NoticeState.FAILED, "of a kind that this version does not know")
    elif notice.member_id is None and notice.address is None:
        _unsent(notice, NoticeState.CANCELLED, "the group is gone")
    elif notice.member_id is not None and (member is None or home is None or member.status is MemberStatus.ERASED):
        _unsent(notice, NoticeState.CANCELLED, "the person has left")
    elif home is not None and not home.reachable and reachability.PROBE not in notice.subject:
        _unsent(notice, NoticeState.CANCELLED, reachability.UNREACHABLE)
    elif member is not None and spared(at, member, Kind(notice.kind)):
        _unsent(notice, NoticeState.CANCELLED, "the person has paused")
    return notice.state is NoticeState.OWED


def _unsent(notice: Notice, state: NoticeState, reason: str) -> None:
    """End a notice for a reason of our own, whatever the result of an earlier try was."""
    notice.state, notice.error, notice.failure = state, reason[:300], None


def record(session: Session, at: Moment, outcomes: Sequence[tuple[int, Outcome]]) -> None:
    """Write down how deliveries ended, each in the state `LEASED` until now."""
    ends = dict(outcomes)
    leased = select(Notice).where(col(Notice.id).in_(ends), Notice.state == NoticeState.LEASED)
    for notice in session.exec(leased.order_by(col(Notice.id)).with_for_update()).all():
        notice.lease_until = None
        _end(session, at, notice, ends[notice.id or 0])


def _end(session: Session, at: Moment, notice: Notice, outcome: Outcome) -> None:
    match outcome:
        case Sent(message_id, card):
            notice.state, notice.sent_at, notice.message_id = NoticeState.SENT, at.now, message_id
            if card is not None and notice.address is not None:
                shown_cards.note(session, at, notice.address, message_id, card)
            notice.attempts, notice.error, notice.failure = notice.attempts + 1, "", None
            if reachability.PROBE in notice.subject:
                reachability.back(session, at, notice.address)
        case RetryLater():
            _retry(notice, outcome)
        case Moot(reason):
            _unsent(notice, NoticeState.CANCELLED, reason)
        case Moved(address):
            _move(session, notice.address, address)
            notice.state, notice.address = NoticeState.OWED, address
        case GiveUp(reason, unreachable, failure):
            notice.state, notice.error, notice.failure = NoticeState.FAILED, reason[:300], failure
            notice.attempts += 1
            if unreachable:
                reachability.lost(session, at, notice.address, failure.value)
                _try_elsewhere(session, notice)


def _try_elsewhere(session: Session, notice: Notice) -> None:
    """Owe again what did not arrive at one address of a person who has another that can be reached."""
    home = member_addresses.best(session, notice.member_id)
    if home is not None and home.reachable and home.address != notice.address:
        notice.state = NoticeState.OWED


def _retry(notice: Notice, later: RetryLater) -> None:
    notice.error, notice.failure = later.reason[:300], later.failure
    notice.maybe_twice = notice.maybe_twice or later.maybe
    notice.attempts += later.blame
    if notice.attempts >= MAX_ATTEMPTS:
        notice.state = NoticeState.FAILED
    else:
        notice.state, notice.retry_at = NoticeState.OWED, later.at


def _move(session: Session, old: Address | None, new: Address) -> None:
    """Re-aim what else is owed to a group that has another address now."""
    owed = and_(col(Notice.address) == old, col(Notice.member_id).is_(None), col(Notice.state) == NoticeState.OWED)
    session.connection().execute(update(Notice).where(owed).values(address=new))


def possibly_doubled(session: Session, _at: Moment) -> int:
    """Count the notices that may have arrived twice: a process died, or no answer came, while they were sent."""
    return session.exec(select(func.count()).select_from(Notice).where(col(Notice.maybe_twice))).one()
