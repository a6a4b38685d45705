"""A notice without labels: the first line is the title, a time and a place are known by what they are."""

import datetime as dt
import re
from collections.abc import Collection, Mapping

from corps.parsing.pasted_form import FormField, read_form
from corps.parsing.times import Half, RefusalCode, Span, read_on

_JOINTS = re.compile(r"[，。；;,！!]|[定将]?于|在|举办|举行|开展|集合")
"""Where a sentence parts into pieces, one of which may be a time and one a place."""


_NUMBER = re.compile(r"^[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[、）)．]|\.(?!\d))\s*")
"""What numbers the points of a notice, 一、 or 1. : it belongs to no time and no place."""


Kinds = Mapping[str, Collection[str]]
"""The kinds of place with the words for them (`corps.teams.Choices`)."""


def read(
    text: str, wall: dt.datetime, longest_title: int, kinds: Kinds
) -> tuple[Mapping[FormField, str], tuple[str, ...]]:
    """Return the fields of a text without labels, and the pieces that are none. `wall` is the naive local time now."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    found = time_and_place(text, wall, kinds)
    title = next((line for line in lines[:1] if not any(value in line for value in found.values())), "")
    used = {title, *found.values()}
    pieces = [piece for line in lines if line != title for piece in (_pieces(line) if found else [line])]
    values = {FormField.ACTIVITY: title, **found} if len(title) <= longest_title else found
    return values, tuple(piece.strip() for piece in pieces if piece.strip() and piece.strip() not in used)


def time_and_place(text: str, wall: dt.datetime, kinds: Kinds) -> dict[FormField, str]:
    """Return the pieces of a text that say when and where, as far as one says nothing else."""
    pieces = [piece.strip() for line in text.splitlines() for piece in _pieces(line) if piece.strip()]
    when = next((piece for piece in pieces if _says_a_day(piece, wall)), "")
    named = [word for words in kinds.values() for word in words if len(word) > 1 and not word.isascii()]
    where = next((piece for piece in pieces if piece != when and any(word in piece for word in named)), "")
    found = {FormField.TIME: when, FormField.PLACE: where}
    return {field: piece for field, piece in found.items() if piece}


def _pieces(line: str) -> list[str]:
    return _JOINTS.split(_NUMBER.sub("", line.strip()))


def _says_a_day(piece: str, wall: dt.datetime) -> bool:
    read = read_on(piece, Half(), wall)
    return isinstance(read, Span) or (read.day is not None and read.code is RefusalCode.NEEDS_TIME)


def is_notice(text: str) -> bool:
    """Tell whether a typed answer is a whole notice: two fields or more."""
    return len(read_form(text).values) > 1


def reads_like_a_notice(text: str, wall: dt.datetime, kinds: Kinds) -> bool:
    """Tell whether what nobody asked for is perhaps a notice: two fields or more, or a day and a place."""
    return is_notice(text) or len(time_and_place(text, wall, kinds)) > 1
