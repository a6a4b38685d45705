"""A link that is shared in a group without the bot shows what is behind it, as in a chat app; asking does nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from sandbox import Sandbox
from sandbox.http.gate import KEY_HEADER
from tests.sandbox.conftest import TOKEN, Hand, running

PAGE = """<!doctype html><title>活动 · 同心</title><meta property="og:title" content="防诈骗公益讲座">
<meta property="og:description" content="12月5日（周六）14:00，金蓉社区">
<meta property="og:image" content="{url}/picture">"""
PICTURE = b"\x89PNG and so on"


@dataclass
class Pages:
    """Pages of a program, and what was asked of them."""

    url: str = ""
    asked: list[web.Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Give what stands there; a cookie comes with it, as a page that knows nobody gives one."""
        self.asked.append(request)
        if request.path == "/away":
            return web.Response(status=302, headers={"location": f"{self.url}/a/1"})
        if request.path == "/picture":
            return web.Response(body=PICTURE, content_type="image/png")
        if request.path == "/plain":
            return web.Response(text="<title>加入 民盟 &amp; 同心</title><p>同意", content_type="text/html")
        page = web.Response(text=PAGE.format(url=self.url), content_type="text/html")
        page.set_cookie("tongxin", "somebody")
        return page


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    found, app = Pages(), web.Application()
    app.router.add_get("/{path:.*}", found.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
async def desk(pages: Pages, session: aiohttp.ClientSession) -> AsyncIterator[Hand]:
    """The page of a sandbox whose program has these pages."""
    async with running(Sandbox(token=TOKEN, pages=pages.url)) as sandbox:
        session.headers[KEY_HEADER] = sandbox.key
        yield Hand(session, f"{sandbox.url}/sandbox")


async def test_it_shows_title_words_and_picture(desk: Hand, pages: Pages) -> None:
    found = await desk.get("preview", url=f"{pages.url}/a/1")
    assert (found["title"], found["description"]) == ("防诈骗公益讲座", "12月5日（周六）14:00，金蓉社区")
    assert found["image"].startswith("data:image/png;base64,iVBOR")


async def test_a_page_that_says_nothing_for_previews_shows_its_title(desk: Hand, pages: Pages) -> None:
    found = await desk.get("preview", url=f"{pages.url}/plain")
    assert found == {"title": "加入 民盟 & 同心", "description": "", "image": ""}


async def test_it_asks_as_nobody_and_follows_nothing(desk: Hand, pages: Pages) -> None:
    for _ in range(2):
        await desk.get("preview", url=f"{pages.url}/a/1")
    assert (await desk.get("preview", url=f"{pages.url}/away"))["title"] == ""
    assert [request.path for request in pages.asked] == ["/a/1", "/picture"] * 2 + ["/away"]
    assert {request.method for request in pages.asked} == {"GET"}
    assert not any({"Cookie", "Referer", "Authorization"} & set(request.headers) for request in pages.asked)


async def test_it_asks_for_nothing_but_the_programs_own_pages(desk: Hand, pages: Pages) -> None:
    for url in (
        f"{pages.url}.example.org/a/1",
        "http://127.0.0.1:1/a/1",
        f"{pages.url}@127.0.0.1:1/",
        "file:///etc/hosts",
    ):
        assert (await desk.get("preview", url=url))["ok"] is False
    assert pages.asked == []
