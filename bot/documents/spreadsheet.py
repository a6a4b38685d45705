"""Writes spreadsheets that print well on A4. Typed text stays text, even if it begins with `=` or `+`."""

import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


class Hours(float):
    """A length in hours: kept exactly, shown with two decimals."""


@dataclass(frozen=True)
class Formula:
    """A formula of our own making, nothing typed in it but names in quotes; `value` is what it comes to."""

    text: str
    value: int | float | str


Cell = str | int | float | dt.date | Formula | None

A4 = 9
"""The number that spreadsheets have for this paper."""
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 40
_NARROWEST = 6


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, and its rows; `heads` are the numbers of the rows that are headings.

    `filtered`: it is one table below its first row, which can be filtered, and is repeated on each printed page.
    `foot` stands at the foot of each printed page, before the page's number.
    """

    name: str
    rows: Iterable[Sequence[Cell]]
    heads: frozenset[int] = frozenset({0})
    filtered: bool = False
    foot: str = ""


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the sheets as an .xlsx file. Text is written as text: never a formula, never a link."""
    file = io.BytesIO()
    write_workbook_to(file, sheets)
    return file.getvalue()


def write_workbook_to(file: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Write the sheets as an .xlsx file, row by row: of however many rows, only one is in memory."""
    import xlsxwriter  # loaded late: on most days nobody exports anything

    whole = io.BytesIO()
    strings = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(whole, {"constant_memory": True, **strings}) as book:
        head = book.add_format({"bold": True, "bg_color": "#F2DCDB", "border": 1, "valign": "vcenter"})
        styles = Styles(
            head=head,
            day=book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            hours=book.add_format({"num_format": "0.00", "valign": "top"}),
            plain=book.add_format({"text_wrap": True, "valign": "top"}),
        )
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            rows, columns = _fill(page, sheet, styles)
            _print_on_a4(page, sheet, rows, columns)
            if 0 in sheet.heads:
                page.freeze_panes(1, 0)
    file.write(whole.getvalue())


@dataclass(frozen=True)
class Styles:
    """How cells look."""

    head: "Format"
    day: "Format"
    hours: "Format"
    plain: "Format"


def _print_on_a4(page: "Worksheet", sheet: Sheet, rows: int, columns: int) -> None:
    """Print across, one page wide and as long as need be, with the headings and the page's number on each page."""
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(f"&L{sheet.foot.replace('&', '&&')}&R&P / &N" if sheet.foot else "&C&P / &N")
    if sheet.filtered:
        page.repeat_rows(0)
        page.autofilter(0, 0, max(1, rows - 1), columns - 1)


def _fill(page: "Worksheet", sheet: Sheet, styles: Styles) -> tuple[int, int]:
    """Write the rows. Returns how many there are, and how many columns."""
    widths: dict[int, int] = {}
    rows = 0
    for at_row, row in enumerate(sheet.rows):
        rows += 1
        head = styles.head if at_row in sheet.heads else None
        tall = max(map(_height, row), default=1)
        if tall > 1:  # not every program makes room for wrapped text by itself: what has no height is cut off
            page.set_row(at_row, _LINE * tall)
        for at_column, cell in enumerate(row):
            widths[at_column] = max(widths.get(at_column, _NARROWEST), _width(cell))
            _put(page, at_row, at_column, cell, head, styles)
    for column, width in widths.items():
        page.set_column(column, column, min(_WIDEST, width + 2))
    return rows, len(widths)


def _put(page: "Worksheet", row: int, column: int, cell: Cell, head: "Format | None", styles: Styles) -> None:
    match cell:
        case None:
            return
        case str():
            page.write_string(row, column, _plain(cell), head or styles.plain)
        case dt.date():
            page.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), styles.day)
        case Formula():
            form = styles.hours if isinstance(cell.value, Hours) else head or styles.plain
            page.write_formula(row, column, f"={cell.text}", form, cell.value)
        case Hours():
            page.write_number(row, column, cell, styles.hours)
        case _:
            page.write_number(row, column, cell, head or styles.plain)


_LINE = 15.0
"""Points that a line of text takes."""


def _height(cell: Cell) -> int:
    """Return how many lines a cell takes in the widest column."""
    parts = cell.split("\n") if isinstance(cell, str) else ("",)
    return sum(max(1, -(-_width(part) // (_WIDEST - 2))) for part in parts)


_UNPRINTED = ("Cc", "Cs", "Cn")


def _plain(text: str) -> str:
    """Return a text without control characters and without what XML can't hold; its lines stay."""
    if text.isprintable():
        return text
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in _UNPRINTED)


def _width(cell: Cell) -> int:
    """Return how wide a cell is, in Latin letters: a Chinese one takes two."""
    if isinstance(cell, Formula):
        return _width(cell.value)
    if isinstance(cell, dt.date):
        return len("2026-12-05")
    if isinstance(cell, float):
        return len(f"{cell:.2f}")
    return sum(2 if ord(char) > 0x2E80 else 1 for char in str(cell or ""))  # noqa: PLR2004 - where CJK begins
