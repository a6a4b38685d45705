"""Erasing a person: activities and hours stay, under a pseudonym (docs/rules.md, rule 10)."""

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from corps import audit
from corps.membership.leaving import depart
from corps.membership.roles import demand_another_coordinator
from corps.moment import Moment
from corps.people import Actor, lock_member
from models import Audit, Broadcast, Draft, Member, Notice
from models.enums import MemberStatus, NoticeState, SignUpState


def erase(session: Session, actor: Actor, at: Moment) -> int:
    """Forget who the person is. Returns how many future sign-ups ended.

    The name gives way to a pseudonym; the Telegram id, settings, drafts and the content of notices go.
    Attendance, hours and what the person made stay, as the corps' record. Raises Refused for the last
    coordinator.
    """
    demand_another_coordinator(session, actor.id)
    member = lock_member(session, actor.id)
    released = depart(session, at, actor.id, member, MemberStatus.ERASED, SignUpState.WITHDRAWN)
    _forget(member)
    session.add(member)
    session.flush()
    connection = session.connection()
    connection.execute(delete(Draft).where(col(Draft.telegram_id) == actor.telegram_id))
    connection.execute(
        update(Broadcast)
        .where(col(Broadcast.card_chat_id) == actor.telegram_id)
        .values(card_chat_id=None, card_message_id=None)
    )
    _empty_notices(session, actor.id)
    _redact_trace(session, actor.id)
    audit.record(session, at, actor.id, "member.erase", f"member:{actor.id}")
    return released


def pseudonym(member_id: int) -> str:
    """Return what stands in lists where an erased person's name was."""
    return f"成员#{member_id} 已删除"


def _forget(member: Member) -> None:
    member.name, member.telegram_id, member.language = pseudonym(member.id or 0), None, None
    member.consent_version = member.consented_at = None
    member.reminders, member.lead_minutes, member.paused_until, member.unreachable_since = True, None, None, None


def _empty_notices(session: Session, member_id: int) -> None:
    """Cancel what is still owed to the person, and keep of the rest only that something was sent."""
    own = col(Notice.member_id) == member_id
    waiting = col(Notice.state).in_((NoticeState.OWED, NoticeState.LEASED))
    session.connection().execute(update(Notice).where(own, waiting).values(state=NoticeState.CANCELLED))
    session.connection().execute(
        update(Notice).where(own).values(chat_id=0, subject={}, error="", message_id=None, lease_until=None)
    )


def _redact_trace(session: Session, member_id: int) -> None:
    """Take the names out of the trace of name changes: the one exception to its being append-only."""
    rows = session.exec(
        select(Audit).where(Audit.subject == f"member:{member_id}", Audit.action == "member.rename")
    ).all()
    for row in rows:
        row.before = row.after = {"name": pseudonym(member_id)}
        session.add(row)
    session.flush()
