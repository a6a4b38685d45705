"""Reads spreadsheets that people send: text in cells, and nothing else. What could do more than that is refused.

A file is opened in a child process, and only the parts that hold cells are (see `office_parts`).
"""

import datetime as dt
import io
import json
import re
from dataclasses import dataclass
from typing import Any

from bot.documents.child import ChildError, in_child
from bot.documents.office_parts import OfficeError, OfficeTrouble, demand_zip, repacked

MOST_BYTES = 5_000_000
MOST_UNPACKED = 30_000_000
"""A corps of 100,000 is 1 MB, unpacked 15."""

MOST_ROWS, MOST_COLUMNS = 20_000, 60
SECONDS, MEGABYTES = 30.0, 700


@dataclass(frozen=True)
class ReadSheet:
    """A sheet as text: its name, and its rows from the first on."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_workbook(content: bytes) -> tuple[ReadSheet, ...]:
    """Return the sheets of an .xlsx file. Blocks for some tenths of a second: call it in a thread.

    Raises:
        OfficeError: It is none, or holds something else than values in cells.
    """
    demand_zip(content, MOST_BYTES)
    try:
        read = json.loads(in_child(f"{__name__}:read_here", content, seconds=SECONDS, megabytes=MEGABYTES))
    except (ChildError, ValueError) as error:
        too_much = "too long" in str(error) or "memory" in str(error).lower()
        raise OfficeError(OfficeTrouble.TOO_LARGE if too_much else OfficeTrouble.DAMAGED) from error
    if "trouble" in read:
        raise OfficeError(OfficeTrouble(read["trouble"]))
    return tuple(ReadSheet(name, tuple(tuple(row) for row in rows)) for name, rows in read["sheets"])


def read_here(content: bytes) -> bytes:
    """Read a file in this very process: the child's part. Returns JSON: the sheets, or the trouble."""
    try:
        cells = repacked(content, MOST_UNPACKED, "xl/workbook.xml", _PARTS, _demand_values)
        return json.dumps({"sheets": _sheets(cells)}).encode()
    except OfficeError as error:
        return json.dumps({"trouble": error.trouble.value}).encode()


_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles|sharedStrings|theme/\w+)\.xml|"
    r"xl/_rels/workbook\.xml\.rels|xl/worksheets/\w+\.xml"
)
"""The parts that hold cells, and what is needed to find and to read them."""


def _demand_values(name: str, part: bytes) -> None:
    if "/worksheets/" in name and re.search(rb"<(\w+:)?f[\s>/]", part):
        raise OfficeError(OfficeTrouble.FORMULAS)


def _sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    from python_calamine import CalamineError, CalamineWorkbook  # loaded late, and in the child alone

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_width > MOST_COLUMNS or sheet.total_height > MOST_ROWS:
                raise OfficeError(OfficeTrouble.TOO_LARGE)
            rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            found.append((name, rows))
    except (CalamineError, ValueError, OSError) as error:
        raise OfficeError(OfficeTrouble.DAMAGED) from error
    return found


_HALF_A_SECOND = dt.timedelta(seconds=0.5)


def _text(cell: Any) -> str:  # noqa: ANN401 - one of the library's kinds
    """Return a cell as somebody would have typed it."""
    match cell:
        case float() if cell.is_integer():
            return str(int(cell))
        case dt.datetime():  # a part of a day as a float: 14:00 may be a little before it
            near = cell + _HALF_A_SECOND
            return f"{near:%Y-%m-%d}" if near.time() < dt.time(0, 0, 1) else f"{near:%Y-%m-%d %H:%M}"
        case dt.time():
            return f"{dt.datetime.combine(dt.date.min, cell) + _HALF_A_SECOND:%H:%M}"
        case dt.timedelta():
            minutes = int(cell.total_seconds()) // 60
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case _:
            return str(cell)
