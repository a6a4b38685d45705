"""What kind of day it is by the State Council's holiday notice, so that a time can be warned about.

A Sunday may be a working day and a Tuesday a holiday, and each year's notice says which. `chinesecalendar`
holds the notices up to its release; a later year comes from a coordinator, as data. A year that nobody told
us is UNKNOWN, its weekends too: one of those Saturdays may be a make-up working day.
"""

import dataclasses
import datetime
import enum
from collections.abc import Mapping

import chinese_calendar

from corps.moment import HolidayYear


class DayKind(enum.StrEnum):
    """What a day is in China."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    PUBLIC_HOLIDAY = "public_holiday"
    """Free by the notice, weekends inside a holiday included."""
    MAKEUP_WORKDAY = "makeup_workday"
    """A weekend day worked for a holiday (调休)."""
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True)
class _Day:
    kind: DayKind
    holiday: str | None = None


def day_kind(day: datetime.date, notices: Mapping[int, HolidayYear]) -> DayKind:
    """Return what kind of day `day` (local) is.

    Args:
        day: The local calendar day.
        notices: The coordinators' notices by year. One for a year that the library knows as well wins, since
            notices have been amended in mid-year and somebody supplied it on purpose.
    """
    return _look_up(day, notices).kind


def holiday_name(day: datetime.date, notices: Mapping[int, HolidayYear]) -> str | None:
    """Return the Chinese name of the holiday that frees `day`, or is made up for on it, where known."""
    return _look_up(day, notices).holiday


def _look_up(day: datetime.date, notices: Mapping[int, HolidayYear]) -> _Day:
    notice = notices.get(day.year)
    return _by_notice(day, notice) if notice else _by_library(day)


def _by_notice(day: datetime.date, notice: HolidayYear) -> _Day:
    if day in notice.holidays:
        return _Day(DayKind.PUBLIC_HOLIDAY, notice.holidays[day])
    if day in notice.workdays:
        return _Day(DayKind.MAKEUP_WORKDAY)
    return _Day(_by_weekday(day))


def _by_library(day: datetime.date) -> _Day:
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # the library's word for a year outside its data
        return _Day(DayKind.UNKNOWN)
    if name is None:
        return _Day(_by_weekday(day))
    chinese: str = chinese_calendar.Holiday(name).chinese
    return _Day(DayKind.PUBLIC_HOLIDAY if free else DayKind.MAKEUP_WORKDAY, chinese)


def _by_weekday(day: datetime.date) -> DayKind:
    friday = 4
    return DayKind.WORKDAY if day.weekday() <= friday else DayKind.WEEKEND
