"""The result of reading a typed time: a span, or a refusal that says which piece was not understood."""

import dataclasses
import datetime
import enum


class Assumed(enum.StrEnum):
    """What the words left open and a rule of the grammar filled in; the bot says so in its echo."""

    YEAR = "year"
    """No year was written."""
    MONTH = "month"
    """Only the day of the month was written."""
    COMING_WEEKDAY = "coming_weekday"
    """A bare 周六: the next one, not one that is past."""
    MORNING = "morning"
    """A bare 9点, or a bare 8点 that only fits before noon."""
    END_HALF_DAY = "end_half_day"
    """下午两点到四点: the end took over 下午."""


class RefusalCode(enum.StrEnum):
    """Why a text was refused. The sentences are in the bot's texts, one a code."""

    NOT_UNDERSTOOD = "not_understood"
    NEEDS_DATE = "needs_date"
    NEEDS_TIME = "needs_time"
    NEEDS_YEAR = "needs_year"
    NEEDS_MONTH = "needs_month"
    AMBIGUOUS_DAY = "ambiguous_day"
    VAGUE_DAY = "vague_day"
    AMBIGUOUS_HALF_DAY = "ambiguous_half_day"
    AMBIGUOUS_MIDNIGHT = "ambiguous_midnight"
    HALF_DAY_CONTRADICTS = "half_day_contradicts"
    WEEKDAY_CONTRADICTS = "weekday_contradicts"
    DATES_CONTRADICT = "dates_contradict"
    IMPOSSIBLE_DATE = "impossible_date"
    IMPOSSIBLE_HOUR = "impossible_hour"
    ENDS_BEFORE_START = "ends_before_start"
    MULTI_DAY = "multi_day"
    REPEATS = "repeats"
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A time that was understood.

    Attributes:
        starts: Naive local wall-clock time, whole minutes; the caller localises it.
        ends: The same, later than `starts` by at most 24 hours, or None when no end was written.
        understood: What the words left open and the grammar filled in.
    """

    starts: datetime.datetime
    ends: datetime.datetime | None = None
    understood: frozenset[Assumed] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """A time that was not taken: why, and the piece of the (tidied) text concerned, at most 40 characters."""

    code: RefusalCode
    what: str


class RefusedError(Exception):
    """Carries a refusal from inside the grammar to its callers; it never leaves `corps.parsing.times`."""

    def __init__(self, code: RefusalCode, what: str) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, what.strip()[:40])
