"""Claiming (认领): a team leader takes an open slot for the team; then its members get the card."""

from dataclasses import dataclass

from sqlmodel import Session

from corps import audit
from corps.activities import owe_cards
from corps.moment import Moment
from corps.once import insert_once
from corps.people import Actor, active_members
from corps.places import lock_slot
from corps.refusals import Reason, Refused
from models import Claim
from models.words import ActivityState


@dataclass(frozen=True)
class Claimed:
    """The outcome of 认领. `told` is how many members of the team get the card."""

    activity_id: int
    role: str
    told: int


def claim(session: Session, actor: Actor, at: Moment, slot_id: int) -> Claimed:
    """Take an open slot for the leader's team. One team a slot: the second gets a clear no."""
    if not (actor.is_leader and actor.team_id is not None):
        raise Refused(Reason.NOT_ALLOWED)
    slot, activity = lock_slot(session, slot_id)
    if activity.state is ActivityState.CANCELLED:
        raise Refused(Reason.CANCELLED, title=activity.title)
    if activity.state is not ActivityState.PUBLISHED:
        raise Refused(Reason.NOT_PUBLISHED, title=activity.title)
    if activity.starts_at <= at.now:
        raise Refused(Reason.STARTED, title=activity.title)
    row = {"slot_id": slot_id, "team_id": actor.team_id, "member_id": actor.id, "at": at.now}
    if slot.team_id is not None or not slot.open or not insert_once(session, Claim, [row]):
        raise Refused(Reason.ALREADY_CLAIMED, title=activity.title)
    slot.team_id = actor.team_id
    session.add(slot)
    session.flush()
    audit.record(session, at, actor.id, "slot.claim", f"slot:{slot_id}", None, {"team": actor.team_id})
    told = owe_cards(session, at, activity, active_members(session, [actor.team_id]), but=actor.id)
    return Claimed(activity.id or 0, slot.role, told)
