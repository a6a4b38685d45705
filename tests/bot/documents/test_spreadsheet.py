"""What is written into a spreadsheet is there to be read: long text has room, in every program."""

import re
from io import BytesIO
from zipfile import ZipFile

from bot.documents.spreadsheet import Sheet, write_workbook
from bot.documents.word import plain_line
from corps.parsing.normalise import plain


def test_a_row_is_as_high_as_its_longest_text_is_in_its_column() -> None:
    rows = [
        ["标题", "说明"],
        ["短", "短"],
        ["甲", "台账只列已核实的活动，按开始日期归入年份。" * 3],
        ["乙", "一行\n两行"],
    ]
    with ZipFile(BytesIO(write_workbook([Sheet("说明", rows)]))) as file:
        page = file.read("xl/worksheets/sheet1.xml").decode()
    heights = {int(row): float(height) for row, height in re.findall(r'<row r="(\d)"[^>]*? ht="([\d.]+)"', page)}
    assert heights[1] == heights[2] < heights[4] < heights[3]


def test_nothing_typed_turns_around_what_stands_beside_it() -> None:
    typed = "李\u2067强\u202e\u061c，民盟"
    with ZipFile(BytesIO(write_workbook([Sheet("名单", [["姓名"], [typed]])]))) as file:
        assert "<t>李强，民盟</t>" in file.read("xl/worksheets/sheet1.xml").decode()
    assert plain_line(typed) == plain(typed).replace(",", "，") == "李强，民盟"
