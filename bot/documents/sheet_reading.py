"""Reads spreadsheets that people send: text in cells, and nothing else. What could do more than that is refused.

A file is opened in a child process. There it is unpacked under a limit, and only the parts that hold cells are packed
anew for the library: it never sees a macro, a link, or a part that says it is small and is not.
"""

import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.documents.child import ChildError, in_child

MOST_BYTES = 5_000_000
MOST_UNPACKED = 30_000_000
"""A corps of 100,000 is 1 MB, unpacked 15."""

MOST_PARTS = 200
MOST_ROWS, MOST_COLUMNS = 20_000, 60
SECONDS, MEGABYTES = 30.0, 700


class SheetTrouble(StrEnum):
    """Why a file is not read. The sentences are in the texts (`sheet.<trouble>`)."""

    NOT_A_SHEET = "not_a_sheet"
    OLD_FORMAT = "old_format"
    TOO_LARGE = "too_large"
    LOCKED = "locked"
    MACROS = "macros"
    LINKS = "links"
    ENTITIES = "entities"
    FORMULAS = "formulas"
    DAMAGED = "damaged"
    NOT_FETCHED = "not_fetched"


class SheetError(Exception):
    """A file that is not read, and why."""

    def __init__(self, trouble: SheetTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class ReadSheet:
    """A sheet as text: its name, and its rows from the first on."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_workbook(content: bytes) -> tuple[ReadSheet, ...]:
    """Return the sheets of an .xlsx file. Blocks for some tenths of a second: call it in a thread.

    Raises:
        SheetError: It is none, or holds something else than values in cells.
    """
    if len(content) > MOST_BYTES:
        raise SheetError(SheetTrouble.TOO_LARGE)
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # what .xls is, and any .xlsx that has a password
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise SheetError(SheetTrouble.LOCKED if locked else SheetTrouble.OLD_FORMAT)
    if not content.startswith(b"PK\x03\x04"):
        raise SheetError(SheetTrouble.NOT_A_SHEET)
    try:
        read = json.loads(in_child(f"{__name__}:read_here", content, seconds=SECONDS, megabytes=MEGABYTES))
    except (ChildError, ValueError) as error:
        too_much = "too long" in str(error) or "memory" in str(error).lower()
        raise SheetError(SheetTrouble.TOO_LARGE if too_much else SheetTrouble.DAMAGED) from error
    if "trouble" in read:
        raise SheetError(SheetTrouble(read["trouble"]))
    return tuple(ReadSheet(name, tuple(tuple(row) for row in rows)) for name, rows in read["sheets"])


def read_here(content: bytes) -> bytes:
    """Read a file in this very process: the child's part. Returns JSON: the sheets, or the trouble."""
    try:
        return json.dumps({"sheets": _sheets(_only_cells(content))}).encode()
    except SheetError as error:
        return json.dumps({"trouble": error.trouble.value}).encode()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError, KeyError):
        return json.dumps({"trouble": SheetTrouble.DAMAGED.value}).encode()


_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles|sharedStrings|theme/\w+)\.xml|"
    r"xl/_rels/workbook\.xml\.rels|xl/worksheets/\w+\.xml"
)
"""The parts that hold cells, and what is needed to find and to read them. What is not among them is left out."""

_WRONG = (
    (
        SheetTrouble.MACROS,
        re.compile(r"vbaproject|macrosheet|activex|\.bin$|\.exe$|\.dll$|\.vbs$|\.js$", re.IGNORECASE),
    ),
    (SheetTrouble.LINKS, re.compile(r"externallink|embeddings|connections\.xml|querytable|/ddelink", re.IGNORECASE)),
)
_HARMLESS = re.compile(r"xl/printerSettings/\w+\.bin")


def _only_cells(content: bytes) -> bytes:
    """Return the same workbook with nothing in it but cells. Raises SheetError for what we take no part of."""
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as kept:
        infos = parts.infolist()
        if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise SheetError(SheetTrouble.TOO_LARGE)
        names = [info.filename for info in infos]
        for trouble, wrong in _WRONG:
            if any(wrong.search(name) and not _HARMLESS.fullmatch(name) for name in names):
                raise SheetError(trouble)
        if "xl/workbook.xml" not in names or len(set(names)) != len(names):
            raise SheetError(SheetTrouble.NOT_A_SHEET)
        if any(info.flag_bits & 1 for info in infos):
            raise SheetError(SheetTrouble.LOCKED)
        for info in infos:
            if _PARTS.fullmatch(info.filename):
                part = parts.read(info)  # never more than its `file_size`, whatever it unpacks to
                _demand_plain(info.filename, part)
                kept.writestr(info.filename, part)
    return clean.getvalue()


def _demand_plain(name: str, part: bytes) -> None:
    """Raise SheetError for a part that is more than values: entities, code, formulas, what lies elsewhere."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\x00" in part:
        raise SheetError(SheetTrouble.ENTITIES)
    if name == "[Content_Types].xml" and b"macroEnabled" in part:
        raise SheetError(SheetTrouble.MACROS)
    if name.endswith(".rels") and re.search(rb"TargetMode\s*=\s*[\"']External", part):
        raise SheetError(SheetTrouble.LINKS)
    if "/worksheets/" in name and re.search(rb"<(\w+:)?f[\s>/]", part):
        raise SheetError(SheetTrouble.FORMULAS)


def _sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    from python_calamine import CalamineError, CalamineWorkbook  # loaded late, and in the child alone

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_width > MOST_COLUMNS or sheet.total_height > MOST_ROWS:
                raise SheetError(SheetTrouble.TOO_LARGE)
            rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            found.append((name, rows))
    except CalamineError as error:
        raise SheetError(SheetTrouble.DAMAGED) from error
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
