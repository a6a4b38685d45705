"""Which hour a written one means: the twelve-hour clock, the half-day words, and what they leave unsettled.

The rules, each with its reason:

* A half-day word settles 1–12, and 13–24 must fit it: 下午14点 is 14:00, 上午14点 contradicts itself.
* 晚上12点 and 凌晨12点 could be the midnight before or after, 晚上1点 as well: asked about. As an **end**,
  12 is 24:00 of an evening and noon of a morning: there is no other way to read 上午9点到12点.
* With no word, digits with a colon are a 24-hour clock (9:00, 14:00, 03:00), except a lone 1–6: who writes
  `3:00` in a notice may well mean the afternoon; `03:00` cannot be misread.
* With no word, 1点–6点 are asked about. 7点 and 8点 too, since talks start at 7 and 8 in the evening, unless
  the end leaves the morning only (8点到17点). 9点–11点 are the morning: the corps starts nothing at 21:00 or
  later. 12点 is noon (midnight is 0点 or 24点), and 13–23 speak for themselves.
* An end in the 凌晨 of an evening (晚上10点到凌晨1点) is the next day's; so is a bare 2点 behind 次日, which 2 in
  the afternoon would make sixteen hours of.
* An end without a word takes over the start's (下午两点到四点), but is asked about when it would then not
  come after the start (上午9点到3点).
"""

import dataclasses

from corps.parsing.times.answers import Assumed, RefusalCode, RefusedError
from corps.parsing.times.clocks import EARLY, EVENING, MORNING, SMALL_HOURS, Clock, HalfDay

HOUR = 60
_NOON, _MIDNIGHT, _LAST_MINUTE = 12, 24, 59
_EVENING = 17 * HOUR
_FIRST_SURE_DIGITAL = 7
_FIRST_SURE_SPOKEN = 9
_LATE_NIGHT = {0, 1, 2, 3, 4, 12}
Minutes = tuple[int, frozenset[Assumed]]
_NOTHING: frozenset[Assumed] = frozenset()


def start_minute(start: Clock, end: Clock | None) -> Minutes:
    """Return the start as minutes since midnight, with what was assumed.

    Args:
        start: What is written for the start.
        end: What is written for the end on the same day, which can settle a bare 7点 or 8点.

    Raises:
        RefusedError: The start is ambiguous or no time of day.
    """
    bare = start.half is None and start.spoken and not start.padded
    if bare and start.hour in range(_FIRST_SURE_DIGITAL, _FIRST_SURE_SPOKEN) and end and _is_sure(end):
        morning = start.hour * HOUR + start.minute
        if own_minute(end, ends=True) <= morning + _NOON * HOUR:
            return morning, frozenset({Assumed.MORNING})
    assumed = bare and start.hour in range(_FIRST_SURE_SPOKEN, _NOON)
    return own_minute(start), frozenset({Assumed.MORNING}) if assumed else _NOTHING


def end_minute(end: Clock, start: Clock, begins: int) -> Minutes:
    """Return the end on the start's day as minutes since midnight (24:00 is 1440), with what was assumed.

    Raises:
        RefusedError: The end is ambiguous, no time of day, or not after `begins`.
    """
    if end.half or start.half is None or end.hour > _NOON:
        minute, assumed = own_minute(end, ends=True), _NOTHING
    else:
        minute, assumed = _inherited(end, start.half), frozenset({Assumed.END_HALF_DAY})
    if minute > begins:
        return minute, assumed
    half_day_left_open = end.half is None and (end.spoken or assumed) and end.hour <= _NOON
    code = RefusalCode.AMBIGUOUS_HALF_DAY if half_day_left_open else RefusalCode.ENDS_BEFORE_START
    raise RefusedError(code, end.words)


def past_midnight(start: Clock, end: Clock) -> bool:
    """Tell whether an end in the small hours belongs to the day after an evening start."""
    if end.half is not SMALL_HOURS:
        return False
    try:
        return own_minute(start) >= _EVENING
    except RefusedError:
        return False


def next_day_minute(end: Clock, begins: int) -> int:
    """Return the end on the day after the start's as minutes since that midnight.

    Behind an evening start (`begins` minutes since its midnight) a bare hour is the morning's.

    Raises:
        RefusedError: The end is ambiguous or no time of day.
    """
    sure = end.half is None and end.hour < _NOON and begins >= _EVENING
    return own_minute(dataclasses.replace(end, padded=True) if sure else end, ends=True)


def own_minute(clock: Clock, *, ends: bool = False) -> int:
    """Return what `clock` means by its own words alone, as minutes since midnight.

    Args:
        clock: What is written.
        ends: Whether it is an end, which may be noon or midnight where a start may not.

    Raises:
        RefusedError: It is ambiguous or no time of day.
    """
    return _minute(clock, clock.half, ends=ends)


def _is_sure(end: Clock) -> bool:
    return end.half is not None or end.hour > _NOON


def _inherited(end: Clock, half: HalfDay) -> int:
    try:
        return _minute(end, half, ends=True)
    except RefusedError as refused:
        if refused.refusal.code is RefusalCode.IMPOSSIBLE_HOUR:
            raise
        raise RefusedError(RefusalCode.AMBIGUOUS_HALF_DAY, end.words) from refused


def _minute(clock: Clock, half: HalfDay | None, *, ends: bool) -> int:
    past_midnight = clock.hour == _MIDNIGHT and clock.minute
    if clock.hour > _MIDNIGHT or clock.minute > _LAST_MINUTE or past_midnight:
        raise RefusedError(RefusalCode.IMPOSSIBLE_HOUR, clock.words)
    if clock.hour == _MIDNIGHT and half in (None, EVENING):
        hour: int | RefusalCode = _MIDNIGHT if ends else RefusalCode.AMBIGUOUS_MIDNIGHT
    elif half:
        hour = _by_word(clock, half, ends=ends)
    else:
        hour = _by_habit(clock)
    if isinstance(hour, RefusalCode):
        raise RefusedError(hour, clock.words)
    return hour * HOUR + clock.minute


def _by_word(clock: Clock, half: HalfDay, *, ends: bool) -> int | RefusalCode:
    readings = {clock.hour, clock.hour + _NOON} if 0 < clock.hour < _NOON else {clock.hour}
    for hour in readings:
        if half.first <= hour <= half.last:
            return hour
    if clock.hour == _NOON and half in (EARLY, MORNING):
        return _NOON if ends else RefusalCode.AMBIGUOUS_HALF_DAY
    if clock.hour == _NOON and half is EVENING and ends and not clock.minute:
        return _MIDNIGHT
    if (half is EVENING and clock.hour in _LATE_NIGHT) or (half is SMALL_HOURS and clock.hour == _NOON):
        return RefusalCode.AMBIGUOUS_MIDNIGHT
    return RefusalCode.HALF_DAY_CONTRADICTS


def _by_habit(clock: Clock) -> int | RefusalCode:
    first_sure = _FIRST_SURE_SPOKEN if clock.spoken else _FIRST_SURE_DIGITAL
    if clock.padded or clock.hour == 0 or clock.hour >= first_sure:
        return clock.hour
    return RefusalCode.AMBIGUOUS_HALF_DAY
