"""What holds for every time that could be typed."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.times import Refusal, Span, read_date, read_span, read_time_range, write_span

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
