"""Claiming (认领): a team leader takes an open slot for the team; then its members get the card."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.activities import cards
from corps.activities.places import HOLDS_OR_WAITS, is_unclaimed
from corps.activities.planning import owe_cards
from corps.activities.presence import expected
from corps.activities.rules import TEAM_LEFT, concerned_teams, find_activity
from corps.activities.stages import demand_ahead
from corps.moment import Moment
from corps.notices import offices
from corps.notices.declarations import declare
from corps.notices.kinds import Kind
from corps.notices.reach import Reach
from corps.people import Actor, Office, active_members, who_holds
from corps.refusals import Reason, Refused
from corps.signups.slots import count, lock_slot
from corps.sql import insert_once
from corps.teams import demand_teams_in_use
from models import Activity, Claim, Member, Notice, Slot


def _planners(session: Session, activity: Activity, by: int | None) -> Office:
    return who_holds(session, activity.created_by, concerned_teams(session, activity.id or 0), but=(by,))


def _told(session: Session, notice: Notice) -> Office:
    activity = find_activity(session, notice.activity_id or 0)
    return _planners(session, activity, notice.subject.get("by"))


declare(Kind.CLAIMED, cards.shown(cards.is_live), office=_told, single=True)


@dataclass(frozen=True)
class Claimed:
    """The outcome of 认领. `reach` is which members of the team get the card."""

    activity_id: int
    role: str
    reach: Reach

    @property
    def told(self) -> int:
        """How many people hear of it."""
        return self.reach.told


def claim(session: Session, actor: Actor, at: Moment, slot_id: int) -> Claimed:
    """Take an open slot for the leader's team. One team for each slot: the second one is refused."""
    if not (actor.is_leader and actor.team_id is not None):
        raise Refused(Reason.NOT_ALLOWED)
    demand_teams_in_use(session, [actor.team_id])
    slot, activity = lock_slot(session, slot_id)
    demand_ahead(expected(activity, slot), at.now, activity.title)
    row = {"slot_id": slot_id, "team_id": actor.team_id, "member_id": actor.id, "at": at.now}
    if not is_unclaimed(slot) or not insert_once(session, Claim, [row]):
        raise Refused(Reason.ALREADY_CLAIMED, f"slot:{slot_id}", title=activity.title)
    slot.team_id = actor.team_id
    session.add(slot)
    session.flush()
    audit.record(session, at, actor.id, "slot.claim", f"slot:{slot_id}", None, {"team": actor.team_id})
    heard = owe_cards(session, at, activity, active_members(session, [actor.team_id]), but=actor.id)
    _tell_planner(session, actor, at, activity, slot, released=False)
    return Claimed(activity.id or 0, slot.role, heard)


def _tell_planner(
    session: Session, actor: Actor, at: Moment, activity: Activity, slot: Slot, *, released: bool
) -> None:
    """Tell whoever plans the activity that a team has taken a slot, or given it back; not who does it."""
    office, planner = _planners(session, activity, actor.id), session.get(Member, activity.created_by)
    if actor.id in {member.id for member in office.people}:
        return
    word = notices.Owed(
        kind=Kind.CLAIMED,
        key=f"claimed:{slot.id}:{actor.team_id}:{int(released)}:{int(at.now.timestamp())}",
        member=planner,
        subject={"team": actor.team_id, "role": slot.role, "released": released, "by": actor.id},
        activity_id=activity.id,
        expires_at=expected(activity, slot).starts_at,
    )
    notices.owe(session, at, offices.for_one(word, office))


def release(session: Session, actor: Actor, at: Moment, slot_id: int) -> int:
    """Give a claimed slot back (放弃认领) while nobody has signed up in it. Returns the activity's id."""
    slot, activity = lock_slot(session, slot_id)
    if not (slot.open and actor.leads(slot.team_id)):
        raise Refused(Reason.NOT_ALLOWED)
    demand_ahead(expected(activity, slot), at.now, activity.title)
    if count(session, slot_id, HOLDS_OR_WAITS):
        raise Refused(Reason.HAS_SIGN_UPS)
    for claimed in session.exec(select(Claim).where(Claim.slot_id == slot_id)).all():
        session.delete(claimed)
    team_id, slot.team_id = slot.team_id, None
    session.add(slot)
    session.flush()
    audit.record(session, at, actor.id, "slot.release", f"slot:{slot_id}", {"team": team_id}, None)
    if team_id not in concerned_teams(session, activity.id or 0):
        audit.record(session, at, actor.id, TEAM_LEFT, f"activity:{activity.id}", {"team": team_id}, None)
    unsent = [member.id for member in active_members(session, [team_id] if team_id else [])]
    notices.cancel_owed(
        session,
        "the claim was given back",
        col(Notice.activity_id) == activity.id,
        col(Notice.kind) == Kind.CARD.value,
        col(Notice.member_id).in_(unsent),
    )
    _tell_planner(session, actor, at, activity, slot, released=True)
    return activity.id or 0
