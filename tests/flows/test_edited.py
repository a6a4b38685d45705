"""Somebody changes a message that was an answer."""

from tests.base import Corps
from tests.stage import Stage


async def test_who_edits_an_answer_reads_how_to_correct_it_and_the_open_question_stays(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new")
    await wang.types("防诈骗讲座")
    asked = wang.reads()
    await wang.edits("防诈骗讲座", "防诈骗公益讲座")
    assert "请把改好的再发一次" in wang.reads(2)
    assert wang.reads() == asked
    await wang.types("/cancel")
    before = len(wang.from_bot())
    await wang.edits("防诈骗公益讲座", "别的")
    assert len(wang.from_bot()) == before, "nothing is asked: nothing is said"
