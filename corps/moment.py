"""When an operation happens, and the corps' habits that depend on it: zone, quiet hours, reminder leads.

The corps reads no clock and no settings: an operation is given a `Moment`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from corps.addresses import Address
from corps.rounding import Rounding
from models.enums import PairingCounts


class Zone(Protocol):
    """The corps' zone. Wall-clock times are naive; instants are aware."""

    def wall(self, instant: dt.datetime) -> dt.datetime:
        """Return the naive local wall-clock time of an aware instant."""

    def instant(self, wall: dt.datetime) -> dt.datetime:
        """Return the aware UTC instant of a naive local wall-clock time."""


@dataclass(frozen=True)
class Quiet:
    """The hours in which nobody is disturbed, in the corps' zone; with `starts` after `ends` they include midnight."""

    starts: dt.time
    ends: dt.time

    def covers(self, wall: dt.time) -> bool:
        """Tell whether a wall-clock time lies in the quiet hours."""
        if self.starts <= self.ends:
            return self.starts <= wall < self.ends
        return wall >= self.starts or wall < self.ends


@dataclass(frozen=True)
class HolidayYear:
    """One year's notice, as a coordinator supplied it.

    Attributes:
        holidays: Each free day of a public holiday, with the holiday's Chinese name.
        workdays: The weekend days that are worked instead.

    Raises:
        ValueError: A day is named as both.
    """

    holidays: Mapping[dt.date, str]
    workdays: frozenset[dt.date]

    def __post_init__(self) -> None:
        """Refuse a notice that contradicts itself."""
        both = self.workdays & self.holidays.keys()
        if both:
            raise ValueError(f"{min(both)} cannot be both a holiday and a working day")


@dataclass(frozen=True)
class Policy:
    """The corps' habits, from its settings."""

    zone: Zone
    quiet: Quiet | None = None
    leads: tuple[dt.timedelta, ...] = (dt.timedelta(days=3), dt.timedelta(hours=24), dt.timedelta(hours=2))
    language: str = "zh"
    coordinators: frozenset[Address] = frozenset()
    """Who is a coordinator from the first `/start` on."""
    web_url: str = ""
    """Where people open the corps' pages; empty: there are none."""
    http_app: bool = False
    """Whether Telegram opens these pages inside itself without https: only the sandbox's does."""
    mail: bool = False
    """Whether messages can be mailed."""
    corps_name: str = "沙磁·同心服务团"
    contact: str = ""
    """What papers call the corps, and how the office that answers for it is reached."""
    pairing_counts: PairingCounts = PairingCounts.CONFIRMED
    """What makes a pairing count in its year."""
    visit_days: int = 60
    """After so many days without a visit a pairing's team is reminded; 0: never."""
    holidays: Mapping[int, HolidayYear] = field(default_factory=dict)
    """The coordinators' holiday notices by year; one wins over what the library knows."""
    preparation: dt.timedelta = dt.timedelta(days=14)
    """How long it takes from deciding on an activity to its day."""
    rounding: Rounding = Rounding.MINUTE
    """How hours are shown and certified."""
    publicity_days: int = 0
    """For how many days verified hours stand open to the team before they are final (公示)."""
    per_second: int = 30
    """How many messages go out a second, at most: how fast a queue can shrink, and a broadcast go out."""

    @property
    def app_url(self) -> str:
        """Where Telegram opens the pages inside itself; empty where it does not."""
        return f"{self.web_url}/tg" if self.web_url.startswith("https://") or self.http_app else ""


@dataclass(frozen=True)
class Moment:
    """An aware UTC instant together with the corps' habits."""

    now: dt.datetime
    policy: Policy

    def wall(self, instant: dt.datetime | None = None) -> dt.datetime:
        """Return the local wall-clock time of `instant` (default: now)."""
        return self.policy.zone.wall(instant or self.now)

    def today(self) -> dt.date:
        """Return the local date."""
        return self.wall().date()

    def is_quiet(self, instant: dt.datetime | None = None) -> bool:
        """Tell whether `instant` (default: now) lies in the quiet hours."""
        quiet = self.policy.quiet
        return quiet is not None and quiet.covers(self.wall(instant).time())

    def after_quiet_hours(self, instant: dt.datetime | None = None) -> dt.datetime:
        """Return `instant` (default: now), moved to the end of the quiet hours if it lies in them."""
        instant = instant or self.now
        quiet = self.policy.quiet
        if quiet is None or not self.is_quiet(instant):
            return instant
        wall = self.wall(instant)
        day = wall.date() if wall.time() < quiet.ends else wall.date() + dt.timedelta(days=1)
        return self.policy.zone.instant(dt.datetime.combine(day, quiet.ends))

    def add_waking_time(self, span: dt.timedelta) -> dt.datetime:
        """Return the instant at which `span` of waking time will have passed: quiet hours do not count."""
        quiet, begin = self.policy.quiet, self.after_quiet_hours()
        while quiet is not None:
            wall = self.wall(begin)
            day = wall.date() if wall.time() < quiet.starts else wall.date() + dt.timedelta(days=1)
            dusk = self.policy.zone.instant(dt.datetime.combine(day, quiet.starts))
            if begin + span <= dusk:
                break
            span -= dusk - begin
            begin = self.after_quiet_hours(dusk)
        return begin + span


def sane_month(year: int, month: int) -> bool:
    """Tell whether a calendar may be turned to a month: a real one, of these decades."""
    return 1 <= month <= 12 and 2000 <= year <= 2100  # noqa: PLR2004 - months, and a calendar's reach
