"""Being there: from when to when people check in, and which marks mean that somebody came. Unknown never does."""

import datetime as dt
from typing import Protocol

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from corps.refusals import Reason, Refused
from models import Attendance
from models.enums import ActivityState, AttendanceState

CHECK_IN_OPENS = dt.timedelta(minutes=30)
"""How long before the start a person may check in."""

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


class Visited(Protocol):
    """What an activity, or its card, says about when people may be there."""

    @property
    def state(self) -> ActivityState:
        """Where it is in its life."""

    @property
    def starts_at(self) -> dt.datetime:
        """When it begins."""

    @property
    def ends_at(self) -> dt.datetime:
        """When it ends."""


def check_in_opens(activity: Visited) -> dt.datetime:
    """Return from when on people may be there."""
    return activity.starts_at - CHECK_IN_OPENS


def doors_open(activity: Visited, now: dt.datetime) -> bool:
    """Tell whether people may be there by now: from a little before the start on."""
    return now >= check_in_opens(activity)


def check_in_refusal(activity: Visited, now: dt.datetime) -> Reason | None:
    """Return why nobody can check in now, None if people can: from a little before the start to the very end."""
    if activity.state is ActivityState.CANCELLED:
        return Reason.CANCELLED
    if not doors_open(activity, now):
        return Reason.TOO_EARLY
    if now > activity.ends_at or activity.state is not ActivityState.PUBLISHED:
        return Reason.TOO_LATE
    return None


def demand_check_in_open(activity: Visited, now: dt.datetime, title: str) -> None:
    """Raise Refused unless people may check in now, by themselves, as a walk-in or by their leader's mark."""
    reason = check_in_refusal(activity, now)
    if reason is not None:
        raise Refused(reason, title=title, opens=check_in_opens(activity))
