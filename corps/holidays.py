"""Placeholder until the holidays branch is merged."""

import datetime as dt
from enum import StrEnum


class DayKind(StrEnum):
    """X."""

    PUBLIC_HOLIDAY = "p"
    UNKNOWN = "u"


def day_kind(_day: dt.date, _notices: dict[int, object]) -> tuple[DayKind, str]:
    """X"""
    return DayKind.UNKNOWN, ""
