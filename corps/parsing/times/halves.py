"""A time that is told in several answers: what one of them settled, the next need not say again.

`下周六上午` leaves the hours open, `9点半到12点` the day, `3点` the half of the day. What has been written is kept
as words, the next answer is put where it was missing, and the whole goes through the same strict grammar: nothing is
taken that would not have been taken in one line.
"""

import dataclasses
import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from corps.parsing.times.agree import agree_on_day
from corps.parsing.times.answers import Refusal, RefusalCode, RefusedError, Span
from corps.parsing.times.clocks import names_half_day
from corps.parsing.times.days import DayClaim, take_claims
from corps.parsing.times.hours import Hours, take_hours
from corps.parsing.times.reading import read_span, read_time_range
from corps.parsing.times.scanner import Tape, tidy

_WHOLE_DAYS = {RefusalCode.MULTI_DAY, RefusalCode.REPEATS}
_UNITS = {RefusalCode.NEEDS_YEAR: "年", RefusalCode.NEEDS_MONTH: "月"}
_OPEN_WEEK = re.compile("(?P<week>.*(?:周|星期|礼拜))末?")
_WEEKDAY = re.compile("(?:周|星期|礼拜)?(?P<day>[一二三四五六日天1-7])")
_OPEN_MONTH = re.compile("(?P<month>.*月)[^月]*")
_DAY_OF_MONTH = re.compile("[^月年]+[日号]")


@dataclasses.dataclass(frozen=True, slots=True)
class Half:
    """What has been said of a time so far.

    Attributes:
        day: The day, once it is certain.
        day_words: What was written for the day, while it is not.
        hours: What was written for the hours, certain or not.
        code: Why the last answer was not enough.
        what: The piece of the words that was the trouble.
    """

    day: datetime.date | None = None
    day_words: str = ""
    hours: str = ""
    code: RefusalCode = RefusalCode.NOT_UNDERSTOOD
    what: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.day or self.day_words or self.hours)

    def as_data(self) -> dict[str, str]:
        """Return it as plain data, for a conversation to keep."""
        day = self.day.isoformat() if self.day else ""
        return {"day": day, "day_words": self.day_words, "hours": self.hours, "code": self.code, "what": self.what}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Half":
        """Return what `as_data` stored."""
        day = datetime.date.fromisoformat(data["day"]) if data["day"] else None
        return cls(day, data["day_words"], data["hours"], RefusalCode(data["code"]), data["what"])


def read_on(text: str, known: Half, today: datetime.datetime) -> Span | Half:
    """Read an answer together with what was said before it.

    Args:
        text: What was typed.
        known: What is known already; `Half()` before the first answer.
        today: The naive local wall-clock time now.

    Returns:
        The whole time, or all that is known now; its `code` and `what` say what is missing or wrong.
    """
    whole = read_span(text, today)
    if isinstance(whole, Span):
        return whole
    try:
        said = tidy(text)
    except RefusedError:
        return dataclasses.replace(known, code=whole.code, what=whole.what)
    for joined in _joined(said, known):
        span = read_span(joined, today)
        if isinstance(span, Span):
            return span
    hours = read_time_range(said, known.day) if known.day and not known.hours else None
    if isinstance(hours, Span):
        return hours
    own = _heard(said, whole, today.date())
    if not own.is_empty and known.is_empty:
        return own
    return _merged(said, known, own, today)


def read_day_on(text: str, known: Half, today: datetime.datetime) -> datetime.date | Half:
    """Read a day alone, of something that has lasted since then, together with what was said before.

    A part of a month is its first day (`10月初`, `去年3月中旬`, `8月`), its end the last (`10月底`). A day without a
    year that is past in this year is this year's, since it can't be one to come.
    """
    for words in _definite(text.strip()):
        read = read_on(words, known, today)
        if isinstance(read, Half) and read.code is RefusalCode.NEEDS_YEAR:
            this_year = read_on(f"今年{words}", Half(), today)
            past = isinstance(this_year, Half) and this_year.day is not None and this_year.day <= today.date()
            read = this_year if past else read
        if not (isinstance(read, Half) and read.code is RefusalCode.IMPOSSIBLE_DATE):
            break
    if isinstance(read, Half) and read.code is RefusalCode.NEEDS_TIME and read.day and not read.hours:
        return read.day
    if isinstance(read, Half) and not read.hours:
        return read
    return dataclasses.replace(known, code=RefusalCode.NOT_UNDERSTOOD, what=text[:40])


_FIRST_DAYS = {"初": "1日", "上旬": "1日", "中": "11日", "中旬": "11日", "下旬": "21日", "": "1日"}
_PART_OF_MONTH = re.compile("(?P<month>.*月)份?的?(?P<part>初|上旬|中旬|下旬|中|底|末)?")


def _definite(words: str) -> tuple[str, ...]:
    """Return the days that a part of a month may be taken for, the likeliest first; other words as they are."""
    match = _PART_OF_MONTH.fullmatch(words)
    if match is None:
        return (words,)
    if match["part"] in ("底", "末"):
        return tuple(f"{match['month']}{day}日" for day in (31, 30, 29, 28))
    return (match["month"] + _FIRST_DAYS[match["part"] or ""],)


def _heard(said: str, refusal: Refusal, today: datetime.date) -> Half:
    """Return what was said by itself of a day and of hours. With words left over only a day in front of them is."""
    nothing = Half(code=refusal.code, what=refusal.what)
    if refusal.code in _WHOLE_DAYS:
        return nothing
    tape = Tape(said)
    before, claims = _words(tape, take_claims, today)
    hours, _ = _words(tape, take_hours, today)
    after, more = _words(tape, take_claims, today)
    if tape.rest():
        return dataclasses.replace(nothing, day=_agreed(claims or (), today))
    day = _agreed((*(claims or ()), *(more or ())), today)
    return Half(day, "" if day else f"{before} {after}".strip(), hours, refusal.code, refusal.what)


_Taken = tuple[DayClaim, ...] | Hours | None


def _words(
    tape: Tape, take: Callable[[Tape, datetime.date], _Taken], today: datetime.date
) -> tuple[str, tuple[DayClaim, ...] | None]:
    """Return the words that `take` passes over, and the claims among them; none where it refuses."""
    at = tape.at
    try:
        taken = take(tape, today)
    except RefusedError:
        taken = None
    return tape.text[at : tape.at].strip(), taken if isinstance(taken, tuple) else None


def _agreed(claims: tuple[DayClaim, ...], today: datetime.date) -> datetime.date | None:
    try:
        return agree_on_day(claims, today)[0] if claims else None
    except RefusedError:
        return None


def _joined(said: str, known: Half) -> Iterator[str]:
    """Say what the whole could be: the answer in the place of the piece that was the trouble, or beside it."""
    if known.day and known.hours:
        for hours in _mended_hours(said, known):
            yield f"{known.day} {hours}"
    for day in _mended_days(said, known):
        yield f"{day} {known.hours}"


def _mended_hours(said: str, known: Half) -> Iterator[str]:
    if known.code is RefusalCode.NEEDS_TIME:
        yield known.hours + said
    elif known.what in known.hours:
        yield known.hours.replace(known.what, said, 1)
        yield known.hours.replace(known.what, said + known.what, 1)


def _mended_days(said: str, known: Half) -> Iterator[str]:
    """`2027` for 3月2日, `12月` for the 20号, 周六 for 下周, `8号` for 10月初."""
    if not known.day_words or known.what not in known.day_words:
        return
    week, month = _OPEN_WEEK.fullmatch(known.what), _OPEN_MONTH.fullmatch(known.what)
    if known.code in _UNITS:
        unit = "" if said.endswith(_UNITS[known.code]) or not said.isdigit() else _UNITS[known.code]
        yield known.day_words.replace(known.what, said + unit + known.what, 1)
    elif week and (weekday := _WEEKDAY.fullmatch(said)):
        yield known.day_words.replace(known.what, week["week"] + weekday["day"], 1)
    elif known.code is RefusalCode.VAGUE_DAY and month and _DAY_OF_MONTH.fullmatch(said):
        yield known.day_words.replace(known.what, month["month"] + said, 1)
    elif known.code is RefusalCode.AMBIGUOUS_DAY:
        yield known.day_words.replace(known.what, said, 1)


def _merged(said: str, known: Half, own: Half, today: datetime.datetime) -> Span | Half:
    """Put the two halves side by side: what is said again replaces what was said before."""
    mended = next((day for day in _mended_days(said, known) if _agreed_words(day, today)), "")
    if own.is_empty and not mended:
        return dataclasses.replace(known, code=own.code, what=own.what)
    day = own.day or _agreed_words(mended, today) or known.day
    day_words = "" if day else own.day_words or known.day_words
    half_day = known.hours if known.code is RefusalCode.NEEDS_TIME and not names_half_day(own.hours) else ""
    hours = half_day + own.hours or known.hours
    if own.code is RefusalCode.NOT_UNDERSTOOD and not mended:
        return Half(day, day_words, hours, own.code, own.what)
    read = read_span(f"{day or day_words} {hours}", today)
    if isinstance(read, Span):
        return read
    if half_day and read.code is RefusalCode.HALF_DAY_CONTRADICTS:
        hours = ""  # said twice, it is meant: the next answer is read without the word that it contradicts
    return Half(day, day_words, hours, read.code, read.what)


def _agreed_words(words: str, today: datetime.datetime) -> datetime.date | None:
    return _agreed(_words(Tape(words), take_claims, today.date())[1] or (), today.date())
