"""What a stranger may cost before the secret is shown: connections, bytes and seconds, each within a bound."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.runtime import door as bounds
from bot.runtime.door import BODY_BYTES, HEAD_BYTES, Door, is_any_full
from bot.runtime.http_server import HttpServer, bind

MOST = 20


async def answer(request: Request) -> Response:
    """Answer once the body has been read, if the request asks for that."""
    if "read" in request.headers:
        await request.body()
    if "large" in request.headers:
        return PlainTextResponse("x" * 50_000_000)
    return PlainTextResponse("ok\n")


class House:
    """A server with a door for `MOST`."""

    def __init__(self) -> None:
        self.door = Door(MOST)
        self._sock = bind("127.0.0.1", 0)
        self.port: int = self._sock.getsockname()[1]
        app = Starlette(routes=[Route("/", answer, methods=["GET", "POST"])])
        self._serving = asyncio.create_task(HttpServer(app, self.door).run(self._sock))
        self._open: list[asyncio.StreamWriter] = []

    async def knock(self, *sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection and send something."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._open.append(writer)
        for piece in sent:
            writer.write(piece)
            with suppress(ConnectionError):
                await writer.drain()
        return reader, writer

    async def works(self) -> bool:
        """Tell whether somebody with a whole request is answered; one who is put out instead is an error."""
        async with httpx.AsyncClient(timeout=60) as client:
            return (await client.get(f"http://127.0.0.1:{self.port}/")).status_code == 200

    async def all_begun(self) -> None:
        """Wait until nobody inside is idle any more."""
        async with asyncio.timeout(60):
            while len(self.door) < MOST or self.door.oldest_idle() is not None:
                await asyncio.sleep(0)

    async def close(self) -> None:
        for writer in self._open:
            writer.close()
        self._serving.cancel()
        await asyncio.wait([self._serving])


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house, open."""
    made = House()
    yield made
    await made.close()


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Read until the other side ends the connection."""
    said = b""
    with suppress(ConnectionError):
        async with asyncio.timeout(90):
            while piece := await reader.read(65536):
                said += piece
    return said


async def test_half_open_requests_fill_the_door_and_whoever_comes_with_a_whole_one_gets_in(house: House) -> None:
    halves = [await house.knock(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ") for _ in range(5 * MOST)]
    assert await house.works()
    assert len(house.door) <= MOST
    assert house.door.is_full
    assert is_any_full()
    assert await ended(halves[0][0]) == b"", "the oldest goes first"
    assert await house.works()


async def test_connections_that_say_nothing_and_those_that_stay_after_their_answer_make_room_too(house: House) -> None:
    for _ in range(2 * MOST):
        await house.knock()
    for _ in range(2 * MOST):
        reader, _ = await house.knock(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert await house.works()
    assert len(house.door) <= MOST


async def test_requests_that_are_being_answered_are_not_put_out(house: House) -> None:
    begun = b"POST / HTTP/1.1\r\nHost: x\r\nRead: 1\r\nContent-Length: 2\r\n\r\n1"
    busy = [await house.knock(begun) for _ in range(MOST)]
    await house.all_begun()
    reader, _ = await house.knock(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await ended(reader) == b"", "no room"
    for reader, writer in busy:
        writer.write(b"2")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert await house.works()


async def test_a_header_of_sixty_megabytes_costs_next_to_nothing(house: House) -> None:
    before = time.process_time()
    reader, writer = await house.knock(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
    with suppress(ConnectionError):
        for _ in range(60):
            writer.write(b"a" * 1_000_000)
            await writer.drain()
    assert (await ended(reader))[:12] in (b"HTTP/1.1 431", b"")
    assert time.process_time() - before < 3
    assert await house.works()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 10 * HEAD_BYTES + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * HEAD_BYTES + b"\r\n",
        b"GET / HTTP/1.1\r\n" + b"X" * 10 * HEAD_BYTES,
    ],
    ids=["an address", "many lines", "a name"],
)
async def test_no_part_of_a_header_may_be_long(house: House, head: bytes) -> None:
    reader, _ = await house.knock(head)
    assert (await ended(reader))[:12] in (b"HTTP/1.1 431", b"")
    assert await house.works()


async def test_a_header_within_the_bound_is_taken(house: House) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        longest = {"X-Long": "a" * (HEAD_BYTES - 500)}
        assert (await client.get(f"http://127.0.0.1:{house.port}/", headers=longest)).status_code == 200


@pytest.mark.parametrize("sized", [True, False])
async def test_a_body_without_an_end_is_cut(house: House, sized: bool) -> None:
    how = b"Content-Length: 99999999999" if sized else b"Transfer-Encoding: chunked"
    reader, writer = await house.knock(b"POST / HTTP/1.1\r\nHost: x\r\nRead: 1\r\n" + how + b"\r\n\r\n")
    piece = b"a" * 100_000
    with suppress(ConnectionError):
        for _ in range(3 * BODY_BYTES // len(piece)):
            writer.write(piece if sized else b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
    assert b"200" not in await ended(reader)
    assert await house.works()


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: x\r\nRead: 1\r\nContent-Length: 5\r\n\r\n12"]
)
async def test_who_does_not_get_on_is_not_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.2)
    reader, _ = await house.knock(sent)
    assert (await ended(reader))[:12] in (b"HTTP/1.1 408", b"")
    await asyncio.sleep(0)
    assert len(house.door) == 0


async def test_all_doors_of_a_process_share_half_of_its_files(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_files", lambda: MOST)
    other = House()
    for one in (house, other, house, other):
        for _ in range(MOST):
            await one.knock()
    await asyncio.sleep(0.1)
    assert len(house.door) + len(other.door) <= MOST // 2
    assert await house.works()
    assert await other.works()
    await other.close()


async def test_an_answer_that_nobody_reads_is_not_kept_for_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "READ_SECONDS", 0.2)
    _, writer = await house.knock(b"GET / HTTP/1.1\r\nHost: x\r\nLarge: 1\r\n\r\n")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(90):
        while len(house.door):
            await asyncio.sleep(0.02)
    assert await house.works()


async def test_an_address_with_a_nul_in_it_is_refused_before_anything_looks_it_up(house: House) -> None:
    for address in ("/%00", "/?a=%00"):
        async with httpx.AsyncClient(timeout=60) as client:
            assert (await client.get(f"http://127.0.0.1:{house.port}{address}")).status_code == 400


async def test_a_slow_drip_does_not_win_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_SECONDS", 0.3)
    _, writer = await house.knock(b"GET / HTTP/1.1\r\n")
    async with asyncio.timeout(90):
        while len(house.door):
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.02)


async def test_one_address_does_not_take_all_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "PER_ADDRESS", 3)

    class Guest:
        is_idle = False

    door = Door(MOST)
    assert [door.lets_in(Guest(), "203.0.113.5") for _ in range(5)] == [True, True, True, False, False]  # type: ignore[arg-type]
    assert door.lets_in(Guest(), "203.0.113.6")  # type: ignore[arg-type]
    assert all(door.lets_in(Guest(), "127.0.0.1") for _ in range(10)), "a proxy on this machine speaks for all"  # type: ignore[arg-type]
