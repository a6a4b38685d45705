"""Whether somebody can be reached: who blocked the bot is left alone, the leader is told once, until they return."""

import datetime as dt

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from corps import audit
from corps.moment import Moment
from corps.notices import outbox
from corps.notices.kinds import Kind
from corps.people import coordinators, leaders_of
from models import Member, Notice
from models.enums import MemberStatus, NoticeState

UNREACHABLE = "unreachable"
"""Why a notice was cancelled or failed: the person can't be reached. Such notices are owed again on return."""

PROBE = "probe"
"""In a notice's subject: it is to be tried although the person is marked. That it arrives takes the mark away."""

GATHER = dt.timedelta(minutes=10)
"""How long the word to the leader waits: a broadcast finds many at once, and they make one message."""


def lost(session: Session, at: Moment, member_id: int | None) -> bool:
    """Mark somebody as unreachable and tell those who lead them, once. Returns False when it is known already."""
    member = session.get(Member, member_id) if member_id else None
    if member is None or member.unreachable_since is not None:
        return False
    member.unreachable_since = at.now
    session.add(member)
    audit.record(session, at, member.id, "member.unreachable", f"member:{member.id}")
    if member.status is MemberStatus.ACTIVE:
        outbox.owe(session, at, [_word(session, at, member, leader) for leader in _who_helps(session, member)])
    return True


def _who_helps(session: Session, member: Member) -> list[Member]:
    """Return the leaders of the person's team who can be reached themselves, else the coordinators."""
    for helpers in (leaders_of(session, member.team_id), coordinators(session)):
        found = [helper for helper in helpers if helper.id != member.id and helper.unreachable_since is None]
        if found:
            return found
    return []


def _word(session: Session, at: Moment, member: Member, leader: Member) -> outbox.Owed:
    return outbox.Owed(
        kind=Kind.UNREACHABLE,
        key=f"unreachable:{member.id}:{int(at.now.timestamp())}:{leader.id}",
        member=leader,
        subject={"member": member.id},
        due_at=_gathering(session, leader) or at.now + GATHER,
    )


def _gathering(session: Session, leader: Member) -> dt.datetime | None:
    """Return when the word that the leader is owed already goes out: whoever is lost until then is in it."""
    return session.exec(
        select(func.min(Notice.due_at)).where(
            Notice.kind == Kind.UNREACHABLE.value,
            Notice.member_id == leader.id,
            Notice.state == NoticeState.OWED,
        )
    ).one()


def back(session: Session, at: Moment, member: Member) -> int:
    """Unmark somebody who is back, and owe again what is still of use. Returns how many notices that were."""
    if member.unreachable_since is None:
        return 0
    member.unreachable_since = None
    session.add(member)
    audit.record(session, at, member.id, "member.back", f"member:{member.id}")
    given_up = or_(col(Notice.error) == UNREACHABLE, col(Notice.state) == NoticeState.FAILED)
    again = session.connection().execute(
        update(Notice)
        .where(
            col(Notice.member_id) == member.id,
            col(Notice.state).in_((NoticeState.CANCELLED, NoticeState.FAILED)),
            given_up,
            col(Notice.expires_at) > at.now,
        )
        .values(state=NoticeState.OWED, attempts=0, retry_at=None)
    )
    return again.rowcount
