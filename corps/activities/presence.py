"""Being there: from when to when people check in, and which marks mean that somebody came. Unknown never does."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from corps import audit
from corps.activities.places import Hours, hours_of
from corps.activities.stages import Staged
from corps.moment import Moment
from corps.refusals import Reason, Refused
from models import Activity, Attendance, Audit, Slot
from models.enums import ActivityState, AttendanceState, CheckedBy, Source

CHECK_IN_OPENS = dt.timedelta(minutes=30)
"""How long before the start a person may check in."""

CHECK_OUT_CLOSES = dt.timedelta(minutes=30)
"""How long after the end a person may still check out; the end is what counts then."""

SET_ASIDE = "attendance.set_aside"
"""The audit's word for a mark of a date that is no more."""

Time = tuple[dt.datetime, dt.datetime]
"""From when to when, as instants."""

CAME = (AttendanceState.PRESENT,)
"""The marks that mean that the person came."""


def came(state: str | None) -> bool:
    """Tell whether a mark (an `AttendanceState`) means that the person came; None is somebody without a mark."""
    return state in CAME


def came_there() -> ColumnElement[bool]:
    """Return `came` as a condition on `Attendance`."""
    return col(Attendance.state).in_(CAME)


def has_come(session: Session, activity_id: int, member_id: int) -> bool:
    """Tell whether the person came to the activity, as far as it has been said."""
    mark = select(Attendance.state).where(Attendance.activity_id == activity_id, Attendance.member_id == member_id)
    return came(session.exec(mark).first())


def time_there(session: Session, activity: Activity, mark: Attendance) -> Time:
    """Return from when to when a person was there: the hours of slot or activity, or the part of it that the mark says.

    A mark can lie outside the slot's own hours: somebody came for more than that. Of who has not checked out where that
    is asked, no time is known until the leader says it.
    """
    begin, end = hours_of(session.get(Slot, mark.slot_id), activity.starts_at, activity.ends_at)
    starts = max(activity.starts_at, mark.since or begin)
    if not_out(activity, mark):
        return starts, starts
    return starts, max(starts, min(activity.ends_at, mark.until or end))


def minutes_outside(time: Time, taken: Iterable[Time]) -> int:
    """Return the whole minutes of `time` that lie in none of `taken`."""
    starts, ends = time
    free, at = dt.timedelta(), starts
    for other_starts, other_ends in sorted(taken):
        if other_starts > at:
            free += max(dt.timedelta(), min(other_starts, ends) - at)
        at = max(at, other_ends)
    free += max(dt.timedelta(), ends - at)
    return int(free.total_seconds() // 60)


@dataclass(frozen=True)
class Expected:
    """The same of one person: an activity as it is for who serves in a slot of it, which may have own hours."""

    state: ActivityState
    starts_at: dt.datetime
    ends_at: dt.datetime


def expected(activity: Staged, slot: Hours | None) -> Expected:
    """Return when somebody of a slot is expected: by its own hours, or its activity's."""
    return Expected(activity.state, *hours_of(slot, activity.starts_at, activity.ends_at))


class LeftByPeople(Staged, Protocol):
    """The same, and whether people say when they leave."""

    @property
    def check_out(self) -> bool:
        """Whether people check out."""


def check_in_opens(starts_at: dt.datetime) -> dt.datetime:
    """Return when people may come to what begins then."""
    return starts_at - CHECK_IN_OPENS


def doors_open(activity: Staged, now: dt.datetime) -> bool:
    """Tell whether people may be there by now: from a little before the start on."""
    return now >= check_in_opens(activity.starts_at)


def have_doors_open(now: dt.datetime) -> ColumnElement[bool]:
    """Return `doors_open` as a condition on `Activity`."""
    return col(Activity.starts_at) <= now + CHECK_IN_OPENS


def check_in_refusal(activity: Staged, now: dt.datetime) -> Reason | None:
    """Return why nobody can check in now, None if people can: from a little before the start to the very end."""
    if activity.state is ActivityState.CANCELLED:
        return Reason.CANCELLED
    if not doors_open(activity, now):
        return Reason.TOO_EARLY
    if now > activity.ends_at or activity.state is not ActivityState.PUBLISHED:
        return Reason.TOO_LATE
    return None


def record_refusal(activity: Staged) -> Reason | None:
    """Return why nobody can note what an activity was any more, or not yet; None from its publishing to its report."""
    match activity.state:
        case ActivityState.PUBLISHED:
            return None
        case ActivityState.CANCELLED:
            return Reason.CANCELLED
        case ActivityState.DRAFT:
            return Reason.NOT_PUBLISHED
        case _:
            return Reason.ALREADY_SENT


def roll_refusal(activity: Staged, now: dt.datetime) -> Reason | None:
    """Return why nobody can say now who was there; None from a little before the start until it is reported."""
    return record_refusal(activity) or (None if doors_open(activity, now) else Reason.TOO_EARLY)


def take_check_in(now: dt.datetime) -> ColumnElement[bool]:
    """Return as a condition on `Activity` that there is no `check_in_refusal`."""
    return and_(col(Activity.state) == ActivityState.PUBLISHED, have_doors_open(now), col(Activity.ends_at) >= now)


def demand_check_in_open(activity: Staged, now: dt.datetime, title: str) -> None:
    """Raise Refused unless people may check in now, by themselves, as a walk-in or by their leader's mark."""
    reason = check_in_refusal(activity, now)
    if reason is not None:
        raise Refused(reason, title=title, opens=check_in_opens(activity.starts_at))


def check_out_open(activity: LeftByPeople, now: dt.datetime) -> bool:
    """Tell whether people may check out now: where it is asked of them, until a little after the end."""
    asked = activity.check_out and activity.state is ActivityState.PUBLISHED
    return asked and doors_open(activity, now) and now <= activity.ends_at + CHECK_OUT_CLOSES


def take_check_out(now: dt.datetime) -> ColumnElement[bool]:
    """Return `check_out_open` as a condition on `Activity`."""
    asked = and_(col(Activity.check_out).is_(True), col(Activity.state) == ActivityState.PUBLISHED)
    return and_(asked, have_doors_open(now), col(Activity.ends_at) >= now - CHECK_OUT_CLOSES)


def not_out(activity: Activity, mark: Attendance) -> bool:
    """Tell whether somebody checked in, should have checked out, and has not: nobody knows how long they stayed.

    Where the leader says that somebody came, the leader has said it of the whole time.
    """
    return activity.check_out and came(mark.state) and mark.source is Source.SELF_CHECKED and mark.until is None


def set_marks_aside(
    session: Session, at: Moment, actor_id: int, activity: Activity, former_start: dt.datetime
) -> set[int]:
    """Take back the marks of a date that is no more, traced. Returns the members whose mark meant that they came.

    A mark is a fact of its date: somebody who checked in on Saturday has not come to what is now next Saturday's.
    The caller has set the new time, at which nobody can be there yet.
    """
    marks = session.exec(select(Attendance).where(Attendance.activity_id == activity.id).with_for_update()).all()
    gone = {mark.member_id for mark in marks if came(mark.state)}
    for mark in marks:
        kept = {
            "state": mark.state.value,
            "slot": mark.slot_id,
            "team": mark.team_id,
            "source": mark.source.value,
            "by": mark.marked_by,
            "marked_at": mark.marked_at.isoformat(),
            "checked_by": mark.checked_by and mark.checked_by.value,
            "since": mark.since and mark.since.isoformat(),
            "until": mark.until and mark.until.isoformat(),
            "starts": former_start.isoformat(),
        }
        audit.record(session, at, actor_id, SET_ASIDE, f"activity:{activity.id}/member:{mark.member_id}", kept)
        session.delete(mark)
    session.flush()
    return gone


def bring_marks_back(session: Session, at: Moment, actor_id: int, activity: Activity) -> set[int]:
    """Put back the marks that were made for the start that the activity has again. Returns who has come, as before."""
    prefix = f"activity:{activity.id}/member:"
    traces = session.exec(
        select(Audit)
        .where(Audit.action == SET_ASIDE, col(Audit.subject).startswith(prefix, autoescape=True))
        .order_by(col(Audit.id))
    ).all()
    marked = set(session.exec(select(Attendance.member_id).where(Attendance.activity_id == activity.id)).all())
    kept = {int(trace.subject.removeprefix(prefix)): trace.before or {} for trace in traces}
    back = set()
    for member_id, mark in kept.items():
        if member_id in marked or mark["starts"] != activity.starts_at.isoformat():
            continue
        state = AttendanceState(mark["state"])
        session.add(
            Attendance(
                activity_id=activity.id or 0,
                member_id=member_id,
                slot_id=mark["slot"],
                team_id=mark["team"],
                state=state,
                source=Source(mark["source"]),
                marked_by=mark["by"],
                marked_at=dt.datetime.fromisoformat(mark["marked_at"]),
                checked_by=CheckedBy(mark["checked_by"]) if mark.get("checked_by") else None,
                since=_kept_time(mark, "since"),
                until=_kept_time(mark, "until"),
            )
        )
        subject = f"{prefix}{member_id}"
        audit.record(session, at, actor_id, "attendance.mark", subject, {"state": "unknown"}, {"state": state.value})
        back |= {member_id} if came(state) else set()
    session.flush()
    return back


def _kept_time(mark: dict[str, Any], end: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(mark[end]) if mark.get(end) else None
