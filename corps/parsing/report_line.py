"""Reading what a reporter types: `80`, `一百二十人次，现场清点`, or a few words about the day."""

import dataclasses
import re
from typing import Any

from corps.parsing.counts import CountRefusal, CountRefusalCode, count_inside, read_count, without_thousands
from corps.parsing.normalise import plain
from models.enums import CountedBy

_WAYS = {
    CountedBy.SIGNATURES: ("签到", "签名", "登记"),
    CountedBy.HEADCOUNT: ("清点", "点数", "现场数", "现场统计"),
    CountedBy.ESTIMATE: ("估算", "估计", "大概", "约"),
}
_WAY_LONGEST = 6  # a way of counting is a word, not a sentence
_WAY = re.compile("(?:现场|人工|按|据)*(?:签到|签名|登记|清点|点数|统计|估算|现场数)(?:表|单|簿|册|统计|得)*")
_UNIT_APART = re.compile(
    r"(?<=[0-9零一二两三四五六七八九十百千万多余几+])\s+(?=[人名位个多余左])|(?<=[计共是了场次数:])\s+(?=[0-9])"
)
BENEFICIARIES_MAX = 100_000


@dataclasses.dataclass(frozen=True)
class Account:
    """What a line says: `said` has `beneficiaries`, `counted_by` or `words`; `unclear` is a number not taken."""

    said: dict[str, Any]
    unclear: CountRefusal | None = None


def read_account(text: str, known: dict[str, Any], *, asked: bool = False) -> Account:
    """Return what a typed line says; words go on from those in `known`. `asked`: it answers the question how many.

    A line counts as a number only when nothing but the number and a way of counting stands in it: in `来了80人，
    讲了两小时` the words are kept as words. What is about a number and can't be taken (`80多`, `-5`) is no words
    either: it is asked about. An answer to the question how many may go on (`86，大家很满意`): the number is taken, and
    the whole is kept as words. A number inside a sentence (`讲了课，来了不少人，80名左右`) is asked about.
    """
    line = without_thousands(plain(text))
    whole = read_count(line, BENEFICIARIES_MAX)
    if whole is not None:
        return _counted({}, whole)
    counts: list[int | CountRefusal] = []
    ways: list[str] = []
    rest = False
    for part in filter(None, re.split(r"[,，;；。\s()]+|/(?=[^0-9次])", _UNIT_APART.sub("", line))):
        count = read_count(part, BENEFICIARIES_MAX)
        way = next((way for way, names in _WAYS.items() if any(name in part for name in names)), None)
        if count is None and way is not None:
            count = read_count(_WAY.sub("", part), BENEFICIARIES_MAX)
        by_itself = len(part) <= _WAY_LONGEST and not _DIGIT.search(part)
        taken = way is not None and (count is not None or by_itself)
        counts += [count] if count is not None else []
        ways += [way.value] if way is not None and taken else []
        rest = rest or (count is None and not taken)
    plain_ones = [count for count in counts if isinstance(count, int)]
    if len(plain_ones) > 1 or (rest and not (asked and len(counts) == len(plain_ones) == 1)):
        return _words(text, known, asked=asked)
    said: dict[str, Any] = {"counted_by": ways[-1]} if ways else {}
    unclear = next((count for count in counts if isinstance(count, CountRefusal)), None)
    if unclear is not None:
        return Account(said, unclear)
    said |= {"beneficiaries": plain_ones[0]} if plain_ones else {}
    return Account({**said, "words": _joined(text, known)} if rest else said)


def _joined(text: str, known: dict[str, Any]) -> str:
    return "\n".join(filter(None, (known.get("words", ""), text.strip())))


def _words(text: str, known: dict[str, Any], *, asked: bool) -> Account:
    inside = count_inside(text) if asked else None
    if asked and inside is None and _DIGIT.search(text) and len(text.strip()) <= _SHORT:
        return Account({}, CountRefusal(CountRefusalCode.UNCLEAR, text.strip()))
    return Account({"words": _joined(text, known)}, inside)


_DIGIT = re.compile("[0-9]")
_SHORT = 12
"""An answer of so many characters with a figure in it is a number, and no words about the day."""


def _counted(said: dict[str, Any], count: int | CountRefusal) -> Account:
    return Account(said, count) if isinstance(count, CountRefusal) else Account({**said, "beneficiaries": count})
