"""What a notice says without labels: a title, a time, a place, a need, a team are known by what they are."""

import datetime as dt
import re
from collections.abc import Collection, Mapping

from corps.parsing.choices import read_list
from corps.parsing.pasted_form import FormField, PastedForm, read_form
from corps.parsing.slot_list import SlotRefusal, read_slots
from corps.parsing.times import Half, RefusalCode, Span, read_on
from corps.teams import Choices

_JOINTS = re.compile(r"[，。；;,！!]|[定将]?于|在|举办|举行|开展|集合")
"""Where a sentence parts into pieces, one of which may be a time and one a place."""


_NUMBER = re.compile(r"^[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[、）)．]|\.(?!\d))\s*")
"""What numbers the points of a notice, 一、 or 1. : it belongs to no time and no place."""


_CONTENT = re.compile(r"^(?:活动)?(?:内容|形式|安排)[:：]\s*")
"""A label behind which stands what could stand without one."""


Kinds = Mapping[str, Collection[str]]
"""The kinds of place with the words for them (`corps.teams.Choices`)."""


def read(
    form: PastedForm, text: str, wall: dt.datetime, longest_title: int, choices: Choices
) -> tuple[Mapping[FormField, str], tuple[str, ...]]:
    """Return the fields of a notice, those under labels and those that stand without one, and the pieces that are none.

    `form` is what `text` says under labels; `wall` is the naive local time now.
    """
    if form.values:
        return _fill(form, text, longest_title, choices)
    return _find(text, wall, longest_title, choices)


def _find(
    text: str, wall: dt.datetime, longest_title: int, choices: Choices
) -> tuple[Mapping[FormField, str], tuple[str, ...]]:
    """Read a notice without any label. Of several activities it is the first: what follows the second day is left."""
    lines = [line for line in map(str.strip, text.splitlines()) if line and not _GREETING.fullmatch(line)]
    found = time_and_place(text, wall, choices.venues)
    title = next((line for line in lines[:1] if not any(value in line for value in found.values())), "")
    split = [piece for line in lines if line != title for piece in (_pieces(line) if found else [line])]
    pieces = [piece.strip() for piece in split if piece.strip()]
    days = [place for place, piece in enumerate(pieces) if _says_a_day(piece, wall)] if found else []
    first = pieces[: days[1]] if len(days) > 1 else pieces if found else []
    named, used = _who_and_what(first, choices)
    left = [piece for piece in first if piece not in {title, *found.values(), *used}]
    left += [piece for piece in pieces[len(first) :] if piece not in {title, *found.values()}]
    titled = _titled(title, longest_title)
    return {**titled, **found, **named}, tuple(left if titled else [title, *left])


def _fill(
    form: PastedForm, text: str, longest_title: int, choices: Choices
) -> tuple[Mapping[FormField, str], tuple[str, ...]]:
    """Read a notice with labels, and of what is not under one the fields that are still open.

    Without a title under a label, what a heading `关于…的通知` is about is the title, or else the first line.
    """
    lines = [line for line in form.unplaced if not _GREETING.fullmatch(line)]
    first = next(iter(text.strip().splitlines()), "").strip()
    heading = next((line for line in lines if _ABOUT.fullmatch(line)), first if first in lines else "")
    known = {field: said for field, said in form.values.items() if said}
    if FormField.ACTIVITY in known or _NO_TITLE.search(heading):
        heading = ""
    titled = _titled(heading, longest_title) if heading else {}
    parted = [(line, [piece.strip() for piece in _pieces(line) if piece.strip()]) for line in lines if line != heading]
    named, used = _who_and_what([piece for _, pieces in parted for piece in pieces], choices, known)
    left = [
        piece
        for line, pieces in parted
        for piece in ([line] if used.isdisjoint(pieces) else [one for one in pieces if one not in used])
    ]
    return {**form.values, **titled, **named}, tuple(left if titled or not heading else [heading, *left])


_ABOUT = re.compile(r"关于(?:开展|举办|举行|组织|做好)*(.+?)(?:活动)?的(?:预?通知|函|公告)")
_GREETING = re.compile(r"(?:各|尊敬的)[^，,。:：]{1,12}[:：]")
_NO_TITLE = re.compile(r"[。；;：:？?！!]|(?<!的)通知$|好$")
"""A first line that is none: a sentence, a bare 通知, a greeting."""


def _titled(heading: str, longest: int) -> dict[FormField, str]:
    """Return the title that a heading gives: `关于…的通知` is about it."""
    about = _ABOUT.fullmatch(heading)
    title = about[1] if about else heading
    return {FormField.ACTIVITY: title} if len(title) <= longest else {}


_NEEDED = re.compile(r"^(?:计划|共|约|拟)*(?:需要?|招募|招)(\D.*)$")
_HELD_BY = re.compile(r"^[请由]?(.+?)(?:负责|承办|主办|牵头|协办|参加|组织)$")


def _who_and_what(
    pieces: Collection[str], choices: Choices, known: Collection[FormField] = ()
) -> tuple[dict[FormField, str], set[str]]:
    """Return who is needed, whose it is and its category, where pieces say so outright; and the pieces that do.

    What is `known` is not looked for: a piece that says it otherwise is left.
    """
    found: dict[FormField, str] = {}
    used: set[str] = set()
    for piece in pieces:
        needed, held_by = _NEEDED.match(piece), _HELD_BY.match(piece)
        if needed and FormField.SLOTS not in {*found, *known} and not isinstance(read_slots(needed[1]), SlotRefusal):
            found[FormField.SLOTS] = needed[1]
            used.add(piece)
        elif held_by and FormField.TEAMS not in {*found, *known} and _is_list(held_by[1], choices):
            found[FormField.TEAMS] = held_by[1]
            used.add(piece)
    names = [named[0] for code, named in choices.categories.items() if code not in choices.pairing]
    said = {name for name in names for piece in pieces if piece.endswith(name)}
    if len(said) == 1 and FormField.CATEGORY not in known:
        found[FormField.CATEGORY] = said.pop()
        used.add(found[FormField.CATEGORY])
    return found, used


def _is_list(text: str, choices: Choices) -> bool:
    listed = read_list(text, choices.teams)
    return bool(listed.found) and not listed.unread


def time_and_place(text: str, wall: dt.datetime, kinds: Kinds) -> dict[FormField, str]:
    """Return the pieces of a text that say when and where, as far as one says nothing else."""
    pieces = [piece.strip() for line in text.splitlines() for piece in _pieces(line) if piece.strip()]
    when = next((piece for piece in pieces if _says_a_day(piece, wall)), "")
    named = [word for words in kinds.values() for word in words if len(word) > 1 and not word.isascii()]
    where = next((piece for piece in pieces if piece != when and any(word in piece for word in named)), "")
    found = {FormField.TIME: when, FormField.PLACE: where}
    return {field: piece for field, piece in found.items() if piece}


def _pieces(line: str) -> list[str]:
    return _JOINTS.split(_CONTENT.sub("", _NUMBER.sub("", line.strip())))


def _says_a_day(piece: str, wall: dt.datetime) -> bool:
    read = read_on(piece, Half(), wall)
    return isinstance(read, Span) or (read.day is not None and read.code is RefusalCode.NEEDS_TIME)


def is_notice(text: str) -> bool:
    """Tell whether a typed answer is a whole notice: two fields or more."""
    return len(read_form(text).values) > 1


def reads_like_a_notice(text: str, wall: dt.datetime, kinds: Kinds) -> bool:
    """Tell whether what nobody asked for is perhaps a notice: two fields or more, or a day and a place."""
    return is_notice(text) or len(time_and_place(text, wall, kinds)) > 1
