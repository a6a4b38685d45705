"""Writes spreadsheets. Typed text stays text, even if it begins with `=` or `+`."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | dt.date | None

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 40
_NARROWEST = 6


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, and its rows; `heads` are the numbers of the rows that are headings."""

    name: str
    rows: Sequence[Sequence[Cell]]
    heads: frozenset[int] = frozenset({0})


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the sheets as an .xlsx file. Text is written as text: never a formula, never a link."""
    import xlsxwriter  # loaded late: on most days nobody exports anything

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#F2DCDB", "border": 1, "valign": "vcenter"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _fill(page, sheet, head, day)
            if 0 in sheet.heads:
                page.freeze_panes(1, 0)
    return file.getvalue()


def _fill(page: "Worksheet", sheet: Sheet, head: "Format", day: "Format") -> None:
    widths: dict[int, int] = {}
    for at_row, row in enumerate(sheet.rows):
        style = head if at_row in sheet.heads else None
        for at_column, cell in enumerate(row):
            widths[at_column] = max(widths.get(at_column, _NARROWEST), _width(cell))
            _put(page, at_row, at_column, cell, style, day)
    for column, width in widths.items():
        page.set_column(column, column, min(_WIDEST, width + 2))


def _put(page: "Worksheet", row: int, column: int, cell: Cell, style: "Format | None", day: "Format") -> None:
    match cell:
        case None:
            return
        case str():
            page.write_string(row, column, cell, style)
        case dt.date():
            page.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
        case _:
            page.write_number(row, column, cell, style)


def _width(cell: Cell) -> int:
    """Return how wide a cell is, in Latin letters: a Chinese one takes two."""
    if isinstance(cell, dt.date):
        return len("2026-12-05")
    return sum(2 if ord(char) > 0x2E80 else 1 for char in str(cell or ""))  # noqa: PLR2004 - where CJK begins
