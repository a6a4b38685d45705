"""Changing the slots of an activity: how many they take, their name, category and team, one more, one fewer."""

import datetime as dt

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.activities import served_categories
from corps.activities.entry_answers import MOST_SLOTS
from corps.activities.places import HOLDS_OR_WAITS, HOLDS_PLACE, filling_teams
from corps.activities.presence import expected
from corps.activities.rules import TEAM_LEFT, concerned_teams
from corps.activities.stages import closed
from corps.changes.change_notices import Delta
from corps.changes.edit_answers import OPEN, SHARED, Edit, EditField
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.parsing.slot_list import own_hours
from corps.people import active_members
from corps.refusals import Reason, Refused
from corps.signups.slots import count
from corps.signups.waitlist import promote, release
from corps.teams import demand_teams_in_use, event_categories
from models import Activity, ActivityTeam, Attendance, Category, Claim, Notice, SignUp, Slot, Team
from models.enums import ActivityState, SignUpState


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
    if edit.field is EditField.CATEGORY:
        names = {name.code: [name.code, name.zh, name.en] for name in event_categories(session)}
        old = session.get(Category, slot.category)
        before = [old.code, old.name_zh, old.name_en] if old is not None else ["", "", ""]
        if edit.value["category"] not in names:
            raise Refused(Reason.GONE)
        return Delta(EditField.CATEGORY, before, names[edit.value["category"]], slot.id, slot.role)
    if edit.field is EditField.SLOT_TEAM:
        old_team, new_team = (_whose(session, team, open_=open_) for team, open_ in (
            (slot.team_id, slot.open), (edit.value["team"], edit.value["open"])
        ))  # fmt: skip
        return Delta(EditField.SLOT_TEAM, old_team, new_team, slot.id, slot.role)
    if edit.field is EditField.REMOVE:
        _demand_removable(session, slots, slot)
        return Delta(EditField.REMOVE, slot.places, None, slot.id, slot.role)
    taken = count(session, slot.id, HOLDS_PLACE)
    if edit.value["places"] < taken:
        raise Refused(Reason.BELOW_TAKEN, taken=taken, role=slot.role)
    return Delta(EditField.PLACES, slot.places, edit.value["places"], slot.id, slot.role)


def slot_hours(at: Moment, edit: Edit, activity: Activity) -> tuple[dt.datetime, ...]:
    """Return the hours that a slot is to have of its own, empty for none. Refused when they are not the activity's."""
    words = edit.value["hours"]
    if not words:
        return ()
    hours = own_hours(words, at.wall(activity.starts_at), at.wall(activity.ends_at))
    if hours is None:
        raise Refused(Reason.HOURS_OUTSIDE, what=words)
    return tuple(map(at.policy.zone.instant, hours))


def _whose(session: Session, team_id: int | None, *, open_: bool) -> str:
    """Return whose a slot is: a team's short name, or that it waits to be claimed, or is for all teams concerned."""
    if team_id is None:
        return OPEN if open_ else SHARED
    demand_teams_in_use(session, [team_id])
    team = session.get(Team, team_id)
    if team is None:
        raise Refused(Reason.GONE)
    return team.short_name


def losing(session: Session, edit: Edit, slot: Slot) -> list[SignUp]:
    """Return the sign-ups that end when the slot is given to another team, those who wait before those with a place."""
    after = Slot(activity_id=slot.activity_id, team_id=edit.value["team"], open=edit.value["open"])  # type: ignore[call-arg]  # never stored
    there = filling_teams(after, concerned_teams(session, edit.activity_id))
    rows = session.exec(
        select(SignUp)
        .where(SignUp.slot_id == slot.id, col(SignUp.state).in_(HOLDS_OR_WAITS))
        .order_by(col(SignUp.id))
        .with_for_update()
    ).all()
    ending = [row for row in rows if row.team_id not in there]
    return sorted(ending, key=lambda row: row.state in HOLDS_PLACE)


def give_to_team(session: Session, actor_id: int, at: Moment, edit: Edit, activity: Activity, slot: Slot) -> set[int]:
    """Give a slot to another team, to all, or open it to claim again. Returns the members whose place is gone with it.

    A team that filled only this slot takes part no longer. Once it has begun nobody loses a place: then the record is
    put right, and whoever came stays with the own team.
    """
    ending = losing(session, edit, slot) if closed(expected(activity, slot), at.now) is None else []
    former = slot.team_id
    for claim in session.exec(select(Claim).where(Claim.slot_id == slot.id)).all():
        session.delete(claim)
    slot.team_id, slot.open = edit.value["team"], edit.value["open"]
    session.add(slot)
    session.flush()
    _leave_activity(session, at, actor_id, activity, former)
    for row in ending:
        release(session, at, actor_id, row, slot, activity, SignUpState.REMOVED)
    return {row.member_id for row in ending}


def _leave_activity(session: Session, at: Moment, actor_id: int, activity: Activity, team_id: int | None) -> None:
    """Let a team take part no longer if no slot is its to fill; cards that its members have not had are not sent."""
    slots = session.exec(select(Slot).where(Slot.activity_id == activity.id)).all()
    if team_id is None or any(slot.team_id == team_id or (slot.team_id is None and not slot.open) for slot in slots):
        return
    named = select(ActivityTeam).where(ActivityTeam.activity_id == activity.id, ActivityTeam.team_id == team_id)
    for row in session.exec(named).all():
        session.delete(row)
    session.flush()
    audit.record(session, at, actor_id, TEAM_LEFT, f"activity:{activity.id}", {"team": team_id}, None)
    theirs = [member.id for member in active_members(session, [team_id])]
    ours = col(Notice.activity_id) == activity.id, col(Notice.kind) == Kind.CARD.value
    notices.cancel_owed(session, "the team takes part no longer", *ours, col(Notice.member_id).in_(theirs))


def _demand_removable(session: Session, slots: list[Slot], slot: Slot) -> None:
    if len(slots) == 1:
        raise Refused(Reason.LAST_SLOT)
    held = count(session, slot.id or 0, HOLDS_OR_WAITS)
    seen = session.exec(select(Attendance.id).where(Attendance.slot_id == slot.id).limit(1)).first()
    if held or seen is not None:
        raise Refused(Reason.HAS_SIGN_UPS)


def apply_to_slots(
    session: Session, actor_id: int, at: Moment, edit: Edit, activity: Activity, slots: list[Slot]
) -> int:
    """Make a change that `judge_slot` has let pass; more places go to those who wait. Returns the slot's id."""
    slot = next((slot for slot in slots if slot.id == edit.slot_id), None)
    done = served_categories.by_deeds(session, activity.id or 0)
    former = slot.category if slot is not None else ""
    match edit.field:
        case EditField.ADD:
            slot = _add(session, at, edit, activity, slots)
        case EditField.REMOVE if slot is not None:
            _remove(session, slot)
            if slot.team_id is not None and slot.team_id not in concerned_teams(session, edit.activity_id):
                subject = f"activity:{activity.id}"  # its calendar says so for a while
                audit.record(session, at, actor_id, TEAM_LEFT, subject, {"team": slot.team_id}, None)
        case EditField.ROLE if slot is not None:
            slot.role = edit.value["role"]
            session.add(slot)
        case EditField.SLOT_TEAM if slot is not None:
            pass  # `give_to_team` has done it
        case EditField.HOURS if slot is not None:
            slot.starts_at, slot.ends_at = slot_hours(at, edit, activity) or (None, None)
            session.add(slot)
        case EditField.CATEGORY if slot is not None:
            slot.category = edit.value["category"]
            session.add(slot)
        case EditField.PLACES if slot is not None:
            slot.places = edit.value["places"]
            session.add(slot)
            session.flush()
            promote(session, at, slot, activity)
        case _:
            raise Refused(Reason.GONE)
    session.flush()
    if activity.state is ActivityState.REPORTED:
        served_categories.note_correction(session, activity, done, former, slot.category)
    else:
        served_categories.note_plan(session, activity)
    session.flush()
    return slot.id or 0


def _add(session: Session, at: Moment, edit: Edit, activity: Activity, slots: list[Slot]) -> Slot:
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
    if "hours" in line:
        slot.starts_at, slot.ends_at = slot_hours(at, Edit(edit.activity_id, EditField.HOURS, line), activity)
    session.add(slot)
    return slot


def _remove(session: Session, slot: Slot) -> None:
    """Take a slot out with its claim and the ended sign-ups; the audit keeps what was."""
    for table in (SignUp, Claim):
        for row in session.exec(select(table).where(col(table.slot_id) == slot.id)).all():
            session.delete(row)
    session.flush()
    session.delete(slot)
