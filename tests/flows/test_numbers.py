"""/numbers: a coordinator passes one message on to a superior, as it is, as a picture, as a spreadsheet."""

from tests.base import Corps
from tests.stage import Stage


async def test_a_coordinator_looks_at_the_year_and_takes_the_picture_and_the_sheet(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    await wang.types("/numbers 10月1日到11月15日")
    assert "2026年10月1日–11月15日" in wang.reads()
    await wang.types("/numbers 大概最近")
    assert "没看懂「大概最近」" in wang.reads()
    await wang.types("去年")
    assert "2025年" in wang.reads()
    await wang.taps("今年")
    assert "2026年（截至12月2日）" in wang.reads()
    await wang.taps("图片")
    assert "数据一览：2026年" in wang.reads()
    await wang.taps("表格")
    assert "数据一览：2026年" in wang.reads()
    member = await stage.enter(corps.member("张明"))
    await member.types("/numbers")
    assert "受益人次" not in member.reads()
