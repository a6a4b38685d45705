"""Our small HTML as a robot's group shows it, of at most so many bytes, with one link below.

What people typed is neither a link nor a mention there: the signs that would make one are written in full width.
"""

import re
from collections.abc import Iterable
from html import unescape

from bot.robots.payloads import MOST_BYTES
from corps.parsing.lengths import clusters
from corps.robots import DINGTALK

_TOKEN = re.compile(r"<[^>]*>|&#?\w+;|[^<&]+|[<&]")
_WIDE = str.maketrans("[]<>*`", "［］＜＞＊｀")
_HEADING = re.compile(r"(?m)^(\s*)([#-]) ")
_BOLD = {"<b>": "**", "</b>": "**", "<strong>": "**", "</strong>": "**"}


def worded(channel: str, markup: str) -> str:
    """Return a text in our HTML as plain text, or for 钉钉 as markdown with its bold words."""
    tags = _BOLD if channel == DINGTALK else {}
    said = "".join(tags.get(token, "") if _is_tag(token) else _typed(token) for token in _TOKEN.findall(markup))
    return said.replace("****", "")


def _is_tag(token: str) -> bool:
    return token.startswith("<") and token.endswith(">")


def _typed(token: str) -> str:
    return _HEADING.sub(r"\1\2", unescape(token).translate(_WIDE))


def said_by(channel: str, markup: str, below: str, more: str) -> str:
    """Return what a robot says: the text, cut where it is too long, and what stands `below` it, the link with it.

    Args:
        channel: Which platform's robot.
        markup: The text, in our HTML.
        below: The last line; it is never cut.
        more: What says that there is more behind the link, where the text was cut.
    """
    end = f"\n\n{below}" if below else ""
    room = MOST_BYTES[channel] - _bytes(channel, end)
    text = worded(channel, markup).strip()
    if _bytes(channel, text) <= room:
        return text + end
    return _cut(channel, text, room - _bytes(channel, f"\n{more}")) + f"\n{more}" + end


def _bytes(channel: str, text: str) -> int:
    """Return how much room a text takes; a line's end has two blanks more in 钉钉's markdown."""
    return len(text.encode()) + (2 * text.count("\n") if channel == DINGTALK else 0)


def _cut(channel: str, text: str, room: int) -> str:
    """Return the beginning of a text: whole lines, or, of a line that is too long alone, whole characters."""
    kept, left = "", room
    for line in text.splitlines(keepends=True):
        if (size := _bytes(channel, line)) > left:
            kept = kept if kept.strip() else "".join(_fitting(channel, clusters(line), left))
            break
        kept, left = kept + line, left - size
    before, mark, after = kept.rpartition("**")
    return (before + after if kept.count("**") % 2 else before + mark + after).rstrip()


def _fitting(channel: str, letters: Iterable[str], room: int) -> Iterable[str]:
    for letter in letters:
        room -= _bytes(channel, letter)
        if room < 0:
            return
        yield letter
