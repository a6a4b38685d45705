"""From when to when: two times of day, or one and a duration, as they stand in the text."""

import dataclasses
import datetime
import re

from corps.parsing.times.answers import Assumed, RefusalCode, RefusedError
from corps.parsing.times.clocks import Clock, take_clock, take_duration
from corps.parsing.times.days import DayClaim, take_claims
from corps.parsing.times.halfdays import end_minute, next_day_minute, past_midnight, start_minute
from corps.parsing.times.scanner import TO, Tape

_FROM = re.compile("[从自由]")
_TO = re.compile(TO)
_BEGINS = re.compile("(?:准时|正式)?(?:开始|集合|举行|开展|开讲)")
_OVER = re.compile("结束|止")
_SAME_DAY = re.compile("当[天日]")
_NEXT_DAY = re.compile("次日|第二天|翌日")
LONGEST = datetime.timedelta(hours=24)


@dataclasses.dataclass(frozen=True, slots=True)
class Hours:
    """What stands in the text about the hours of one activity; at most one of `end` and `lasts` is set."""

    words: str
    start: Clock
    end: Clock | None = None
    next_day: bool = False
    end_claims: tuple[DayClaim, ...] = ()
    lasts: datetime.timedelta | None = None

    @property
    def ends_next_day(self) -> bool:
        """Whether the words put the end on the next day: 次日, or an evening that lasts until 凌晨."""
        return self.next_day or (self.end is not None and past_midnight(self.start, self.end))


def take_hours(tape: Tape, today: datetime.date) -> Hours | None:
    """Read the hours, or nothing.

    Raises:
        RefusedError: They stop half-way: 9点到, 周六上午.
    """
    at = tape.at
    tape.take(_FROM)
    start = take_clock(tape)
    if not start:
        tape.at = at
        return None
    begins = tape.take(_BEGINS)
    if tape.take(_TO):
        hours = _take_end(tape, start, today)
    elif begins and (end := take_clock(tape)):
        hours = _must_be_over(tape, Hours("", start, end))
    elif lasts := take_duration(tape):
        hours = Hours("", start, lasts=lasts[0])
    else:
        hours = Hours("", start)
    return dataclasses.replace(hours, words=tape.text[at : tape.at])


def _take_end(tape: Tape, start: Clock, today: datetime.date) -> Hours:
    next_day = bool(tape.take(_NEXT_DAY))
    tape.take(_SAME_DAY)
    dotted = "." in start.words
    claims = () if dotted else take_claims(tape, today)
    end = take_clock(tape, dotted=dotted)
    if not end:
        code = RefusalCode.MULTI_DAY if claims and not tape.rest() else RefusalCode.NOT_UNDERSTOOD
        raise RefusedError(code, tape.rest() or tape.text)
    tape.take(_OVER)
    return Hours("", start, end, next_day=next_day, end_claims=claims)


def _must_be_over(tape: Tape, hours: Hours) -> Hours:
    """`14:00开始，16:00结束`: only the closing word makes the second time an end."""
    if not tape.take(_OVER):
        raise RefusedError(RefusalCode.NOT_UNDERSTOOD, hours.end.words if hours.end else "")
    return hours


def settle(
    hours: Hours, day: datetime.date, end_day: datetime.date
) -> tuple[datetime.datetime, datetime.datetime | None, frozenset[Assumed]]:
    """Put `hours` on `day` (and the end on `end_day`): naive start and end, and what was assumed.

    Raises:
        RefusedError: An hour is ambiguous or impossible, or the end is not within 24 hours after the start.
    """
    same_day = day == end_day
    begins, assumed = start_minute(hours.start, hours.end if same_day else None)
    starts = _at(day, begins)
    ends: datetime.datetime | None = None
    if hours.end and same_day:
        minute, more = end_minute(hours.end, hours.start, begins)
        ends, assumed = _at(day, minute), assumed | more
    elif hours.end:
        ends = _at(end_day, next_day_minute(hours.end, begins))
    elif hours.lasts is not None:
        ends = starts + hours.lasts
    if ends and ends <= starts:
        raise RefusedError(RefusalCode.ENDS_BEFORE_START, hours.words)
    if ends and ends - starts > LONGEST:
        raise RefusedError(RefusalCode.TOO_LONG, hours.words)
    return starts, ends, assumed


def _at(day: datetime.date, minutes: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minutes)
