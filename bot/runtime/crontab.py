"""Crontab lines: read as cron reads them; and when a line was due last.

APScheduler never makes up for what was due while the program did not run, so each tick asks here instead.
"""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = 5
_LEAP_DAY = dt.datetime(2028, 2, 28, tzinfo=dt.UTC)
"""From here on every day comes that ever does."""

_PIECE = re.compile(r"(?P<first>\*|[0-7]|[a-z]{3})(?:-(?P<last>[0-7]|[a-z]{3}))?(?:/(?P<step>[1-9]))?")


def read_crontab(text: str) -> str:
    """Return a crontab line with its weekdays by name: APScheduler counts them from Monday, cron from Sunday.

    Raises ValueError with a sentence for the person who wrote it.
    """
    fields = text.lower().split()
    if len(fields) != _FIELDS:
        raise ValueError("write a crontab line with five fields, such as 0 9 * * mon")
    line = " ".join([*fields[:4], _weekdays(fields[4])])
    try:
        trigger = CronTrigger.from_crontab(line, timezone=dt.UTC)
    except ValueError as error:
        raise ValueError(f"write a crontab line such as 0 9 * * mon ({error})") from error
    if trigger.get_next_fire_time(None, _LEAP_DAY) is None:
        raise ValueError("write a day that comes, such as 0 9 * * mon")
    return line


def _weekdays(field: str) -> str:
    if field == "*":
        return field
    days: set[int] = set()
    for piece in field.split(","):
        found = _PIECE.fullmatch(piece)
        if found is None:
            raise ValueError("write weekdays as mon, mon-fri, 1, 1-5 or *")
        first = 0 if found["first"] == "*" else _day(found["first"])
        last = 6 if found["first"] == "*" else _day(found["last"] or found["first"])
        if last < first or (found["first"], found["last"]) == ("0", "7"):
            last += 7  # a week that goes on past Sunday: fri-mon, and 0-7 for all of it
        days |= {day % 7 for day in range(first, last + 1, int(found["step"] or 1))}
    return ",".join(_DAYS[day] for day in sorted(days))


def _day(text: str) -> int:
    if text.isdecimal():
        return int(text) % 7
    if text not in _DAYS:
        raise ValueError(f"there is no weekday {text}")
    return _DAYS.index(text)


def last_fire(line: str, zone: ZoneInfo, now: dt.datetime, within: dt.timedelta) -> dt.datetime | None:
    """Return when a crontab line last fired in that zone: not after `now`, and not longer ago than `within`.

    Looks back in widening steps, so that a line that fires each minute is as cheap as a weekly one.
    """
    trigger = CronTrigger.from_crontab(read_crontab(line), timezone=zone)
    local = now.astimezone(zone)
    for span in (dt.timedelta(minutes=2), dt.timedelta(hours=2), dt.timedelta(days=1), within):
        fired: dt.datetime | None = None
        since = local - min(span, within)
        while (due := trigger.get_next_fire_time(None, since)) is not None and due <= local:
            fired, since = due, due + dt.timedelta(seconds=1)
        if fired is not None:
            return fired.astimezone(dt.UTC)
    return None
