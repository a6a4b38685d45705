"""What people write for a time of day (`14:00`, `下午两点半`, `9点一刻`) and for how long (`两个半小时`)."""

import dataclasses
import datetime
import re

from corps.parsing.normalise import numeral
from corps.parsing.times.answers import RefusalCode, RefusedError
from corps.parsing.times.scanner import DOTTED_START, NUM, TO, Tape


@dataclasses.dataclass(frozen=True, slots=True)
class HalfDay:
    """A part of the day: `first` and `last` are the hours (0–23) that people call by this word."""

    word: str
    first: int
    last: int


SMALL_HOURS = HalfDay("凌晨", 0, 5)
EARLY = HalfDay("早上", 4, 11)
MORNING = HalfDay("上午", 5, 11)
NOON = HalfDay("中午", 11, 14)
AFTERNOON = HalfDay("下午", 12, 23)
DUSK = HalfDay("傍晚", 16, 20)
EVENING = HalfDay("晚上", 17, 23)

_WORDS = (
    {"凌晨": SMALL_HOURS, "上午": MORNING, "中午": NOON, "下午": AFTERNOON, "午后": AFTERNOON, "傍晚": DUSK}
    | dict.fromkeys(("清晨", "清早", "早晨", "早上", "早间", "早"), EARLY)
    | dict.fromkeys(("晚上", "晚间", "夜晚", "晚"), EVENING)
)


@dataclasses.dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written.

    Attributes:
        words: The text.
        half: The half-day word before it, if any.
        hour: As written, unchecked: 下午2点 is 2.
        minute: As written, unchecked.
        spoken: 9点 rather than 9:00.
        padded: 09:00 or 09点, which nobody writes on a twelve-hour clock.
    """

    words: str
    half: HalfDay | None
    hour: int
    minute: int
    spoken: bool
    padded: bool


_AFTER_MINUTES = "(?![0-9零〇一二两三四五六七八九十个小:./分点时月日号年])"  # `9点 12月5日`: 12 is no minute
_NOT_A_LENGTH = "(?!个?(?:小时|钟头))"  # `2点 半小时` lasts half an hour, `2点半` does not
_HALF = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_DOTTED = re.compile("(?P<hour>[0-9]{1,2})\\.(?P<minute>[0-9]{2})(?![0-9.:])")
_DIGITAL = re.compile("(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::00)?(?![0-9:])")
_SPOKEN = re.compile(
    f"(?P<hour>{NUM})(?:点钟?|时)(?:整|(?P<half>半){_NOT_A_LENGTH}|(?P<quarter>[一三13])刻(?!钟)"
    f"|(?P<minute>[零〇][一二三四五六七八九]|{NUM})分(?!钟)"
    f"|(?P<rest>[0-9]{{2}}|[零〇][一二三四五六七八九]|[二三四五]十[一二三四五六七八九]?|十[一二三四五六七八九]){_AFTER_MINUTES})?"
)
_SHORT = re.compile(f"(?P<hour>{NUM})(?={TO}{NUM}[点时])")  # the 2 of `2-4点`
_LASTS = re.compile(
    f"(?:(?:共|时长|为时|历时|持续):?)?(?:(?P<half>半)个?(?:小时|钟头)|(?P<minutes>[0-9]{{1,4}}|{NUM})分钟"
    f"|(?P<hours>[0-9]{{1,3}}(?:\\.5)?|{NUM})(?P<and_half>个半)?个?(?:小时|钟头)(?P<half_after>半)?"
    f"(?:(?P<more>{NUM})分钟?)?)"
)


def take_clock(tape: Tape, *, dotted: bool = False) -> Clock | None:
    """Read a time of day, or nothing.

    Args:
        tape: Where to read on.
        dotted: Whether `11.30` must be a time here, as behind `9.30-`; else only where it can be no date.

    Raises:
        RefusedError: A half-day word stands alone: 周六上午.
    """
    word = tape.take(_HALF)
    half = _WORDS[word[0]] if word else None
    lead = word[0] if word else ""
    dotted = dotted or half is not None or tape.sees(DOTTED_START) is not None
    if digital := tape.take(_DIGITAL) or (tape.take(_DOTTED) if dotted else None):
        return _clock(digital, lead, half, minute=int(digital["minute"]), spoken=False)
    if spoken := tape.take(_SPOKEN):
        return _clock(spoken, lead, half, minute=_spoken_minute(spoken), spoken=True)
    if short := tape.take(_SHORT):
        return _clock(short, lead, half, minute=0, spoken=True)
    if word:
        raise RefusedError(RefusalCode.NEEDS_TIME, lead)
    return None


def names_half_day(words: str) -> bool:
    """Tell whether words about hours begin with a half-day word: 上午9点."""
    return _HALF.match(words) is not None


def _clock(match: re.Match[str], lead: str, half: HalfDay | None, *, minute: int, spoken: bool) -> Clock:
    written = match["hour"]
    padded = written[0] == "0" and len(written) > 1
    return Clock(lead + match[0], half, numeral(written) or 0, minute, spoken, padded)


def _spoken_minute(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 * (numeral(match["quarter"]) or 0)
    return numeral((match["minute"] or match["rest"] or "0").lstrip("零〇")) or 0


def take_duration(tape: Tape) -> tuple[datetime.timedelta, str] | None:
    """Read how long something lasts, and return it with its words, or nothing."""
    match = tape.take(_LASTS)
    if not match:
        return None
    if match["half"]:
        return datetime.timedelta(minutes=30), match[0]
    minutes = numeral(match["minutes"] or match["more"] or "0") or 0
    whole, _, tenths = (match["hours"] or "0").partition(".")
    minutes += 60 * (numeral(whole) or 0) + (30 if tenths or match["and_half"] or match["half_after"] else 0)
    return datetime.timedelta(minutes=minutes), match[0]
