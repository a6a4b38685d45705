"""Lists inside a notice: who is needed (`主讲人 1，志愿者 5`) and by whom (`民盟分团、民建分团`).

A slot is a role with a number of people, and words in brackets that the caller resolves (a category, a team,
待认领). A number that is missing, vague (约5人, 3-5名) or out of range is asked about, never filled in. One
role may come twice with different words in brackets (two teams each send doctors), not with the same ones.
"""

import dataclasses
import datetime as dt
import enum
import re

from corps.parsing.counts import CountRefusal, CountRefusalCode, read_count, without_thousands
from corps.parsing.normalise import numeral, plain, split_outside_brackets, with_plain_dashes
from corps.parsing.times import Span, read_time_range

MOST_PLACES = 500
"""More people than this in one slot is a typing mistake."""


class SlotRefusalCode(enum.StrEnum):
    """Why a list of slots was refused. The sentences are in the bot's texts."""

    EMPTY = "empty"
    HOW_MANY = "how_many"
    VAGUE = "vague"
    OUT_OF_RANGE = "out_of_range"
    TWICE = "twice"
    NOT_UNDERSTOOD = "not_understood"


@dataclasses.dataclass(frozen=True, slots=True)
class SlotLine:
    """One need: a role, how many people (1–500), and the words in brackets, in order."""

    role: str
    places: int
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class SlotRefusal:
    """Why the whole list was not taken, and the role or piece concerned, at most 40 characters.

    `said` is the list as it was read, and `piece` what in it is to be mended; empty where it is no single piece.
    """

    code: SlotRefusalCode
    what: str
    said: str = dataclasses.field(default="", compare=False)
    piece: str = dataclasses.field(default="", compare=False)


_LONGEST_PIECE = 200
_CLOSING = "\"'”’》」』"
_MARKS = ",、;。\n"
_PEOPLE = "(?:[名位]|个?人|个)"
_COUNT = "(?:[0-9]{1,9}|[零〇一二两三四五六七八九十百]{1,6})"
_SPACED_SLOTS = re.compile(rf"([0-9]\s*{_PEOPLE}?|{_COUNT}{_PEOPLE}|\))\s+(?=[^\W\d_])(?!{_PEOPLE})")
_JOINED = re.compile(
    rf"(?:(?<=[0-9])|(?<=[0-9一二两三四五六七八九十][名位人]))\s*(?:以及|[和及与+])\s*(?=[^\W\d])|(?<=\S)(?:以及|[和及与+])\s*(?={_COUNT}\s*{_PEOPLE}\s*[^\W\d])"
)
"""1名主讲人和5名志愿者, 医生4+护士2: two slots."""
_COUNT_IN_BRACKETS = re.compile(rf"[(\[【〔]\s*({_COUNT}\s*{_PEOPLE})\s*[)\]】〕]")
"""志愿者（5人）."""
_WANTED = re.compile(rf"^(?:(?:还|另|共|拟|计划|现)?(?:需要|招募)|需(?=\s*{_COUNT}))\s*:?\s*")
_PART_OF = ("其中", "包括", "含")
"""What begins so is counted in what stands before it, and is no slot of its own."""
_NOTE = re.compile(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]")
_BULLET = re.compile(r"^[^\w(\[【]*+(?:[0-9]{1,2}[.)]\s*+(?=\D))?")
_TIMES = re.compile(rf"\s*(?:[×✕*:=]|-+|(?<![A-Za-z])x)\s*(?=[0-9]+\s*{_PEOPLE}?$|{_COUNT}{_PEOPLE}$)", re.IGNORECASE)
_VAGUE = re.compile(
    r"约|左右|以上|以内|若干|几[名位个人]|多[名位个人]|至少|最多|[0-9十百千万](?:[多余来几]|[+])$|[0-9]\s*(?:-|到|至)\s*[0-9]|[0-9]\.[0-9]"
)
_NEGATIVE = re.compile(rf"(?:(?:^|[\s×✕*:=+xX])-|负)\s*{_COUNT}\s*{_PEOPLE}?$|[^-]-[0-9]+$")
"""志愿者 -3 is below nothing; 志愿者-5名 and 志愿者 - 5 have a dash between role and number."""
_CHINESE_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_DIGIT_INSIDE = re.compile(r"\D.*[0-9]")
_COUNT_INSIDE = re.compile("..*[一二两三四五六七八九十]+(?:名|位|个?人).|.+各$")
"""医生两名护士 of 医生两名护士三名: two slots run together; 主讲人和志愿者各2: one count for two."""
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<role>.*\D)\s*(?<![0-9])(?P<count>[0-9]+)\s*{_PEOPLE}?",
        rf"(?P<role>.+?)\s*(?P<count>{_COUNT})\s*{_PEOPLE}",
        rf"(?P<count>{_COUNT})\s*{_PEOPLE}\s*(?P<role>\D+)",
        rf"(?P<role>.*\S)\s(?P<count>{_COUNT})",
    )
)


class _RefusedError(Exception):
    def __init__(self, code: SlotRefusalCode, what: str) -> None:
        super().__init__(code)
        self.refusal = SlotRefusal(code, what[:40])


def read_slots(text: str) -> tuple[SlotLine, ...] | SlotRefusal:
    """Return the slots that `text` lists, or why it was not taken; one bad slot refuses the list."""
    pieces = split_outside_brackets(_JOINED.sub(",", _SPACED_SLOTS.sub(r"\1,", as_read(text))), _MARKS)
    if pieces is None:
        return SlotRefusal(SlotRefusalCode.NOT_UNDERSTOOD, plain(text)[:40])
    if not pieces:
        return SlotRefusal(SlotRefusalCode.EMPTY, "")
    slots = []
    for piece in pieces:
        try:
            slots.append(_slot(piece))
        except _RefusedError as refused:
            return dataclasses.replace(refused.refusal, said="，".join(pieces), piece=piece)
    try:
        return _without_repeats(slots)
    except _RefusedError as refused:
        return refused.refusal


def as_read(text: str) -> str:
    """Return a list of slots as it is looked at: one width, one kind of dash, no commas in numbers."""
    return without_thousands("\n".join(with_plain_dashes(plain(line)) for line in text.splitlines()))


def _without_repeats(slots: list[SlotLine]) -> tuple[SlotLine, ...]:
    seen = set()
    for slot in slots:
        key = (slot.role, slot.notes)
        if key in seen:
            raise _RefusedError(SlotRefusalCode.TWICE, slot.role)
        seen.add(key)
    return tuple(slots)


def _slot(piece: str) -> SlotLine:
    if len(piece) > _LONGEST_PIECE:
        raise _RefusedError(SlotRefusalCode.NOT_UNDERSTOOD, piece)
    piece = _COUNT_IN_BRACKETS.sub(r" \1", piece)
    notes = tuple(note for found in _NOTE.findall(piece) for note in read_names(found))
    words = _WANTED.sub("", _BULLET.sub("", _NOTE.sub(" ", piece)).strip())
    if words.startswith(_PART_OF):
        raise _RefusedError(SlotRefusalCode.NOT_UNDERSTOOD, words)
    if _VAGUE.search(words):
        raise _RefusedError(SlotRefusalCode.VAGUE, words)
    if _NEGATIVE.search(words):
        raise _RefusedError(SlotRefusalCode.OUT_OF_RANGE, words)
    words = plain(_TIMES.sub(" ", words))
    _demand_plain_number(words)
    for form in _FORMS:
        match = form.fullmatch(words)
        if match and (role := match["role"].strip()):
            if not (role[-1].isalnum() or role[-1] in _CLOSING):  # 志愿者 +3, 志愿者 #3
                raise _RefusedError(SlotRefusalCode.VAGUE, words)
            if _COUNT_INSIDE.search(role) or _DIGIT_INSIDE.search(
                role
            ):  # 主讲人1志愿者5 is two slots run together; 00后志愿者 is a role
                raise _RefusedError(SlotRefusalCode.NOT_UNDERSTOOD, words)
            return SlotLine(role, _places(match["count"], role), notes)
    code = SlotRefusalCode.HOW_MANY if words else SlotRefusalCode.NOT_UNDERSTOOD
    raise _RefusedError(code, words or piece)


def _demand_plain_number(words: str) -> None:
    """Raise _RefusedError when what stands behind the role is a number of people that can't be taken."""
    role, _, number = words.rpartition(" ")
    refusal = None if number.isdigit() else read_count(number, MOST_PLACES)
    if not role or not isinstance(refusal, CountRefusal):
        return
    far = refusal.code in (CountRefusalCode.NEGATIVE, CountRefusalCode.TOO_MANY)
    raise _RefusedError(SlotRefusalCode.OUT_OF_RANGE if far else SlotRefusalCode.VAGUE, role if far else words)


def _places(count: str, role: str) -> int:
    places = numeral(count)
    if places is None and not count.isascii():
        raise _RefusedError(SlotRefusalCode.HOW_MANY, role)
    if places is None or not 1 <= places <= MOST_PLACES:
        raise _RefusedError(SlotRefusalCode.OUT_OF_RANGE, role)
    return places


def read_names(text: str) -> tuple[str, ...]:
    """Return the names that `text` lists, in order, each once.

    Commas, 、, semicolons, slashes and new lines separate. Where there is none of them, spaces do, next to a
    Chinese character: an English name contains spaces.
    """
    lines = "\n".join(plain(line) for line in text.splitlines())
    names = [name.strip() for name in re.split(r"[,、;/\n]", lines)]
    if len(names) == 1:
        names = _CHINESE_SPACE.split(names[0])
    return tuple(dict.fromkeys(name for name in names if name))


def clock_times(words: str, day: dt.date = dt.date(2000, 1, 1)) -> Span | None:
    """Return from when to when on a day, naive and local; None where words say no such thing."""
    read = read_time_range(words, day)
    return read if isinstance(read, Span) and read.ends is not None and read.starts.date() == day else None


def own_hours(words: str, starts: dt.datetime, ends: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    """Return a slot's own hours inside those of its activity, all naive and local; None where they are not in it."""
    for day in sorted({starts.date(), ends.date()}):
        read = clock_times(words, day)
        if read is not None and read.ends is not None and starts <= read.starts and read.ends <= ends:
            return read.starts, read.ends
    return None
