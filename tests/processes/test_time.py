"""The clock of the whole program jumps: what is due happens, once. The sandbox is inside, with a hand on the clock."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from corps.quotas.digests import BEGUN
from sandbox.http.gate import KEY_HEADER
from tests.conftest import SERVER
from tests.program import Program

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="the sandbox keeps to its own file")]

COORDINATOR, MEMBER = 1001, 3001
DIGEST, QUOTA = "每周小结", "年五个10"
"""Words that tell the weekly digest, and an answer to /quota."""


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The page of a whole program, sandbox and bot, started as anybody would."""
    program = Program(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/corps.db", TICK_SECONDS="0.2")
    key = {KEY_HEADER: program.key()}
    async with httpx.AsyncClient(base_url=f"{program.url}/sandbox", headers=key, timeout=60) as client:
        async with asyncio.timeout(90):
            # Time may leap once the timetable has been looked at: what fires before a corps has begun is not its own.
            while not has_begun(tmp_path / "corps.db"):
                await asyncio.sleep(0.1)
        (await client.get("/state")).raise_for_status()
        yield client
    program.stop()


def has_begun(file: Path) -> bool:
    """Tell whether the program has looked at its timetable."""
    if not file.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60)) as link:
        try:
            return bool(link.execute("SELECT 1 FROM milestone WHERE key = ?", (BEGUN,)).fetchall())
        except sqlite3.OperationalError:
            return False  # its tables are not made yet


async def texts(page: httpx.AsyncClient, person: int) -> list[str]:
    answer = (await page.get(f"/chats/{person}/messages?limit=200")).raise_for_status()
    return [message["text"] for message in answer.json() if message["from"]["is_bot"]]


async def count(page: httpx.AsyncClient, person: int, word: str) -> int:
    return sum(word in text for text in await texts(page, person))


async def becomes(page: httpx.AsyncClient, person: int, word: str, wanted: int) -> None:
    """Wait until so many messages with a word are there, and see that no more of them come."""
    async with asyncio.timeout(90):
        while await count(page, person, word) < wanted:
            await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    assert await count(page, person, word) == wanted


async def jump(page: httpx.AsyncClient, **how: Any) -> None:  # noqa: ANN401 - JSON
    (await page.post("/clock", json=how)).raise_for_status()


async def test_a_weekly_digest_slept_through_comes_once_and_each_week_once(page: httpx.AsyncClient) -> None:
    await jump(page, to="monday")
    await becomes(page, COORDINATOR, DIGEST, 1)
    # A week and two and a half hours on: nobody was awake at Monday's nine o'clock.
    await jump(page, advance_seconds=7 * 86_400 + 9_000)
    await becomes(page, COORDINATOR, DIGEST, 2)
    await jump(page, advance_seconds=3_600)
    await becomes(page, COORDINATOR, DIGEST, 2)


async def test_an_hours_jump_neither_repeats_nor_loses_an_answer(page: httpx.AsyncClient) -> None:
    before = await count(page, MEMBER, QUOTA)
    for number in range(1, 4):
        await jump(page, advance_seconds=3_600)
        (await page.post("/say", json={"person_id": MEMBER, "chat_id": MEMBER, "text": "/quota"})).raise_for_status()
        await becomes(page, MEMBER, QUOTA, before + number)
