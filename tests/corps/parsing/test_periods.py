"""Spans of days as people write them, and the same span before; what is not a span is not guessed at."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.periods import Period, month_of, quarter_of, read_period, year_of

TODAY = dt.date(2026, 11, 26)


def period(first: str, last: str) -> Period:
    """Return the span from one ISO date to another."""
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


NOVEMBER, OCTOBER = ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")
AUTUMN, HALF = ("2026-10-01", "2026-11-15"), ("2026-01-01", "2026-06-30")
READ = [
    ("本月", *NOVEMBER),
    ("这个月", *NOVEMBER),
    ("11月", *NOVEMBER),
    ("十一月份", *NOVEMBER),
    ("this month", *NOVEMBER),
    ("上个月", *OCTOBER),
    ("2026年10月", *OCTOBER),
    ("2026-10", *OCTOBER),
    ("12月", "2025-12-01", "2025-12-31"),
    ("本季度", "2026-10-01", "2026-12-31"),
    ("第三季度", "2026-07-01", "2026-09-30"),
    ("Q3", "2026-07-01", "2026-09-30"),
    ("2025年四季度", "2025-10-01", "2025-12-31"),
    ("上半年", *HALF),
    ("1-6月", *HALF),
    ("2026年1-6月", *HALF),
    ("今年", "2026-01-01", "2026-12-31"),
    ("2025", "2025-01-01", "2025-12-31"),
    ("去年全年", "2025-01-01", "2025-12-31"),
    ("二〇二五年", "2025-01-01", "2025-12-31"),
    ("本周", "2026-11-23", "2026-11-29"),
    ("10月1日到11月15日", *AUTUMN),
    ("从10月1日至11月15日止", *AUTUMN),
    ("10.1-11.15", *AUTUMN),
    ("１０／１～１１／１５", *AUTUMN),
    ("2026-10-01 至 2026-11-15", *AUTUMN),
    ("2026-10-01 2026-11-15", *AUTUMN),
    ("20261001-20261115", *AUTUMN),
    ("十月一日到十一月十五号", *AUTUMN),
    ("2026.10.1—11.15", *AUTUMN),
    ("10月1日和11月15日之间", *AUTUMN),
    ("10月1-15日", "2026-10-01", "2026-10-15"),
    ("12月1日到1月15日", "2025-12-01", "2026-01-15"),
    ("去年12月20日到今年1月5日", "2025-12-20", "2026-01-05"),
    ("3月至今", "2026-03-01", "2026-11-26"),
    ("近30天", "2026-10-28", "2026-11-26"),
    ("最近三个月", "2026-08-27", "2026-11-26"),
    ("昨天", "2026-11-25", "2026-11-25"),
    ("1 Oct to 15 Nov", *AUTUMN),
    ("1 Oct–15 Nov 2026", *AUTUMN),
    ("1 Oct 2026–15 Nov 2026", *AUTUMN),
    ("October 1 to November 15, 2026", *AUTUMN),
    ("1st Oct 2026 15th Nov 2026", *AUTUMN),
    ("1-15 October", "2026-10-01", "2026-10-15"),
    ("Oct 2026", *OCTOBER),
    ("November", *NOVEMBER),
    ("Jan to June", *HALF),
    ("Mar to today", "2026-03-01", "2026-11-26"),
    ("Q4 2025", "2025-10-01", "2025-12-31"),
    ("last 30 days", "2026-10-28", "2026-11-26"),
]


@pytest.mark.parametrize(("typed", "first", "last"), READ)
def test_a_span_is_read_as_people_write_it(typed: str, first: str, last: str) -> None:
    assert read_period(typed, TODAY) == period(first, last)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "随便",
        "2月30日到3月1日",
        "13月",
        "第五季度",
        "1日到15日",
        "2026年11月15日到2026年10月1日",
        "10月1日到",
        "讲座",
        "Maybe",
        "31 Feb to 3 Mar",
    ],
)
def test_what_names_no_span_is_not_guessed_at(typed: str) -> None:
    assert read_period(typed, TODAY) is None


BEFORE = [
    ("本月", "2026-10-01", "2026-10-26"),
    ("上月", "2026-09-01", "2026-09-30"),
    ("今年", "2025-01-01", "2025-11-26"),
    ("2025年", "2024-01-01", "2024-12-31"),
    ("本季度", "2026-07-01", "2026-08-26"),
    ("10月1日到10月10日", "2026-09-21", "2026-09-30"),
    ("本周", "2026-11-16", "2026-11-19"),
]


@pytest.mark.parametrize(("typed", "first", "last"), BEFORE)
def test_the_same_span_before_is_as_long_as_what_has_passed(typed: str, first: str, last: str) -> None:
    asked = read_period(typed, TODAY)
    assert asked is not None
    assert asked.before(TODAY) == period(first, last)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)), st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)))
def test_spans_before_never_overlap_and_are_never_longer(day: dt.date, today: dt.date) -> None:
    for asked in (month_of(day), quarter_of(day), year_of(day), Period(min(day, today), max(day, today))):
        before, passed = asked.before(today), asked.until(today)
        assert before.first <= before.last < asked.first
        if passed != asked:
            assert before.last - before.first <= passed.last - passed.first


@given(st.text("年月日上本季度到至-./1234567890一二十今天周 ", max_size=14))
def test_whatever_is_typed_is_a_span_in_order_or_nothing(typed: str) -> None:
    found = read_period(typed, TODAY)
    assert found is None or found.first <= found.last
