"""Messages that are owed: rows with a unique key, leased before they are sent, each with a recorded end.

Owing happens in the transaction of the change that causes it. `corps.delivery.leasing` takes what is due (a lease,
committed before anything is sent) and writes down how it ended.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from corps.addresses import Address
from corps.moment import Moment
from corps.notices.declarations import declared
from corps.notices.due import Due, Owed
from corps.notices.kinds import URGENT, Kind
from corps.sql import insert_once
from models import Member, Notice
from models.enums import Failure, MemberStatus, NoticeState

LEASE = dt.timedelta(minutes=2)
"""How long a lease lasts. After it the notice is taken again: it goes out at least once and is never lost."""

NOT_BY = "not_by"
"""In a subject: the channel that the notice says does not work. It goes by another, to whoever has one."""


def owe(session: Session, at: Moment, notices: Iterable[Owed]) -> int:
    """Owe the notices whose keys are not there yet; quiet hours move the due time. Returns how many are new.

    Somebody who is gone is owed nothing, somebody who has paused nothing optional. Where a member's notice goes is
    chosen when it goes out.
    """
    rows = [
        _row(at, notice) for notice in notices if notice.member is None or not _left_out(at, notice.member, notice.kind)
    ]
    return insert_once(session, Notice, rows)


def _left_out(at: Moment, member: Member, kind: Kind) -> bool:
    return member.status is MemberStatus.ERASED or spared(at, member, kind)


def spared(at: Moment, member: Member, kind: Kind) -> bool:
    """Tell whether the person has paused and the kind is one that a pause holds off."""
    paused = member.paused_until is not None and member.paused_until > at.now
    return paused and declared(kind).optional


def _row(at: Moment, notice: Owed) -> dict[str, Any]:
    due = notice.due_at or at.now
    due = due if notice.urgent else at.after_quiet_hours(due)
    return {
        "key": notice.key,
        "kind": notice.kind.value,
        "address": notice.group,
        "member_id": notice.member.id if notice.member is not None else None,
        "activity_id": notice.activity_id,
        "broadcast_id": notice.broadcast_id,
        "subject": notice.subject,
        "priority": URGENT if notice.urgent else declared(notice.kind).priority,
        "due_at": due,
        "expires_at": notice.expires_at or due + declared(notice.kind).keeps,
        "state": NoticeState.OWED,
        "attempts": 0,
        "error": "",
        "maybe_twice": False,
        "created_at": at.now,
    }


def due_of(at: Moment, notice: Notice, member: Member | None, address: Address) -> Due:
    """Return a notice as delivery takes it: with whom it is for, where it goes, and in which language."""
    return Due(
        id=notice.id or 0,
        kind=Kind(notice.kind),
        address=address,
        member_id=notice.member_id,
        activity_id=notice.activity_id,
        broadcast_id=notice.broadcast_id,
        subject=notice.subject,
        language=(member.language if member else None) or at.policy.language,
        attempts=notice.attempts,
        due_at=notice.due_at,
    )


@dataclass(frozen=True)
class CardShown:
    """A message shows the card of an activity: `digest` tells how it reads, `watches` that its reader runs things.

    `heading` is what stands above it, in HTML, `back` the payload of 返回; or it is the notice's own.
    """

    activity_id: int
    digest: str
    watches: bool = False
    heading: str = ""
    back: str = ""
    notice_id: int | None = None


@dataclass(frozen=True)
class Sent:
    """The channel took the message. `message_id` is what it calls it; `card`: the activity's card that it shows."""

    message_id: str
    card: CardShown | None = None


@dataclass(frozen=True)
class RetryLater:
    """The channel did not take it now; try again at `at`.

    `blame`: the notice itself may be the reason, so the try counts towards its last. `maybe`: no answer came,
    so it may have arrived all the same.
    """

    at: dt.datetime
    reason: str
    blame: bool = True
    maybe: bool = False
    failure: Failure = Failure.OTHER


@dataclass(frozen=True)
class GiveUp:
    """It will never arrive; `unreachable` when the person blocked the bot or never started it, or the group is gone."""

    reason: str
    unreachable: bool = False
    failure: Failure = Failure.OTHER


NO_LONGER_SO = "no longer so"
"""Why a notice ended unsent that had nothing left to say; it is owed again when what it was about is so again."""


@dataclass(frozen=True)
class Moot:
    """What it was about is no longer so; nothing was sent."""

    reason: str


@dataclass(frozen=True)
class Moved:
    """The group has another address now; what is owed to it goes there."""

    address: Address


Outcome = Sent | RetryLater | GiveUp | Moot | Moved


def reopen(session: Session, at: Moment, reason: str, *conditions: Any) -> None:  # noqa: ANN401 - as `cancel_owed`
    """Owe again what was cancelled for that reason and matches `conditions`, if it is still of use.

    Whether something was owed once is known from its row: it comes back with what it was for.
    """
    session.connection().execute(
        update(Notice)
        .where(
            col(Notice.state) == NoticeState.CANCELLED,
            col(Notice.error) == reason,
            col(Notice.expires_at) > at.now,
            *conditions,
        )
        .values(state=NoticeState.OWED, error="")
    )


def cancel_owed(session: Session, reason: str, *conditions: Any) -> None:  # noqa: ANN401 - SQLAlchemy's column expressions
    """Cancel what is owed and matches `conditions` on `Notice`; what is already on its way stays."""
    session.connection().execute(
        update(Notice)
        .where(col(Notice.state) == NoticeState.OWED, *conditions)
        .values(state=NoticeState.CANCELLED, error=reason, failure=None)
    )
