"""English dates and hours in the spelling of the grammar, so that what is printed in English can be typed again."""

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = {"mon": "一", "tue": "二", "wed": "三", "thu": "四", "fri": "五", "sat": "六", "sun": "日"}
_WEEKS = {"this": "本", "next": "下", "last": "上"}
_LATIN = re.compile("[A-Za-z]")
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})[a-z]*\\.?"
_YEAR = r"(?:,?\s+(?P<year>20\d\d)(?!\d|:))?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}{_YEAR}",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_YEAR}",
    )
)
_WEEKDAY = re.compile(
    rf"\b(?:(?P<week>this|next|last)\s+)?(?P<day>{'|'.join(_DAYS)})(?:day|s|sday|nesday|rs|rsday|urday)?\b\.?",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"\b(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?m\b\.?", re.IGNORECASE)
_WORDS = {r"\btoday\b": "今天", r"\btomorrow\b": "明天", r"\byesterday\b": "昨天", r"(?<=[\d\s])to(?=[\d\s])": "-"}


def in_chinese(text: str) -> str:
    """Return `text` with the English dates, weekdays and hours in it as the grammar spells them; the rest as it is."""
    if not _LATIN.search(text):
        return text
    for date in _DATES:
        text = date.sub(_date, text)
    text = _WEEKDAY.sub(
        lambda found: f"{_WEEKS.get((found['week'] or '').lower(), '')}周{_DAYS[found['day'].lower()]} ", text
    )
    text = _HALF_DAY.sub(_hour, text)
    for word, said in _WORDS.items():
        text = re.sub(word, said, text, flags=re.IGNORECASE)
    return text


_NAMES = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?",
    "july?", "aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
_NAMED_MONTH = rf"(?P<month>{'|'.join(_NAMES)})\b\.?{_YEAR}"
_DAYS_OF_MONTH = re.compile(rf"\b(?P<first>\d{{1,2}})\s*(?:-|to)\s*(?P<last>\d{{1,2}})\s+{_NAMED_MONTH}", re.IGNORECASE)
_WHOLE_MONTH = re.compile(rf"\b{_NAMED_MONTH}", re.IGNORECASE)
_QUARTER = re.compile(r"\bq(?P<quarter>[1-4])\s+(?P<year>20\d\d)\b", re.IGNORECASE)
_LATELY = re.compile(r"\b(?:last|past)\s+(?P<number>\d{1,2})\s+(?P<unit>day|week|month)s\b", re.IGNORECASE)
_UNITS = {"day": "天", "week": "周", "month": "个月"}


def span_in_chinese(text: str) -> str:
    """Return `text`, a span of days, with the English dates, months and quarters in it as they are read.

    The rest stays as it is. Here a month may stand alone.
    """
    if not _LATIN.search(text):
        return text
    text = _DAYS_OF_MONTH.sub(lambda found: f"{_month(found)}{found['first']}日-{found['last']}日 ", text)
    for date in _DATES:
        text = date.sub(_date, text)
    text = _WHOLE_MONTH.sub(lambda found: f"{_month(found)} ", text)
    text = _QUARTER.sub(r"\g<year>q\g<quarter> ", text)
    return _LATELY.sub(lambda found: f"近{found['number']}{_UNITS[found['unit'].lower()]} ", text)


_IN_ENGLISH = (
    (re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]"), lambda found: _day_in_english(*found.groups())),
    (re.compile("([本下上]?)(?:周|星期)([一二三四五六日天])"), lambda found: _weekday_in_english(*found.groups())),
    (re.compile("今天"), lambda _found: "today "),
    (re.compile("明天"), lambda _found: "tomorrow "),
    (re.compile("昨天"), lambda _found: "yesterday "),
)


def in_english(text: str) -> str:
    """Return a piece of a time, as the grammar spells it, with its dates and weekdays in English: what is echoed."""
    for pattern, said in _IN_ENGLISH:
        text = pattern.sub(said, text)
    return " ".join(text.split())


def _day_in_english(year: str | None, month: str, day: str) -> str:
    name = _MONTHS[int(month) - 1].capitalize() if 1 <= int(month) <= len(_MONTHS) else f"month {month}"
    return f"{int(day)} {name} {year or ''} "


def _weekday_in_english(week: str, day: str) -> str:
    weeks, days = {said: word for word, said in _WEEKS.items()}, {said: word for word, said in _DAYS.items()}
    return f"{weeks.get(week, '')} {days['日' if day == '天' else day].capitalize()} "


def _date(found: re.Match[str]) -> str:
    return f"{_month(found)}{found['day']}日 "


def _month(found: re.Match[str]) -> str:
    year = f"{found['year']}年" if found["year"] else ""
    return f"{year}{_MONTHS.index(found['month'][:3].lower()) + 1}月"


def _hour(found: re.Match[str]) -> str:
    hour = int(found["hour"]) % 12 + (12 if found["half"].lower() == "p" else 0)
    return f"{hour}:{found['minute'] or '00'}"
