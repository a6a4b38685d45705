"""签退, where an activity asks for it: whoever is checked in says that they leave, and hours are the time between."""

import datetime as dt

from sqlmodel import Session

from corps import audit
from corps.activities.places import hours_of
from corps.activities.presence import came, check_out_open
from corps.activities.rules import find_activity
from corps.attendance.roll_call import _row
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Slot

SCANNED_TWICE = dt.timedelta(minutes=10)
"""A code that is scanned again so soon after checking in is the same scan, and nobody leaves by it."""


def leaves(session: Session, actor: Actor, at: Moment, activity_id: int) -> bool:
    """Tell whether a code means that the person leaves: they have been here for a while, and it is asked of them."""
    mark = _row(session, activity_id, actor.member_id or 0)
    if mark is None or not came(mark.state) or at.now < mark.marked_at + SCANNED_TWICE:
        return False
    return check_out_open(find_activity(session, activity_id), at.now)


def check_out(session: Session, actor: Actor, at: Moment, activity_id: int) -> None:
    """Check out now, by somebody who is checked in; a second time moves it to now. Never past the end of their slot."""
    activity = find_activity(session, activity_id)
    if not activity.check_out:
        raise Refused(Reason.NO_CHECK_OUT, title=activity.title)
    mark = _row(session, activity_id, actor.id)
    if mark is None or not came(mark.state):
        raise Refused(Reason.NOT_HERE, title=activity.title)
    if not check_out_open(activity, at.now):
        raise Refused(Reason.TOO_LATE, title=activity.title)
    begins, ends = hours_of(session.get(Slot, mark.slot_id), activity.starts_at, activity.ends_at)
    before, mark.until = mark.until, min(max(at.now, begins), ends)
    session.add(mark)
    subject = f"activity:{activity_id}/member:{actor.id}"
    after = {"until": str(mark.until)}
    audit.record(session, at, actor.id, "attendance.check_out", subject, {"until": str(before or "")}, after)
