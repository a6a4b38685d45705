"""Reading what a reporter types: `80`, `约80人次，现场清点`, or a few words about the day."""

import re
from typing import Any

from corps.parsing.normalise import plain
from models.enums import CountedBy

_NUMBER = re.compile(
    r"(?:受益(?:人次|人数)?|服务(?:人次|人数)?|共|约|大约)?[:：]?\s*(\d{1,6})\s*(?:多)?(?:人次|人|名|位)?"
)
_WAYS = {
    CountedBy.SIGNATURES: ("签到", "签名", "登记"),
    CountedBy.HEADCOUNT: ("清点", "点数", "现场数"),
    CountedBy.ESTIMATE: ("估算", "估计", "大概", "约"),
}


def read_account(text: str, known: dict[str, Any]) -> dict[str, Any]:
    """Return what a typed line says: `beneficiaries`, `counted_by`, or else `words`, which go on from `known`'s.

    A line counts as a number only when nothing but the number and a way of counting stands in it: in `来了80人，
    讲了两小时` the words are kept as words.
    """
    parts = [part for part in re.split(r"[,，;；。\s()]+", plain(text)) if part]
    said: dict[str, Any] = {}
    for part in parts:
        number = _NUMBER.fullmatch(part)
        way = next((way for way, names in _WAYS.items() if any(name in part for name in names)), None)
        if number is not None and "beneficiaries" not in said and int(number[1]) <= BENEFICIARIES_MAX:
            said["beneficiaries"] = int(number[1])
        elif way is not None and len(part) <= 6:  # noqa: PLR2004 - a way of counting is a word, not a sentence
            said["counted_by"] = way.value
        else:
            return {"words": "\n".join(filter(None, (known.get("words", ""), text.strip())))[:2000]}
    return said


BENEFICIARIES_MAX = 100_000
