"""A coordinator brings the corps' lists along, through the chat: the empty table, a look, all or nothing, undone."""

import io

from python_calamine import CalamineWorkbook

from bot.documents.spreadsheet import MIME, Sheet, write_workbook
from tests.base import Corps
from tests.flows.test_documents import file_of
from tests.stage import Player, Stage

XLSX = MIME


async def sends(player: Player, *people: tuple[str, str]) -> None:
    """Send a table of people."""
    rows = [["姓名", "分团"], ["例：某某", "民盟"], *map(list, people)]
    await player.sends("document", write_workbook([Sheet("成员", rows)]), type_=XLSX)


async def test_people_are_listed_from_a_table_tied_when_they_join_and_taken_back(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/import")
    await wang.taps("下载空表")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file_of(wang)[1]))
    assert book.sheet_names == ["成员", "活动", "说明"]
    assert book.get_sheet_by_name("成员").to_python() == [["姓名", "分团"], ["例：张明", "民盟分团"]]
    await wang.types("在吗")
    assert "请把填好的 Excel 文件" in wang.reads()
    await wang.sends("document", b"MZ\x90", type_="application/x-msdownload")
    assert "这不是 Excel 文件" in wang.reads()
    await sends(wang, ("陈小红", "民盟"), ("李3", "火星"))
    assert "有 1 行有问题" in wang.reads()
    marked = CalamineWorkbook.from_filelike(io.BytesIO(file_of(wang)[1])).get_sheet_by_index(0).to_python()
    assert marked[0] == ["姓名", "分团", "问题"]
    assert marked[3] == ["李3", "火星", "「李3」不像姓名"]
    await sends(wang, ("陈小红", "民盟"), ("李强", "民建"))
    assert "新成员 2 人" in wang.reads()
    await wang.taps("确认导入")
    assert "已导入" in wang.reads()
    await wang.types("/teams")
    await wang.taps("民盟")
    assert "陈小红" in wang.buttons()
    link = next(word for word in wang.reads().split() if "start=join-" in word)
    chen = await stage.stranger()
    await chen.starts(link.split("start=")[1])
    await chen.taps("同意")
    await chen.types("陈小红")
    await stage.tick()
    assert wang.buttons() == ["通过（就是名单里的）", "拒绝", "通过，是同名的另一个人"]
    await wang.taps("通过")
    assert "已通过：陈小红" in wang.reads()
    await wang.types("/import")
    await wang.taps("撤回导入")
    assert "已撤回：成员 1 人" in wang.reads()
    assert "保留着：陈小红" in wang.reads()
