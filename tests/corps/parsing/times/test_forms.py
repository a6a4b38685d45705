"""Times as coordinators type them, said on Wednesday 25 November 2026 at ten in the morning."""

import datetime

import pytest

from corps.parsing.times import Assumed, Span, read_date, read_span, read_time_range, write_span

WEDNESDAY = datetime.datetime.fromisoformat("2026-11-25T10:00")

PLAIN_DATES = [
    ("2026-12-05 14:00-16:00", "2026-12-05 14:00-16:00"),
    ("2026/12/5 14:00—16:00", "2026-12-05 14:00-16:00"),
    ("2026.12.5 14:00~16:00", "2026-12-05 14:00-16:00"),
    ("2026-12-05 14:00 - 2026-12-05 16:00", "2026-12-05 14:00-16:00"),
    ("20261205 14:00", "2026-12-05 14:00"),
    ("2026年12月5日14时至16时", "2026-12-05 14:00-16:00"),
    ("2026年12月5日 14:00:00", "2026-12-05 14:00"),
    ("二〇二六年十二月五日上午九时", "2026-12-05 09:00"),
    ("明年3月2日 9:00", "2027-03-02 09:00"),
    ("今年3月2日9:00-11:00", "2026-03-02 09:00-11:00"),
    ("2026-03-02 9:00", "2026-03-02 09:00"),
    ("12/5 9:00", "2026-12-05 09:00"),
    ("12.5 9:00-11:00", "2026-12-05 09:00-11:00"),
    ("12-5 9:00", "2026-12-05 09:00"),
    ("12月5日（周六）14:00", "2026-12-05 14:00"),
    ("12月5日 星期六 14:00", "2026-12-05 14:00"),
    ("周六（12月5日）14:00", "2026-12-05 14:00"),
    ("9:00-11:00 12月5日", "2026-12-05 09:00-11:00"),
    ("12月5日19:00-21:00（周六）", "2026-12-05 19:00-21:00"),
    ("12月5号下午两点", "2026-12-05 14:00"),
    ("12月5 14:00", "2026-12-05 14:00"),
    ("十二月五日下午三点一刻", "2026-12-05 15:15"),
    ("1月5日9:00", "2027-01-05 09:00"),
    ("11月20日9:00", "2026-11-20 09:00"),
]
NEAR_DAYS = [
    ("28日8:30集合", "2026-11-28 08:30"),
    ("28号上午9点开始", "2026-11-28 09:00"),
    ("5号14:00", "2026-12-05 14:00"),
    ("本月3号14:00", "2026-11-03 14:00"),
    ("下个月5号14:00", "2026-12-05 14:00"),
    ("今晚7点半", "2026-11-25 19:30"),
    ("明早8点", "2026-11-26 08:00"),
    ("明下午3点", "2026-11-26 15:00"),
    ("明天上午九点到十一点", "2026-11-26 09:00-11:00"),
    ("后天14:00", "2026-11-27 14:00"),
    ("大后天 14:00", "2026-11-28 14:00"),
    ("昨天下午2点-4点", "2026-11-24 14:00-16:00"),
    ("明天（11月26日，周四）9点", "2026-11-26 09:00"),
    ("本周六上午9点-11点半", "2026-11-28 09:00-11:30"),
    ("本周一上午9点", "2026-11-23 09:00"),
    ("这周六14:00", "2026-11-28 14:00"),
    ("周六上午9点", "2026-11-28 09:00"),
    ("周一上午9点", "2026-11-30 09:00"),
    ("上周五14:00", "2026-11-20 14:00"),
    ("下周三下午两点半到四点", "2026-12-02 14:30-16:00"),
    ("下星期三上午9点", "2026-12-02 09:00"),
    ("下個禮拜天上午9點", "2026-12-06 09:00"),
    ("下下周一9:00", "2026-12-07 09:00"),
]
HOURS = [
    ("14:00-16:00", "14:00-16:00"),
    ("14:00到16:00", "14:00-16:00"),
    ("从14:00到16:00结束", "14:00-16:00"),
    ("14:00开始，16:00结束", "14:00-16:00"),
    ("１４：００～１６：００", "14:00-16:00"),
    ("下午两点到四点", "14:00-16:00"),
    ("下午2-4点", "14:00-16:00"),
    ("下午2:00-4:00", "14:00-16:00"),
    ("下午02:00-04:00", "14:00-16:00"),
    ("下午14点", "14:00"),
    ("下午两点三十分至四点四十", "14:30-16:40"),
    ("下午5点-8:30", "17:00-20:30"),
    ("上午9:00至下午3:00", "09:00-15:00"),
    ("上午9点-15:00", "09:00-15:00"),
    ("上午9点到12点", "09:00-12:00"),
    ("上午9:30-12:30", "09:30-12:30"),
    ("早8点-晚8点", "08:00-20:00"),
    ("中午12点", "12:00"),
    ("中午12点-2点", "12:00-14:00"),
    ("凌晨5点", "05:00"),
    ("傍晚6点", "18:00"),
    ("晚上8点-10点半", "20:00-22:30"),
    ("晚上7点-12点", "19:00-次日00:00"),
    ("18:00-24:00", "18:00-次日00:00"),
    ("22:00-次日02:00", "22:00-次日02:00"),
    ("22点-次日凌晨2点", "22:00-次日02:00"),
    ("03:00", "03:00"),
    ("9:00", "09:00"),
    ("9点", "09:00"),
    ("9点钟", "09:00"),
    ("9点整-11点整", "09:00-11:00"),
    ("九点零五分", "09:05"),
    ("9点05", "09:05"),
    ("10点三刻", "10:45"),
    ("12点", "12:00"),
    ("14点", "14:00"),
    ("14点30分", "14:30"),
    ("9-11点", "09:00-11:00"),
    ("8点到17点", "08:00-17:00"),
    ("8点-下午5点", "08:00-17:00"),
]
DURATIONS = [
    ("下午2点 2小时", "14:00-16:00"),
    ("14:00，2小时", "14:00-16:00"),
    ("14:00（两个半小时）", "14:00-16:30"),
    ("下午两点两个小时", "14:00-16:00"),
    ("14:00，2.5小时", "14:00-16:30"),
    ("14:00，2小时半", "14:00-16:30"),
    ("下午2点 半小时", "14:00-14:30"),
    ("下午2点半，半个小时", "14:30-15:00"),
    ("14:00 时长90分钟", "14:00-15:30"),
    ("14:00，1小时30分钟", "14:00-15:30"),
]


@pytest.mark.parametrize(("typed", "meant"), PLAIN_DATES + NEAR_DAYS)
def test_a_date_with_hours_is_read_as_it_is_meant(typed: str, meant: str) -> None:
    span = read_span(typed, WEDNESDAY)
    assert isinstance(span, Span), span
    assert write_span(span) == meant


@pytest.mark.parametrize(("typed", "meant"), HOURS + DURATIONS)
def test_hours_are_read_for_a_day_chosen_by_buttons(typed: str, meant: str) -> None:
    span = read_time_range(typed, datetime.date(2026, 12, 5))
    assert isinstance(span, Span), span
    assert write_span(span) == f"2026-12-05 {meant}"


@pytest.mark.parametrize(("typed", "meant"), HOURS + DURATIONS)
def test_the_same_hours_are_read_before_and_after_a_date(typed: str, meant: str) -> None:
    for whole in (f"12月5日 {typed}", f"{typed} 12月5日"):
        span = read_span(whole, WEDNESDAY)
        assert isinstance(span, Span), whole
        assert write_span(span) == f"2026-12-05 {meant}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("后天", "2026-11-27"),
        ("这周六", "2026-11-28"),
        ("28号", "2026-11-28"),
        ("12.5", "2026-12-05"),
        ("12月5日（周六）", "2026-12-05"),
        ("下礼拜天", "2026-12-06"),
        ("2025年2月28日", "2025-02-28"),
    ],
)
def test_a_date_alone_is_read(typed: str, meant: str) -> None:
    assert read_date(typed, WEDNESDAY) == datetime.date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "assumed"),
    [
        ("2026-12-05 14:00-16:00", set()),
        ("12月5日14:00", {Assumed.YEAR}),
        ("28号14:00", {Assumed.MONTH}),
        ("周六14:00", {Assumed.COMING_WEEKDAY}),
        ("明天9点", {Assumed.MORNING}),
        ("明天8点到17点", {Assumed.MORNING}),
        ("明天下午2点到4点", {Assumed.END_HALF_DAY}),
        ("明天下午2点到下午4点", set()),
    ],
)
def test_what_the_words_left_open_is_said(typed: str, assumed: set[Assumed]) -> None:
    span = read_span(typed, WEDNESDAY)
    assert isinstance(span, Span), span
    assert span.understood == assumed


def test_this_saturday_said_on_a_sunday_is_yesterday() -> None:
    sunday = datetime.datetime.fromisoformat("2026-11-29T10:00")
    assert read_date("本周六", sunday) == datetime.date(2026, 11, 28)
    assert read_date("下周一", sunday) == datetime.date(2026, 11, 30)
    assert read_date("周一", sunday) == datetime.date(2026, 11, 30)


def test_a_year_turns_where_the_calendar_turns() -> None:
    new_year = datetime.datetime.fromisoformat("2027-01-01T00:30")
    assert read_date("昨天", new_year) == datetime.date(2026, 12, 31)
    assert read_date("上月31号", new_year) == datetime.date(2026, 12, 31)
    assert read_date("去年12月5日", new_year) == datetime.date(2026, 12, 5)


def test_a_leap_day_is_found_in_the_year_that_has_it() -> None:
    assert read_date("2月29日", datetime.datetime.fromisoformat("2028-01-10T10:00")) == datetime.date(2028, 2, 29)
