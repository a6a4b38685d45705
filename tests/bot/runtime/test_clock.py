"""The clock computes in the corps' zone, summer time included, and waking time leaves the quiet hours out."""

# ruff: noqa: DTZ001 - wall-clock times are naive, as the clock takes them

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.runtime.clock import Clock, known_timezone
from corps.moment import Moment, Policy, Quiet
from tests.base import StoppedClock

CHONGQING, BERLIN = Clock("Asia/Shanghai"), Clock("Europe/Berlin")
INSTANTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC))
WALLS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1))
HOURS = st.times().map(lambda time: time.replace(second=0, microsecond=0))
NIGHT = Quiet(dt.time(22), dt.time(7, 30))


def test_chongqing_is_eight_hours_ahead_and_not_eight_hours_and_six_minutes() -> None:
    wall = dt.datetime(2026, 12, 5, 14)
    assert CHONGQING.instant(wall) == dt.datetime(2026, 12, 5, 6, tzinfo=dt.UTC)
    assert CHONGQING.wall(CHONGQING.instant(wall)) == wall


@given(WALLS)
def test_a_wall_clock_time_in_chongqing_comes_back_as_it_was(wall: dt.datetime) -> None:
    assert CHONGQING.wall(CHONGQING.instant(wall)) == wall


@given(INSTANTS)
def test_an_instant_comes_back_within_the_hour_that_summer_time_doubles(instant: dt.datetime) -> None:
    again = BERLIN.instant(BERLIN.wall(instant))
    assert again - instant in (dt.timedelta(0), dt.timedelta(hours=1))


def test_a_zone_with_summer_time_keeps_the_hour_people_mean() -> None:
    winter, summer = dt.datetime(2026, 1, 15, 9), dt.datetime(2026, 7, 15, 9)
    assert BERLIN.instant(winter).hour == 8
    assert BERLIN.instant(summer).hour == 7


def test_the_hour_that_does_not_exist_and_the_one_that_exists_twice_are_some_instant() -> None:
    gap, twice = dt.datetime(2026, 3, 29, 2, 30), dt.datetime(2026, 10, 25, 2, 30)
    assert BERLIN.instant(gap) == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert BERLIN.instant(twice) == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


def test_now_is_aware_and_the_sandbox_can_push_it() -> None:
    clock = Clock()
    before = clock.now()
    assert before.tzinfo is dt.UTC
    clock.push(dt.timedelta(days=1))
    assert clock.now() - before >= dt.timedelta(days=1)
    clock.settle()
    assert clock.now() - before < dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "days"),
    [("2026-12-06 23:00", 1), ("2026-12-07 08:00", 0), ("2026-12-07 09:00", 7), ("2026-12-08 09:00", 6)],
)
def test_next_monday_is_never_now_and_never_more_than_a_week_away(now: str, days: int) -> None:
    clock = StoppedClock()
    clock.set_wall(now)
    clock.push(clock.until_monday(dt.time(9)))
    reached = clock.wall(clock.now())
    assert (reached.weekday(), reached.time()) == (0, dt.time(9))
    assert (reached.date() - dt.date.fromisoformat(now[:10])).days == days


def test_zones_are_known_by_name() -> None:
    assert known_timezone("Asia/Shanghai")
    assert not known_timezone("Asia/Sandwich")


def at(wall: str, quiet: Quiet | None = NIGHT, clock: Clock = CHONGQING) -> Moment:
    """Return the moment of a local time."""
    return Moment(clock.instant(dt.datetime.fromisoformat(wall)), Policy(clock, quiet))


@pytest.mark.parametrize(
    ("wall", "quiet"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("07:29", True), ("07:30", False), ("12:00", False)],
)
def test_quiet_hours_span_midnight(wall: str, quiet: bool) -> None:
    assert at(f"2026-12-05 {wall}").is_quiet() is quiet


def test_quiet_hours_may_lie_within_a_day_or_not_exist() -> None:
    noon = Quiet(dt.time(12), dt.time(14))
    assert at("2026-12-05 13:00", noon).is_quiet()
    assert not at("2026-12-05 14:00", noon).is_quiet()
    assert not at("2026-12-05 03:00", None).is_quiet()


def test_what_would_disturb_at_night_waits_until_morning() -> None:
    assert at("2026-12-05 23:00").after_quiet_hours() == at("2026-12-06 07:30").now
    assert at("2026-12-05 06:00").after_quiet_hours() == at("2026-12-05 07:30").now
    assert at("2026-12-05 12:00").after_quiet_hours() == at("2026-12-05 12:00").now


@pytest.mark.parametrize(
    ("now", "hours", "then"),
    [
        ("2026-12-05 10:00", 6, "2026-12-05 16:00"),
        ("2026-12-05 20:00", 6, "2026-12-06 11:30"),
        ("2026-12-05 23:00", 1, "2026-12-06 08:30"),
        ("2026-12-05 21:00", 1, "2026-12-05 22:00"),
        ("2026-12-05 10:00", 24, "2026-12-06 19:30"),
    ],
)
def test_a_deadline_rests_at_night(now: str, hours: int, then: str) -> None:
    assert at(now).add_waking_time(dt.timedelta(hours=hours)) == at(then).now


QUIETS = st.builds(Quiet, HOURS, HOURS).filter(lambda quiet: quiet.starts != quiet.ends)
SPANS = st.integers(0, 5 * 24 * 60).map(lambda minutes: dt.timedelta(minutes=minutes))


def awake(moment: Moment, until: dt.datetime) -> dt.timedelta:
    """Return the waking time between now and then, counted minute by minute."""
    minutes, instant = 0, moment.now
    while instant < until:
        minutes += not moment.is_quiet(instant)
        instant += dt.timedelta(minutes=1)
    return dt.timedelta(minutes=minutes)


@given(INSTANTS.map(lambda i: i.replace(second=0, microsecond=0)), QUIETS, SPANS)
def test_exactly_the_span_passes_in_waking_time(now: dt.datetime, quiet: Quiet, span: dt.timedelta) -> None:
    rest = (dt.datetime.combine(now, quiet.ends) - dt.datetime.combine(now, quiet.starts)) % dt.timedelta(days=1)
    assume(rest < dt.timedelta(hours=20))  # a corps that sleeps all day has no deadlines to speak of
    moment = Moment(now, Policy(CHONGQING, quiet))
    then = moment.add_waking_time(span)
    assert awake(moment, then) == span
    assert then >= now + span
    assert not moment.is_quiet(then) or moment.wall(then).time() == quiet.starts


@given(INSTANTS, QUIETS)
def test_a_decent_moment_is_never_quiet_and_never_earlier(now: dt.datetime, quiet: Quiet) -> None:
    moment = Moment(now, Policy(CHONGQING, quiet))
    decent = moment.after_quiet_hours()
    assert decent >= now
    assert not moment.is_quiet(decent)
    assert decent - now < dt.timedelta(days=1)


@given(INSTANTS, INSTANTS, SPANS)
def test_a_later_start_never_ends_earlier(one: dt.datetime, other: dt.datetime, span: dt.timedelta) -> None:
    early, late = sorted((one, other))
    ends = [Moment(now, Policy(CHONGQING, NIGHT)).add_waking_time(span) for now in (early, late)]
    assert ends[0] <= ends[1]
