"""A sandbox on a free port, and the two hands that use it: the bot's and the person's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from sandbox import Group, Person, Sandbox
from sandbox.http.gate import KEY_HEADER

TOKEN = "1000000001:TEST"
CHEN, LI, ZHAO = 101, 102, 103
GROUP = -1_001_000_000_001
PEOPLE = (
    Person(CHEN, "陈静", note="统筹", username="chenjing"),
    Person(LI, "李明"),
    Person(ZHAO, "Ann", "Zhao", language_code="en"),
)


class Hand:
    """Calls one side of the sandbox over HTTP and returns the decoded body."""

    def __init__(self, session: aiohttp.ClientSession, prefix: str) -> None:
        self.session, self.prefix = session, prefix

    async def __call__(self, name: str, /, **params: Any) -> Any:  # noqa: ANN401 - whatever JSON says
        async with self.session.post(f"{self.prefix}/{name}", json=params) as response:
            return await response.json()

    async def get(self, name: str, /, **query: Any) -> Any:  # noqa: ANN401
        async with self.session.get(f"{self.prefix}/{name}", params=query) as response:
            return await response.json()

    async def ok(self, name: str, /, **params: Any) -> Any:  # noqa: ANN401
        body = await self(name, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, name: str, /, **params: Any) -> str:  # noqa: ANN401
        body = await self(name, **params)
        assert not body["ok"], body
        return str(body["description"])


@asynccontextmanager
async def running(sandbox: Sandbox) -> AsyncIterator[Sandbox]:
    """Serve the sandbox for the length of a block."""
    serving = asyncio.create_task(sandbox.serve("127.0.0.1", 0))
    await asyncio.wait_for(sandbox.ready.wait(), 90)
    try:
        yield sandbox
    finally:
        sandbox.stop()
        await asyncio.wait_for(serving, 90)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    groups = (Group(GROUP, "样例群", (CHEN, LI)),)
    async with running(Sandbox(token=TOKEN, people=PEOPLE, groups=groups)) as served:
        yield served


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def bot(sandbox: Sandbox, session: aiohttp.ClientSession) -> Hand:
    """The bot's side; Chen has pressed START, and that update is confirmed."""
    sandbox.world.start(CHEN)
    sandbox.world.updates.clear()
    return Hand(session, f"{sandbox.url}/bot{TOKEN}")


@pytest.fixture
async def desk(sandbox: Sandbox, session: aiohttp.ClientSession) -> Hand:
    """The person's side."""
    session.headers[KEY_HEADER] = sandbox.key
    return Hand(session, f"{sandbox.url}/sandbox")


async def until(happened: Callable[[], object]) -> None:
    """Give the server the loop until something is so."""
    async with asyncio.timeout(90):
        while not happened():
            await asyncio.sleep(0)


def buttons(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return an inline keyboard with one button a row."""
    return {"inline_keyboard": [[row] for row in rows]}
