"""Reading how many: `120人`, `１２０`, `1,200`, `一百二十`, `两百`, `1.5万`; asked about: `80多`, `约80`, `一百二`.

A number that is filed wrongly is counted for a year, so only one that can be read in one way is taken. What is about a
number and cannot be taken is refused with the reason, never handed on as words.
"""

import dataclasses
import enum
import re

from corps.parsing.normalise import numeral, plain, with_plain_dashes


class CountRefusalCode(enum.StrEnum):
    """Why a number was not taken. The sentences are in the bot's texts (`report.count_<code>`)."""

    VAGUE = "vague"
    NEGATIVE = "negative"
    UNCLEAR = "unclear"
    FRACTION = "fraction"
    TOO_MANY = "too_many"
    IN_WORDS = "in_words"


@dataclasses.dataclass(frozen=True, slots=True)
class CountRefusal:
    """Why a number was not taken, what was written (at most 40 characters), and a whole number to show as example."""

    code: CountRefusalCode
    what: str
    near: int = 80


_DIGITS = "[0-9]{1,12}(?:[.][0-9]{1,6})?"
_CHINESE = "[零〇一二两三四五六七八九十百千万]+"
_NUMBER = f"(?:{_DIGITS}[百千万]?|{_CHINESE})"
_ABOUT = "大约|大概|大致|约莫|约|将近|接近|近|差不多|超过|至少|最多|不到|不足|上|好|估计|可能|应该|有"
_OR_SO = "多|余|来|几|[+]|左右|上下|以上|以下|以内|不到"
_UNIT = "人次|人/次|人|名|位|个人|个"
_WHO = "群众|居民|村民|市民|老人|老年人|学生|师生|儿童|孩子|职工|员工|老百姓|听众|观众"
_LEAD = (
    "受益(?:人次|人数)?|服务(?:人次|人数)?|惠及|覆盖|接待|参加|参与|到会|共计|合计|总计|总共|一共|共|"
    "今天|当天|现场|实到|来了|到了|到场|改成|改为|更正为?|应该?是|应为|是"
)
_COUNT = re.compile(
    rf"(?:{_LEAD}|{_WHO}|有)*:?(?P<minus>-|负)?(?P<about>(?:{_ABOUT})*)"
    rf"(?P<number>{_NUMBER})(?P<more>{_OR_SO})?(?:(?:-+|到|至|、)?(?P<second>{_NUMBER}))?(?P<so>{_OR_SO})?"
    rf"(?:{_UNIT})?(?:{_WHO})?(?P<rough>(?:{_OR_SO}|吧)*)"
)
_WITHOUT_NUMBER = re.compile(
    rf"(?:{_ABOUT}|几|数|好几)*(?:几|数|上|好几)[十百千万]*(?:{_OR_SO})?(?:{_UNIT})(?:{_OR_SO})*"
)
_RECKONED = re.compile(rf"[+]?[0-9][0-9.,]*(?:[+*/^%exk][0-9.,]*)+(?:{_UNIT})?|[+][0-9.,]+(?:{_UNIT})?", re.IGNORECASE)
"""1e3, 3/4, 10^2, +5, 3k: about a number, but nobody is sure which."""
_INSIDE = re.compile(rf"(?P<number>{_NUMBER})(?:{_OR_SO})?(?:人次|人/次|个人|人(?![工均大家民力])|名|位)")
_THOUSANDS = re.compile(r"(?<![0-9])([0-9]{1,3})((?:,[0-9]{3})+)(?![0-9])")
_SCALE = {"百": 100, "千": 1000, "万": 10_000}


def read_count(text: str, most: int) -> int | CountRefusal | None:
    """Return the whole number that `text` says, why it is not taken, or None when it is not about a number at all.

    Args:
        text: What was typed; width, spaces and thousands' commas make no difference.
        most: The largest number that can be meant.
    """
    typed = without_thousands(with_plain_dashes(plain(text))).replace(" ", "").removesuffix("。").removesuffix(".")
    match = _COUNT.fullmatch(typed)
    if match is None and _RECKONED.fullmatch(typed):
        return CountRefusal(CountRefusalCode.UNCLEAR, typed[:40])
    if match is None:
        vague = _WITHOUT_NUMBER.fullmatch(typed)
        return CountRefusal(CountRefusalCode.VAGUE, typed[:40]) if vague else None
    value = _value(match["number"])
    if match["minus"]:
        return CountRefusal(CountRefusalCode.NEGATIVE, typed[:40])
    if isinstance(value, CountRefusal):
        return dataclasses.replace(value, what=typed[:40])
    if match["about"].replace("有", "") or any(match[part] for part in ("more", "second", "so")) or match["rough"]:
        return CountRefusal(CountRefusalCode.VAGUE, typed[:40], value)
    return value if value <= most else CountRefusal(CountRefusalCode.TOO_MANY, typed[:40], most)


def count_inside(text: str) -> CountRefusal | None:
    """Return the number of people that stands somewhere in a sentence, as what is to be asked about; None for none."""
    found = _INSIDE.search(without_thousands(plain(text)).replace(" ", ""))
    if found is None:
        return None
    value = _value(found["number"])
    return CountRefusal(CountRefusalCode.IN_WORDS, found[0][:40], value if isinstance(value, int) else value.near)


def without_thousands(text: str) -> str:
    """Return `text` with `1,200` written `1200`."""
    return _THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)


def _value(number: str) -> int | CountRefusal:
    scale = _SCALE.get(number[-1], 1) if number[0].isascii() else 1
    if number[0].isascii():
        whole, _, tenths = number.rstrip("百千万").partition(".")
        unit = int(10 ** len(tenths))
        grown = int(whole + tenths) * scale
        if grown % unit:
            return CountRefusal(CountRefusalCode.FRACTION, number, int(whole))
        return grown // unit
    read = _chinese(number)
    return CountRefusal(CountRefusalCode.UNCLEAR, number, 120) if read is None else read


def _chinese(number: str) -> int | None:
    """Return the value of 一千二百, 两万零五十; None for what has two readings (一千二, 一百二)."""
    for mark in ("万", "千"):
        head, found, tail = number.partition(mark)
        if not found:
            continue
        high = _chinese(head) if mark == "万" else numeral(head)
        rest = _after(tail, mark)
        return None if high is None or rest is None or high == 0 else high * _SCALE[mark] + rest
    return numeral(number)


def _after(tail: str, mark: str) -> int | None:
    """Return what stands behind 万 or 千: nothing, 零 with something small, or the next scale down."""
    if not tail:
        return 0
    rest = _chinese(tail.lstrip("零〇"))
    full = ("千" if mark == "万" else "百") in tail
    gap = tail[0] in "零〇" and rest is not None and rest < _SCALE[mark] // 10
    return rest if full or gap else None
