"""What people write for a day: `12月5日`, `周六`, `明天`, `三天后`, `12月第二个周六`, and several of them at once.

Each such piece is a claim about the day. The most definite claim names it, and all the others must agree.
"""

import calendar
import dataclasses
import datetime
import enum
import re
from collections.abc import Callable

from corps.parsing.normalise import numeral
from corps.parsing.times.answers import RefusalCode, RefusedError
from corps.parsing.times.scanner import DOTTED_START, NUM, TO, Tape


class Kind(enum.IntEnum):
    """How definite a claim is; the lowest number names the day."""

    FULL = 0
    RELATIVE = 1
    WEEK_AND_WEEKDAY = 2
    MONTH_AND_DAY = 3
    DAY_OF_MONTH = 4
    WEEKDAY = 5


@dataclasses.dataclass(frozen=True, slots=True)
class DayClaim:
    """One piece of text about the day; None is what it does not say. `weekday` is 0 for Monday."""

    kind: Kind
    words: str
    fixed: datetime.date | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    """Which `weekday` of the month: 1 is the first, 0 the last."""

    def in_month(self, year: int, month: int) -> datetime.date:
        """Return the day that this claim names in that month.

        Raises:
            RefusedError: The month has no such day.
        """
        if self.nth is None or self.weekday is None:
            return made(year, month, self.day or 0, self.words)
        first = made(year, month, 1, self.words)
        ahead = (self.weekday - first.weekday()) % 7
        weeks = self.nth - 1 if self.nth else (calendar.monthrange(year, month)[1] - 1 - ahead) // 7
        return made(year, month, 1 + ahead + 7 * weeks, self.words)

    def allows(self, day: datetime.date) -> bool:
        """Say whether `day` is what this claim says."""
        pairs = (
            (self.fixed, day),
            (self.month, day.month),
            (self.day, day.day),
            (self.weekday, day.weekday()),
        )
        if self.nth is not None and day != self.in_month(day.year, day.month):
            return False
        return all(said is None or said == real for said, real in pairs)


_DAY = f"(?P<day>{NUM}(?=[日号])|[0-9]{{1,2}}(?![0-9点时:]))[日号]?"
_NEAR_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_NEAR_YEARS = {"去": -1, "今": 0, "明": 1}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_WEEKDAYS = dict(zip("一二三四五六日", range(7), strict=True)) | dict(zip("1234567", range(7), strict=True)) | {"天": 6}
_MONTHS = {"上": -1, "本": 0, "这": 0, "当": 0, "下": 1, "下下": 2}
_SEVERAL = re.compile(f"{NUM}(?:{TO}| ){NUM}[日号]")
_YEAR = "(?P<year>(?:[0-9]{4}|[零〇一二三四五六七八九]{4})(?=年)|[去今明](?=年))年"
_NEAR_MONTH = "(?P<near>上|下下|[本这当下])个?月"
_WEEK = "(?:周|星期|礼拜)"
_NTH = "(?:第(?P<nth>[一二三四五1-5])|最后一?)个"
_WEEKDAY = "(?P<weekday>[一二三四五六日天末]|[1-7](?![0-9:点时]))"
_AFTER = "(?:之|以)?(?P<way>[后前])(?!天)"
_AWAY = f"(?P<number>{NUM})(?P<unit>天|个?{_WEEK}|个月){_AFTER}"
_WEEKS_AWAY = f"(?P<number>{NUM})(?P<unit>个?{_WEEK}){_AFTER}"
VAGUE_MONTH = re.compile(
    f"(?P<month_words>(?:{_YEAR})?{NUM}月|{_NEAR_MONTH})份?的?"
    f"(?:(?P<part>初|上旬|中旬|下旬|中(?!午)|底|末)(?![一二三四五六七八九十])|$)"
)
"""`10月初`, `下个月中旬`, `12月`: a month, and at most a part of it."""
_VAGUE_OTHER = (
    "(?:[0-9]{4}|[去今明])?年[初中底末]|月[初中底末]|半个月[之以]?[后前]"
    "|(?:春节|除夕|元宵|清明|端午|七夕|中秋|重阳|冬至|腊八|小年)节?(?:当天|当日|那天|前后)?"
)
"""Days that the calendar of another year moves, or no day at all: the date is asked for, and the hours are kept."""
_FEASTS = {
    "元旦": (1, 1), "三八": (3, 8), "妇女": (3, 8), "植树": (3, 12), "五一": (5, 1), "劳动": (5, 1), "五四": (5, 4),
    "青年": (5, 4), "六一": (6, 1), "儿童": (6, 1), "七一": (7, 1), "建党": (7, 1), "八一": (8, 1), "建军": (8, 1),
    "教师": (9, 10), "十一": (10, 1), "国庆": (10, 1), "平安": (12, 24), "圣诞": (12, 25),
}  # fmt: skip
"""The feasts that are on the same date each year; without 节 only those that mean nothing else."""
_FEAST = (
    f"(?:(?P<feast>{'|'.join(_FEASTS)})(?:妇女|国际|劳动|青年|儿童)?节|(?P<short>元旦|国庆|五一|六一|七一|八一)(?![0-9点时:月]))"
    "(?:当天|当日|那天)?"
)


def _number(text: str) -> int:
    found = numeral(text)
    return -1 if found is None else found


def made(year: int, month: int, day: int, words: str) -> datetime.date:
    """Return the date, or refuse it in `words` when the calendar has no such day.

    Raises:
        RefusedError: The calendar has no such day.
    """
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise RefusedError(RefusalCode.IMPOSSIBLE_DATE, words) from None


def _full(match: re.Match[str], today: datetime.date) -> DayClaim:
    day = made(_year(match["year"], today), _number(match["month"]), _number(match["day"]), match[0])
    return DayClaim(Kind.FULL, match[0], fixed=day)


def _year(said: str, today: datetime.date) -> int:
    return today.year + _NEAR_YEARS[said] if said in _NEAR_YEARS else int("".join(str(_number(c)) for c in said))


def _month_and_day(match: re.Match[str], _: datetime.date) -> DayClaim:
    return DayClaim(Kind.MONTH_AND_DAY, match[0], month=_number(match["month"]), day=_number(match["day"]))


def _day_of_near_month(match: re.Match[str], today: datetime.date) -> DayClaim:
    day = made(*_month_away(today, _MONTHS[match["month"]]), _number(match["day"]), match[0])
    return DayClaim(Kind.FULL, match[0], fixed=day)


def _month_away(today: datetime.date, months: int) -> tuple[int, int]:
    counted = today.year * 12 + today.month - 1 + months
    return counted // 12, counted % 12 + 1


def _weekday_of_month(match: re.Match[str], today: datetime.date) -> DayClaim:
    if match["weekday"] == "末":
        raise RefusedError(RefusalCode.AMBIGUOUS_DAY, match[0])
    nth = _number(match["nth"]) if match["nth"] else 0
    claim = DayClaim(Kind.MONTH_AND_DAY, match[0], weekday=_WEEKDAYS[match["weekday"]], nth=nth)
    if match["near"]:
        fixed = claim.in_month(*_month_away(today, _MONTHS[match["near"]]))
    elif match["year"]:
        fixed = claim.in_month(_year(match["year"], today), _number(match["month"]))
    else:
        return dataclasses.replace(claim, month=_number(match["month"]))
    return DayClaim(Kind.FULL, match[0], fixed=fixed)


def _feast(match: re.Match[str], _: datetime.date) -> DayClaim:
    month, day = _FEASTS[match["feast"] or match["short"]]
    return DayClaim(Kind.MONTH_AND_DAY, match[0], month=month, day=day)


def _vague(match: re.Match[str], _: datetime.date) -> DayClaim:
    raise RefusedError(RefusalCode.VAGUE_DAY, match[0])


def _away(match: re.Match[str], today: datetime.date) -> DayClaim:
    """三天后, 两周前, 一个月后: counted from today; a month later is the same day of that month."""
    number = _number(match["number"]) * (1 if match["way"] == "后" else -1)
    if match["unit"] == "个月":
        day = made(*_month_away(today, number), today.day, match[0])
    else:
        day = today + datetime.timedelta(days=number * (1 if match["unit"] == "天" else 7))
    return DayClaim(Kind.RELATIVE, match[0], fixed=day)


def _weekday_of_week_away(match: re.Match[str], today: datetime.date) -> DayClaim:
    """两周后的周六: the week of that day and the first such weekday from it must agree, else it is asked."""
    away = _away(match, today).fixed or today
    if match["weekday"] == "末":
        raise RefusedError(RefusalCode.AMBIGUOUS_DAY, match[0])
    shift = _WEEKDAYS[match["weekday"]] - away.weekday()
    if shift * (1 if match["way"] == "后" else -1) < 0:
        raise RefusedError(RefusalCode.AMBIGUOUS_DAY, match[0])
    return DayClaim(Kind.RELATIVE, match[0], fixed=away + datetime.timedelta(days=shift))


def _day_of_month(match: re.Match[str], _: datetime.date) -> DayClaim:
    return DayClaim(Kind.DAY_OF_MONTH, match[0], day=_number(match["day"]))


def _relative(match: re.Match[str], today: datetime.date) -> DayClaim:
    shift = _NEAR_DAYS[match["near"] or match["short"]]
    return DayClaim(Kind.RELATIVE, match[0], fixed=today + datetime.timedelta(days=shift))


def _week(match: re.Match[str], today: datetime.date) -> DayClaim:
    if match["weekday"] is None:
        raise RefusedError(RefusalCode.NEEDS_DATE, match[0])
    if match["weekday"] == "末":
        raise RefusedError(RefusalCode.AMBIGUOUS_DAY, match[0])
    weekday = _WEEKDAYS[match["weekday"]]
    if match["week"] is None:
        return DayClaim(Kind.WEEKDAY, match[0], weekday=weekday)
    shift = _WEEKS[match["week"]] * 7 + weekday - today.weekday()
    return DayClaim(Kind.WEEK_AND_WEEKDAY, match[0], fixed=today + datetime.timedelta(days=shift))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime.date], DayClaim]], ...] = tuple(
    (re.compile(form), build)
    for form, build in (
        (
            r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?![0-9])",
            _full,
        ),
        (r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])", _full),
        (rf"{_YEAR}(?P<month>{NUM})月{_DAY}", _full),
        (
            rf"(?:{_NEAR_MONTH}|(?:{_YEAR})?(?P<month>{NUM})月)份?的?{_NTH}{_WEEK}{_WEEKDAY}",
            _weekday_of_month,
        ),
        (VAGUE_MONTH.pattern, _vague),
        (_VAGUE_OTHER, _vague),
        (_FEAST, _feast),
        (rf"(?P<month>{NUM})月{_DAY}", _month_and_day),
        (r"(?P<month>[0-9]{1,2})[-/.](?!00)(?P<day>[0-9]{1,2})(?![0-9:点时月日号个小])", _month_and_day),
        (rf"(?P<month>上|下下|[本这当下])个?月{_DAY}", _day_of_near_month),
        (rf"{_WEEKS_AWAY}的?{_WEEK}{_WEEKDAY}", _weekday_of_week_away),
        (_AWAY, _away),
        (rf"(?P<day>{NUM})[日号]", _day_of_month),
        (r"(?P<near>大?[前后]|[昨今明])[天日]|(?P<short>[昨今明])(?=早|晚|上午|中午|下午)", _relative),
        (
            r"(?:(?P<week>上上|上|这|本|下下|下)个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末]|[1-7](?![0-9:点时]))?",
            _week,
        ),
    )
)


def take_claims(tape: Tape, today: datetime.date) -> tuple[DayClaim, ...]:
    """Read all claims about the day that stand here, one after the other.

    Behind a date `9.30-11.30` is no second one but the hours.

    Raises:
        RefusedError: A piece is about a day, but not about one day that exists.
    """
    claims: list[DayClaim] = []
    while not (claims and tape.sees(DOTTED_START)) and (claim := _take_claim(tape, today)):
        claims.append(claim)
    return tuple(claims)


def _take_claim(tape: Tape, today: datetime.date) -> DayClaim | None:
    if several := tape.sees(_SEVERAL):
        raise RefusedError(RefusalCode.MULTI_DAY, several[0])
    for pattern, build in _FORMS:
        if match := tape.take(pattern):
            return build(match, today)
    return None
