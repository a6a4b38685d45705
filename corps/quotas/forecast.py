"""What a line of the 五个10 ends the year with as things are arranged, and until when the rest has to be decided.

Pure: it is given numbers and days. The pace by the corps' own seasons is in `corps.quotas.seasons`.
"""

import datetime as dt
from dataclasses import dataclass

SPACING = dt.timedelta(days=7)
"""More events of one line are counted as possible at one a week: more often, neither teams nor listeners come along."""

SOON = dt.timedelta(days=30)
"""So long before the last sensible day a line is one to look at (在 `/today`)."""


@dataclass(frozen=True)
class Forecast:
    """The end of the year of one line.

    `total` comes of what is verified, reported and planned; `to_arrange` is still missing to the target. `possible` is
    how many more could still take place. `latest` is the last day to decide on all that is missing, None when nothing
    is missing or when it is too late for all of it. `risky`: that day is near, or past.
    """

    total: int
    to_arrange: int
    possible: int
    latest: dt.date | None
    risky: bool


def forecast(
    arranged: int, target: int, today: dt.date, preparation: dt.timedelta, *, pairing: bool = False
) -> Forecast:
    """Return how the year of `today` ends for one line.

    Args:
        arranged: How many are verified, reported or planned.
        target: How many were promised.
        today: The local date.
        preparation: How long it takes from deciding on an event to its day.
        pairing: It counts pairings: several may be agreed on in one week.
    """
    missing = max(0, target - arranged)
    spacing = dt.timedelta() if pairing else SPACING
    last = dt.date(today.year, 12, 31) - preparation
    in_time = (last - today) // spacing + 1 if spacing else missing
    possible = in_time if last >= today else 0
    latest = last - spacing * (missing - 1) if 0 < missing <= possible else None
    risky = missing > 0 and (latest is None or latest - today <= SOON)
    return Forecast(arranged, missing, possible, latest, risky)
