"""When people may check in, and which marks mean that somebody came."""

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlmodel import select

from corps.activities.presence import (
    CHECK_IN_OPENS,
    came,
    came_there,
    check_in_refusal,
    demand_check_in_open,
    roll_refusal,
)
from corps.refusals import Reason, Refused
from models import Attendance
from models.enums import ActivityState, AttendanceState, Source
from tests.base import Corps

STARTS = dt.datetime(2026, 12, 5, 6, tzinfo=dt.UTC)
ENDS = STARTS + dt.timedelta(hours=2)
SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Event:
    """An activity, as far as the rule looks at it."""

    state: ActivityState = ActivityState.PUBLISHED
    starts_at: dt.datetime = STARTS
    ends_at: dt.datetime = ENDS


@pytest.mark.parametrize(
    ("state", "now", "reason"),
    [
        (ActivityState.PUBLISHED, STARTS - CHECK_IN_OPENS - SECOND, Reason.TOO_EARLY),
        (ActivityState.PUBLISHED, STARTS - CHECK_IN_OPENS, None),
        (ActivityState.PUBLISHED, ENDS, None),
        (ActivityState.PUBLISHED, ENDS + SECOND, Reason.TOO_LATE),
        (ActivityState.REPORTED, STARTS, Reason.TOO_LATE),
        (ActivityState.CANCELLED, STARTS, Reason.CANCELLED),
    ],
)
def test_check_in_is_open_from_half_an_hour_before_the_start_to_the_end(
    state: ActivityState, now: dt.datetime, reason: Reason | None
) -> None:
    assert check_in_refusal(Event(state), now) is reason


def test_who_is_too_early_is_told_when_the_doors_open() -> None:
    with pytest.raises(Refused) as no:
        demand_check_in_open(Event(), STARTS - dt.timedelta(hours=3), "讲座")
    assert no.value.facts == {"title": "讲座", "opens": STARTS - CHECK_IN_OPENS}


@pytest.mark.parametrize(
    ("state", "now", "reason"),
    [
        (ActivityState.PUBLISHED, STARTS - CHECK_IN_OPENS - SECOND, Reason.TOO_EARLY),
        (ActivityState.PUBLISHED, STARTS - CHECK_IN_OPENS, None),
        (ActivityState.PUBLISHED, ENDS + dt.timedelta(days=3), None),
        (ActivityState.REPORTED, ENDS, Reason.ALREADY_SENT),
        (ActivityState.VERIFIED, ENDS, Reason.ALREADY_SENT),
        (ActivityState.CANCELLED, STARTS, Reason.CANCELLED),
        (ActivityState.DRAFT, STARTS, Reason.NOT_PUBLISHED),
    ],
)
def test_a_leader_may_mark_people_from_the_doors_opening_until_it_is_reported(
    state: ActivityState, now: dt.datetime, reason: Reason | None
) -> None:
    assert roll_refusal(Event(state), now) is reason


def test_nobody_without_a_mark_has_come() -> None:
    assert not came(None)
    assert [state for state in AttendanceState if came(state)] == [AttendanceState.PRESENT]


def test_the_database_says_of_every_mark_what_the_function_says(corps: Corps) -> None:
    wang = corps.coordinator()
    activity = corps.publish(wang)
    for number, state in enumerate(AttendanceState):
        person = corps.member_id(corps.member(f"成员{number}"))
        corps.run(
            lambda s, at, person=person, state=state: s.add(  # type: ignore[misc]  # bound for this round
                Attendance(
                    activity_id=activity,
                    member_id=person,
                    slot_id=1,
                    state=state,
                    source=Source.SELF_CHECKED,
                    marked_by=person,
                    marked_at=at.now,
                )
            )
        )
    found = corps.run(lambda s, _at: s.exec(select(Attendance.state).where(came_there())).all())
    assert set(found) == {state for state in AttendanceState if came(state)}
