"""A corps that is reached by pages alone, served at a free port."""

import asyncio
import contextlib
import dataclasses
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright, expect

import handlers
from bot.routing.files import Files
from bot.runtime.files import FileStore
from bot.runtime.http_server import HttpServer, bind
from corps.pages import devices
from corps.pages.devices import WEB
from models import Member
from models.enums import MemberStatus
from scheduler import jobs
from scheduler.jobs import JobContext
from scheduler.timetable import sweep
from tests.base import Corps, enter
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.window import PATIENCE
from tests.flows.conftest import watch, world
from tests.web.browser import Browser
from web.adapter import PageAdapter

__all__ = ["watch", "world"]


class Town:
    """The corps, its pages and who looks at them."""

    def __init__(self, corps: Corps, folder: Path) -> None:
        self._socket = bind("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.corps = corps
        corps.database.policy = dataclasses.replace(corps.database.policy, web_url=self.url, mail=True)
        files = Files(FileStore(folder), {})
        self.adapter = PageAdapter(self.url, "", self.corps.database, handlers.routes(), files)
        self.pauses: list[float] = []
        self.adapter.site.limits.pause = self._pause
        channel, sender = self.adapter.channel, self.adapter.sender
        self.context = JobContext(self.corps.database, {WEB: channel}, {WEB: sender}, files)
        self.browsers: list[Browser] = []
        self._serving: asyncio.Task[None] | None = None

    async def _pause(self, seconds: float) -> None:
        """Stand for the wait of whoever comes too often."""
        self.pauses.append(seconds)

    async def open(self) -> None:
        """Open the door."""
        self._serving = asyncio.create_task(HttpServer(self.adapter.site.app).run(self._socket))

    async def close(self) -> None:
        """Close everything."""
        for browser in self.browsers:
            await browser.close()
        if self._serving is not None:
            self._serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
        self.corps.database.close()

    async def tick(self) -> None:
        """Let the timetable look for what is due, and deliver it."""
        await sweep(self.context)
        await jobs.deliver_due(self.context)

    async def at(self, wall: str) -> None:
        """Set the clock, and tick."""
        self.corps.clock.set_wall(wall)
        await self.tick()

    def stranger(self, name: str = "") -> Browser:
        """Return a browser that has never been here."""
        browser = Browser(self.url, name)
        self.browsers.append(browser)
        return browser

    def enters(self, name: str, team: str | None = None, *, leader: bool = False, coordinator: bool = False) -> Browser:
        """Admit somebody whose browser is in already."""
        address = devices.new_address()
        member = Member(
            name=name,
            team_id=self.corps.team(team) if team else None,
            status=MemberStatus.ACTIVE,
            is_leader=leader,
            is_coordinator=coordinator,
            created_at=self.corps.clock.now(),
        )
        self.corps.run(lambda s, at: enter(s, at, member, address))
        secret = self.corps.run(devices.let_in, address, "iphone")
        browser = self.stranger(name)
        browser.client.cookies.set("tongxin", secret, "127.0.0.1")
        return browser

    async def invitation(self, leader: Browser) -> str:
        """Return the address of the leader's team's invitation, as the leader reads it."""
        await leader.opens("/")
        await leader.says("/team")
        found = re.search(r"http://127\.0\.0\.1:\d+/j/[\w-]+", leader.reads)
        assert found is not None, leader.reads
        return found[0]


@pytest.fixture
async def town(corps: Corps, tmp_path: Path) -> AsyncIterator[Town]:
    """A corps with its roster, and nobody in it yet."""
    town = Town(corps, tmp_path / "files")
    await town.open()
    yield town
    await town.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    """A browser."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there (Debian: apt-get install chromium fonts-noto-cjk)")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        await opened.close()
