"""Moving a member to another team."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from corps import audit, notices
from corps.membership import duties
from corps.membership.roles import lock_admitted, powers
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare, names
from corps.notices.kinds import Kind
from corps.people import UNTOLD, Actor, Office, heard, person, who_answers
from corps.refusals import Reason, Refused
from corps.signups.withdrawals import release_future
from corps.teams import demand_teams_in_use
from models import Member, Team
from models.enums import SignUpState


def _still_here(question: Question) -> Parts | None:
    here = question.actor.is_member and question.actor.team_id == question.due.subject["team"]
    return (names(question),) if here else None


def _still_there(question: Question) -> Parts | None:
    """Return who has come, for one who still leads the team they are still in."""
    subject = question.due.subject
    member = question.session.get(Member, subject["member"])
    there = member is not None and member.team_id == subject["team"] and question.actor.manages(subject["team"])
    return (names(question),) if there else None


declare(Kind.MOVED, _still_here)
declare(Kind.MOVED_IN, _still_there, office=lambda session, notice: _receivers(session, notice.subject))


def _receivers(session: Session, subject: dict[str, Any]) -> Office:
    return who_answers(session, subject["team"], but=(subject.get("by"), subject["member"]))


@dataclass(frozen=True)
class Transferred:
    """The outcome. `released` is how many future sign-ups ended with it; `left` is the team left, if any.

    `own` is the person, as who is told (nobody: it is their own doing), `receivers` who is told in the new team.
    """

    person: Actor
    left: int | None
    released: int
    own: Office
    receivers: Office = UNTOLD


def move(session: Session, actor: Actor, at: Moment, member_id: int, team_id: int) -> Transferred:
    """Move a member to another team. The person and the new team's leaders are told.

    Leading belongs to a team, so a leader who is moved leads no more. Places that the new team may not hold
    are passed on.
    """
    member = lock_admitted(session, member_id)
    if not powers(actor, member).move or session.get(Team, team_id) is None:
        raise Refused(Reason.NOT_ALLOWED)
    demand_teams_in_use(session, [team_id])
    if member.team_id == team_id:
        raise Refused(Reason.NOTHING_CHANGED)
    left = member.team_id
    led, before = member.is_leader, {"team": left, "is_leader": member.is_leader}
    member.team_id, member.is_leader = team_id, False
    session.add(member)
    session.flush()
    released = release_future(session, at, actor.id, member, SignUpState.REMOVED, moved_to=team_id)
    audit.record(
        session, at, actor.id, "member.move", f"member:{member_id}", before, {"team": team_id, "is_leader": False}
    )
    own, receivers = _tell_of_move(session, at, actor, member, left, released)
    if led:
        duties.pass_on(session, at, member_id, left)
    return Transferred(person(session, at, member.id or 0), left, released, own, receivers)


def _tell_of_move(
    session: Session, at: Moment, actor: Actor, member: Member, left: int | None, released: int
) -> tuple[Office, Office]:
    """Tell the person and the new team's leaders. Returns who of them will hear."""
    stamp = f"{member.id}:{at.now.timestamp()}"
    subject = {"member": member.id, "from": left, "team": member.team_id, "released": released, "by": actor.member_id}
    office = _receivers(session, subject)
    owed = notices.Owed(Kind.MOVED_IN, f"moved_in:{stamp}", subject=subject).to(office.people)
    own = heard(session, *([member] if member.id != actor.member_id else []))
    owed += [notices.Owed(kind=Kind.MOVED, key=f"moved:{stamp}", member=one, subject=subject) for one in own.people]
    notices.owe(session, at, owed)
    return own, office
