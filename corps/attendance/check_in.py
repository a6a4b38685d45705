"""Somebody on site with the check-in code: checked in when going, else offered a free place on the spot."""

from dataclasses import dataclass

from sqlmodel import Session, select

from corps import audit
from corps.activities.cards import Card, SlotCard, see
from corps.activities.presence import came, demand_check_in_open
from corps.activities.rules import HOLDS_PLACE, eligible, find_activity
from corps.attendance.roll_call import _row, _set
from corps.moment import Moment
from corps.people import Actor, lock_member
from corps.refusals import Reason, Refused
from corps.signups.slots import count, find_sign_up, lock_slot, overlapping
from corps.signups.waitlist import leave_others
from models import Activity, SignUp, Slot
from models.enums import AttendanceState, SignUpState, Source


def check_in(session: Session, actor: Actor, at: Moment, activity_id: int) -> None:
    """Check in on the spot: from 30 minutes before the start to the end, by somebody who is going."""
    activity = find_activity(session, activity_id)
    demand_check_in_open(activity, at.now, activity.title)
    sign_up = session.exec(
        select(SignUp).where(
            SignUp.activity_id == activity_id, SignUp.member_id == actor.id, SignUp.state == SignUpState.GOING
        )
    ).first()
    if sign_up is None:
        raise Refused(Reason.NOT_SIGNED_UP, title=activity.title)
    row = _row(session, activity_id, actor.id)
    if row is not None and came(row.state):
        raise Refused(Reason.ALREADY_HERE, title=activity.title)
    _set(
        session, at, actor.id, row, activity_id, actor.id, sign_up.slot_id, sign_up.team_id,
        AttendanceState.PRESENT, Source.SELF_CHECKED,
    )  # fmt: skip


def find_by_code(session: Session, code: str) -> int:
    """Return the activity behind an on-site check-in code. Raises Refused when there is none."""
    found = session.exec(select(Activity.id).where(Activity.check_in_code == code)).first()
    if found is None:
        raise Refused(Reason.GONE)
    return found


@dataclass(frozen=True)
class Arrival:
    """What the code on site led to. `checked_in`, or the slots in which there is a place on the spot."""

    card: Card
    checked_in: bool
    slots: tuple[SlotCard, ...] = ()


def arrive(session: Session, actor: Actor, at: Moment, code: str) -> Arrival:
    """Check in by the code shown on site. Somebody who is not signed up gets the free places to choose from."""
    activity_id = find_by_code(session, code)
    try:
        check_in(session, actor, at, activity_id)
    except Refused as no:
        if no.reason is not Reason.NOT_SIGNED_UP:
            raise
        card = see(session, actor, at, activity_id)
        return Arrival(card, checked_in=False, slots=_open_slots(session, actor, card))
    return Arrival(see(session, actor, at, activity_id), checked_in=True)


def _open_slots(session: Session, actor: Actor, card: Card) -> tuple[SlotCard, ...]:
    """Return the slots that have a place for this person now. Before the start, those who wait come first."""
    rows = session.exec(select(Slot).where(Slot.activity_id == card.id)).all()
    mine = {slot.id for slot in rows if eligible(actor.team_id, slot, card.team_ids)}
    return tuple(
        slot
        for slot in card.slots
        if slot.mine is SignUpState.OFFERED
        or (slot.id in mine and slot.free > 0 and (card.started or not slot.waiting))
    )


def walk_in(session: Session, actor: Actor, at: Moment, slot_id: int) -> int:
    """Take a free place on site and check in at once. Returns the activity's id; Refused when there is none."""
    member = lock_member(session, actor.id)
    slot, activity = lock_slot(session, slot_id)
    demand_check_in_open(activity, at.now, activity.title)
    card = see(session, actor, at, activity.id or 0)
    mine = find_sign_up(session, slot_id, actor.id)
    going = mine is not None and mine.state is SignUpState.GOING
    if not going:
        if slot_id not in {open_slot.id for open_slot in _open_slots(session, actor, card)}:
            raise Refused(Reason.FULL if slot.places <= count(session, slot_id, HOLDS_PLACE) else Reason.OTHER_TEAM)
        clash = overlapping(session, actor.id, activity, but=(mine.id or 0) if mine else 0, states=(SignUpState.GOING,))
        if clash is not None:
            raise Refused(Reason.OVERLAP, title=clash.title)
        _take(session, actor, at, slot, activity, mine, member.team_id)
    check_in(session, actor, at, activity.id or 0)
    return activity.id or 0


def _take(
    session: Session, actor: Actor, at: Moment, slot: Slot, activity: Activity, mine: SignUp | None, team: int | None
) -> None:
    before = mine.state.value if mine else None
    row = mine or SignUp(
        activity_id=activity.id or 0,
        slot_id=slot.id or 0,
        member_id=actor.id,
        team_id=team,
        state=SignUpState.GOING,
        queued_at=at.now,
        created_at=at.now,
        updated_at=at.now,
    )
    row.state, row.team_id, row.updated_at, row.offered_until = SignUpState.GOING, team, at.now, None
    session.add(row)
    session.flush()
    audit.record(session, at, actor.id, "signup.walk_in", f"slot:{slot.id}", {"state": before}, {"state": "going"})
    leave_others(session, actor, at, activity, slot.id or 0)
