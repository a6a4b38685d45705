"""Moving a member to another team, and removing one from the corps."""

from sqlalchemy import delete
from sqlmodel import Session, col

from corps import audit, notices
from corps.membership import duties
from corps.membership.roles import demand_another_coordinator, lay_down, lock_admitted, powers
from corps.membership.transfers import Transferred
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare, names
from corps.notices.kinds import Kind
from corps.pages import devices
from corps.people import Actor, heard, lock_member, person
from corps.refusals import Reason, Refused
from corps.rotation import turns
from corps.signups.withdrawals import release_future
from models import CalendarFeed, Member, Notice
from models.enums import MemberStatus, SignUpState


def _still_out(question: Question) -> Parts | None:
    return None if question.actor.is_member else (names(question),)


declare(Kind.DISMISSED, _still_out)


def remove(session: Session, actor: Actor, at: Moment, member_id: int) -> Transferred:
    """Remove a member from the corps, who is told. What was done stays; an invitation is the way back."""
    demand_another_coordinator(session, member_id)
    member = lock_admitted(session, member_id)
    if not powers(actor, member).remove:
        raise Refused(Reason.NOT_ALLOWED)
    left = member.team_id
    released = depart(session, at, actor.id, member, MemberStatus.LEFT, SignUpState.REMOVED)
    key = f"dismissed:{member.id}:{at.now.timestamp()}"
    subject = {"from": left, "released": released}
    notices.owe(session, at, [notices.Owed(kind=Kind.DISMISSED, key=key, member=member, subject=subject)])
    return Transferred(person(session, at, member.id or 0), left, released, heard(session, member))


def depart(
    session: Session, at: Moment, actor_id: int, member: Member, status: MemberStatus, ended: SignUpState
) -> int:
    """End a locked member's membership: places are offered to others; roles, team, calendars and browsers end.

    Returns how many sign-ups ended.
    """
    released = release_future(session, at, actor_id, member, ended)
    before = {"status": member.status.value, "team": member.team_id}
    led = member.is_leader or member.is_coordinator
    member.status, member.team_id = status, None
    lay_down(member)
    session.add(member)
    session.flush()
    session.connection().execute(delete(CalendarFeed).where(col(CalendarFeed.member_id) == member.id))
    turns.drop_out(session, at, member.id or 0, *turns.STANDS)
    devices.end(session, at, member.id or 0)
    if led:
        duties.pass_on(session, at, member.id or 0)
    notices.cancel_owed(session, "the person has left", col(Notice.member_id) == member.id)
    audit.record(
        session, at, actor_id, "member.depart", f"member:{member.id}", before, {"status": status.value, "team": None}
    )
    return released


def leave(session: Session, actor: Actor, at: Moment) -> int:
    """Leave the corps. What was done stays on record; an invitation is the way back.

    Returns how many future sign-ups ended. Raises Refused for the last coordinator.
    """
    if not actor.is_member:
        raise Refused(Reason.NOT_MEMBER)
    demand_another_coordinator(session, actor.id)
    member = lock_member(session, actor.id)
    return depart(session, at, actor.id, member, MemberStatus.LEFT, SignUpState.WITHDRAWN)
