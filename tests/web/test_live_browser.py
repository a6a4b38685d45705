"""The board in Chromium with its script, under its own policy: what changes appears, lists change in place."""

import asyncio

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, expect

from tests.web.browser import Browser
from tests.web.conftest import Town
from tests.web.test_core_loop import NOTICE
from tests.web.test_safe import published

pytestmark = pytest.mark.browser


async def window(town: Town, chromium: Chromium, person: Browser, said: list[str]) -> Page:
    """Return a window in which somebody is in; what goes wrong in it is `said`."""
    context = await chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    secret = person.client.cookies["tongxin"]
    await context.add_cookies([{"name": "tongxin", "value": secret, "url": town.url}])
    page = await context.new_page()
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page


async def test_the_board_and_the_messages_follow_what_happens_in_two_pages_of_one_browser(
    town: Town, chromium: Chromium
) -> None:
    wang, zhang = await published(town)
    town.adapter.site.live.pause = 0.1
    said: list[str] = []
    board = await window(town, chromium, wang, said)
    await board.goto(f"{town.url}/board")
    beside = await board.context.new_page()
    await beside.goto(f"{town.url}/messages")
    await board.bring_to_front()
    await expect(board.locator("#year tfoot")).to_contain_text("1")
    async with asyncio.timeout(90):
        while not len(town.adapter.site.live):
            await asyncio.sleep(0.02)  # what changes before somebody listens is not told
    li = town.enters("李统筹", coordinator=True)
    await li.opens("/")
    await li.says(NOTICE.replace("防诈骗", "健康").replace("12-05", "12-12"))
    await li.presses("确认发布")
    await expect(board.locator("#year tfoot")).to_contain_text("2")
    await expect(board.locator("#audit")).to_contain_text("健康公益讲座")
    await li.opens("/")
    await li.says("/broadcast 周六集合")
    await li.presses("全体")
    await li.presses("确认发送")
    await town.tick()
    await expect(board.locator("#broadcasts")).to_contain_text("周六集合")
    await beside.bring_to_front()
    await expect(beside.locator("#messages")).to_contain_text("周六集合")
    assert len(town.adapter.site.live) == 1, "one stream for both pages"
    height = await board.evaluate("document.documentElement.scrollHeight")
    assert height <= 900, "how we stand is read without scrolling"
    await board.goto(f"{town.url}/board/activities?year=2026")
    await board.evaluate("window.here = true")
    await board.get_by_role("link", name="时间").click()
    await expect(board.locator("th[aria-sort=ascending]")).to_contain_text("时间")
    await board.get_by_label("月份").select_option("12")
    await board.get_by_role("button", name="筛选").click()
    await expect(board.locator("caption")).to_contain_text("12月")
    assert await board.evaluate("window.here"), "the page stayed, the list changed"
    await expect(board.get_by_role("heading", level=1)).to_contain_text("12月")
    await expect(board.locator("th[aria-sort=ascending]")).to_contain_text("时间")
    await board.goto(f"{town.url}/board/broadcasts/1")
    confirmed = board.locator("tbody tr", has_text="张明").locator("td").last
    await expect(confirmed).to_have_text("—")
    await zhang.opens("/messages")
    await zhang.presses("收到")
    await expect(confirmed).to_have_text("收到")
    assert not said
