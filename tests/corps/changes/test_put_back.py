"""A fact of one date does not outlive that date, and a change that cancels itself out leaves everything as it was."""

import datetime as dt

from corps.activities import rules
from corps.attendance import check_in, report_requests, roll_call
from corps.changes import change_notices, editing
from corps.changes.edit_answers import Edit, EditField
from corps.moment import Quiet
from corps.notices.kinds import Kind
from corps.signups import reminders, signups, withdrawals
from models.enums import AttendanceState, NoticeState
from tests.base import Corps

NIGHT = Quiet(dt.time(22), dt.time(7, 30))


def move(corps: Corps, by: int, activity: int, starts: str, ends: str) -> None:
    """Change an activity's time."""
    value = {"starts": starts.replace(" ", "T"), "ends": ends.replace(" ", "T")}
    corps.do(by, editing.change, Edit(activity, EditField.TIME, value, 0))


def mark_of(corps: Corps, by: int, activity: int, who: int) -> AttendanceState:
    """Return what the roll says about somebody."""
    people = corps.do(by, roll_call.roll, activity)
    return next(person.state for person in people if person.member_id == corps.member_id(who))


def test_who_checked_in_before_it_was_postponed_has_not_come_and_may_withdraw(corps: Corps) -> None:
    wang, a = corps.coordinator(), corps.member("甲")
    activity = corps.publish(wang)
    corps.do(a, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:40")
    corps.do(a, check_in.check_in, activity)
    move(corps, wang, activity, "2026-12-12 14:00", "2026-12-12 16:00")
    assert mark_of(corps, wang, activity, a) is AttendanceState.UNKNOWN
    [told] = corps.owed(Kind.CHANGED)
    [delta] = change_notices.deltas(told.subject)
    assert delta.check_in_gone
    corps.do(a, withdrawals.withdraw, activity)


def test_a_check_in_comes_back_with_its_date(corps: Corps) -> None:
    wang, a = corps.coordinator(), corps.member("甲")
    activity = corps.publish(wang)
    corps.do(a, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:40")
    corps.do(a, check_in.check_in, activity)
    move(corps, wang, activity, "2026-12-12 14:00", "2026-12-12 16:00")
    move(corps, wang, activity, "2026-12-05 14:00", "2026-12-05 16:00")
    assert mark_of(corps, wang, activity, a) is AttendanceState.PRESENT
    assert corps.owed(Kind.CHANGED) == []


def test_a_little_later_with_the_doors_open_is_the_same_arrival(corps: Corps) -> None:
    wang, a = corps.coordinator(), corps.member("甲")
    activity = corps.publish(wang)
    corps.do(a, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:50")
    corps.do(a, check_in.check_in, activity)
    move(corps, wang, activity, "2026-12-05 14:15", "2026-12-05 16:00")
    assert mark_of(corps, wang, activity, a) is AttendanceState.PRESENT


def test_a_reminder_that_waits_for_the_morning_is_still_owed_after_a_change_that_was_put_back(corps: Corps) -> None:
    corps.database.policy = corps.database.policy.__class__(
        zone=corps.clock, quiet=NIGHT, leads=(dt.timedelta(hours=2),)
    )
    wang, a = corps.coordinator(), corps.member("甲")
    activity = corps.publish(wang, corps.plan(starts="2026-12-05 07:00", ends="2026-12-05 09:00"))
    corps.do(a, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 05:30")
    corps.run(reminders.owe_reminders)
    before = [(n.key, n.due_at, n.expires_at) for n in corps.owed(Kind.REMINDER)]
    assert len(before) == 1
    move(corps, wang, activity, "2026-12-05 08:00", "2026-12-05 10:00")
    assert corps.owed(Kind.REMINDER) == []
    move(corps, wang, activity, "2026-12-05 07:00", "2026-12-05 09:00")
    assert [(n.key, n.due_at, n.expires_at) for n in corps.owed(Kind.REMINDER)] == before
    assert corps.run(lambda s, _at: rules.find_activity(s, activity).revision) == 2


def test_a_request_for_a_report_is_owed_again_when_the_end_is_put_back(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("联络员")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:10")
    corps.run(report_requests.owe_report_requests)
    assert corps.told(Kind.REPORT_REQUEST) == {leader}
    move(corps, wang, activity, "2026-12-05 14:00", "2026-12-05 18:00")
    assert corps.owed(Kind.REPORT_REQUEST) == []
    assert len(corps.owed(Kind.REPORT_REQUEST, NoticeState.CANCELLED)) == 1
    move(corps, wang, activity, "2026-12-05 14:00", "2026-12-05 16:00")
    assert corps.told(Kind.REPORT_REQUEST) == {leader}
