"""Whom an activity's change concerns: those who hold something in it, and the leaders of the teams concerned."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from corps.activities.places import HOLDS_OR_WAITS
from models import Claim, Member, SignUp, Slot
from models.enums import MemberStatus


def holders(session: Session, activity_id: int, slot_id: int | None = None) -> list[Member]:
    """Return those going, offered a place or waiting, in the whole activity or in one slot."""
    held = select(SignUp.member_id).where(SignUp.activity_id == activity_id, col(SignUp.state).in_(HOLDS_OR_WAITS))
    if slot_id is not None:
        held = held.where(SignUp.slot_id == slot_id)
    return _active(session, col(Member.id).in_(held))


def leaders(session: Session, team_ids: Iterable[int]) -> list[Member]:
    """Return the leaders of these teams. A team without one has nobody to tell."""
    return _active(session, col(Member.is_leader), col(Member.team_id).in_(list(team_ids)))


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
