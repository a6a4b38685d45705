"""Service hours: no minute is credited to a person twice, whichever way it came to be entered."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from corps.activities.presence import Time, minutes_outside
from corps.attendance import hours, reports, roll_call, roll_form
from corps.attendance.reports import Account
from corps.refusals import Refused
from corps.signups import signups
from models import Activity, Attendance, HoursEntry
from models.enums import AttendanceState, CountedBy
from tests.base import Corps

ACCOUNT = Account(60, CountedBy.HEADCOUNT)
NOON = dt.datetime(2026, 12, 5, 4, tzinfo=dt.UTC)


def credited(corps: Corps, who: int) -> int:
    """Return a person's minutes, over everything."""
    mine = select(func.sum(HoursEntry.minutes)).where(HoursEntry.member_id == corps.member_id(who))
    return corps.run(lambda s, _at: int(s.exec(mine).one() or 0))


def at_two_places(corps: Corps, wang: int, who: int) -> tuple[int, int]:
    """Let somebody be marked as present 14:00-16:00 and 14:30-16:30; return the two activities, reported."""
    first = corps.publish(wang)
    second = corps.publish(wang, corps.plan("义诊", "2026-12-05 14:30", "2026-12-05 16:30"))
    corps.do(who, signups.sign_up, corps.slot(first))
    corps.clock.set_wall("2026-12-05 16:45")
    for activity in (first, second):
        corps.do(wang, roll_call.mark, activity, [corps.member_id(who)], AttendanceState.PRESENT)
        corps.do(wang, reports.submit, activity, ACCOUNT)
    return first, second


def test_two_activities_at_once_make_no_more_hours_than_there_were(corps: Corps) -> None:
    wang, li, zhang = corps.coordinator(), corps.coordinator("李统筹"), corps.member("张明")
    first, second = at_two_places(corps, wang, zhang)
    card = corps.do(li, reports.read, first)
    assert card is not None
    assert [(both.name, both.title, both.minutes) for both in card.overlaps] == [("张明", "义诊", 90)]
    corps.do(li, reports.verify, first)
    assert credited(corps, zhang) == 120
    corps.do(li, reports.verify, second)
    assert credited(corps, zhang) == 150  # 14:00 to 16:30


def test_what_is_taken_back_is_credited_to_the_other_activity(corps: Corps) -> None:
    wang, li, zhang = corps.coordinator(), corps.coordinator("李统筹"), corps.member("张明")
    first, second = at_two_places(corps, wang, zhang)
    corps.do(li, reports.verify, first)
    corps.do(li, reports.verify, second)

    by, confirmed_by = corps.member_id(wang), corps.member_id(li)

    def take_back(session: object, actor: object, at: object) -> None:
        activity = session.get(Activity, first)  # type: ignore[attr-defined]
        hours.reverse(session, at, activity, by, confirmed_by, "错了")  # type: ignore[arg-type]

    corps.do(wang, take_back)
    assert credited(corps, zhang) == 120  # all of 14:30 to 16:30
    reversals = corps.run(lambda s, _at: s.exec(select(HoursEntry).where(HoursEntry.minutes < 0)).all())
    assert all(entry.reverses_id is not None and entry.reason == "错了" for entry in reversals)


def test_whoever_left_early_is_credited_until_then(corps: Corps) -> None:
    wang, li, zhang = corps.coordinator(), corps.coordinator("李统筹"), corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(wang, roll_call.mark, activity, [corps.member_id(zhang)], AttendanceState.PRESENT)

    def leave_early(session: object, _at: object) -> None:
        mark = session.exec(select(Attendance)).one()  # type: ignore[attr-defined]
        mark.until = corps.instant("2026-12-05 14:45")

    corps.run(leave_early)
    corps.do(wang, reports.submit, activity, ACCOUNT)
    corps.do(li, reports.verify, activity)
    assert credited(corps, zhang) == 45


def test_whoever_came_late_is_credited_from_then_and_not_after_leaving(corps: Corps) -> None:
    wang, li, zhang = corps.coordinator(), corps.coordinator("李统筹"), corps.member("张明")
    activity, who = corps.publish(wang), corps.member_id(zhang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(wang, roll_call.mark, activity, [who], AttendanceState.PRESENT)
    seen = corps.do(wang, roll_form.left_at, activity, who, 30, late=True)
    assert seen.people[0].since == corps.instant("2026-12-05 14:30")
    with pytest.raises(Refused, match="came_after_leaving"):
        corps.do(wang, roll_form.left_at, activity, who, 15)
    corps.do(wang, roll_form.left_at, activity, who, 90)
    corps.do(wang, reports.submit, activity, ACCOUNT)
    corps.do(li, reports.verify, activity)
    assert credited(corps, zhang) == 60


TIMES = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(
    lambda ends: (NOON + dt.timedelta(minutes=min(ends)), NOON + dt.timedelta(minutes=max(ends)))
)


@given(time=TIMES, taken=st.lists(TIMES, max_size=6))
def test_the_minutes_left_are_those_that_lie_in_nothing_taken(time: Time, taken: list[Time]) -> None:
    first = int((time[0] - NOON).total_seconds() // 60)
    last = int((time[1] - NOON).total_seconds() // 60)
    minutes = [NOON + dt.timedelta(minutes=n) for n in range(first, last)]
    free = [minute for minute in minutes if not any(starts <= minute < ends for starts, ends in taken)]
    assert minutes_outside(time, taken) == len(free)


@pytest.mark.parametrize("first_verified", [0, 1])
def test_the_order_of_verification_does_not_matter_for_the_sum(corps: Corps, first_verified: int) -> None:
    wang, li, zhang = corps.coordinator(), corps.coordinator("李统筹"), corps.member("张明")
    both = at_two_places(corps, wang, zhang)
    corps.do(li, reports.verify, both[first_verified])
    corps.do(li, reports.verify, both[1 - first_verified])
    assert credited(corps, zhang) == 150
