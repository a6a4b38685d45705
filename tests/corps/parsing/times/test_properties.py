"""What holds for every time that could be typed."""

import datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.texts.voice import Voice
from corps.moment import Zone
from corps.parsing.times import Half, Refusal, Span, read_date, read_on, read_span, read_time_range, write_span

NOW = datetime.datetime.fromisoformat("2026-11-25T10:00")
STARTS = st.datetimes(min_value=NOW - datetime.timedelta(days=1800), max_value=NOW + datetime.timedelta(days=700)).map(
    lambda found: found.replace(second=0, microsecond=0)
)
LENGTHS = st.integers(min_value=1, max_value=24 * 60).map(lambda minutes: datetime.timedelta(minutes=minutes))
DAYS = (
    "12月5日",
    "12/5",
    "28号",
    "周六",
    "下周三",
    "下周",
    "明天",
    "今",
    "2026年",
    "二〇二六年",
    "本月",
    "31号",
    "2月30日",
    "末",
    "三天后",
    "两周前",
    "12月第二个周六",
    "下个月最后一个周日",
    "10月初",
    "12.05",
)
TIMES = (
    "上午",
    "下午",
    "晚上",
    "凌晨",
    "晚",
    "9",
    "9点",
    "两点",
    "半",
    "一刻",
    "14:00",
    "3:00",
    "24:00",
    "25点",
    "2小时",
    "两个半小时",
    "9.30-11.30",
    "凌晨1点",
)
MARKS = (
    "-",
    "到",
    "至",
    "~",
    ":",
    "：",
    "，",
    "（",
    "）",
    ".",
    "次日",
    "开始",
    "结束",
    "每",
    "十",
    "百",
    "零",
    "2026-",
)
PIECES = st.sampled_from(DAYS + TIMES + MARKS)
LIKELY = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(TIMES),
    st.sampled_from(TIMES),
    st.sampled_from(MARKS),
    st.sampled_from(TIMES),
)
TYPED = (
    st.lists(PIECES, max_size=8).map("".join)
    | st.lists(PIECES, max_size=8).map(" ".join)
    | LIKELY.map("".join)
    | st.text()
)
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"})


@given(starts=STARTS, length=st.none() | LENGTHS)
def test_every_span_in_its_plain_form_reads_back_as_itself(
    starts: datetime.datetime, length: datetime.timedelta | None
) -> None:
    span = Span(starts, starts + length if length else None)
    assert read_span(write_span(span), NOW) == span


class Wall:
    """A zone in which the wall clock is right: what is printed is what was meant."""

    def wall(self, instant: datetime.datetime) -> datetime.datetime:
        return instant

    def instant(self, wall: datetime.datetime) -> datetime.datetime:
        return wall


@given(
    starts=st.datetimes(NOW, NOW + datetime.timedelta(days=700)).map(lambda at: at.replace(second=0, microsecond=0)),
    length=LENGTHS.filter(lambda length: length < datetime.timedelta(hours=24)),
    language=st.sampled_from(texts.LANGUAGES),
)
def test_a_time_that_is_printed_can_be_typed_again_in_both_languages(
    starts: datetime.datetime, length: datetime.timedelta, language: str
) -> None:
    voice, ends = Voice(language, cast("Zone", Wall())), starts + length
    read = read_span(voice.span(starts, ends, year=True), NOW)
    assert isinstance(read, Span)
    assert (read.starts, read.ends) == (starts, ends)
    assert read_date(voice.day(starts.date(), year=True), NOW) == starts.date()
    assert read_date(voice.date(starts.date(), year=True), NOW) == starts.date()
    moment = read_span(voice.moment(starts, year=True), NOW)
    assert isinstance(moment, Span)
    assert moment.starts == starts


@given(days=st.integers(0, 50), language=st.sampled_from(texts.LANGUAGES))
def test_a_day_soon_that_is_printed_without_its_year_is_that_day(days: int, language: str) -> None:
    day = NOW.date() + datetime.timedelta(days=days)
    voice = Voice(language, cast("Zone", Wall()))
    assert read_date(voice.day(day), NOW) == day
    assert read_date(voice.date(day), NOW) == day
    assert read_date(voice.short_date(day), NOW) == day


@given(typed=TYPED)
def test_nothing_that_can_be_typed_breaks_a_reader(typed: str) -> None:
    assert isinstance(read_span(typed, NOW), Span | Refusal)
    assert isinstance(read_time_range(typed, NOW.date()), Span | Refusal)
    assert isinstance(read_date(typed, NOW), datetime.date | Refusal)


@given(typed=TYPED)
def test_what_is_understood_ends_after_it_starts_within_a_day(typed: str) -> None:
    span = read_span(typed, NOW)
    if isinstance(span, Span) and span.ends:
        assert datetime.timedelta() < span.ends - span.starts <= datetime.timedelta(hours=24)


@given(typed=TYPED)
def test_what_is_understood_reads_back_from_its_echo(typed: str) -> None:
    span = read_span(typed, NOW)
    if isinstance(span, Span):
        echo = read_span(write_span(span), NOW)
        assert isinstance(echo, Span)
        assert (echo.starts, echo.ends) == (span.starts, span.ends)


@given(typed=st.lists(PIECES, max_size=8).map(" ".join))
def test_full_width_and_half_width_agree(typed: str) -> None:
    assert read_span(typed.translate(WIDE), NOW) == read_span(typed, NOW)


@given(answers=st.lists(TYPED, min_size=1, max_size=4))
def test_half_answers_in_any_order_break_nothing_and_survive_being_stored(answers: list[str]) -> None:
    known = Half()
    for typed in answers:
        read = read_on(typed, known, NOW)
        if isinstance(read, Span):
            assert read.ends is None or datetime.timedelta() < read.ends - read.starts <= datetime.timedelta(hours=24)
            return
        known = Half.of(read.as_data())
        assert known == read


@given(typed=TYPED)
def test_what_reads_at_once_reads_the_same_whatever_was_said_before(typed: str) -> None:
    span = read_span(typed, NOW)
    if isinstance(span, Span):
        before = Half(datetime.date(2026, 12, 19), "", "上午")
        assert read_on(typed, before, NOW) == span


@given(day=st.dates(NOW.date(), datetime.date(2027, 12, 31)), hours=st.sampled_from(["上午9点到11点", "14:00-16:00"]))
def test_the_day_and_the_hours_may_come_one_after_the_other(day: datetime.date, hours: str) -> None:
    whole = read_span(f"{day} {hours}", NOW)
    for first, second in ((str(day), hours), (hours, str(day))):
        half = read_on(first, Half(), NOW)
        assert isinstance(half, Half)
        assert read_on(second, half, NOW) == whole


@given(days=st.integers(0, 60))
def test_days_from_now_are_counted_on_the_calendar(days: int) -> None:
    assert read_date(f"{days}天后", NOW) == NOW.date() + datetime.timedelta(days=days)


@given(month=st.dates(datetime.date(2025, 1, 1), datetime.date(2028, 1, 1)), nth=st.integers(1, 5))
def test_the_nth_weekday_is_in_its_week_of_the_month_or_no_day(month: datetime.date, nth: int) -> None:
    read = read_date(f"{month.year}年{month.month}月第{nth}个周三", NOW)
    if isinstance(read, Refusal):
        assert nth == 5
    else:
        assert (read.weekday(), (read.day - 1) // 7 + 1, read.month) == (2, nth, month.month)
