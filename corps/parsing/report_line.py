"""Reading what a reporter types: `80`, `一百二十人次，现场清点`, or a few words about the day."""

import dataclasses
import re
from typing import Any

from corps.parsing.counts import CountRefusal, read_count, without_thousands
from corps.parsing.normalise import plain
from models.enums import CountedBy

_WAYS = {
    CountedBy.SIGNATURES: ("签到", "签名", "登记"),
    CountedBy.HEADCOUNT: ("清点", "点数", "现场数"),
    CountedBy.ESTIMATE: ("估算", "估计", "大概", "约"),
}
_WAY_LONGEST = 6  # a way of counting is a word, not a sentence
_UNIT_APART = re.compile(r"(?<=[0-9零一二两三四五六七八九十百千万多余几+])\s+(?=[人名位个多余左])")
BENEFICIARIES_MAX = 100_000


@dataclasses.dataclass(frozen=True)
class Account:
    """What a line says: `said` has `beneficiaries`, `counted_by` or `words`; `unclear` is a number not taken."""

    said: dict[str, Any]
    unclear: CountRefusal | None = None


def read_account(text: str, known: dict[str, Any]) -> Account:
    """Return what a typed line says; words go on from those in `known`.

    A line counts as a number only when nothing but the number and a way of counting stands in it: in `来了80人，
    讲了两小时` the words are kept as words. What is about a number and can't be taken (`80多`, `-5`) is no words
    either: it is asked about.
    """
    line = without_thousands(plain(text))
    whole = read_count(line, BENEFICIARIES_MAX)
    if whole is not None:
        return _counted({}, whole)
    said: dict[str, Any] = {}
    unclear = None
    for part in filter(None, re.split(r"[,，;；。\s()]+", _UNIT_APART.sub("", line))):
        count = read_count(part, BENEFICIARIES_MAX)
        way = next((way for way, names in _WAYS.items() if any(name in part for name in names)), None)
        if isinstance(count, CountRefusal) and unclear is None:
            unclear = count
        elif isinstance(count, int) and "beneficiaries" not in said:
            said["beneficiaries"] = count
        elif way is not None and len(part) <= _WAY_LONGEST:
            said["counted_by"] = way.value
        else:
            return Account({"words": "\n".join(filter(None, (known.get("words", ""), text.strip())))})
    if unclear is not None:
        said.pop("beneficiaries", None)
    return Account(said, unclear)


def _counted(said: dict[str, Any], count: int | CountRefusal) -> Account:
    return Account(said, count) if isinstance(count, CountRefusal) else Account({**said, "beneficiaries": count})
