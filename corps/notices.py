"""Messages that are owed: rows with a unique key, leased before the network is touched, each with an end.

Owing happens in the transaction of the change that causes it. A tick takes what is due (`take_due`,
committed before anything is sent), the sender delivers, and `record` writes down how it ended.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.notice_kinds import URGENT, Kind, trait
from corps.once import insert_once
from models import Member, Notice
from models.words import MemberStatus, NoticeState

LEASE = dt.timedelta(minutes=2)
"""How long a taken notice is ours. After a crash it is taken again then: at least once, never lost."""

MAX_ATTEMPTS = 8


@dataclass(frozen=True)
class Owed:
    """One message to one member, or to the group `chat_id`. `key` is its natural key; `subject` holds ids."""

    kind: Kind
    key: str
    member: Member | None
    subject: dict[str, Any] = field(default_factory=dict)
    activity_id: int | None = None
    broadcast_id: int | None = None
    due_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    urgent: bool = False
    chat_id: int | None = None

    @property
    def chat(self) -> int | None:
        """Where it goes; None for a person who has left."""
        return self.member.telegram_id if self.member is not None else self.chat_id


def owe(session: Session, at: Moment, notices: Iterable[Owed]) -> int:
    """Owe the notices whose keys are not there yet; quiet hours move the due time. Returns how many are new.

    Somebody who has paused is owed nothing optional.
    """
    rows = [
        _row(at, notice)
        for notice in notices
        if notice.chat is not None and not (notice.member and spared(at, notice.member, notice.kind))
    ]
    return insert_once(session, Notice, rows)


def spared(at: Moment, member: Member, kind: Kind) -> bool:
    """Tell whether the person has paused and the kind is one that a pause holds off."""
    paused = member.paused_until is not None and member.paused_until > at.now
    return paused and trait(kind).optional


def _row(at: Moment, notice: Owed) -> dict[str, Any]:
    due = notice.due_at or at.now
    due = due if notice.urgent else at.decent(due)
    return {
        "key": notice.key,
        "kind": notice.kind.value,
        "chat_id": notice.chat,
        "member_id": notice.member.id if notice.member is not None else None,
        "activity_id": notice.activity_id,
        "broadcast_id": notice.broadcast_id,
        "subject": notice.subject,
        "priority": URGENT if notice.urgent else trait(notice.kind).priority,
        "due_at": due,
        "expires_at": notice.expires_at or due + trait(notice.kind).keeps,
        "state": NoticeState.OWED,
        "attempts": 0,
        "error": "",
        "created_at": at.now,
    }


@dataclass(frozen=True)
class Due:
    """A notice taken for delivery, with whom it is for."""

    id: int
    kind: Kind
    chat_id: int
    member_id: int | None
    telegram_id: int
    activity_id: int | None
    broadcast_id: int | None
    subject: dict[str, Any]
    language: str
    attempts: int


def expire(session: Session, at: Moment) -> None:
    """End what is past its use, visibly."""
    waiting = or_(
        col(Notice.state) == NoticeState.OWED,
        and_(col(Notice.state) == NoticeState.LEASED, col(Notice.lease_until) <= at.now),
    )
    session.connection().execute(
        update(Notice)
        .where(waiting, col(Notice.expires_at) <= at.now)
        .values(state=NoticeState.EXPIRED, lease_until=None)
    )


def take_due(session: Session, at: Moment, limit: int = 100) -> list[Due]:
    """Lease up to `limit` due notices, most urgent first. Commit before sending any of them."""
    expire(session, at)
    statement = (
        select(Notice, Member)
        .join(Member, col(Member.id) == col(Notice.member_id), isouter=True)
        .where(
            or_(
                and_(col(Notice.state) == NoticeState.OWED, col(Notice.due_at) <= at.now),
                and_(col(Notice.state) == NoticeState.LEASED, col(Notice.lease_until) <= at.now),
            )
        )
        .order_by(col(Notice.priority), col(Notice.due_at), col(Notice.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Notice)
    )
    if at.is_quiet():
        statement = statement.where(Notice.priority == URGENT)
    return [due for row in session.exec(statement).all() if (due := _lease(at, *row)) is not None]


def _lease(at: Moment, notice: Notice, member: Member | None) -> Due | None:
    """Take one notice; without a member it is a group's."""
    if member is not None and (member.telegram_id is None or member.status is MemberStatus.ERASED):
        notice.state, notice.error = NoticeState.CANCELLED, "the person has left"
        return None
    if member is not None and spared(at, member, Kind(notice.kind)):
        notice.state, notice.error = NoticeState.CANCELLED, "the person has paused"
        return None
    notice.state, notice.lease_until = NoticeState.LEASED, at.now + LEASE
    notice.attempts += 1
    assert notice.id is not None  # noqa: S101 - a row that was read has an id
    return Due(
        id=notice.id,
        kind=Kind(notice.kind),
        chat_id=notice.chat_id,
        member_id=notice.member_id,
        telegram_id=notice.chat_id,
        activity_id=notice.activity_id,
        broadcast_id=notice.broadcast_id,
        subject=notice.subject,
        language=(member.language if member is not None else None) or at.policy.language,
        attempts=notice.attempts,
    )


@dataclass(frozen=True)
class Sent:
    """Telegram took the message."""

    message_id: int


@dataclass(frozen=True)
class RetryLater:
    """Telegram did not take it now; try again at `at`."""

    at: dt.datetime
    reason: str


@dataclass(frozen=True)
class GiveUp:
    """It will never arrive; `unreachable` when the person blocked the bot or never started it."""

    reason: str
    unreachable: bool = False


@dataclass(frozen=True)
class Moot:
    """What it was about is no longer so; nothing was sent."""

    reason: str


Outcome = Sent | RetryLater | GiveUp | Moot


def record(session: Session, at: Moment, outcomes: Sequence[tuple[int, Outcome]]) -> list[int]:
    """Write down how deliveries ended. Returns the ids of the members found unreachable just now."""
    newly_unreachable = []
    for notice_id, outcome in outcomes:
        notice = session.get(Notice, notice_id, with_for_update=True)
        if notice is None or notice.state is not NoticeState.LEASED:
            continue
        notice.lease_until = None
        match outcome:
            case Sent(message_id):
                notice.state, notice.sent_at, notice.message_id = NoticeState.SENT, at.now, message_id
            case RetryLater(due, reason):
                _retry(notice, due, reason)
            case Moot(reason):
                notice.state, notice.error = NoticeState.CANCELLED, reason
            case GiveUp(reason, unreachable):
                notice.state, notice.error = NoticeState.FAILED, reason[:300]
                if unreachable and _mark_unreachable(session, at, notice.member_id):
                    newly_unreachable.append(notice.member_id or 0)
    return newly_unreachable


def _retry(notice: Notice, due: dt.datetime, reason: str) -> None:
    notice.error = reason[:300]
    if notice.attempts >= MAX_ATTEMPTS:
        notice.state = NoticeState.FAILED
    else:
        notice.state, notice.due_at = NoticeState.OWED, due


def _mark_unreachable(session: Session, at: Moment, member_id: int | None) -> bool:
    member = session.get(Member, member_id) if member_id else None
    if member is None or member.unreachable_since is not None:
        return False
    member.unreachable_since = at.now
    return True


def cancel_owed(session: Session, reason: str, *conditions: Any) -> None:  # noqa: ANN401 - SQLAlchemy's column expressions
    """Cancel what is owed and matches `conditions` on `Notice`; what is already on its way stays."""
    session.connection().execute(
        update(Notice)
        .where(col(Notice.state) == NoticeState.OWED, *conditions)
        .values(state=NoticeState.CANCELLED, error=reason)
    )
