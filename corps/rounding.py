"""How service time is shown and certified: one rule for everything that says hours (`HOURS_ROUNDING`).

The ledger keeps minutes. What is rounded is a row of it: one person's minutes in one slot of one activity, reversals
taken off. Every total is the sum of rounded rows, so that the rows of a list add up to what stands below them.
"""

from enum import StrEnum

from sqlalchemy import ColumnElement, case

HOUR, HALF, QUARTER = 60, 30, 15
ABOVE_HALF = 45
"""志愿山城: up to 15 minutes of a rest are nothing, up to 45 half an hour, above that an hour."""


class Rounding(StrEnum):
    """To what a row is rounded: not at all, down to full quarters or half hours, or as 志愿山城 does it."""

    MINUTE = "minute"
    QUARTER = "quarter"
    HALF = "half"
    PLATFORM = "platform"

    def of(self, minutes: int) -> int:
        """Return the minutes that a row of so many minutes is shown and certified with."""
        match self:
            case Rounding.MINUTE:
                return minutes
            case Rounding.QUARTER:
                return minutes - minutes % QUARTER
            case Rounding.HALF:
                return minutes - minutes % HALF
        rest = minutes % HOUR
        return minutes - rest + (0 if rest <= QUARTER else HALF if rest <= ABOVE_HALF else HOUR)

    def in_sql(self, minutes: ColumnElement[int]) -> ColumnElement[int]:
        """Return the same as an expression over a column of minutes."""
        match self:
            case Rounding.MINUTE:
                return minutes
            case Rounding.QUARTER:
                return minutes - minutes % QUARTER
            case Rounding.HALF:
                return minutes - minutes % HALF
        rest = minutes % HOUR
        return minutes - rest + case((rest <= QUARTER, 0), (rest <= ABOVE_HALF, HALF), else_=HOUR)
