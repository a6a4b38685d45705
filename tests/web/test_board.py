"""The board: how we stand, in one screen, and every number opens its rows."""

import gzip
import hashlib
import re

import pytest

from tests.web.conftest import Town
from tests.web.test_core_loop import NOTICE, dump
from tests.web.test_safe import published
from web import assets


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


ADDRESSES = (
    "/board",
    "/board?year=2026",
    "/board/parts?wait=&five=&year=&month=&people=&broadcasts=&register=&audit=",
    "/board/activities",
    "/board/activities?year=2026&month=12&category=lecture&state=published&sort=-free",
    "/board/activities?team={own}",
    "/board/month",
    "/board/month?year=2026&month=12&team={own}",
    "/board/people",
    "/board/people?team={own}&sort=-name",
    "/board/people?lost=1",
    "/board/people?leaders=1",
    "/board/broadcasts",
    "/board/broadcasts?state=sending&page=9",
    "/board/robots",
    "/board/wait",
    "/board/wait?matter=gaps",
)
OF_ONE_TEAM = (
    "/board/activities?team={other}",
    "/board/month?year=2026&month=12&team={other}",
    "/board/people?team={other}",
)
OF_COORDINATORS = (
    "/board/people?unplaced=1",
    "/board/broadcasts/1",
    "/board/broadcasts/1?channel=web&state=sent&sort=when",
    "/board/documents",
    "/board/audit",
    "/board/wall",
)


async def test_every_address_of_the_board_shows_each_only_what_is_theirs(town: Town) -> None:
    wang, zhang = await published(town)
    await wang.opens("/")
    await wang.says("/broadcast 周六集合")
    await wang.presses("全体")
    await wang.presses("确认发送")
    await town.tick()
    qian, stranger = town.enters("钱联络", "民建", leader=True), town.stranger()
    ids = {"own": town.corps.team("民建"), "other": town.corps.team("民盟")}
    before = dump(town)
    for address in (*ADDRESSES, *OF_ONE_TEAM, *OF_COORDINATORS):
        path = address.format(**ids)
        await wang.opens(path)
        assert wang.status == 200, path
        await qian.opens(path)
        assert qian.status == (200 if address in ADDRESSES else 403), path
        assert not {word for word in ("防诈骗", "张明", "周六集合", "王统筹") if word in qian.page.html}, path
        for nobody in (zhang, stranger):
            await nobody.opens(path)
            assert nobody.status == 403, path
            assert not {word for word in ("防诈骗", "王统筹", "钱联络", "周六集合") if word in nobody.page.html}, path
    assert dump(town) == before, "looking changes nothing"


@pytest.mark.parametrize(
    "path",
    [
        "/board/activities?month=13",
        "/board/activities?state=draft",
        "/board/activities?sort=id",
        "/board/people?sort=hours",
        "/board/broadcasts/99",
        "/board/broadcasts/99999999999999999999",
        "/board/month?year=99999",
        "/board?year=1",
        "/board/nothing",
        "/static/htmx-2.0.10.min.js",
    ],
)
async def test_what_no_link_of_ours_asks_for_is_not_there(town: Town, path: str) -> None:
    wang = town.enters("王统筹", coordinator=True)
    await wang.opens(path)
    assert wang.status == 404
    assert wang.page.html


async def test_a_list_is_filtered_by_a_form_and_put_in_order_by_its_headings(town: Town) -> None:
    wang, _ = await published(town)
    await wang.says(NOTICE.replace("防诈骗", "阿尔茨海默").replace("12-05", "12-20"))
    await wang.presses("确认发布")
    await wang.opens("/board/activities?year=2026")
    assert 'aria-sort="none"' in wang.page.html
    await wang.opens(wang.page.links["时间"])
    assert 'aria-sort="ascending"' in wang.page.html
    assert wang.reads.index("防诈骗") < wang.reads.index("阿尔茨海默")
    await wang.opens(wang.page.links["时间"])
    assert 'aria-sort="descending"' in wang.page.html
    assert wang.reads.index("阿尔茨海默") < wang.reads.index("防诈骗")
    form = next(form for form in wang.page.choosers if form.action == "/board/activities")
    assert form.hidden == {"year": "2026", "sort": "-when"}, "the order stays when something is chosen"
    await wang.opens("/board/activities?year=2026&month=11")
    assert "防诈骗" not in wang.reads


async def test_what_waits_leads_to_where_it_is_done(town: Town) -> None:
    wang, _ = await published(town)
    await town.at("2026-12-05 17:00")
    await wang.opens("/board")
    await wang.opens(next(path for path in wang.page.hrefs if "matter=report" in path))
    await wang.presses("防诈骗公益讲座")
    assert "到场" in wang.reads or "反馈" in wang.reads
    assert wang.status == 200


async def test_a_name_opens_the_persons_card_and_a_way_its_people(town: Town) -> None:
    wang, _ = await published(town)
    await wang.opens("/")
    await wang.says("/broadcast 周六集合")
    await wang.presses("全体")
    await wang.presses("确认发送")
    await town.tick()
    await wang.opens("/board/broadcasts")
    await wang.opens(next(path for path in wang.page.hrefs if "/board/broadcasts/" in path))
    assert "个人页" in wang.reads
    await wang.presses("张明")
    assert any("设为联络员" in label for label in wang.page.labels)


async def test_files_that_pages_load_are_the_ones_we_know_and_are_kept_for_ever(town: Town) -> None:
    htmx = assets.ASSETS[assets.HTMX]
    assert hashlib.sha256(htmx.content).hexdigest() == assets.HTMX_SHA256
    wang = town.enters("王统筹", coordinator=True)
    await wang.opens("/tg")
    loaded = wang.page.html
    await wang.opens("/board")
    for asset in assets.ASSETS.values():
        assert asset.path in loaded + wang.page.html
        answer = await wang.client.get(asset.path)
        assert answer.content == asset.content
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    policy = wang.headers["content-security-policy"]
    assert f"script-src {town.url}/static/;" in policy
    assert not re.search(r"<[^>]*\s(on\w+|style)=", wang.page.html)


async def test_the_first_page_is_small_on_the_wire(town: Town) -> None:
    _, zhang = await published(town)
    for path in ("/", "/messages", "/mine"):
        async with zhang.client.stream("GET", path) as answer:
            size = sum([len(part) async for part in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
        script = len(gzip.compress(assets.ASSETS["live.js"].content)) if path == "/messages" else 0
        assert size + script <= 14_000


async def test_the_wall_shows_nobody_by_name(town: Town) -> None:
    wang, zhang = await published(town)
    await zhang.presses("报名 · 志愿者")
    await wang.opens("/board/wall")
    assert "防诈骗公益讲座" in wang.reads
    assert "12月5日" in wang.reads
    assert "张明" not in wang.reads
    assert "王统筹" not in wang.page.html
    assert not wang.page.buttons
    assert wang.headers["refresh"] == "60", "nobody touches it, and it needs no script"
    assert "<script" not in wang.page.html


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
