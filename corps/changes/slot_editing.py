"""Changing the slots of an activity: how many they take, what they are called, one more, one fewer."""

from sqlmodel import Session, col, select

from corps.activities import served_categories
from corps.activities.entry_answers import MOST_SLOTS
from corps.activities.places import HOLDS_OR_WAITS, HOLDS_PLACE
from corps.activities.rules import concerned_teams
from corps.changes.change_notices import Delta
from corps.changes.edit_answers import Edit, EditField
from corps.moment import Moment
from corps.refusals import Reason, Refused
from corps.signups.slots import count
from corps.signups.waitlist import promote
from models import Activity, Attendance, Claim, SignUp, Slot


def judge_slot(session: Session, edit: Edit, slots: list[Slot], slot: Slot | None) -> Delta:
    """Return a change of a slot as old → new. Raises Refused when it cannot be made; the slots are locked."""
    if edit.field is EditField.ADD:
        if len(slots) >= MOST_SLOTS:
            raise Refused(Reason.TOO_MANY_SLOTS, most=MOST_SLOTS)
        line = edit.value["slots"][0]
        return Delta(EditField.ADD, None, line["places"], 0, line["role"])
    if slot is None or slot.id is None:
        raise Refused(Reason.GONE)
    if edit.field is EditField.ROLE:
        return Delta(EditField.ROLE, slot.role, edit.value["role"], slot.id, slot.role)
    if edit.field is EditField.REMOVE:
        _demand_removable(session, slots, slot)
        return Delta(EditField.REMOVE, slot.places, None, slot.id, slot.role)
    taken = count(session, slot.id, HOLDS_PLACE)
    if edit.value["places"] < taken:
        raise Refused(Reason.BELOW_TAKEN, taken=taken, role=slot.role)
    return Delta(EditField.PLACES, slot.places, edit.value["places"], slot.id, slot.role)


def _demand_removable(session: Session, slots: list[Slot], slot: Slot) -> None:
    if len(slots) == 1:
        raise Refused(Reason.LAST_SLOT)
    held = count(session, slot.id or 0, HOLDS_OR_WAITS)
    seen = session.exec(select(Attendance.id).where(Attendance.slot_id == slot.id).limit(1)).first()
    if held or seen is not None:
        raise Refused(Reason.HAS_SIGN_UPS)


def apply_to_slots(session: Session, at: Moment, edit: Edit, activity: Activity, slots: list[Slot]) -> int:
    """Make a change that `judge_slot` has let pass; more places go to those who wait. Returns the slot's id."""
    slot = next((slot for slot in slots if slot.id == edit.slot_id), None)
    match edit.field:
        case EditField.ADD:
            slot = _add(session, edit, activity, slots)
        case EditField.REMOVE if slot is not None:
            _remove(session, slot)
        case EditField.ROLE if slot is not None:
            slot.role = edit.value["role"]
            session.add(slot)
        case EditField.PLACES if slot is not None:
            slot.places = edit.value["places"]
            session.add(slot)
            session.flush()
            promote(session, at, slot, activity)
        case _:
            raise Refused(Reason.GONE)
    served_categories.note_plan(session, activity)
    session.flush()
    return slot.id or 0


def _add(session: Session, edit: Edit, activity: Activity, slots: list[Slot]) -> Slot:
    """Add a slot: of the team or category it names, else as the others are."""
    line = edit.value["slots"][0]
    teams = list(concerned_teams(session, activity.id or 0))
    team = line["team"] or (teams[0] if len(teams) == 1 and not line["open"] else None)
    slot = Slot(
        activity_id=activity.id or 0,
        category=line["category"] or slots[0].category,
        role=line["role"],
        places=line["places"],
        team_id=team,
        open=team is None and (line["open"] or not teams),
        position=1 + max(slot.position for slot in slots),
    )
    session.add(slot)
    return slot


def _remove(session: Session, slot: Slot) -> None:
    """Take a slot out with its claim and the ended sign-ups; the audit keeps what was."""
    for table in (SignUp, Claim):
        for row in session.exec(select(table).where(col(table.slot_id) == slot.id)).all():
            session.delete(row)
    session.flush()
    session.delete(slot)
