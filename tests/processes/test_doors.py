"""The webhook's door, before the secret: half-open requests and endless headers stop nobody. Loopback only."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.processes.town import PATIENCE, free_port, town, until

pytestmark = pytest.mark.long

HALF_OPEN = 1_500
SECRET = "of-one-mind"


@pytest.fixture(autouse=True)
def room_for_files() -> Iterator[None]:
    """Let this process open as many connections as the stranger does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * HALF_OPEN), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def open_files(process: int) -> int:
    """Return how many files and connections a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


async def test_half_open_requests_and_an_endless_header_stop_nobody(tmp_path: Path) -> None:
    async with town(tmp_path, 5) as here:
        port, health = free_port(), free_port()
        bot = here.start(
            WEBHOOK_URL=f"http://127.0.0.1:{port}/hook",
            WEBHOOK_SECRET=SECRET,
            WEBHOOK_LISTEN=f"127.0.0.1:{port}",
            HEALTH_PORT=str(health),
        )
        await here.hooked()
        await here.says(here.people[1], "/quota")
        await here.answer(here.people[1])
        strangers = []
        for _ in range(HALF_OPEN):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            strangers.append(writer)
        assert open_files(bot.pid) < 700
        await here.says(here.people[1], "/quota")
        await here.answer(here.people[1], 2)  # taken and answered beside them
        await until(lambda: "door.full" in here.log(), PATIENCE, here.story)
        async with httpx.AsyncClient(timeout=90) as monitor:
            page = (await monitor.get(f"http://127.0.0.1:{health}/readyz")).json()
        assert any(line.startswith("door: full") for line in page["wrong"])

        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /hook HTTP/1.1\r\nX-Long: ")
        with suppress(ConnectionError):
            for _ in range(60):
                writer.write(b"a" * 1_000_000)
                await writer.drain()
                async with httpx.AsyncClient(timeout=90) as monitor:
                    await monitor.get(f"http://127.0.0.1:{health}/healthz")  # answered beside it
        for stranger in strangers:
            stranger.close()
        bot.terminate()
        assert await here.ended(bot) == 0
        assert "level=error" not in here.log()
