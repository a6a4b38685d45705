"""What people send as a spreadsheet is read as text or refused with a reason; nothing takes the program along."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.child import ChildError, in_child
from bot.documents.office_parts import OfficeError, OfficeTrouble
from bot.documents.sheet_reading import MOST_BYTES, read_here, read_workbook


def book(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    """Return a workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        fill(made)
    return file.getvalue()


def names(made: xlsxwriter.Workbook) -> None:
    """Write two cells."""
    made.add_worksheet("成员").write_row(0, 0, ["姓名", "分团"])


def changed(parts: dict[str, bytes], *, of: bytes | None = None, stored: bool = False) -> bytes:
    """Return a workbook with these parts in it, in the place of its own or besides."""
    file = io.BytesIO()
    way = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(of or book(names))) as old, zipfile.ZipFile(file, "w", way) as new:
        kept = {name: old.read(name) for name in old.namelist()}
        for name, content in (kept | parts).items():
            new.writestr(name, content)
    return file.getvalue()


def why(content: bytes) -> OfficeTrouble:
    """Return why a file is refused."""
    with pytest.raises(OfficeError) as error:
        read_workbook(content)
    return error.value.trouble


def test_cells_are_read_as_somebody_would_have_typed_them() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("活动")
        day, hour = made.add_format({"num_format": "yyyy-mm-dd"}), made.add_format({"num_format": "hh:mm"})
        sheet.write_datetime(0, 0, dt.date(2026, 12, 5), day)
        sheet.write_datetime(0, 1, dt.time(14, 0), hour)
        sheet.write_datetime(
            0, 2, dt.datetime.fromisoformat("2026-12-05 09:30"), made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_row(0, 3, [5, 2.5, "喆堃镕"])

    (sheet,) = read_workbook(book(fill))
    assert sheet.name == "活动"
    assert sheet.rows == (("2026-12-05", "14:00", "2026-12-05 09:30", "5", "2.5", "喆堃镕"),)


SHEET = "xl/worksheets/sheet1.xml"
SPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELL = b'<worksheet xmlns="' + SPACE + b'"><sheetData><row r="1">%s</row></sheetData></worksheet>'


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", OfficeTrouble.NOT_THIS_KIND),
        (b"name,team\n", OfficeTrouble.NOT_THIS_KIND),
        (b"\x89PNG\r\n\x1a\n", OfficeTrouble.NOT_THIS_KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, OfficeTrouble.OLD_FORMAT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), OfficeTrouble.LOCKED),
        (b"PK\x03\x04" + b"x" * 100, OfficeTrouble.DAMAGED),
        (b"PK\x03\x04" + b"\0" * (MOST_BYTES + 1), OfficeTrouble.TOO_LARGE),
        (changed({"xl/vbaProject.bin": b"x"}), OfficeTrouble.MACROS),
        (changed({"xl/macrosheets/sheet1.xml": b"x"}), OfficeTrouble.MACROS),
        (changed({"xl/externalLinks/externalLink1.xml": b"x"}), OfficeTrouble.LINKS),
        (changed({"xl/embeddings/oleObject1.xml": b"x"}), OfficeTrouble.LINKS),
        (
            changed({"xl/_rels/workbook.xml.rels": b'<R><R TargetMode="External" Target="http://x"/></R>'}),
            OfficeTrouble.LINKS,
        ),
        (changed({SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]>' + CELL % b""}), OfficeTrouble.ENTITIES),
        (changed({SHEET: (CELL % b"").decode().encode("utf-16")}), OfficeTrouble.ENTITIES),
        (changed({SHEET: CELL % b'<c r="A1"><f>1+1</f><v>2</v></c>'}), OfficeTrouble.FORMULAS),
        (changed({SHEET: CELL % b'<c r="A1"><f t="shared" si="0"/><v>2</v></c>'}), OfficeTrouble.FORMULAS),
        (changed({f"xl/x{n}.xml": b"" for n in range(300)}), OfficeTrouble.TOO_LARGE),
    ],
    ids=lambda value: value.value if isinstance(value, OfficeTrouble) else "",
)
def test_what_is_more_than_values_in_cells_is_refused_with_the_reason(content: bytes, trouble: OfficeTrouble) -> None:
    assert why(content) is trouble


def test_a_bomb_is_not_unpacked() -> None:
    assert why(changed({"xl/worksheets/sheet9.xml": b"0" * 31_000_000})) is OfficeTrouble.TOO_LARGE


@pytest.mark.parametrize("corner", ["XFD1048576", "AZ1048576", "XFD1", "A900000"])
def test_a_sheet_that_says_it_is_vast_takes_no_memory_from_us(corner: str) -> None:
    cell = '<c r="A1"><v>1</v></c></row><row r="{}"><c r="{}"><v>1</v></c>'
    row = "".join(letter for letter in corner if letter.isdigit())
    assert why(changed({SHEET: CELL % cell.format(row, corner).encode()})) is OfficeTrouble.TOO_LARGE


def test_a_part_that_unpacks_to_more_than_it_says_is_never_unpacked() -> None:
    content = bytearray(changed({SHEET: CELL % (b" " * 5_000_000)}))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as parts:
        size = parts.getinfo(SHEET).file_size.to_bytes(4, "little")
    lie = bytes(content).replace(size, (100).to_bytes(4, "little"))
    assert why(lie) is OfficeTrouble.DAMAGED


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000), st.integers(0, 6_000), st.booleans())
def test_no_bytes_whatever_end_the_reading_otherwise(noise: bytes, at: int, whole: bool) -> None:
    whole_file = changed({}, stored=True)
    read = json.loads(read_here(noise if whole else whole_file[:at] + noise + whole_file[at + len(noise) :]))
    assert set(read) in ({"sheets"}, {"trouble"})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=20), max_size=5), max_size=5))
def test_text_comes_back_as_it_is_and_is_never_a_formula(rows: list[list[str]]) -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("x")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, "".join(c for c in cell if c.isprintable()))

    read = json.loads(read_here(book(fill)))
    assert "sheets" in read
    there = {cell.strip() for row in read["sheets"][0][1] for cell in row if cell.strip()}
    assert there == {
        text for row in rows for cell in row if (text := "".join(c for c in cell if c.isprintable()).strip())
    }


def test_a_child_that_takes_too_long_or_fails_gives_nothing() -> None:
    with pytest.raises(ChildError):
        in_child("time:sleep", b"", seconds=10, megabytes=500)
    with pytest.raises(ChildError, match="too long"):
        in_child("tests.bot.documents.test_sheet_reading:forever", b"", seconds=0.5, megabytes=2_000)


def forever(_data: bytes) -> bytes:
    """Never end."""
    while True:
        pass
