"""Whom an activity's change concerns: those who hold something in it, and the leaders of the teams concerned."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from corps.activities.places import HOLDS_OR_WAITS
from corps.activities.rules import concerned_teams
from corps.people import UNTOLD, Office, who_answers
from models import Claim, Member, Notice, SignUp, Slot
from models.enums import MemberStatus


def holders(session: Session, activity_id: int, slot_id: int | None = None) -> list[Member]:
    """Return those going, offered a place or waiting, in the whole activity or in one slot."""
    held = select(SignUp.member_id).where(SignUp.activity_id == activity_id, col(SignUp.state).in_(HOLDS_OR_WAITS))
    if slot_id is not None:
        held = held.where(SignUp.slot_id == slot_id)
    return _active(session, col(Member.id).in_(held))


def leaders(session: Session, team_ids: Iterable[int]) -> list[Member]:
    """Return the leaders of these teams."""
    return _active(session, col(Member.is_leader), col(Member.team_id).in_(list(team_ids)))


def answering(session: Session, team_ids: Iterable[int], but: int | None) -> list[Member]:
    """Return the leaders of these teams, and the coordinators for a team none of whose leaders can be reached."""
    teams = list(team_ids)
    offices = [who_answers(session, team, but=(but,)) for team in teams]
    standing_in = (member for office in offices if office.stands_in for member in office.people)
    return [*leaders(session, teams), *standing_in]


def office_of(session: Session, notice: Notice) -> Office:
    """Return who answers for the team of a leader whom the notice was for as such; nobody, for it is their own place.

    Somebody who holds a place reads of it for themselves, and nobody can read it for them.
    """
    member = session.get(Member, notice.member_id)
    activity_id = notice.activity_id or 0
    if member is None or not member.is_leader or member.team_id not in concerned_teams(session, activity_id):
        return UNTOLD
    return who_answers(session, member.team_id, but=(member.id,))


def claimers(session: Session, activity_id: int) -> list[Member]:
    """Return those who claimed a slot of the activity for their team."""
    claimed = select(Claim.member_id).join(Slot, col(Slot.id) == col(Claim.slot_id))
    return _active(session, col(Member.id).in_(claimed.where(Slot.activity_id == activity_id)))


def _active(session: Session, *conditions: object) -> list[Member]:
    statement = select(Member).where(Member.status == MemberStatus.ACTIVE, *conditions)  # type: ignore[arg-type]
    return list(session.exec(statement.order_by(col(Member.id))).all())


def each_once(*groups: Iterable[Member], but: int | None) -> list[Member]:
    """Return everybody in the groups, each once, without the one who caused it."""
    return list({member.id: member for group in groups for member in group if member.id != but}.values())
