"""收到: who has confirmed a broadcast, and 催一下 for those who have not."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.broadcasts import group_copies
from corps.broadcasts.broadcasts import find
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import insert_once
from models import Acknowledgement, Broadcast, Member, Notice
from models.enums import MemberStatus, NoticeState

NUDGE_PAUSE = dt.timedelta(hours=12)
"""How long a broadcast rests between two reminders."""

RECENT, MOST_ASKED = dt.timedelta(days=30), 5
"""收到 that is typed is about something of the last month; so many are named when it is not clear what."""


def acknowledge(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> bool:
    """Note that the person has read a broadcast. Returns False when it was noted before.

    Raises Refused for somebody who was never to get it: buttons can be forged.
    """
    row = session.get(Broadcast, broadcast_id)
    if row is None or row.sent_at is None:
        raise Refused(Reason.GONE)
    if not concerns(session, actor, row):
        raise Refused(Reason.NOT_ALLOWED)
    rows = [{"broadcast_id": broadcast_id, "member_id": actor.id, "at": at.now}]
    return insert_once(session, Acknowledgement, rows) == 1


@dataclass(frozen=True)
class Typed:
    """What 收到 typed without a button is about: the one broadcast that waits for it, or several to choose from."""

    waiting: tuple[tuple[int, str], ...]
    """The number and the text of each, the newest first."""

    @property
    def settled(self) -> bool:
        """Whether it was clear which one is meant, so that it is noted now."""
        return len(self.waiting) == 1


@dataclass(frozen=True)
class Receipt:
    """Noted, now (`first`) or before. `copies` are the messages in this chat that still offer 收到 for it."""

    first: bool
    copies: tuple[str, ...]


def receive(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Receipt:
    """收到, by whichever message it is said: note it, and return all that offered it."""
    first = acknowledge(session, actor, at, broadcast_id)
    kinds = (Kind.BROADCAST.value, Kind.NUDGE.value, Kind.CORRECTION.value)
    copies = select(Notice.message_id).where(
        Notice.broadcast_id == broadcast_id,
        Notice.member_id == actor.member_id,
        Notice.address == actor.address,
        col(Notice.kind).in_(kinds),
        col(Notice.message_id).is_not(None),
    )
    return Receipt(first, tuple(one for one in session.exec(copies.order_by(col(Notice.id))).all() if one))


def take_typed(session: Session, actor: Actor, at: Moment) -> tuple[Typed, Receipt | None]:
    """Note that the person has read the one broadcast that waits for 收到; of several ask which."""
    typed = waiting(session, actor, at)
    return typed, receive(session, actor, at, typed.waiting[0][0]) if typed.settled else None


def waiting(session: Session, actor: Actor, at: Moment) -> Typed:
    """Return the broadcasts that wait for the person's 收到."""
    if not actor.is_member:
        return Typed(())
    answered = select(Acknowledgement.broadcast_id).where(Acknowledgement.member_id == actor.member_id)
    got = select(Notice.broadcast_id).where(
        Notice.member_id == actor.member_id,
        Notice.kind == Kind.BROADCAST.value,
        Notice.state == NoticeState.SENT,
    )
    rows = session.exec(
        select(Broadcast)
        .where(col(Broadcast.id).in_(got), col(Broadcast.id).not_in(answered), col(Broadcast.sent_at) > at.now - RECENT)
        .order_by(col(Broadcast.sent_at).desc(), col(Broadcast.id).desc())
        .limit(MOST_ASKED)
    ).all()
    return Typed(tuple((row.id or 0, row.html) for row in rows))


def concerns(session: Session, actor: Actor, row: Broadcast) -> bool:
    """Tell whether a broadcast was sent to the person, or to the group of the person's team."""
    if actor.team_id is not None and actor.team_id in group_copies.grouped(row):
        return True
    got = select(Notice.id).where(Notice.broadcast_id == row.id, Notice.member_id == actor.id).limit(1)
    return session.exec(got).first() is not None


def has_acknowledged(session: Session, broadcast_id: int, member_id: int | None) -> bool:
    """Tell whether the person has pressed 收到."""
    return member_id is not None and session.get(Acknowledgement, (broadcast_id, member_id)) is not None


def expected(row: Broadcast) -> Any:  # noqa: ANN401 - SQLAlchemy's select
    """Return the select of the member ids that a broadcast has reached, by themselves or in their team's group."""
    reached = select(Notice.member_id).where(
        Notice.broadcast_id == row.id,
        Notice.kind == Kind.BROADCAST.value,
        Notice.state == NoticeState.SENT,
        col(Notice.member_id).is_not(None),
    )
    return reached.union(group_copies.reached(row))


def silent(row: Broadcast) -> tuple[Any, ...]:
    """Return the conditions on Member of those whom it reached and who have not pressed 收到."""
    answered = select(Acknowledgement.member_id).where(Acknowledgement.broadcast_id == row.id)
    return (
        col(Member.id).in_(expected(row)),
        col(Member.id).not_in(answered),
        Member.status == MemberStatus.ACTIVE,
    )


def nudge(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> int:
    """催一下: owe a reminder to those who have not answered. Returns to how many.

    Raises Refused within twelve hours of the last one, and when everybody has answered.
    """
    row = find(session, actor, broadcast_id)
    if row.nudged_at is not None and at.now < row.nudged_at + NUDGE_PAUSE:
        raise Refused(Reason.NUDGED_LATELY, f"broadcast:{broadcast_id}", again=row.nudged_at + NUDGE_PAUSE)
    people = session.exec(select(Member).where(*silent(row), Member.id != actor.id)).all()
    if not people:
        raise Refused(Reason.EVERYBODY_ANSWERED)
    row.nudged_at = at.now
    session.add(row)
    stamp = int(at.now.timestamp())
    audit.record(session, at, actor.id, "broadcast.nudge", f"broadcast:{broadcast_id}", None, {"people": len(people)})
    word = notices.Owed(Kind.NUDGE, f"bcn:{broadcast_id}:{stamp}", broadcast_id=broadcast_id)
    return notices.owe(session, at, word.to(people))
