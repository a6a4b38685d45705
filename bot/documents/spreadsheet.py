"""Writes spreadsheets that print well on A4. Typed text stays text, even if it begins with `=` or `+`."""

import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from corps.parsing.lengths import cut
from corps.parsing.normalise import TURNING

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
_WIDEST = 28
_NARROWEST = 6
_LINE, _ROW = 15.5, 18
"""Points that a line of text is high, and a row with one: Chinese needs more than the fifteen that a row has."""

NOTES = (110,)
"""The widths of a sheet of sentences, one below the other."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, and its rows; `heads` are the numbers of the rows that are headings.

    A heading in the first row is repeated on each printed page. `filtered`: it is one table, which can be filtered.
    `title` stands above and `foot` below each printed page. `widths` are those of the columns, in Latin letters;
    without them the columns are as wide as what stands in them, within reason, and a cell alone in its row runs on.
    Rows that are read while they are written need `widths`. `one_page`: all of it is to be seen at once.
    """

    name: str
    rows: Iterable[Sequence[Cell]]
    heads: frozenset[int] = frozenset({0})
    filtered: bool = False
    foot: str = ""
    title: str = ""
    widths: Sequence[int] = ()
    one_page: bool = False


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
        middle, framed = {"align": "center", "valign": "vcenter"}, {"valign": "vcenter", "border": 1}
        styles = Styles(
            head=book.add_format({"bold": True, "bg_color": "#F2DCDB", "border": 1, "text_wrap": True, **middle}),
            day=book.add_format({"num_format": "yyyy-mm-dd", "border": 1, **middle}),
            hours=book.add_format({"num_format": "0.00", **framed}),
            plain=book.add_format({"text_wrap": True, **framed}),
            loose=book.add_format({"valign": "vcenter"}),
            sentence=book.add_format({"text_wrap": True, "valign": "top"}),
        )
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            rows, columns = _fill(page, sheet, styles)
            _print_on_a4(page, sheet, rows, columns)
    file.write(whole.getvalue())


@dataclass(frozen=True)
class Styles:
    """How the cells of a sheet look: one format for each kind of cell."""

    head: "Format"
    day: "Format"
    hours: "Format"
    plain: "Format"
    loose: "Format"
    sentence: "Format"


def _print_on_a4(page: "Worksheet", sheet: Sheet, rows: int, columns: int) -> None:
    """Print across, one page wide and as long as need be, with the headings and the page's number on each page."""
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 1 if sheet.one_page else 0)
    page.set_margins(left=0.4, right=0.4, top=0.75 if sheet.title else 0.5, bottom=0.6)
    if sheet.title:
        page.set_header(f"&C&13 {cut(_plain(sheet.title), 100).replace('&', '&&')}")
    page.set_footer(f"&L{sheet.foot.replace('&', '&&')}&R&P / &N" if sheet.foot else "&C&P / &N")
    if 0 in sheet.heads:
        page.repeat_rows(0)
        page.freeze_panes(1, 0)
    if sheet.filtered:
        page.autofilter(0, 0, max(1, rows - 1), columns - 1)


def _fill(page: "Worksheet", sheet: Sheet, styles: Styles) -> tuple[int, int]:
    """Write the rows. Returns how many there are, and how many columns."""
    rows = sheet.rows if sheet.widths else list(sheet.rows)
    widths = list(sheet.widths) or _widths(rows)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.set_default_row(_ROW)
    count = 0
    for at_row, row in enumerate(rows):
        count += 1
        alone = not sheet.widths and _is_alone(row)
        text = styles.loose if alone else styles.sentence if sheet.widths == NOTES else styles.plain
        if not alone and (lines := _lines(row, widths)) > 1:
            page.set_row(at_row, lines * _LINE + 3)
        for at_column, cell in enumerate(row):
            _put(page, at_row, at_column, cell, styles.head if at_row in sheet.heads else None, styles, text)
    return count, len(widths)


def _widths(rows: Iterable[Sequence[Cell]]) -> list[int]:
    """Return how wide the columns of a table have to be."""
    widths: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row):
            width = 0 if _is_alone(row) else min(_WIDEST, _width(cell) + 2)
            widths[column] = max(widths.get(column, _NARROWEST), width)
    return list(widths.values())


def _is_alone(row: Sequence[Cell]) -> bool:
    """Tell whether a row has one cell alone: a sentence, which may run on."""
    return bool(row) and all(cell is None for cell in row[1:])


def _lines(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """Return in how many lines the longest text of a row stands."""
    counted = [
        sum(-(-_width(line) // max(1, width - 1)) or 1 for line in cell.split("\n"))
        for cell, width in zip(row, widths, strict=False)
        if isinstance(cell, str)
    ]
    return max(counted, default=1)


def _put(
    page: "Worksheet", row: int, column: int, cell: Cell, head: "Format | None", styles: Styles, text: "Format"
) -> None:
    match cell:
        case None:
            return
        case str():
            page.write_string(row, column, _plain(cell), head or text)
        case dt.date():
            page.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), styles.day)
        case Formula():
            form = styles.hours if isinstance(cell.value, Hours) else head or styles.plain
            page.write_formula(row, column, f"={cell.text}", form, cell.value)
        case Hours():
            page.write_number(row, column, cell, styles.hours)
        case _:
            page.write_number(row, column, cell, head or styles.plain)


_UNPRINTED = ("Cc", "Cs", "Cn")


def _plain(text: str) -> str:
    """Return a text without control characters, direction marks and what XML can't hold; its lines stay."""
    if text.isprintable():
        return text
    return "".join(
        letter for letter in TURNING.sub("", text) if letter in "\n\t" or unicodedata.category(letter) not in _UNPRINTED
    )


def _width(cell: Cell) -> int:
    """Return how wide a cell is, in Latin letters: a Chinese one takes two."""
    if isinstance(cell, Formula):
        return _width(cell.value)
    if isinstance(cell, dt.date):
        return len("2026-12-05")
    if isinstance(cell, float):
        return len(f"{cell:.2f}")
    return sum(2 if ord(char) > 0x2E80 else 1 for char in str(cell or ""))  # noqa: PLR2004 - where CJK begins
