"""Three processes on one PostgreSQL, behind a webhook: all take updates, one delivers, the next takes over."""

import asyncio
import itertools
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import SERVER
from tests.processes.nginx import Nginx, needs_nginx
from tests.processes.town import PATIENCE, Town, free_port, town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL (TEST_DATABASE_URL)")]

SECRET = "three-of-one-mind"


@dataclass
class Worker:
    """One process: where its health is seen."""

    process: "subprocess.Popen[bytes]"
    health: int

    async def taken(self) -> int:
        """Return how many messages of people it has handled."""
        async with httpx.AsyncClient(timeout=60) as monitor:
            page = (await monitor.get(f"http://127.0.0.1:{self.health}/metrics")).text
        found = re.search(r'^tongxin_updates_total\{kind="message"\} (\d+)', page, re.MULTILINE)
        return int(found[1]) if found else 0

    async def role(self) -> str:
        """Return `leader` or `standby`; empty while it cannot be asked."""
        with suppress(httpx.TransportError):
            async with httpx.AsyncClient(timeout=60) as monitor:
                return str((await monitor.get(f"http://127.0.0.1:{self.health}/readyz")).json()["role"])
        return ""


@dataclass
class Proxy:
    """A reverse proxy as small as can be: hands each update to the next worker, and to another if that fails."""

    certificate: Path | None = None
    _doors: Sequence[int] = ()
    _server: asyncio.Server | None = None

    async def open(self, doors: Sequence[int]) -> str:
        """Share out to processes at these ports. Returns the address for Telegram."""
        self._doors, self._turn = doors, itertools.count()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/telegram"

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
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
        for _ in self._doors:
            door = self._doors[next(self._turn) % len(self._doors)]
            with suppress(httpx.TransportError):
                async with httpx.AsyncClient(timeout=90) as client:
                    answer = await client.post(f"http://127.0.0.1:{door}/telegram", content=body, headers=shown)
                if answer.status_code == 200:
                    return 200
        return 502


def _headers(head: bytes) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in head.decode().split("\r\n")[1:] if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}


@pytest.fixture(params=["our own", pytest.param("nginx", marks=needs_nginx)])
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxy | Nginx]:
    """A reverse proxy, not yet open."""
    made: Proxy | Nginx = Nginx(tmp_path) if request.param == "nginx" else Proxy()
    yield made
    made.close()


async def start_three(here: Town, proxy: Proxy | Nginx) -> list[Worker]:
    """Start three workers behind the proxy and wait until one of them leads and all stand."""
    workers, doors = [], [free_port() for _ in range(3)]
    url = await proxy.open(doors)
    for door in doors:
        health = free_port()
        process = here.start(
            WEBHOOK_URL=url,
            WEBHOOK_SECRET=SECRET,
            WEBHOOK_LISTEN=f"127.0.0.1:{door}",
            HEALTH_PORT=str(health),
        )
        workers.append(Worker(process, health))
    async with asyncio.timeout(90):
        while sorted([await worker.role() for worker in workers]) != ["leader", "standby", "standby"]:
            await asyncio.sleep(0.2)
    await here.hooked()
    return workers


async def leader_of(workers: list[Worker]) -> Worker | None:
    """Return who leads now."""
    roles = [await worker.role() for worker in workers]
    return workers[roles.index("leader")] if roles.count("leader") == 1 else None


async def test_three_processes_one_killed(tmp_path: Path, database_url: str, proxy: Proxy | Nginx) -> None:
    async with town(tmp_path, 200, database_url, trusts=proxy.certificate) as here:
        workers = await start_three(here, proxy)
        for person in here.people[:30]:
            await here.says(person, "/quota")
        for person in here.people[:30]:
            await here.answer(person)
        assert all([await worker.taken() > 0 for worker in workers]), "all of them take updates"

        here.owe_all()
        await until(lambda: here.sent() >= 40, PATIENCE, "one of them delivers")
        leader = await leader_of(workers)
        assert leader is not None
        for person in here.people[60:90]:
            await here.says(person, "/quota")
        leader.process.kill()
        leader.process.wait()
        died = time.monotonic()
        rest = [worker for worker in workers if worker is not leader]
        while (heir := await leader_of(rest)) is None:
            assert time.monotonic() - died < PATIENCE, "taken over"
            await asyncio.sleep(0.1)
        assert heir.process.poll() is None

        for person in here.people[30:60]:
            await here.says(person, "/quota")
        await until(lambda: here.sent() == 200, 120, here.story)
        for person in here.people[30:90]:
            await here.reads(person, "公益讲座", 90)
        await here.no_update_left()
        counts = await here.arrived()
        assert min(counts.values()) >= 1
        quiet = here.people[90:]
        extra = sum(counts[person] - 1 for person in quiet)
        assert 0 <= extra <= sum(row.maybe_twice for row in here.rows())
        again = sum(counts[person] - 2 for person in here.people[60:90])
        assert 0 <= again <= 30, "an answer of the one that died may come again from another"
