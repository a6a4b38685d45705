"""The three questions that can be asked of a text: a date and hours, hours alone, a date alone."""

import datetime
import re
from typing import TypeVar

from corps.parsing.times.agree import agree_on_day
from corps.parsing.times.answers import Assumed, Refusal, RefusalCode, RefusedError, Span
from corps.parsing.times.clocks import take_duration
from corps.parsing.times.days import DayClaim, take_claims
from corps.parsing.times.hours import Hours, settle, take_hours
from corps.parsing.times.scanner import TO, Tape

_Part = TypeVar("_Part")
_REPEATS = re.compile("[每逢]")
_TO = re.compile(TO)
_ONE_DAY = datetime.timedelta(days=1)


def read_span(text: str, today: datetime.datetime) -> Span | Refusal:
    """Read a date with hours, as a coordinator typed it.

    Args:
        text: One line, e.g. `下周三下午两点半到四点`.
        today: The naive local wall-clock time now.

    Returns:
        The span in naive local time, which may be past (a back-entry), or why the text was not taken.
    """
    now = today.date()
    try:
        tape, claims, hours = _parts(text, now)
        day, assumed = agree_on_day(_needed(claims, RefusalCode.NEEDS_DATE, tape), now)
        hours = _needed(hours, RefusalCode.NEEDS_TIME, tape)
        return _span(hours, day, _end_day(hours, day, now), assumed)
    except RefusedError as refused:
        return refused.refusal


def read_time_range(text: str, day: datetime.date) -> Span | Refusal:
    """Read hours alone for a `day` that was chosen before; a date in the text is not understood."""
    day = datetime.date(day.year, day.month, day.day)
    try:
        tape = Tape(text)
        hours = take_hours(tape, day)
        tape.must_be_read()
        hours = _needed(hours, RefusalCode.NEEDS_TIME, tape)
        return _span(hours, day, _end_day(hours, day, day), frozenset())
    except RefusedError as refused:
        return refused.refusal


def read_date(text: str, today: datetime.datetime) -> datetime.date | Refusal:
    """Read a date alone, seen from `today` (naive local); hours in the text are not understood."""
    now = today.date()
    try:
        tape = Tape(text)
        claims = _take_day(tape, now)
        tape.must_be_read()
        return agree_on_day(_needed(claims, RefusalCode.NEEDS_DATE, tape), now)[0]
    except RefusedError as refused:
        return refused.refusal


def read_duration(text: str) -> int | None:
    """Return how many minutes something lasted: `2小时`, `90分钟`, or a bare number of hours; None if it is neither."""
    bare = re.fullmatch(r"\s*([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*(?:个?小时|h|hours?)?\s*", text, re.IGNORECASE)
    if bare is not None:
        return round(float(bare[1]) * 60)
    try:
        tape = Tape(text)
        lasted = take_duration(tape)
        tape.must_be_read()
    except RefusedError:
        return None
    return int(lasted[0].total_seconds() // 60) if lasted is not None else None


def write_span(span: Span) -> str:
    """Return `span` in its plainest form, e.g. `2026-12-05 14:00-16:00`; it reads back as the same."""
    start = f"{span.starts:%Y-%m-%d %H:%M}"
    if span.ends is None:
        return start
    next_day = "次日" if span.ends.date() > span.starts.date() else ""
    return f"{start}-{next_day}{span.ends:%H:%M}"


def _needed(part: _Part | None, missing: RefusalCode, tape: Tape) -> _Part:
    if not part:
        raise RefusedError(missing, tape.text)
    return part


def _parts(text: str, today: datetime.date) -> tuple[Tape, tuple[DayClaim, ...], Hours | None]:
    tape = Tape(text)
    claims = _take_day(tape, today)
    hours = take_hours(tape, today)
    if hours:
        claims += take_claims(tape, today)
    tape.must_be_read()
    return tape, claims, hours


def _take_day(tape: Tape, today: datetime.date) -> tuple[DayClaim, ...]:
    if tape.sees(_REPEATS):
        raise RefusedError(RefusalCode.REPEATS, tape.text)
    claims = take_claims(tape, today)
    at = tape.at
    if claims and tape.take(_TO) and take_claims(tape, today):
        raise RefusedError(RefusalCode.MULTI_DAY, tape.text)
    tape.at = at
    return claims


def _end_day(hours: Hours, day: datetime.date, today: datetime.date) -> datetime.date:
    """The day of the end: the start's, the next one when the text says so, or the date before the end."""
    expected = day + _ONE_DAY if hours.ends_next_day else day
    if not hours.end_claims:
        return expected
    end_day, _ = agree_on_day(hours.end_claims, today)
    if end_day < day:
        raise RefusedError(RefusalCode.ENDS_BEFORE_START, hours.words)
    if end_day > day + _ONE_DAY:
        raise RefusedError(RefusalCode.MULTI_DAY, hours.words)
    if hours.ends_next_day and end_day != expected:
        raise RefusedError(RefusalCode.DATES_CONTRADICT, hours.words)
    return end_day


def _span(hours: Hours, day: datetime.date, end_day: datetime.date, assumed: frozenset[Assumed]) -> Span:
    starts, ends, more = settle(hours, day, end_day)
    return Span(starts, ends, assumed | more)
