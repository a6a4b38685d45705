"""Three processes on one PostgreSQL, behind a webhook: all take updates, one delivers, the next takes over."""

import asyncio
import itertools
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.conftest import SERVER
from tests.processes.town import Town, free_port, town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL (TEST_DATABASE_URL)")]

SECRET = "three-of-one-mind"


@dataclass
class Worker:
    """One process: where it takes updates, where its health is seen."""

    process: "subprocess.Popen[bytes]"
    door: int
    health: int
    taken: int = 0

    async def role(self) -> str:
        """Return `leader` or `standby`; empty while it cannot be asked."""
        with suppress(httpx.TransportError):
            async with httpx.AsyncClient() as monitor:
                return str((await monitor.get(f"http://127.0.0.1:{self.health}/readyz")).json()["role"])
        return ""


@dataclass
class Proxy:
    """A reverse proxy as small as can be: hands each update to the next worker, and to another if that fails."""

    workers: list[Worker] = field(default_factory=list)
    port: int = 0

    async def open(self) -> None:
        """Listen."""
        self._turn = itertools.count()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                headers = _headers(head)
                body = await reader.readexactly(int(headers["content-length"]))
                status = await self._pass_on(headers["x-telegram-bot-api-secret-token"], body)
                writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)
                await writer.drain()

    async def _pass_on(self, secret: str, body: bytes) -> int:
        shown = {"X-Telegram-Bot-Api-Secret-Token": secret}
        for _ in self.workers:
            worker = self.workers[next(self._turn) % len(self.workers)]
            with suppress(httpx.TransportError):
                async with httpx.AsyncClient(timeout=30) as client:
                    answer = await client.post(f"http://127.0.0.1:{worker.door}/in", content=body, headers=shown)
                if answer.status_code == 200:
                    worker.taken += 1
                    return 200
        return 502


def _headers(head: bytes) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in head.decode().split("\r\n")[1:] if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A reverse proxy, open."""
    made = Proxy()
    await made.open()
    yield made
    made.close()


async def start_three(here: Town, proxy: Proxy) -> None:
    """Start three workers and wait until one of them leads and all stand."""
    for _ in range(3):
        door, health = free_port(), free_port()
        process = here.start(
            WEBHOOK_URL=f"http://127.0.0.1:{proxy.port}/in",
            WEBHOOK_SECRET=SECRET,
            WEBHOOK_LISTEN=f"127.0.0.1:{door}",
            HEALTH_PORT=str(health),
        )
        proxy.workers.append(Worker(process, door, health))
    async with asyncio.timeout(60):
        while sorted([await worker.role() for worker in proxy.workers]) != ["leader", "standby", "standby"]:
            await asyncio.sleep(0.2)
        while not await here.webhook():
            await asyncio.sleep(0.2)


async def leader_of(workers: list[Worker]) -> Worker | None:
    """Return who leads now."""
    roles = [await worker.role() for worker in workers]
    return workers[roles.index("leader")] if roles.count("leader") == 1 else None


async def test_three_processes_one_killed(tmp_path: Path, database_url: str, proxy: Proxy) -> None:
    async with town(tmp_path, 200, database_url) as here:
        await start_three(here, proxy)
        for person in here.people[:30]:
            await here.says(person, "/quota")
        for person in here.people[:30]:
            await here.answer(person)
        assert all(worker.taken > 0 for worker in proxy.workers), "all of them take updates"

        here.owe_all()
        await until(lambda: here.sent() >= 40, 30, "one of them delivers")
        leader = await leader_of(proxy.workers)
        assert leader is not None
        leader.process.kill()
        leader.process.wait()
        died = time.monotonic()
        rest = [worker for worker in proxy.workers if worker is not leader]
        while (heir := await leader_of(rest)) is None:
            assert time.monotonic() - died < 10, "taken over within seconds"
            await asyncio.sleep(0.1)
        assert heir.process.poll() is None

        for person in here.people[30:60]:
            await here.says(person, "/quota")
        await until(lambda: here.sent() == 200, 60, f"{here.states()}")
        for person in here.people[30:60]:
            await here.answer(person, 2)
        counts = await here.arrived()
        extra = sum(counts.values()) - 200 - 60
        assert min(counts.values()) >= 1
        assert 0 <= extra <= sum(row.maybe_twice for row in here.rows())
