"""What changes is said to whoever has a page open, by one stream, while they may see it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlmodel import Session, col, select

from bot.runtime.http_server import HttpServer, bind
from corps.board import pulse
from corps.moment import Moment
from corps.pages import messages
from corps.pages.messages import Shown
from models import Member, PageDevice
from models.enums import PageMessageKind
from tests.web.browser import Browser
from tests.web.conftest import Town
from tests.web.test_core_loop import NOTICE
from tests.web.test_safe import published
from web import live


@pytest.fixture
def quick(town: Town) -> Town:
    """The same town, looked at often enough for a test."""
    town.adapter.site.live.pause, town.adapter.site.live.comment = 0.02, 0.2
    return town


def _put_out_and_depose(session: Session, _at: Moment) -> None:
    first = session.exec(select(PageDevice).order_by(col(PageDevice.id))).first()
    session.delete(first)
    session.exec(select(Member).where(Member.name == "李统筹")).one().is_coordinator = False


class Ear:
    """Somebody's open stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def hears(self, *parts: str) -> None:
        """Wait until these parts have been named."""
        wanted = set(parts)
        async with asyncio.timeout(90):
            while wanted:
                line = await anext(self._lines)
                wanted -= set(line.removeprefix("data: ").split()) if line.startswith("data: ") else set()

    async def hears_line(self, line: str) -> None:
        """Wait for a line."""
        async with asyncio.timeout(90):
            while await anext(self._lines) != line:
                pass

    async def ends(self) -> None:
        """Wait until nothing more comes."""
        async with asyncio.timeout(90):
            async for _ in self._lines:
                pass


@contextlib.asynccontextmanager
async def listens(person: Browser) -> AsyncIterator[Ear]:
    """Open the stream of somebody's browser."""
    async with person.client.stream("GET", "/live") as answer:
        ear = Ear(answer)
        if answer.status_code == 200:
            await ear.hears_line("retry: 5000")
        yield ear


async def test_a_change_is_said_to_whoever_has_the_board_open_and_only_what_differs_is_sent(quick: Town) -> None:
    wang, _ = await published(quick)
    await wang.opens("/board")
    shown = {part: wang.page.html.split(f'id="{part}" data-as="')[1][:12] for part in ("five", "month", "people")}
    async with listens(wang) as ear:
        assert ear.answer.headers["content-type"].startswith("text/event-stream")
        assert ear.answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in ear.answer.headers
        second = quick.enters("李统筹", coordinator=True)
        await second.opens("/")
        await second.says(NOTICE.replace("防诈骗", "健康").replace("12-05", "12-12"))
        await second.presses("确认发布")
        await ear.hears("five", "month", "year", "audit")
    query = "&".join(f"{part}={digest}" for part, digest in shown.items())
    answer = await wang.client.get(f"/board/parts?{query}")
    assert 'id="five"' in answer.text
    assert 'id="month"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    digests = {part: answer.text.split(f'id="{part}" data-as="')[1][:12] for part in ("five", "month", "people")}
    same = "&".join(f"{part}={digest}" for part, digest in digests.items())
    assert (await wang.client.get(f"/board/parts?{same}")).status_code == 204


async def test_a_broadcast_is_watched_live_and_the_one_who_gets_it_sees_the_message_come(quick: Town) -> None:
    wang, zhang = await published(quick)
    async with listens(wang) as board, listens(zhang) as page:
        await wang.opens("/")
        await wang.says("/broadcast 周六集合")
        await wang.presses("全体")
        await wang.presses("确认发送")
        await board.hears("broadcasts")
        await quick.tick()
        await page.hears("messages")


async def test_a_stream_begins_with_a_look_of_its_own_and_misses_nothing_after_it(quick: Town) -> None:
    quick.adapter.site.live.pause = 3600.0
    zhang, chen, zhao = (quick.enters(name, "民盟") for name in ("张明", "陈芳", "赵敏"))
    async with listens(zhang), listens(chen) as ear:
        theirs = quick.corps.run(
            lambda s, _at: s.exec(select(PageDevice).order_by(col(PageDevice.id))).all()[1].address
        )
        quick.corps.run(messages.keep, theirs, PageMessageKind.SENT, Shown("新消息", []), "1")
        async with listens(zhao):
            await ear.hears("messages")


async def test_silence_is_filled_with_comments(quick: Town) -> None:
    zhang = quick.enters("张明", "民盟")
    async with listens(zhang) as ear:
        await ear.hears_line(":")


async def test_a_stream_ends_when_the_browser_is_put_out_or_the_office_is_lost(quick: Town) -> None:
    wang, li = quick.enters("王统筹", coordinator=True), quick.enters("李统筹", coordinator=True)
    async with listens(wang) as put_out, listens(li) as deposed:
        quick.corps.run(_put_out_and_depose)
        await put_out.ends()
        await deposed.ends()
    async with listens(wang) as ear:
        assert ear.answer.status_code == 403
    assert len(quick.adapter.site.live) == 0


async def test_one_browser_has_two_streams_at_most_and_strangers_none(
    quick: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang, chen, stranger = quick.enters("张明", "民盟"), quick.enters("陈芳", "民盟"), quick.stranger()
    async with listens(zhang), listens(zhang):
        async with listens(zhang) as third:
            assert third.answer.status_code == 204, "a browser does not ask again after this one"
        monkeypatch.setattr(live, "MOST", 2)
        async with listens(chen) as fourth:
            assert fourth.answer.status_code == 503
    async with listens(stranger) as ear:
        assert ear.answer.status_code == 403


async def test_many_streams_are_served_by_one_look(quick: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def feel(*asked: object) -> pulse.Pulse:
        looks.append(asked)
        return real(*asked)  # type: ignore[arg-type]

    real = pulse.feel
    monkeypatch.setattr(pulse, "feel", feel)
    people = [quick.enters(f"成员{number}", "民盟") for number in range(5)]
    async with contextlib.AsyncExitStack() as stack:
        ears = [await stack.enter_async_context(listens(person)) for person in people]
        looks.clear()
        for ear in ears:
            await ear.hears_line(":")
        assert any(len(asked[2]) == 5 for asked in looks if isinstance(asked[2], set))
        assert len(looks) < 5 * 12


async def test_an_open_stream_does_not_hold_a_stop_up(quick: Town) -> None:
    site, sock = quick.adapter.site, bind("127.0.0.1", 0)
    server = HttpServer(site.app, at_end=site.live.close)
    server._server.config.timeout_graceful_shutdown = None  # what does not end is waited for as long as it takes
    door = asyncio.create_task(server.run(sock))
    zhang = quick.enters("张明", "民盟")
    host = quick.url.removeprefix("http://")
    there = f"http://127.0.0.1:{sock.getsockname()[1]}/live"
    async with zhang.client.stream("GET", there, headers={"host": host}) as answer:
        ear = Ear(answer)
        await ear.hears_line("retry: 5000")
        door.cancel()
        await ear.ends()
        async with asyncio.timeout(90):
            with contextlib.suppress(asyncio.CancelledError):
                await door
