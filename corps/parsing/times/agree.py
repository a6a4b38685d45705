"""Which day the claims of one text name, when they name one.

Where words are missing, one rule fills them in, or asks when two days could be meant.
"""

import contextlib
import datetime
from collections.abc import Sequence

from corps.parsing.times.answers import Assumed, RefusalCode, RefusedError
from corps.parsing.times.days import DayClaim, Kind, made

NEAR_YEARLESS = datetime.timedelta(days=60)
"""A month and day this near, before or behind us, needs no year."""
NEAR_MONTHLESS = datetime.timedelta(days=14)
"""A past day of the month is taken for next month's when that is this near and the past one is not."""
FARTHEST_AHEAD = datetime.timedelta(days=2 * 366)
"""Nobody plans further; a later year is a typing mistake."""
FARTHEST_BACK = datetime.timedelta(days=5 * 366)
"""Nobody enters older activities after the fact."""
_WEEKDAY_KINDS = {Kind.WEEKDAY, Kind.WEEK_AND_WEEKDAY}
_NEVER = datetime.timedelta.max


def agree_on_day(claims: Sequence[DayClaim], today: datetime.date) -> tuple[datetime.date, frozenset[Assumed]]:
    """Return the one day that all `claims` name, seen from `today`, and what had to be assumed.

    Raises:
        RefusedError: They name no day, more than one, or one too far away to be meant.
    """
    first = min(claims, key=lambda claim: claim.kind)
    day, assumed = _named(first, today)
    for other in claims:
        if not other.allows(day):
            raise RefusedError(_quarrel(first, other), f"{first.words} {other.words}")
    if not -FARTHEST_BACK <= day - today <= FARTHEST_AHEAD:
        raise RefusedError(RefusalCode.TOO_FAR, first.words)
    return day, assumed


def _quarrel(one: DayClaim, other: DayClaim) -> RefusalCode:
    weekdays = {one.kind, other.kind} & _WEEKDAY_KINDS
    if weekdays and not {one.kind, other.kind} <= _WEEKDAY_KINDS:
        return RefusalCode.WEEKDAY_CONTRADICTS
    return RefusalCode.DATES_CONTRADICT if Kind.RELATIVE in {one.kind, other.kind} else RefusalCode.MULTI_DAY


def _named(claim: DayClaim, today: datetime.date) -> tuple[datetime.date, frozenset[Assumed]]:
    if claim.fixed:
        return claim.fixed, frozenset()
    if claim.kind is Kind.WEEKDAY:
        return _coming_weekday(claim, today), frozenset({Assumed.COMING_WEEKDAY})
    if claim.kind is Kind.DAY_OF_MONTH:
        return _in_a_near_month(claim, today), frozenset({Assumed.MONTH})
    return _in_a_near_year(claim, today), frozenset({Assumed.YEAR})


def _coming_weekday(claim: DayClaim, today: datetime.date) -> datetime.date:
    for ahead in range(1, 7):
        day = today + datetime.timedelta(days=ahead)
        if claim.allows(day):
            return day
    raise RefusedError(RefusalCode.AMBIGUOUS_DAY, claim.words)  # said on a Saturday, 周六 is today or in a week


def _in_a_near_month(claim: DayClaim, today: datetime.date) -> datetime.date:
    day = made(today.year, today.month, claim.day or 0, claim.words)
    if day >= today:
        return day
    months = today.year * 12 + today.month
    later = made(months // 12, months % 12 + 1, claim.day or 0, claim.words)
    if later - today <= NEAR_MONTHLESS < today - day:
        return later
    raise RefusedError(RefusalCode.NEEDS_MONTH, claim.words)


def _in_a_near_year(claim: DayClaim, today: datetime.date) -> datetime.date:
    days = _in_each_year(claim, today)
    ahead = min((day for day in days if day >= today), default=None)
    behind = max((day for day in days if day < today), default=None)
    to_go = ahead - today if ahead else _NEVER
    gone = today - behind if behind else _NEVER
    if ahead and to_go <= NEAR_YEARLESS:
        return ahead
    if behind and gone <= NEAR_YEARLESS and behind.year == today.year:
        return behind
    if ahead and ahead.year == today.year and gone > NEAR_YEARLESS:
        return ahead
    raise RefusedError(RefusalCode.NEEDS_YEAR, claim.words)


def _in_each_year(claim: DayClaim, today: datetime.date) -> list[datetime.date]:
    """The day last year, this year and next year; 29 February or a fifth Sunday may not be in each."""
    days = []
    leap_year = 2000
    made(leap_year, claim.month or 0, 1 if claim.nth is not None else claim.day or 0, claim.words)
    for year in (today.year - 1, today.year, today.year + 1):
        with contextlib.suppress(RefusedError):
            days.append(claim.in_month(year, claim.month or 0))
    if not days:
        raise RefusedError(RefusalCode.IMPOSSIBLE_DATE, claim.words)
    return days
