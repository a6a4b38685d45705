"""Delivering what is owed: take the next few (a lease, committed before the network), record how they ended.

At least once, and we say so: what was leased when a process died is taken again, and counted as `maybe_twice`.
Only few are leased at a time, so that something urgent overtakes a long queue and that count stays small.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from corps.changes.change_notices import HOLDS
from corps.delivery.merging import gather
from corps.moment import Moment
from corps.notices import LEASE, Due, GiveUp, Moot, Moved, Outcome, RetryLater, Sent, due_of, reachability, spared
from corps.notices.kinds import PRIORITIES, URGENT, Kind
from models import Member, Notice
from models.enums import MemberStatus, NoticeState

DAY = dt.timedelta(days=1)
"""How far a clock may have been put back for `put_back` to mind."""

MAX_ATTEMPTS = 8

AT_A_TIME = 8
"""Messages taken at once: about a quarter of a second's worth."""

_PER_CHAT = 20
"""The most notices of one chat that are looked at together."""

_ROUNDS = 20
"""How often to look again when all that was found had to be ended unsent."""

Parcel = tuple[Due, ...]
"""What goes to one chat in one message: the first is the most urgent, the others may be said by the same."""


def expire(session: Session, at: Moment) -> None:
    """End what is past its use, visibly."""
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
        mine: What is on its way in this very process; only leases that have run out are taken back then.
            None: no other process can be sending (we have just begun to lead), so every lease is an orphan.
    """
    orphan = col(Notice.state) == NoticeState.LEASED
    if mine is not None:
        orphan = and_(orphan, col(Notice.lease_until) <= at.now, col(Notice.id).not_in(mine))
    again = session.connection().execute(
        update(Notice).where(orphan).values(state=NoticeState.OWED, lease_until=None, maybe_twice=True)
    )
    return again.rowcount


def release(session: Session, _at: Moment, ids: Collection[int]) -> None:
    """Give back what was leased and not yet begun, when the process ends in good order."""
    mine = and_(col(Notice.state) == NoticeState.LEASED, col(Notice.id).in_(ids))
    session.connection().execute(update(Notice).where(mine).values(state=NoticeState.OWED, lease_until=None))


def put_back(session: Session, at: Moment) -> None:
    """Make due now what was owed to go out at once by a clock that has been put back since.

    Else all of it would wait until the clock is there again. What was meant for a later time keeps it; the little
    while that word of a change waits for the next one is no such time.
    """
    ahead = select(Notice.id, Notice.due_at, Notice.created_at).where(
        Notice.state == NoticeState.OWED, col(Notice.due_at) > at.now, col(Notice.due_at) <= at.now + DAY
    )
    # Compared here: the two databases have no way in common to add minutes to a time.
    at_once = [{"row": row, "now": at.now} for row, due, owed in session.exec(ahead) if due <= owed + HOLDS]
    if at_once:
        meant = update(Notice).where(col(Notice.id) == bindparam("row")).values(due_at=bindparam("now"))
        session.connection().execute(meant, at_once)
    tried = and_(col(Notice.state) == NoticeState.OWED, col(Notice.due_at) <= at.now, col(Notice.retry_at) > at.now)
    session.connection().execute(update(Notice).where(tried).values(retry_at=None))


def take_due(
    session: Session, at: Moment, limit: int = AT_A_TIME, resting: Collection[int] = frozenset()
) -> list[Parcel]:
    """Lease the next messages, most urgent first, one a chat. Commit before sending any of them.

    Args:
        session: The caller's.
        at: The present; in quiet hours only what is urgent is taken.
        limit: The most messages to take.
        resting: Chats that may not be written to at this moment.
    """
    for _ in range(_ROUNDS):
        chats = _chats_in_line(session, at, limit, resting)
        parcels = _lease(session, at, chats) if chats else []
        if parcels or not chats:
            return parcels
    return []


def _lease(session: Session, at: Moment, chats: Sequence[int]) -> list[Parcel]:
    rows: dict[int, list[tuple[Notice, Member | None]]] = {chat: [] for chat in chats}
    for notice, member in session.exec(_rows(at, chats)).all():
        rows[notice.chat_id].append((notice, member))
    return [parcel for chat in chats if (parcel := _parcel(at, rows[chat]))]


def _waiting(at: Moment) -> Any:  # noqa: ANN401 - SQLAlchemy's column expression
    return and_(
        col(Notice.state) == NoticeState.OWED,
        col(Notice.due_at) <= at.now,
        or_(col(Notice.retry_at).is_(None), col(Notice.retry_at) <= at.now),
    )


def _chats_in_line(session: Session, at: Moment, limit: int, resting: Collection[int]) -> list[int]:
    """Return the chats whose turn it is. One query a priority: each walks its index and stops."""
    chats: dict[int, None] = {}
    for priority in (URGENT,) if at.is_quiet() else PRIORITIES:
        left = limit - len(chats)
        if left <= 0:
            break
        line = (
            select(Notice.chat_id)
            .where(_waiting(at), Notice.priority == priority, col(Notice.chat_id).not_in({*resting, *chats}))
            .order_by(col(Notice.due_at), col(Notice.id))
            .limit(left * 3)
        )
        chats |= dict.fromkeys(list(dict.fromkeys(session.exec(line).all()))[:left])
    return list(chats)


def _rows(at: Moment, chats: Sequence[int]) -> Select[Notice, Member]:
    return (
        select(Notice, Member)
        .join(Member, col(Member.id) == col(Notice.member_id), isouter=True)
        .where(_waiting(at), col(Notice.chat_id).in_(chats))
        .order_by(col(Notice.priority), col(Notice.due_at), col(Notice.id))
        .limit(len(chats) * _PER_CHAT)
        .with_for_update(skip_locked=True, of=Notice)
    )


def _parcel(at: Moment, rows: Iterable[tuple[Notice, Member | None]]) -> Parcel:
    """Lease what goes to one chat in one message; end what can't be sent."""
    fit = [(notice, due_of(at, notice, member)) for notice, member in rows if _fit(at, notice, member)]
    if not fit or (at.is_quiet() and fit[0][0].priority != URGENT):
        return ()
    parcel = gather([due for _, due in fit])
    taken = {due.id for due in parcel}
    for notice, _ in fit:
        if notice.id in taken:
            notice.state, notice.lease_until, notice.retry_at = NoticeState.LEASED, at.now + LEASE, None
    return parcel


_KNOWN = frozenset(kind.value for kind in Kind)


def _fit(at: Moment, notice: Notice, member: Member | None) -> bool:
    """Tell whether a notice can be sent; end it visibly if not."""
    if notice.expires_at <= at.now:
        notice.state = NoticeState.EXPIRED
    elif notice.kind not in _KNOWN:
        _unsent(notice, NoticeState.FAILED, "of a kind that this version does not know")
    elif notice.member_id is not None and (
        member is None or member.telegram_id is None or member.status is MemberStatus.ERASED
    ):
        _unsent(notice, NoticeState.CANCELLED, "the person has left")
    elif member is not None and member.unreachable_since is not None and reachability.PROBE not in notice.subject:
        _unsent(notice, NoticeState.CANCELLED, reachability.UNREACHABLE)
    elif member is not None and spared(at, member, Kind(notice.kind)):
        _unsent(notice, NoticeState.CANCELLED, "the person has paused")
    return notice.state is NoticeState.OWED


def _unsent(notice: Notice, state: NoticeState, reason: str) -> None:
    """End a notice for a reason of our own, whatever an earlier try met."""
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
        case Sent(message_id):
            notice.state, notice.sent_at, notice.message_id = NoticeState.SENT, at.now, message_id
            notice.attempts, notice.error, notice.failure = notice.attempts + 1, "", None
            if reachability.PROBE in notice.subject and (member := session.get(Member, notice.member_id)) is not None:
                reachability.back(session, at, member)
        case RetryLater():
            _retry(notice, outcome)
        case Moot(reason):
            _unsent(notice, NoticeState.CANCELLED, reason)
        case Moved(chat_id):
            _move(session, notice.chat_id, chat_id)
            notice.state, notice.chat_id = NoticeState.OWED, chat_id
        case GiveUp(reason, unreachable, failure):
            notice.state, notice.error, notice.failure = NoticeState.FAILED, reason[:300], failure
            notice.attempts += 1
            if unreachable:
                reachability.lost(session, at, notice.member_id)


def _retry(notice: Notice, later: RetryLater) -> None:
    notice.error, notice.failure = later.reason[:300], later.failure
    notice.maybe_twice = notice.maybe_twice or later.maybe
    notice.attempts += later.blame
    if notice.attempts >= MAX_ATTEMPTS:
        notice.state = NoticeState.FAILED
    else:
        notice.state, notice.retry_at = NoticeState.OWED, later.at


def _move(session: Session, old: int, new: int) -> None:
    """Re-aim what else is owed to a group that became a supergroup."""
    owed = and_(col(Notice.chat_id) == old, col(Notice.state) == NoticeState.OWED)
    session.connection().execute(update(Notice).where(owed).values(chat_id=new))


def possibly_doubled(session: Session, _at: Moment) -> int:
    """Count the notices that may have arrived twice: a process died, or no answer came, while they were sent."""
    return session.exec(select(func.count()).select_from(Notice).where(col(Notice.maybe_twice))).one()
