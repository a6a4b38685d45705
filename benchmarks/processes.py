"""Several processes on one PostgreSQL behind a reverse proxy, against one: sign-up taps a second.

Telegram brings the updates by webhook to the proxy, which hands each to the next process; a single process stands
behind the same proxy. Everybody taps at the same moment, spread over fifty activities. Whether more processes do more
depends on the cores that are left: Telegram (the sandbox), the proxy and PostgreSQL need theirs too, and the table
shows how many.

`python -m benchmarks.processes [--people 2000] [--processes 3] [--latency 0]` prints a table and the ratio of one run.
"""

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import ground
from benchmarks.burst import postgresql
from benchmarks.telegram import Telegram, cpu_seconds, free_port, ours, running, telegram, until

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Rate:
    """What came of a run: taps a second, and the share of one core that each part of the whole was busy."""

    taps: float
    bots: float
    proxy: float
    telegram: float
    database: float


@contextlib.contextmanager
def behind_a_proxy(server: Telegram, database: str, processes: int) -> Iterator[tuple[list[Process], Process]]:
    """Run so many processes of the bot behind a proxy, until all take updates."""
    doors, health = [free_port() for _ in range(processes)], [free_port() for _ in range(processes)]
    port = free_port()
    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(running([sys.executable, "-m", "benchmarks.proxy", str(port), *map(str, doors)]))
        bots = [
            stack.enter_context(
                ours(
                    server,
                    database,
                    WEBHOOK_URL=f"http://127.0.0.1:{port}/hook",
                    WEBHOOK_LISTEN=f"127.0.0.1:{door}",
                    WEBHOOK_SECRET="benchmark",
                    HEALTH_PORT=str(seen),
                )
            )
            for door, seen in zip(doors, health, strict=True)
        ]
        until(lambda: all(_ready(server, seen) for seen in health), "every process is ready")
        server.polled()
        yield bots, proxy


def _ready(server: Telegram, port: int) -> bool:
    try:
        return server.client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def postgres_seconds() -> float:
    """Return the processor time that all processes of PostgreSQL on this machine have used."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, rest = stat.read_text().rsplit(")", 1)
            if name.endswith("(postgres"):
                fields = rest.split()
                used += sum(map(int, fields[11:15]))  # its own, and that of its children that have ended
    return used / os.sysconf("SC_CLK_TCK")


def measure(people: int, processes: int, latency: float) -> Rate:
    """Let everybody tap once, at the same moment."""
    with postgresql() as database, telegram(people) as server:
        ready = server.hand_out_cards(ground.build(database, people, 50))
        if latency:
            server.slow_down(latency)
        with behind_a_proxy(server, database, processes) as (bots, proxy):
            parts: tuple[Callable[[], float], ...] = (
                lambda: sum(map(cpu_seconds, bots)),
                lambda: cpu_seconds(proxy),
                server.cpu,
                postgres_seconds,
            )
            before = [part() for part in parts]
            started = server.flood(ready)
            ended, answered = server.settled_at(people)
            used = [part() - first for part, first in zip(parts, before, strict=True)]
        placed = ground.signed_up(database)
    # What one process was slow to acknowledge may have been brought to another: it is answered twice, and counts once.
    assert placed == people <= answered, f"{people - placed} taps lost, {people - answered} unanswered"
    return Rate(people / (ended - started), *(seconds / (ended - started) for seconds in used))


def show(processes: int, rate: Rate) -> None:
    """Print a line of the table."""
    busy = f"bots {rate.bots:.2f}, proxy {rate.proxy:.2f}, Telegram {rate.telegram:.2f}, PostgreSQL {rate.database:.2f}"
    print(f"{processes} of ours  {rate.taps:7.1f} taps/s  cores busy: {busy}", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds every call takes at the server")
    options = parser.parse_args()
    rates = []
    for processes in (1, options.processes):
        rates.append(measure(options.people, processes, options.latency))
        show(processes, rates[-1])
    cores = len(os.sched_getaffinity(0))
    print(f"  {rates[1].taps / rates[0].taps:.2f} times the taps of one, on {cores} cores for everything", flush=True)


if __name__ == "__main__":
    main()
