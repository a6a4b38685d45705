"""The text being read, from left to right, and the spelling differences that never reach the grammar."""

import re

from corps.parsing.normalise import plain, with_plain_dashes
from corps.parsing.times.answers import RefusalCode, RefusedError
from corps.parsing.times.english import in_chinese

NUM = "(?:[0-9]{1,2}|[二三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
"""A whole number below 100, in digits or in Chinese."""
TO = "(?:-+|直?到|至)"
"""What stands between a start and an end, or between a first and a last day."""
_DOTTED = "[0-9]{1,2}\\.[0-5][0-9](?![0-9])"
DOTTED_START = re.compile(
    rf"{_DOTTED}(?:{TO})(?:次日)?[0-9]{{1,2}}[.:][0-5][0-9](?![0-9])"
    rf"|(?=(?:1[3-9]|2[0-4])\.|[0-9]{{1,2}}\.(?:00|3[2-9]|[45])){_DOTTED}"
)
"""A time of day written with a dot, where it can be no date: `9.30-11.30`, `14.30`, `9.00`."""

_LONGEST = 200  # a time is a line; whatever is longer is a notice pasted into the wrong place
_NUMERAL = "[0-9零〇一二两三四五六七八九十]"
_LOOSE_SPACE = re.compile(f"(?<!{_NUMERAL}) | (?!{_NUMERAL})")
_SPELLINGS = str.maketrans(
    dict.fromkeys("()[]{}【】〔〕「」<>《》,、;。", " ")
    | {
        "點": "点",
        "時": "时",
        "鐘": "钟",
        "週": "周",
        "禮": "礼",
        "號": "号",
        "兩": "两",
        "後": "后",
        "個": "个",
    }
)


def tidy(text: str) -> str:
    """Return `text` in the one spelling that the grammar knows.

    Brackets and commas only set words apart, so they become spaces; spaces mean something only between two
    numbers (`12/5 9:00`), so all others go. Traditional characters of the words concerned become simplified, English
    dates and hours Chinese.

    Raises:
        RefusedError: The text is too long to be a time.
    """
    if len(text) > _LONGEST:
        raise RefusedError(RefusalCode.NOT_UNDERSTOOD, text)
    tidied = with_plain_dashes(in_chinese(plain(text))).translate(_SPELLINGS)
    return _LOOSE_SPACE.sub("", " ".join(tidied.split())).rstrip(".!")


class Tape:
    """A tidied text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = tidy(text)
        self.at = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read on past `pattern` if it stands right here, after one space at most; None reads nothing."""
        match = self.sees(pattern)
        if match:
            self.at = match.end()
        return match

    def sees(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Say whether `pattern` stands right here, without reading on."""
        return pattern.match(self.text, self.at + self.text.startswith(" ", self.at))

    def rest(self) -> str:
        """Return what has not been read."""
        return self.text[self.at :].strip()

    def must_be_read(self) -> None:
        """Refuse a rest: words that the grammar does not know may change the meaning of those that it knows.

        Raises:
            RefusedError: Something is left.
        """
        if self.rest():
            raise RefusedError(RefusalCode.NOT_UNDERSTOOD, self.rest())
