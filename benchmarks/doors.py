"""Taps of members while strangers press against the doors of the pages: slow ones, floods, guessed links.

`python -m benchmarks.doors [--seconds 10]` prints how long a tap waits for its answer: in quiet, before each of the
others, while two hundred connections begin a request and leave it, while four clients of one address ask for pages
without a pause, and while 10,000 links a minute are guessed from a thousand addresses. The real bot, by webhook.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import secrets
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx

from benchmarks import ground
from benchmarks.broadcast import Taps
from benchmarks.telegram import free_port, ours, percentile, telegram, until

EVERY = 0.1
"""Seconds between two taps."""

ROUNDS = 2
SLOW, FLOODING, GUESSING, GUESSES_A_MINUTE, ADDRESSES = 200, 4, 50, 10_000, 1_000
Attack = Callable[[int], Coroutine[Any, Any, None]]


async def slow(port: int) -> None:
    """Keep many connections open with half a request in each; whoever is put out comes again."""

    async def hang() -> None:
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"POST /do HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-le")
                await reader.read()
                writer.close()
            await asyncio.sleep(0.2)

    await asyncio.gather(*(hang() for _ in range(SLOW)))


class Stranger:
    """One connection that asks and reads the answers: as cheap as can be: strangers have their own machines."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def asks(self, path: str, peer: str) -> None:
        """Ask for a page from an address, and wait for the answer."""
        try:
            if self._open is None:
                self._open = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._open
            host = f"host: 127.0.0.1:{self._port}"
            writer.write(f"GET {path} HTTP/1.1\r\n{host}\r\nx-forwarded-for: {peer}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r")[0]))
            if b"connection: close" in head:
                self._leave()
        except (OSError, asyncio.IncompleteReadError):
            self._leave()

    def _leave(self) -> None:
        if self._open is not None:
            self._open[1].close()
        self._open = None


async def flood(port: int) -> None:
    """Ask for the first page without a pause."""

    async def ask() -> None:
        stranger = Stranger(port)
        while True:
            await stranger.asks("/", "203.0.113.1")

    await asyncio.gather(*(ask() for _ in range(FLOODING)))


async def guess(port: int) -> None:
    """Try links that nobody made, evenly over a minute, from many addresses."""
    begun, every = time.monotonic(), 60 / GUESSES_A_MINUTE

    async def one(first: int) -> None:
        stranger, number = Stranger(port), first
        while True:
            await asyncio.sleep(max(0.0, begun + number * every - time.monotonic()))
            who = number % ADDRESSES
            await stranger.asks(f"/p/{secrets.token_urlsafe(16)}", f"198.51.{who // 250}.{who % 250}")
            number += GUESSING

    await asyncio.gather(*(one(number) for number in range(GUESSING)))


ATTACKS: dict[str, Attack] = {"slow": slow, "flood": flood, "guesses": guess}


def _go(name: str, port: int) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(ATTACKS[name](port))


def measure(taps: Taps, seconds: float, port: int, name: str = "") -> list[float]:
    """Return milliseconds that taps waited, while strangers press if a way of theirs is named."""
    press = multiprocessing.get_context("spawn").Process(target=_go, args=(name, port), daemon=True)
    if name:
        press.start()
        time.sleep(2)
    try:
        with taps.going_on():
            time.sleep(seconds)
    finally:
        if name:
            press.terminate()
            press.join()
    return taps.waits()


def is_open(port: int) -> bool:
    """Tell whether the pages answer."""
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 200
    return False


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each is measured, twice")
    options = parser.parse_args()
    waits: dict[str, list[float]] = {"quiet": [], **{name: [] for name in ATTACKS}}
    with tempfile.TemporaryDirectory() as folder:
        cards = ground.build(Path(folder) / "corps.db", int(2 * ROUNDS * 4 * options.seconds / EVERY), 50)
        with telegram(len(cards)) as server:
            taps = Taps(server, server.hand_out_cards(cards), EVERY)
            port, hook = free_port(), f"127.0.0.1:{free_port()}"
            settings = {"WEB_URL": f"http://127.0.0.1:{port}", "WEB_LISTEN": f"127.0.0.1:{port}"}
            settings |= {"WEBHOOK_URL": f"http://{hook}/hook", "WEBHOOK_LISTEN": hook, "WEBHOOK_SECRET": "benchmark"}
            with ours(server, Path(folder) / "corps.db", **settings):
                server.polled()
                until(lambda: is_open(port), "the pages are open")
                measure(taps, 2, port)
                for _ in range(ROUNDS):
                    for name in ATTACKS:
                        waits["quiet"] += measure(taps, options.seconds / 3, port)
                        waits[name] += measure(taps, options.seconds, port, name)
    quiet = percentile(waits["quiet"], 0.95)
    for name, found in waits.items():
        p50, p95 = percentile(found, 0.5), percentile(found, 0.95)
        print(
            f"{name:8} {len(found):4} taps: p50 {p50:.1f} ms, p95 {p95:.1f} ms ({p95 / quiet:.2f} of quiet)", flush=True
        )


if __name__ == "__main__":
    main()
