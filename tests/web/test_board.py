"""The board: how we stand, in one screen, and every number opens its rows."""

from tests.web.conftest import Town
from tests.web.test_core_loop import NOTICE
from tests.web.test_safe import published


async def test_the_board_says_how_we_stand_and_every_number_opens_its_rows(town: Town) -> None:
    wang, _ = await published(town)
    await wang.opens("/")
    await wang.says("/broadcast 周六集合")
    await wang.presses("全体")
    await wang.presses("确认发送")
    await town.tick()
    await wang.opens("/board")
    assert wang.status == 200
    for said in ("今天要办", "公益讲座", "0/10", "民盟", "周六集合", "各分团人员"):
        assert said in wang.reads
    month = next(path for path in wang.page.hrefs if "month=12" in path and "team=" in path)
    await wang.opens(month)
    assert "防诈骗公益讲座" in wang.reads
    await wang.opens(wang.page.links["防诈骗公益讲座"])
    assert any("取消活动" in label for label in wang.page.labels), "the same card with the same buttons"
    await wang.opens("/board")
    await wang.presses("公益讲座")
    assert "防诈骗公益讲座" in wang.reads


async def test_a_leader_sees_the_own_team_and_a_member_none(town: Town) -> None:
    _, zhang = await published(town)
    qian, stranger = town.enters("钱联络", "民建", leader=True), town.stranger()
    await qian.opens("/board")
    assert qian.status == 200
    assert "防诈骗" not in qian.reads
    assert "民盟" not in qian.reads
    own = town.corps.team("民盟")
    await qian.opens(f"/board/month?year=2026&month=12&team={own}")
    assert qian.status == 403
    await qian.opens("/board/month?year=2026&month=13")
    assert qian.status == 404
    for who in (zhang, stranger):
        for path in ("/board", "/board/wall", "/board/month?year=2026&month=12"):
            await who.opens(path)
            assert who.status == 403
            assert "防诈骗" not in who.reads
    await qian.opens("/board/wall")
    assert qian.status == 403


async def test_the_wall_shows_nobody_by_name(town: Town) -> None:
    wang, zhang = await published(town)
    await zhang.presses("报名 · 志愿者")
    await wang.opens("/board/wall")
    assert "防诈骗公益讲座" in wang.reads
    assert "12月5日" in wang.reads
    assert "张明" not in wang.reads
    assert "王统筹" not in wang.reads
    assert not wang.page.buttons


async def test_a_link_to_an_activity_has_a_preview_and_tells_a_stranger_which_team_to_ask(town: Town) -> None:
    await published(town)
    stranger = town.stranger()
    await stranger.opens("/a/1")
    assert stranger.page.properties["og:title"] == "防诈骗公益讲座"
    assert "12月5日（周六）14:00" in stranger.page.properties["og:description"]
    assert "民盟" in stranger.reads
    assert "张明" not in stranger.reads
    assert not stranger.page.buttons
    picture = await stranger.client.get(stranger.page.properties["og:image"])
    assert picture.content.startswith(b"\x89PNG")
    await stranger.opens("/a/99")
    assert stranger.status == 404


async def test_a_draft_is_nobodys_preview(town: Town) -> None:
    zhao = town.enters("赵联络", "民盟", leader=True)
    await zhao.opens("/")
    await zhao.says(NOTICE)
    stranger = town.stranger()
    await stranger.opens("/a/1")
    assert stranger.status == 404
    assert "防诈骗" not in stranger.page.html
