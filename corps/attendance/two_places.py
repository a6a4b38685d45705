"""Whoever is at one place and checks in at another one at the same time is asked which: nobody is in two places."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from corps import audit
from corps.activities.places import serves_at, slot_ends
from corps.activities.presence import Expected, came_there
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Activity, Attendance, Slot
from models.enums import ActivityState, Source


class Instead(StrEnum):
    """What the person says about the other place."""

    LEFT = "l"
    """They were there, and have left it for this one."""
    MISTAKEN = "m"
    """They were not there: the check-in was a slip."""


@dataclass(frozen=True)
class Elsewhere:
    """The question which of two it is. `may_undo`: the mark at the other one is the person's own, and not reported."""

    activity_id: int
    title: str
    other_id: int
    other: str
    may_undo: bool


def find(session: Session, member_id: int, activity: Activity, own: Expected, now: dt.datetime) -> Elsewhere | None:
    """Return where else the person is marked as present and not known to have left, at a time that overlaps theirs."""
    found = session.exec(
        select(Attendance, Activity)
        .join(Activity, col(Activity.id) == col(Attendance.activity_id))
        .join(Slot, col(Slot.id) == col(Attendance.slot_id))
        .where(
            Attendance.member_id == member_id,
            Attendance.activity_id != activity.id,
            came_there(),
            serves_at(own.starts_at, own.ends_at),
            slot_ends() > now,
        )
        .order_by(col(Attendance.id))
    ).all()
    for mark, other in found:
        if mark.until is None or mark.until > now:
            theirs = mark.source is Source.SELF_CHECKED
            return Elsewhere(activity.id or 0, activity.title, other.id or 0, other.title, theirs)
    return None


def settle(session: Session, actor: Actor, at: Moment, other_id: int, instead: Instead) -> None:
    """Put the mark at the other place right: it ends now, or, a slip of one's own, is no more."""
    mark = session.exec(
        select(Attendance)
        .where(Attendance.activity_id == other_id, Attendance.member_id == actor.id, came_there())
        .with_for_update()
    ).first()
    other = session.get(Activity, other_id)
    if mark is None or other is None or other.state is not ActivityState.PUBLISHED:
        return
    subject = f"activity:{other_id}/member:{actor.id}"
    if instead is Instead.LEFT and at.now > other.starts_at:
        before, mark.until = mark.until, min(at.now, other.ends_at)
        session.add(mark)
        after = {"until": str(mark.until)}
        audit.record(session, at, actor.id, "attendance.part", subject, {"until": str(before or "")}, after)
        return
    if mark.source is not Source.SELF_CHECKED:
        raise Refused(Reason.MARKED_THERE, title=other.title)
    session.delete(mark)
    session.flush()
    audit.record(session, at, actor.id, "attendance.mark", subject, {"state": "present"}, {"state": "unknown"})
