"""The only place that reads the time, and the only one that knows pytz.

`datetime(…, tzinfo=pytz.timezone(…))` is wrong by minutes (Asia/Shanghai becomes +08:06): a wall-clock
time gets its zone from `localize`, always.
"""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytz


class Clock:
    """Real time in the corps' zone; the sandbox may push it forward."""

    def __init__(self, timezone: str = "Asia/Shanghai") -> None:
        self._zone = pytz.timezone(timezone)
        self._ahead = dt.timedelta(0)
        self.zone_info = ZoneInfo(timezone)

    def now(self) -> dt.datetime:
        """Return the time now, aware, in UTC."""
        return dt.datetime.now(dt.UTC) + self._ahead

    def wall(self, instant: dt.datetime) -> dt.datetime:
        """Return the naive wall-clock time of an aware instant in the corps' zone."""
        return instant.astimezone(self.zone_info).replace(tzinfo=None)

    def instant(self, wall: dt.datetime) -> dt.datetime:
        """Return the aware UTC instant of a naive wall-clock time in the corps' zone."""
        return self._zone.localize(wall, is_dst=False).astimezone(dt.UTC)

    def push(self, by: dt.timedelta) -> None:
        """Move the clock forward (sandbox only)."""
        self._ahead += by

    def until_monday(self, hour: dt.time) -> dt.timedelta:
        """Return how long it is to the next Monday at that hour in the corps' zone."""
        wall = self.wall(self.now())
        monday = dt.datetime.combine(wall.date() + dt.timedelta(days=-wall.weekday() % 7), hour)
        return self.instant(monday if monday > wall else monday + dt.timedelta(days=7)) - self.now()

    def settle(self) -> None:
        """Return to real time (sandbox only)."""
        self._ahead = dt.timedelta(0)


def known_timezone(name: str) -> bool:
    """Tell whether `name` is a zone we can compute in, with either library."""
    return name in pytz.all_timezones_set and name in available_timezones()
