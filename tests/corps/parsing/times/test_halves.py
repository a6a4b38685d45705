"""Half an answer is kept: a time told in several messages, said on Wednesday 25 November 2026 at ten."""

import datetime

import pytest

from corps.parsing.times import Half, RefusalCode, Span, read_on, write_span

WEDNESDAY = datetime.datetime.fromisoformat("2026-11-25T10:00")
TALKS = [
    ("下周六上午 | 9点半到12点", "2026-12-05 09:30-12:00"),
    ("下周六下午 | 2点到4点", "2026-12-05 14:00-16:00"),
    ("下周六上午 | 下午2点到4点", "2026-12-05 14:00-16:00"),
    ("下周六上午 | 12月6日 | 9点到11点", "2026-12-06 09:00-11:00"),
    ("下周六 | 随便 | 9点到11点", "2026-12-05 09:00-11:00"),
    ("12月5日 | 9.30-11.30", "2026-12-05 09:30-11:30"),
    ("12月5日9:00左右 | 9:00-10:00", "2026-12-05 09:00-10:00"),
    ("9点半到12点 | 下周六", "2026-12-05 09:30-12:00"),
    ("9点半到12点 | 2026-12-5", "2026-12-05 09:30-12:00"),
    ("12月5日3点 | 下午", "2026-12-05 15:00"),
    ("12月5日3点 | 下午3点到5点", "2026-12-05 15:00-17:00"),
    ("12月5日3点到5点 | 下午", "2026-12-05 15:00-17:00"),
    ("3点 | 12月5日 | 下午", "2026-12-05 15:00"),
    ("12月5日上午9点-3点 | 下午3点", "2026-12-05 09:00-15:00"),
    ("3月2日9:00-11:00 | 2027", "2027-03-02 09:00-11:00"),
    ("3月2日 | 2027年 | 9点到10点", "2027-03-02 09:00-10:00"),
    ("20号9:00 | 12月", "2026-12-20 09:00"),
    ("20号9:00 | 12", "2026-12-20 09:00"),
    ("周三上午9点 | 下周三", "2026-12-02 09:00"),
    ("下周9:00-11:00 | 周五", "2026-12-04 09:00-11:00"),
    ("下周末9点到11点 | 周日", "2026-12-06 09:00-11:00"),
    ("12月初9点 | 8号", "2026-12-08 09:00"),
    ("2月30日9:00-11:00 | 12月3日", "2026-12-03 09:00-11:00"),
    ("12月5日（周五）14:00-16:00 | 12月5日", "2026-12-05 14:00-16:00"),
]


@pytest.mark.parametrize(("talk", "meant"), TALKS)
def test_what_one_answer_settled_the_next_need_not_say_again(talk: str, meant: str) -> None:
    *first, last = talk.split(" | ")
    known = Half()
    for answer in first:
        read = read_on(answer, known, WEDNESDAY)
        assert isinstance(read, Half), answer
        known = Half.of(read.as_data())
    span = read_on(last, known, WEDNESDAY)
    assert isinstance(span, Span), span
    assert write_span(span) == meant


def test_hours_that_contradict_the_half_day_are_asked_once_and_then_meant() -> None:
    known = read_on("下周六上午", Half(), WEDNESDAY)
    assert isinstance(known, Half)
    asked = read_on("14:00-16:00", known, WEDNESDAY)
    assert isinstance(asked, Half)
    assert (asked.code, asked.day) == (RefusalCode.HALF_DAY_CONTRADICTS, datetime.date(2026, 12, 5))
    meant = read_on("14:00-16:00", asked, WEDNESDAY)
    assert isinstance(meant, Span)
    assert write_span(meant) == "2026-12-05 14:00-16:00"


def test_words_in_front_of_a_day_leave_nothing_to_keep() -> None:
    read = read_on("不是12月5日", Half(), WEDNESDAY)
    assert isinstance(read, Half)
    assert read.is_empty
