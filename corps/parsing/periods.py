"""What people write for a span of days: `本月`, `2025年`, `10月1日到11月15日`, `3月至今`, `近30天`, `1 Oct to 15 Nov`.

A span is taken only as a whole. A month or a day without a year is the last one there was: numbers are asked of
the past.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from corps.parsing.normalise import numeral, plain, with_plain_dashes
from corps.parsing.times.english import span_in_chinese

MONTHS = 12
_WEEK = 7


@dataclass(frozen=True)
class Period:
    """A span of local days, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def months(self) -> int:
        """Of how many calendar months it is made, 0 when it is not made of whole ones."""
        if self.first.day != 1 or (self.last + dt.timedelta(days=1)).day != 1:
            return 0
        return (self.last.year - self.first.year) * MONTHS + self.last.month - self.first.month + 1

    def until(self, today: dt.date) -> "Period":
        """Return as much of it as has passed, today included; all of it when it is over, or has not begun."""
        return Period(self.first, today) if self.first <= today < self.last else self

    def before(self, today: dt.date) -> "Period":
        """Return the same span before it: the month before a month, else as many days.

        Of a month that is not over as many days of the one before are taken as have passed: like goes with like.
        """
        passed = self.until(today)
        if self.months:
            first = _month_away(self.first, -self.months)
        else:
            whole_week = self.first.weekday() == 0 and (self.last - self.first).days == _WEEK - 1
            first = self.first - dt.timedelta(days=_WEEK if whole_week else (passed.last - passed.first).days + 1)
        end = self.first - dt.timedelta(days=1)
        return Period(first, end if passed == self else min(end, first + (passed.last - passed.first)))


def _month_away(day: dt.date, months: int) -> dt.date:
    counted = day.year * MONTHS + day.month - 1 + months
    year, month = divmod(counted, MONTHS)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months(year: int, month: int, number: int = 1) -> Period:
    """Return so many calendar months from one on. Raises ValueError when there is no such month."""
    first = dt.date(year, month, 1)
    return Period(first, _month_away(first, number) - dt.timedelta(days=1))


def month_of(day: dt.date) -> Period:
    """Return the month of a day."""
    return months(day.year, day.month)


def quarter_of(day: dt.date) -> Period:
    """Return the quarter of a day."""
    return months(day.year, (day.month - 1) // 3 * 3 + 1, 3)


def year_of(day: dt.date) -> Period:
    """Return the year of a day."""
    return months(day.year, 1, MONTHS)


@dataclass(frozen=True)
class _Loose:
    """A month, or a day of one, whose year was not said; without `month` a day of the month said before."""

    month: int | None
    day: int | None = None

    def of(self, year: int, month: int = 0) -> Period:
        """Return the days that are meant in a year, and in `month` where none was said."""
        if self.day is None:
            return months(year, self.month or month)
        day = dt.date(year, self.month or month, self.day)
        return Period(day, day)


_Piece = Period | _Loose
_NUM = "[0-9]{1,2}|[一二两三四五六七八九十]{1,3}"
_SPOKEN_YEARS = {"前": -2, "去": -1, "上一": -1, "今": 0, "本": 0, "明": 1}
_NEAR = {"上上": -2, "上": -1, "last": -1, "本": 0, "这": 0, "当": 0, "this": 0, "下": 1}
_YEAR = "(?P<year>20[0-9]{2}|[二][零〇][零〇一二三四五六七八九]{2}|前|去|上一|今|本|明)年度?"
_WHICH = "(?P<near>上上|上|last|本|这|当|this|下)一?个?"
_BARE_MONTH = re.compile(f"(?:{_YEAR})?(?P<month>{_NUM})")
"""The first of 1-6月."""
_TO = re.compile("-+|到|至|to|和")
_EDGES = re.compile("^(?:从|自|between|from)|(?:之间|期间|为止|止|的?数据|的?情况)$")
_TODAY = "今天?|今日|现在|目前|today|now"


def _said_year(said: str, today: dt.date) -> int:
    if said in _SPOKEN_YEARS:
        return today.year + _SPOKEN_YEARS[said]
    return int(said if said.isdigit() and said.isascii() else "".join(str(numeral(char)) for char in said))


def _number(said: str) -> int:
    return numeral(said) or 0


def _year_and(match: re.Match[str], today: dt.date, piece: _Loose) -> _Piece:
    return piece.of(_said_year(match["year"], today)) if match["year"] else piece


def _month(match: re.Match[str], today: dt.date) -> _Piece:
    return _year_and(match, today, _Loose(_number(match["month"])))


def _day(match: re.Match[str], today: dt.date) -> _Piece:
    return _year_and(match, today, _Loose(_number(match["month"]), _number(match["day"])))


def _quarter(match: re.Match[str], today: dt.date) -> _Piece:
    first = _number(match["quarter"]) * 3 - 2
    year = _said_year(match["year"], today) if match["year"] else today.year
    late = not match["year"] and dt.date(year, first, 1) > today
    return months(year - late, first, 3)


def _half_year(match: re.Match[str], today: dt.date) -> _Piece:
    year = _said_year(match["year"], today) if match["year"] else today.year
    return months(year, 1 if match["half"] == "上" else 7, 6)


def _near(match: re.Match[str], today: dt.date) -> _Piece:
    shift, unit = _NEAR[match["near"]], match["unit"]
    if unit in ("周", "星期", "礼拜", "week"):
        monday = today - dt.timedelta(days=today.weekday() - shift * _WEEK)
        return Period(monday, monday + dt.timedelta(days=_WEEK - 1))
    if unit in ("月", "月份", "month"):
        return month_of(_month_away(today.replace(day=1), shift))
    if unit in ("季度", "季", "quarter"):
        return quarter_of(_month_away(today.replace(day=1), shift * 3))
    return months(today.year + shift, 1, MONTHS)


def _lately(match: re.Match[str], today: dt.date) -> _Piece:
    number, unit = _number(match["number"]), match["unit"]
    if unit.endswith("月"):
        return Period(_month_away(today, -number) + dt.timedelta(days=1), today)
    return Period(today - dt.timedelta(days=number * (1 if unit == "天" else _WEEK) - 1), today)


def _near_day(match: re.Match[str], today: dt.date) -> _Piece:
    day = today - dt.timedelta(days={"今": 0, "昨": 1, "前": 2}[match["near"]])
    return Period(day, day)


def _whole_year(match: re.Match[str], today: dt.date) -> _Piece:
    return months(int(match["bare"]) if match["bare"] else _said_year(match["year"], today), 1, MONTHS)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], _Piece]], ...] = tuple(
    (re.compile(form), build)
    for form, build in (
        (rf"{_YEAR}(?:全年)?|(?P<bare>20[0-9]{{2}})", _whole_year),
        ("全年|thisyear|今年以来|年初(?:以来|到现在|至今)", lambda _, today: year_of(today)),
        (f"(?:{_YEAR})?的?(?P<month>{_NUM})月份?", _month),
        (r"(?P<year>20[0-9]{2})[-/.](?P<month>[0-9]{1,2})", _month),
        (f"(?:{_YEAR})?的?(?P<month>{_NUM})月(?P<day>{_NUM})[日号]?", _day),
        (r"(?P<year>20[0-9]{2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})", _day),
        (r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", _day),
        (r"(?P<year>(?!))?(?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})", _day),
        (f"(?P<day>{_NUM})[日号]", lambda m, _: _Loose(None, _number(m["day"]))),
        (f"(?:{_YEAR})?的?(?:第?(?P<quarter>[一二三四1-4])(?:个)?季度?)", _quarter),
        (r"(?:(?P<year>20[0-9]{2})年?)?q(?P<quarter>[1-4])", _quarter),
        (f"(?:{_YEAR})?(?P<half>[上下])半年", _half_year),
        (f"{_WHICH}(?P<unit>周|星期|礼拜|week|月份?|month|季度?|quarter|year)", _near),
        (f"(?:最近|近|过去)的?(?P<number>{_NUM})(?P<unit>天|个?月|个?(?:周|星期|礼拜))", _lately),
        (r"(?P<near>[今昨前])[天日]", _near_day),
    )
)


def read_period(text: str, today: dt.date) -> Period | None:
    """Return the span of days that `text` names, seen from the local date `today`; None when it is not read."""
    words = span_in_chinese(with_plain_dashes(plain(text))).lower().rstrip("。.!?？").split(" ")
    typed = _EDGES.sub("", _EDGES.sub("", "".join(words)))
    try:
        whole = _piece(typed, today)
        if whole is not None:
            return _alone(whole, today)
        cuts = [(typed[: cut.start()], typed[cut.end() :]) for cut in _TO.finditer(typed)]
        cuts += [("".join(words[:at]), "".join(words[at:])) for at in range(1, len(words))]
        found = [period for left, right in cuts if (period := _between(left, right, today)) is not None]
    except ValueError:  # the calendar has no such day
        return None
    return found[0] if found else None


def _piece(text: str, today: dt.date) -> _Piece | None:
    for pattern, build in _FORMS:
        if match := pattern.fullmatch(text):
            return build(match, today)
    return None


def _alone(piece: _Piece, today: dt.date) -> Period | None:
    if isinstance(piece, Period):
        return piece
    return None if piece.month is None else _latest(piece, today)


def _between(left: str, right: str, today: dt.date) -> Period | None:
    """Return the span from one piece to another; the year that one of them says holds for both."""
    last = Period(today, today) if re.fullmatch(_TODAY, right) else _piece(right, today)
    first = _piece(left, today)
    if first is None and isinstance(last, _Loose) and last.day is None and (bare := _BARE_MONTH.fullmatch(left)):
        first = _month(bare, today)
    if first is None or last is None or (isinstance(first, _Loose) and first.month is None):
        return None
    if isinstance(last, Period):
        begins = first if isinstance(first, Period) else _latest(first, last.last)
        return Period(begins.first, last.last) if begins.first <= last.last else None
    begins = first if isinstance(first, Period) else _latest(first, today)
    ends = _earliest(last, begins.first)
    if isinstance(first, _Loose) and ends.first > today and ends.last.year > begins.first.year:
        begins = first.of(begins.first.year - 1)
        ends = _earliest(last, begins.first)
    return Period(begins.first, ends.last)


def _latest(piece: _Loose, limit: dt.date) -> Period:
    """Return the last such month or day that begins on a day or before it."""
    there = piece.of(limit.year)
    return there if there.first <= limit else piece.of(limit.year - 1)


def _earliest(piece: _Loose, limit: dt.date) -> Period:
    """Return the next such month or day that ends on a day or after it."""
    there = piece.of(limit.year, limit.month)
    return there if there.last >= limit else piece.of(limit.year + 1, limit.month)
