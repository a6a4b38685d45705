"""How long a text is, counted in one way everywhere, and how it is cut: never within what is read as one character."""

import re
import unicodedata
from collections.abc import Iterator

from corps.refusals import Reason, Refused

_JOINER = "\u200d"
_SKINS = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)


def units(text: str) -> int:
    """Return the length as people are told it and as Telegram counts: a letter or 字 is one, an emoji two or more.

    These are UTF-16 units. No other count in use here is larger, so that what fits by this one fits everywhere.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clusters(text: str) -> Iterator[str]:
    """Yield what is read as one character each: a letter with its accents, an emoji with its skin, a flag."""
    whole = ""
    for letter in text:
        if whole and not _goes_on(whole, letter):
            yield whole
            whole = ""
        whole += letter
    if whole:
        yield whole


def _goes_on(whole: str, letter: str) -> bool:
    code = ord(letter)
    joined = letter == _JOINER or whole.endswith(_JOINER) or unicodedata.category(letter) in ("Mn", "Me", "Mc")
    return joined or code in _SKINS or code in _TAGS or (code in _FLAGS and len(whole) == 1 and ord(whole) in _FLAGS)


def cut(text: str, most: int) -> str:
    """Return a text of at most so many units; one that is longer ends with an ellipsis."""
    if units(text) <= most:
        return text
    kept, left = [], most - 1
    for cluster in clusters(text):
        left -= units(cluster)
        if left < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + "…"


def demand_short(text: str, most: int) -> str:
    """Return a typed text that can be kept whole. Raises Refused for a longer one: nothing is dropped silently."""
    if units(text) > most:
        raise Refused(Reason.TOO_LONG, length=units(text), most=most)
    return text


def reason_in(text: str, most: int) -> str:
    """Return a typed reason on one line; empty when no letter is in it. Raises Refused for one that is too long."""
    return demand_short(" ".join(text.split()), most) if re.search(r"\w", text) else ""
