"""How typed Chinese is made comparable before any grammar looks at it.

Coordinators type on phones: full-width digits, three kinds of dashes, invisible joiners left over from a
pasted notice. Every reader of typed text in `corps` starts here, so that two spellings of one thing are equal.
"""

import re
import unicodedata

DIGITS = "零〇一二两三四五六七八九"
"""The Chinese digits as they are typed; 两 counts as 2."""

_VALUES = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_MOST_DIGITS = 9  # no count in a corps is longer, and int() itself refuses some thousands
_UNIT = "[一二两三四五六七八九]"
_HUNDREDS = re.compile(
    rf"(?P<h>{_UNIT})百(?:[零〇](?P<gap>{_UNIT})|(?P<ht>{_UNIT})十(?P<hu>{_UNIT})?)?"
    rf"|(?P<t>{_UNIT})?(?P<ten>十)(?P<u>{_UNIT})?|(?P<one>[{DIGITS}])"
)
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff]")
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What makes a program write from the right: in a name it would turn around what stands beside it on a paper."""
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─━ー~〜∼～", "-") | {"∶": ":", "○": "〇"})
_OPEN, _CLOSE = "([{（［｛【〔「『《", ")]}）］｝】〕」』》"


def plain(text: str) -> str:
    """Return `text` in NFKC, without invisible characters, each run of white space as one space, trimmed."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def with_plain_dashes(text: str) -> str:
    """Return `text` with every dash and tilde as `-` and every look-alike colon as `:`."""
    return text.translate(_DASHES)


def numeral(text: str) -> int | None:
    """Return the whole number written as `12` or `十二` (up to 九百九十九), or None if it is not one.

    一百二 is None: some mean 102 by it and some 120.
    """
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= _MOST_DIGITS else None
    match = _HUNDREDS.fullmatch(text)
    if not match:
        return None
    part = {name: _VALUES.get(found, 1) for name, found in match.groupdict(default="").items() if found}
    tens = part.get("t", 1) if "ten" in part else part.get("ht", 0)
    units = next((part[name] for name in ("gap", "hu", "u", "one") if name in part), 0)
    return part.get("h", 0) * 100 + tens * 10 + units


def split_outside_brackets(text: str, marks: str) -> tuple[str, ...] | None:
    """Split `text` at any of `marks` outside brackets; empty pieces are dropped, the rest trimmed.

    Returns:
        The pieces in order, or None when the brackets do not pair up.
    """
    pieces, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in _OPEN) - (char in _CLOSE)
        if depth < 0:
            return None
        if depth == 0 and char in marks:
            pieces.append(text[start:at])
            start = at + 1
    if depth:
        return None
    pieces.append(text[start:])
    return tuple(piece.strip() for piece in pieces if piece.strip())
