"""Changing an activity (修改): judged under the lock, then everything that hangs on it is re-aimed, and people told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, case, literal, update
from sqlmodel import Session, col, select

from corps import audit, notices
from corps.activities.cautions import Caution, cautions_at
from corps.activities.places import HOLDS_PLACE, hours_of, last_begins, serves_at
from corps.activities.planning import audience, owe_cards
from corps.activities.presence import bring_marks_back, came_there, doors_open, expected, set_marks_aside
from corps.activities.rules import concerned_teams, demand_own_plan, may_shape
from corps.activities.stages import CORRECTABLE, EDITABLE, closed
from corps.changes import change_notices
from corps.changes.change_notices import Delta
from corps.changes.edit_answers import CORRECTIONS, Edit, EditField
from corps.changes.slot_editing import apply_to_slots, give_to_team, judge_slot, losing, slot_hours
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.notices.reach import Reach
from corps.people import Actor, active_members, demand_coordinator
from corps.refusals import Reason, Refused
from corps.signups import last_calls, reminders
from corps.signups.slots import lock_whole
from corps.signups.waitlist import reaim_offers
from corps.teams import CategoryName, demand_teams_in_use, list_categories, list_teams, venue_name
from models import Activity, ActivityTeam, Attendance, Member, Notice, SignUp, Slot, Team
from models.columns import Instant
from models.enums import ActivityState, NoticeState

MOVED = "the time was changed"
"""Why a reminder or a request for a report was cancelled; it is owed again when the activity is put back."""


@dataclass(frozen=True)
class Proposal:
    """A change before it is made: the old and the new value, who is told, and what to check first.

    `clashing` is how many of those who come have another activity at the new time; `losing` are the names of those who
    lose their place by the change; `counting` are the categories that will count, if the change concerns them.
    """

    activity_id: int
    title: str
    draft: bool
    delta: Delta
    reach: Reach
    cautions: tuple[Caution, ...] = ()
    clashing: int = 0
    losing: tuple[str, ...] = ()
    counting: tuple[CategoryName, ...] = ()

    @property
    def told(self) -> int:
        """How many people hear of it."""
        return self.reach.told


@dataclass(frozen=True)
class Changed:
    """The outcome of a change. `reach` is who is told, how and when."""

    activity_id: int
    draft: bool
    delta: Delta
    reach: Reach

    @property
    def told(self) -> int:
        """How many people hear of it."""
        return self.reach.told


def open_for_editing(session: Session, actor: Actor, at: Moment, activity_id: int) -> Activity:
    """Return the activity if `actor` may change it now, and let undelivered word of earlier changes wait."""
    activity, _ = _editable(session, actor, activity_id)
    change_notices.hold(session, at, activity_id)
    return activity


def leave(session: Session, actor: Actor, at: Moment, activity_id: int) -> None:
    """End the changes of an activity: the messages about them need not wait any longer."""
    if actor.is_coordinator:
        change_notices.let_go(session, at, activity_id)


def propose(session: Session, actor: Actor, at: Moment, edit: Edit) -> Proposal:
    """Return what a change would do. Raises Refused when it cannot be made; changes nothing."""
    activity, slots = _editable(session, actor, edit.activity_id, edit.field)
    delta, slot = _judge(session, at, edit, activity, slots)
    draft = activity.state is ActivityState.DRAFT
    over = activity.ends_at <= at.now and delta.field is not EditField.TIME
    people = [] if draft or over else _told(session, edit, activity, delta, slot, actor.id)
    heard = change_notices.reach_of_change(session, at, activity, people, delta)
    found: tuple[Caution, ...] = ()
    clashing = 0
    if delta.field is EditField.TIME:
        starts_at, ends_at = (dt.datetime.fromisoformat(text) for text in delta.new)
        found = cautions_at(session, at, edit.activity_id, starts_at, ends_at)
        clashing = _clashing(session, edit.activity_id, starts_at, ends_at)
    lost = _losing(session, at, edit, activity, slot)
    counting = _counting(session, delta, slots) if delta.field is EditField.CATEGORY else ()
    return Proposal(edit.activity_id, activity.title, draft, delta, heard, found, clashing, lost, counting)


def _told(session: Session, edit: Edit, activity: Activity, delta: Delta, slot: Slot | None, but: int) -> list[Member]:
    """Return who hears of a change; of a slot that changes hands also the leaders who have it or can take it now."""
    also: list[int] = []
    if delta.field is EditField.SLOT_TEAM:
        also = [edit.value["team"]] if edit.value["team"] else []
        also = [team.id for team in list_teams(session)] if edit.value["open"] else also
    return change_notices.audience(session, activity, delta, slot, but, also)


def _losing(session: Session, at: Moment, edit: Edit, activity: Activity, slot: Slot | None) -> tuple[str, ...]:
    if edit.field is not EditField.SLOT_TEAM or slot is None or closed(expected(activity, slot), at.now) is not None:
        return ()
    people = (session.get(Member, row.member_id) for row in losing(session, edit, slot))
    return tuple(member.name for member in people if member is not None)


def _counting(session: Session, delta: Delta, slots: list[Slot]) -> tuple[CategoryName, ...]:
    codes = {delta.new[0] if slot.id == delta.slot_id else slot.category for slot in slots}
    return tuple(CategoryName.of(row) for row in list_categories(session, retired=True) if row.code in codes)


def change(session: Session, actor: Actor, at: Moment, edit: Edit) -> Changed:
    """Make a change, until the activity is verified. Those affected are told once; a leader changes the own draft."""
    activity, slots = _editable(session, actor, edit.activity_id, edit.field)
    delta, slot = _judge(session, at, edit, activity, slots)
    draft = activity.state is ActivityState.DRAFT
    over = activity.ends_at <= at.now
    people = [] if draft else _told(session, edit, activity, delta, slot, actor.id)
    activity.revision += 1
    session.add(activity)
    delta, unmarked, unplaced = _apply(session, actor, at, edit, delta, activity, slots)
    demand_own_plan(session, actor, edit.activity_id)
    subject = f"activity:{activity.id}"
    audit.record(session, at, actor.id, f"activity.{delta.field.value}", subject, {"is": delta.old}, delta.data())
    if not draft and not (over and activity.ends_at <= at.now):
        change_notices.owe_changed(session, at, activity, people, delta, unmarked, unplaced)
    else:
        people = []
    change_notices.let_go(session, at, edit.activity_id)
    return Changed(edit.activity_id, draft, delta, change_notices.reach_of_change(session, at, activity, people, delta))


def ask_check_out(session: Session, actor: Actor, at: Moment, activity_id: int, *, check_out: bool) -> None:
    """仅签到 or 签到签退: say whether people check out, too. Their cards say it; nobody is written to."""
    activity, _ = _editable(session, actor, activity_id, EditField.TIME)
    if activity.ends_at <= at.now:
        raise Refused(Reason.TIME_PAST, title=activity.title)
    if activity.check_out is check_out:
        return
    activity.check_out = check_out
    activity.revision += 1
    session.add(activity)
    subject = f"activity:{activity.id}"
    audit.record(
        session, at, actor.id, "activity.check_out", subject, {"check_out": not check_out}, {"check_out": check_out}
    )


def _editable(
    session: Session, actor: Actor, activity_id: int, field: EditField | None = None
) -> tuple[Activity, list[Slot]]:
    """Return what is to be changed, locked. Refused when it can't be, or `field` can't any more."""
    activity, slots = lock_whole(session, activity_id)
    teams = tuple(concerned_teams(session, activity_id))
    if not (activity.state is ActivityState.DRAFT and may_shape(actor, activity.created_by, teams)):
        demand_coordinator(actor)
    if activity.state is ActivityState.CANCELLED:
        raise Refused(Reason.CANCELLED, f"activity:{activity.id}", title=activity.title)
    if activity.state not in CORRECTABLE:
        raise Refused(Reason.VERIFIED, f"activity:{activity.id}", title=activity.title)
    if activity.state not in EDITABLE and field is not None and field not in CORRECTIONS:
        raise Refused(Reason.REPORTED, f"activity:{activity.id}", title=activity.title)
    return activity, slots


def _judge(
    session: Session, at: Moment, edit: Edit, activity: Activity, slots: list[Slot]
) -> tuple[Delta, Slot | None]:
    """Return the change as old → new, and the slot it is about. Raises Refused when it cannot be made."""
    slot = next((slot for slot in slots if slot.id == edit.slot_id), None)
    match edit.field:
        case EditField.TIME:
            delta = _judge_time(session, at, edit, activity)
        case EditField.TEAM:
            delta = _judge_team(session, edit)
        case EditField.HOURS if slot is not None:
            hours = slot_hours(at, edit, activity)
            old = [slot.starts_at.isoformat(), slot.ends_at.isoformat()] if slot.starts_at and slot.ends_at else []
            delta = Delta(edit.field, old, [end.isoformat() for end in hours], slot.id or 0, slot.role)
        case (
            EditField.ADD
            | EditField.PLACES
            | EditField.REMOVE
            | EditField.ROLE
            | EditField.CATEGORY
            | EditField.SLOT_TEAM
            | EditField.HOURS
        ):
            delta = judge_slot(session, edit, slots, slot)
        case EditField.VENUE:
            names = [venue_name(session, code) for code in (activity.venue, edit.value["venue"])]
            was, is_now = ([name.code, name.zh, name.en] for name in names)
            delta = Delta(edit.field, was, is_now)
        case _:
            old = getattr(activity, edit.field.value)
            delta = Delta(edit.field, str(old), str(edit.value[edit.field.value]))
    if delta.old == delta.new:
        raise Refused(Reason.NOTHING_CHANGED)
    return delta, slot


def _judge_time(session: Session, at: Moment, edit: Edit, activity: Activity) -> Delta:
    zone = at.policy.zone
    starts, ends = (zone.instant(dt.datetime.fromisoformat(edit.value[end])) for end in ("starts", "ends"))
    began = activity.starts_at <= at.now and (
        activity.state is ActivityState.PUBLISHED or bool(activity.back_entry_reason)
    )
    late = ends if activity.state is ActivityState.DRAFT else starts  # a draft may be of what is under way
    if late <= at.now and not began:
        raise Refused(Reason.PAST_TIME)
    if starts > at.now and began and _anybody_came(session, activity):
        raise Refused(Reason.SOMEBODY_CAME, title=activity.title)
    return Delta(
        EditField.TIME,
        [activity.starts_at.isoformat(), activity.ends_at.isoformat()],
        [starts.isoformat(), ends.isoformat()],
    )


def _anybody_came(session: Session, activity: Activity) -> bool:
    present = select(Attendance.id).where(Attendance.activity_id == activity.id, came_there())
    return session.exec(present.limit(1)).first() is not None


def _judge_team(session: Session, edit: Edit) -> Delta:
    there = concerned_teams(session, edit.activity_id)
    demand_teams_in_use(session, edit.value["teams"])
    wanted = select(Team).where(col(Team.id).in_(edit.value["teams"]), col(Team.id).not_in(list(there)))
    new = session.exec(wanted.order_by(col(Team.position))).all()
    if not new:
        raise Refused(Reason.TEAM_THERE)
    return Delta(EditField.TEAM, list(there.values()), [*there.values(), *(team.short_name for team in new)])


def _clashing(session: Session, activity_id: int, starts_at: dt.datetime, ends_at: dt.datetime) -> int:
    """Count those who hold a place here and one elsewhere in that time."""
    here = select(SignUp.member_id).where(SignUp.activity_id == activity_id, col(SignUp.state).in_(HOLDS_PLACE))
    elsewhere = (
        select(SignUp.member_id)
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(
            SignUp.activity_id != activity_id,
            col(SignUp.state).in_(HOLDS_PLACE),
            col(SignUp.member_id).in_(here),
            serves_at(starts_at, ends_at),
        )
        .distinct()
    )
    return len(session.exec(elsewhere).all())


def _apply(
    session: Session, actor: Actor, at: Moment, edit: Edit, delta: Delta, activity: Activity, slots: list[Slot]
) -> tuple[Delta, set[int], set[int]]:
    """Write the change and what hangs on it.

    Returns it, with the id of the slot if it made one, and the members whose check-in or whose place is no more.
    """
    last = last_begins(session, activity)
    unmarked: set[int] = set()
    unplaced: set[int] = set()
    match delta.field:
        case EditField.TIME:
            unmarked = _move(session, actor, at, activity, slots, delta)
        case EditField.TEAM:
            _add_teams(session, actor, at, edit, activity, slots)
        case EditField.VENUE:
            activity.venue = delta.new[0]
        case EditField.TITLE | EditField.PLACE | EditField.NOTES:
            setattr(activity, delta.field.value, delta.new)
        case _:
            if delta.field is EditField.SLOT_TEAM:
                slot = next(slot for slot in slots if slot.id == edit.slot_id)
                unplaced = give_to_team(session, actor.id, at, edit, activity, slot)
            delta = replace(delta, slot_id=apply_to_slots(session, actor.id, at, edit, activity, slots))
            if delta.field is EditField.HOURS and activity.state is ActivityState.PUBLISHED:
                _reaim_reminders(session, at, activity)
                reaim_offers(session, at, activity, [slot for slot in slots if slot.id == edit.slot_id])
            for_all = col(Notice.kind).in_((Kind.CARD.value, Kind.AGAIN.value))
            _keep_until(session, activity, {last: last_begins(session, activity)}, for_all)
            if delta.field in (EditField.ADD, EditField.SLOT_TEAM) and _fillable(session, at, activity):
                owe_cards(session, at, activity, audience(session, edit.activity_id), but=actor.id)
    session.flush()
    return delta, unmarked, unplaced


def _move(session: Session, actor: Actor, at: Moment, activity: Activity, slots: list[Slot], delta: Delta) -> set[int]:
    """Set the time, and re-aim what hangs on it: reminders, offers, marks, and the use-by of what is still owed.

    What was owed and marked for a time is there again when the activity is put back to that time. Returns the members
    who had checked in for the time that is no more.
    """
    before, begun = activity.starts_at, [hours_of(slot, activity.starts_at, activity.ends_at)[0] for slot in slots]
    activity.starts_at, activity.ends_at = (dt.datetime.fromisoformat(text) for text in delta.new)
    local = at.wall(activity.starts_at)
    activity.local_date, activity.year = local.date(), local.year
    if activity.ends_at > at.now:
        activity.back_entry_reason = ""
    for slot in slots:
        _move_slot(session, slot, activity, activity.starts_at - before)
    session.flush()
    if activity.state is not ActivityState.PUBLISHED:
        return set()
    unmarked: set[int] = set()
    if not doors_open(activity, at.now):
        unmarked = set_marks_aside(session, at, actor.id, activity, before)
    bring_marks_back(session, at, actor.id, activity)
    ours = col(Notice.activity_id) == activity.id
    stale = (Kind.REMINDER.value, Kind.REPORT_REQUEST.value, Kind.LAST_CALL.value)
    notices.cancel_owed(session, MOVED, ours, col(Notice.kind).in_(stale))
    requests = f"report:{activity.id}:{int(activity.ends_at.timestamp())}:%"
    for stamp in (*reminders.keys_for(session, activity), last_calls.keys_for(activity), requests):
        notices.reopen(session, at, MOVED, ours, col(Notice.key).like(stamp))
    moved = {before: activity.starts_at}
    for was, slot in zip(begun, slots, strict=True):
        moved.setdefault(was, hours_of(slot, activity.starts_at, activity.ends_at)[0])
    _keep_until(session, activity, moved)
    if activity.starts_at > at.now:
        reminders.skip_due(session, at, activity)
    reaim_offers(session, at, activity, slots)
    return unmarked


def _keep_until(
    session: Session, activity: Activity, moved: Mapping[dt.datetime, dt.datetime], *which: ColumnElement[bool]
) -> None:
    """Let what is owed about an activity, and was of use until an instant of `moved`, be of use until the other."""
    ours, owed, expires = (
        col(Notice.activity_id) == activity.id,
        col(Notice.state) == NoticeState.OWED,
        col(Notice.expires_at),
    )
    cases = [(expires == literal(was, Instant()), literal(now, Instant())) for was, now in moved.items()]
    until_start = (
        update(Notice).where(ours, owed, expires.in_(moved), *which).values(expires_at=case(*cases, else_=expires))
    )
    session.connection().execute(until_start)


def _fillable(session: Session, at: Moment, activity: Activity) -> bool:
    """Tell whether somebody can still sign up: it is public, and a slot of it has not begun."""
    return activity.state is ActivityState.PUBLISHED and last_begins(session, activity) > at.now


def _reaim_reminders(session: Session, at: Moment, activity: Activity) -> None:
    """Let reminders of hours that are no more go, and those come back that are of hours that a slot has again."""
    ours = col(Notice.activity_id) == activity.id
    notices.cancel_owed(session, MOVED, ours, col(Notice.kind) == Kind.REMINDER.value)
    for stamp in reminders.keys_for(session, activity):
        notices.reopen(session, at, MOVED, ours, col(Notice.key).like(stamp))
    reminders.skip_due(session, at, activity)


def _move_slot(session: Session, slot: Slot, activity: Activity, by: dt.timedelta) -> None:
    """Let a slot's own hours move with its activity; what is outside it then is cut off, and all outside is none."""
    if slot.starts_at is None or slot.ends_at is None:
        return
    starts, ends = max(slot.starts_at + by, activity.starts_at), min(slot.ends_at + by, activity.ends_at)
    slot.starts_at, slot.ends_at = (starts, ends) if starts < ends else (None, None)
    session.add(slot)


def _add_teams(session: Session, actor: Actor, at: Moment, edit: Edit, activity: Activity, slots: list[Slot]) -> None:
    """Let more teams take part. What one team had to itself by being the only one, it now shares with them."""
    there = concerned_teams(session, edit.activity_id)
    demand_teams_in_use(session, edit.value["teams"])
    known = session.exec(select(Team.id).where(col(Team.id).in_(edit.value["teams"]))).all()
    new = [team_id for team_id in known if team_id is not None and team_id not in there]
    named = set(session.exec(select(ActivityTeam.team_id).where(ActivityTeam.activity_id == activity.id)).all())
    for team_id in dict.fromkeys([*there, *new]):
        if team_id not in named:
            session.add(ActivityTeam(activity_id=activity.id or 0, team_id=team_id))
    if len(there) == 1:
        for slot in slots:
            if slot.team_id is not None and not slot.open:
                slot.team_id = None
                session.add(slot)
    session.flush()
    if _fillable(session, at, activity):
        owe_cards(session, at, activity, active_members(session, new), but=actor.id)
