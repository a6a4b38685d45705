"""The texts for one person: in the person's language, with dates and times as the person reads them."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from bot import texts
from corps.moment import Zone
from corps.people import Named
from corps.rounding import Rounding

_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZH_DAYS = "一二三四五六日"
_FIRST_DAYS = 10
_NOTED_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Voice:
    """The texts of one language, with times in the corps' zone. Call it with a key to get a sentence."""

    language: str
    zone: Zone

    def __call__(self, key: str, **values: object) -> Markup:
        """Return the sentence behind a key."""
        said = {name: self.named(value) if isinstance(value, Named) else value for name, value in values.items()}
        return texts.say(self.language, key, **said)

    def plain(self, key: str, **values: object) -> str:
        """Return the sentence as plain text, for what knows no HTML: papers, spreadsheets, pictures, labels."""
        return self(key, **values).unescape()

    def listed(self, names: Iterable[str]) -> str:
        """Return names or other plain words in a row: `民盟、民建`, or `Minmeng, Minjian`."""
        return self.plain("list.comma").join(names)

    def named(self, person: Named) -> str:
        """Return somebody's name, or for a reader who may not know it what they are: `民建的联络员`."""
        if person.name:
            return person.name
        office = "coordinator" if person.is_coordinator else "leader" if person.is_leader else "member"
        key = office if person.team or office == "coordinator" else "somebody"
        return str(texts.say(self.language, f"named.{key}", team=person.team).unescape())

    def knows(self, key: str) -> bool:
        """Return whether there is a sentence for a key."""
        return texts.knows(self.language, key)

    def unit(self, word: str) -> str:
        """Return the roster's word for what is counted (`场`, `对`), which only Chinese says behind a number."""
        return "" if self.language == "en" else word

    def day(self, day: dt.date, *, year: bool = False) -> str:
        """Return a date with its weekday: `12月5日（周六）`."""
        if self.language == "en":
            text = f"{_EN_DAYS[day.weekday()]} {day.day} {_EN_MONTHS[day.month - 1]}"
            return f"{text} {day.year}" if year else text
        text = f"{day.month}月{day.day}日（周{_ZH_DAYS[day.weekday()]}）"
        return f"{day.year}年{text}" if year else text

    def weekday(self, day: dt.date) -> str:
        """Return a date's weekday alone: `周六`."""
        return _EN_DAYS[day.weekday()] if self.language == "en" else f"周{_ZH_DAYS[day.weekday()]}"

    def date(self, day: dt.date, *, year: bool = False) -> str:
        """Return a date without its weekday: `12月5日`."""
        text = f"{day.day} {_EN_MONTHS[day.month - 1]}" if self.language == "en" else f"{day.month}月{day.day}日"
        if not year:
            return text
        return f"{text} {day.year}" if self.language == "en" else f"{day.year}年{text}"

    def noted_day(self, text: str) -> str:
        """Return a day as it is noted, `2026-12-05`, as people write it; any other text as it is."""
        if not _NOTED_DAY.fullmatch(text):
            return text
        try:
            return self.date(dt.date.fromisoformat(text), year=True)
        except ValueError:  # the calendar has no such day: somebody typed it
            return text

    def until(self, day: dt.date) -> str:
        """Return a last day in words: `12月17日`; a month's first days are the end of the one before, `11 月底`."""
        if day.day >= _FIRST_DAYS or day.month == 1:
            return self.date(day)
        return self.plain("near.month_end", month=self.month(day.month - 1))

    def month(self, number: int) -> str:
        """Return a month (1 to 12) as sentences have it: its number before 月, or `Dec`."""
        return _EN_MONTHS[number - 1] if self.language == "en" else str(number)

    def month_of(self, year: int, month: int) -> str:
        """Return a month of a year: `2026年12月`, or `Dec 2026`."""
        return self.plain("numbers.of_month", year=year, month=self.month(month))

    def short_date(self, day: dt.date) -> str:
        """Return a date for a button: `12/5`, or `5 Dec`."""
        return self.date(day) if self.language == "en" else f"{day.month}/{day.day}"

    def moment(self, instant: dt.datetime, *, year: bool = False) -> str:
        """Return an instant in the corps' zone: `12月5日（周六）14:00`."""
        wall = self.zone.wall(instant)
        gap = " " if self.language == "en" else ""
        return f"{self.day(wall.date(), year=year)}{gap}{wall:%H:%M}"

    def soon(self, instant: dt.datetime, today: dt.date | None) -> str:
        """Return an instant, without its date when that is `today`, the day on which it is read."""
        wall = self.zone.wall(instant)
        return f"{wall:%H:%M}" if wall.date() == today else self.moment(instant)

    def near(self, starts: dt.datetime, now: dt.datetime) -> Markup:
        """Return when something begins, for who reads it now: `今天 09:30，还有 2 小时`, `明天（周一）09:30`."""
        wall, clock = self.zone.wall(starts), f"{self.zone.wall(starts):%H:%M}"
        days = (wall.date() - self.zone.wall(now).date()).days
        if days == 0:
            return self("near.today", clock=clock, left=self._left(starts - now))
        if days == 1:
            return self("near.tomorrow", weekday=self.weekday(wall.date()), clock=clock)
        return self("near.days", when=self.moment(starts), n=days)

    def _left(self, span: dt.timedelta) -> Markup:
        """Return a waiting time of less than a day, to five minutes: a message is some seconds late."""
        hours, minutes = divmod(max(5, 5 * round(span.total_seconds() / 300)), 60)
        said = [self("near.hours", n=hours)] if hours else []
        return Markup(" ").join([*said, *([self("near.minutes", n=minutes)] if minutes else [])])

    def span(self, starts: dt.datetime, ends: dt.datetime, *, year: bool = False) -> str:
        """Return a time span: `12月5日（周六）14:00–16:00`."""
        first, last = self.zone.wall(starts), self.zone.wall(ends)
        end = f"{last:%H:%M}" if first.date() == last.date() else self.moment(ends, year=year)
        return f"{self.moment(starts, year=year)}–{end}"

    def clocks(self, starts: dt.datetime, ends: dt.datetime) -> str:
        """Return from when to when within a day: `14:00–15:00`."""
        return f"{self.zone.wall(starts):%H:%M}–{self.zone.wall(ends):%H:%M}"

    def hours(self, minutes: int) -> str:
        """Return a duration in hours, to two decimals as in the ledger: `2.5`, `0.83`."""
        return f"{minutes / 60:.2f}".rstrip("0").removesuffix(".")

    def rule(self, rounding: Rounding) -> Markup:
        """Return in a sentence how hours are rounded: it stands on whatever shows or certifies them."""
        return self(f"hours.rule_{rounding.value}")
