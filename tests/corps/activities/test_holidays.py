"""Whether people are at work on a day decides when an activity is a good idea; nobody guesses it."""

import datetime

import pytest

from corps.activities.holidays import DayKind, day_kind, holiday_name
from corps.moment import HolidayYear

SPRING = datetime.date(2027, 2, 8)
NOTICE = HolidayYear({datetime.date(2027, 1, 1): "元旦", SPRING: "春节"}, frozenset({datetime.date(2027, 2, 20)}))


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2026-11-25", DayKind.WORKDAY, None),
        ("2026-11-28", DayKind.WEEKEND, None),
        ("2026-10-01", DayKind.PUBLIC_HOLIDAY, "国庆节"),
        ("2026-10-03", DayKind.PUBLIC_HOLIDAY, "国庆节"),
        ("2026-02-28", DayKind.MAKEUP_WORKDAY, "春节"),
    ],
)
def test_a_published_year_is_known(day: str, kind: DayKind, name: str | None) -> None:
    date = datetime.date.fromisoformat(day)
    assert day_kind(date, {}) is kind
    assert holiday_name(date, {}) == name


@pytest.mark.parametrize("day", ["2027-01-01", "2027-03-03", "2027-03-06", "1999-10-01"])
def test_a_year_that_nobody_told_us_is_unknown_even_at_its_weekends(day: str) -> None:
    date = datetime.date.fromisoformat(day)
    assert day_kind(date, {}) is DayKind.UNKNOWN
    assert holiday_name(date, {}) is None


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2027-01-01", DayKind.PUBLIC_HOLIDAY, "元旦"),
        ("2027-02-20", DayKind.MAKEUP_WORKDAY, None),
        ("2027-02-22", DayKind.WORKDAY, None),
        ("2027-02-21", DayKind.WEEKEND, None),
    ],
)
def test_a_coordinators_notice_makes_a_later_year_known(day: str, kind: DayKind, name: str | None) -> None:
    date = datetime.date.fromisoformat(day)
    assert day_kind(date, {2027: NOTICE}) is kind
    assert holiday_name(date, {2027: NOTICE}) == name


def test_a_notice_says_nothing_about_another_year() -> None:
    assert day_kind(datetime.date(2028, 2, 8), {2027: NOTICE}) is DayKind.UNKNOWN


def test_a_notice_amended_in_mid_year_wins_over_the_published_one() -> None:
    extra = datetime.date(2026, 11, 25)
    assert day_kind(extra, {2026: HolidayYear({extra: "纪念日"}, frozenset())}) is DayKind.PUBLIC_HOLIDAY


def test_a_notice_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="2027-02-08"):
        HolidayYear({SPRING: "春节"}, frozenset({SPRING}))
