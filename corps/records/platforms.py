"""How an official platform wants our records: its columns, words, lengths and rounding, as a mapping file says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corps.parsing.lengths import cut, units
from corps.rounding import Rounding


class HandInField(StrEnum):
    """What we know of one person's service in one activity; `NOTHING`: we do not keep it, a person fills it in."""

    NOTHING = ""
    NAME = "name"
    MEMBER_NUMBER = "member_number"
    TEAM = "team"
    CORPS = "corps"
    TITLE = "title"
    CATEGORY = "category"
    ROLE = "role"
    DAY = "day"
    BEGINS = "begins"
    ENDS = "ends"
    PLACE = "place"
    HOURS = "hours"
    SOURCE = "source"


class Lack(StrEnum):
    """Why a column can't go out as it is. Each has its sentence (`handin.lack_<lack>`)."""

    EMPTY = "empty"
    LONG = "long"
    SHORTENED = "shortened"
    WORD = "word"
    PATTERN = "pattern"


@dataclass(frozen=True)
class PlatformColumn:
    """A column of the platform's table: its heading, and which of our fields goes there.

    `most` units at most (0: any); longer ones are `cut`, or named. What does not hold `pattern` is named with `says`.
    """

    head: str
    field: HandInField
    required: bool = False
    most: int = 0
    cut: bool = False
    pattern: str = ""
    says: str = ""


@dataclass(frozen=True)
class Platform:
    """A platform. `sample`: its format is not public, and the file is only how it may look like.

    `replace` are words and what stands for them there; `forbids` words that no name may hold after that. `category` and
    `source` are what the platform calls ours.
    """

    code: str
    name: str
    sample: bool
    rounding: Rounding
    columns: tuple[PlatformColumn, ...]
    hour_digits: int = 2
    forbids: tuple[str, ...] = ()
    replace: Mapping[str, str] = field(default_factory=dict)
    category: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lacking:
    """What is wrong with a column of a row: which, why, and the word or the rule concerned."""

    head: str
    lack: Lack
    what: str = ""


def worded(platform: Platform, facts: Mapping[HandInField, str]) -> tuple[tuple[str, ...], tuple[Lacking, ...]]:
    """Return a row as the platform wants it, and what it lacks."""
    cells, lacking = [], []
    for column in platform.columns:
        text = facts.get(column.field, "")
        if column.field is HandInField.TITLE:
            for word, other in platform.replace.items():
                text = text.replace(word, other)
            lacking += [Lacking(column.head, Lack.WORD, word) for word in platform.forbids if word in text]
        if column.most and units(text) > column.most:
            lacking.append(Lacking(column.head, Lack.SHORTENED if column.cut else Lack.LONG, str(column.most)))
            text = cut(text, column.most) if column.cut else text
        if column.required and not text.strip():
            lacking.append(Lacking(column.head, Lack.EMPTY))
        elif column.pattern and text and not re.search(column.pattern, text):
            lacking.append(Lacking(column.head, Lack.PATTERN, column.says))
        cells.append(text)
    return tuple(cells), tuple(lacking)
