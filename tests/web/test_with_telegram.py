"""One person at Telegram and on the page: the way from one to the other, and where messages go."""

import asyncio
import contextlib
import dataclasses
import re
from collections.abc import AsyncIterator

import pytest
from sqlmodel import func, select

import handlers
from bot.delivery.sender import Sender
from bot.routing.channel import Channel
from bot.runtime.http_server import HttpServer, bind
from bot.views.screen import MOST_COPIED
from models import Member
from scheduler import jobs
from scheduler.jobs import JobContext
from scheduler.timetable import sweep
from tests.base import Corps
from tests.stage import Stage
from tests.web.browser import Browser
from web.adapter import PageAdapter


class Doors:
    """The bot at Telegram, with pages beside it."""

    def __init__(self, stage: Stage, corps: Corps) -> None:
        self._socket = bind("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        corps.database.policy = dataclasses.replace(corps.database.policy, web_url=self.url)
        self.pages = PageAdapter(self.url, "", corps.database, handlers.routes(), stage.app.files)
        channels: dict[str, Channel] = {"telegram": stage.app.channel, "web": self.pages.channel}
        senders: dict[str, Sender] = {"telegram": stage.app.sender, "web": self.pages.sender}
        self._context = JobContext(corps.database, channels, senders, stage.app.files)

    async def serve(self) -> None:
        """Serve the pages."""
        await HttpServer(self.pages.site.app).run(self._socket)

    async def tick(self) -> None:
        """Deliver what is due in both channels."""
        await sweep(self._context)
        await jobs.deliver_due(self._context)


@pytest.fixture
async def doors(stage: Stage, corps: Corps) -> AsyncIterator[Doors]:
    """Both doors, open."""
    doors = Doors(stage, corps)
    serving = asyncio.create_task(doors.serve())
    yield doors
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def test_a_member_goes_to_the_page_and_back_and_chooses_where_messages_go(
    doors: Doors, stage: Stage, corps: Corps
) -> None:
    wang, zhang = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    await zhang.taps("在网页打开")
    found = re.search(r"http://127\.0\.0\.1:\d+/p/[A-Za-z0-9_-]+", zhang.reads())
    assert found is not None, zhang.reads()
    assert "t.me" not in zhang.reads(), "who is at Telegram needs no link to it"
    page = Browser(doors.url)
    await page.opens(found[0])
    await page.presses("是我，进入")
    assert "张明" in page.reads
    assert corps.run(lambda s, _at: s.exec(select(func.count()).select_from(Member)).one()) == 2

    async def broadcast(words: str) -> None:
        await wang.types(f"/broadcast {words}")
        await wang.taps("全体")
        await wang.taps("确认发送")
        await doors.tick()

    await broadcast("第一条")
    assert "第一条" in zhang.reads(), "messages go where they went before"
    await page.opens("/messages")
    assert "第一条" in page.reads, "and the page has them all"
    await page.presses("收到")
    await zhang.types("/settings")
    await zhang.taps("送达方式")
    await zhang.taps("改发到：个人页")
    await broadcast("第二条")
    assert "第二条" not in zhang.reads_all()
    await page.opens("/messages")
    assert page.reads.count("第二条") == 1
    await page.presses("收到")
    await wang.taps("刷新")
    assert "已确认 1" in wang.reads()
    await page.close()


async def test_an_invitation_has_both_links_and_none_without_pages(doors: Doors, stage: Stage, corps: Corps) -> None:
    zhao = await stage.enter(corps.leader("赵联络"))
    await zhao.types("/team")
    assert "t.me/" in zhao.reads()
    assert f"{doors.url}/j/" in zhao.reads()
    copied = next(key["copy"] for row in zhao.messages()[-1]["keyboard"] for key in row if "copy" in key)
    assert copied.index("不用装软件") < copied.index(f"{doors.url}/j/") < copied.index("t.me/"), "words for WeChat"
    assert len(copied) <= MOST_COPIED
    del stage.app.files.channels["web"]
    corps.database.policy = dataclasses.replace(corps.database.policy, web_url="")
    await zhao.types("/team")
    assert "/j/" not in zhao.reads()
    await zhao.types("/settings")
    assert not {"🌐 在网页打开", "📮 送达方式"} & {*zhao.buttons()}
