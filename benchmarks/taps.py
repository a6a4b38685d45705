"""(a) and (b): sign-up taps a second, ours against the bare loop and against the plain way.

`python -m benchmarks.taps [--people 2500] [--quick]` prints a table and the ratios of one run.
"""

import argparse
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ground
from benchmarks.telegram import TOKEN, Telegram, cpu_seconds, ours, running, telegram

Program = Callable[[Telegram, Path], AbstractContextManager["subprocess.Popen[bytes]"]]


def bare(server: Telegram, database: Path) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    """Run the bare loop."""
    return running([sys.executable, "-m", "benchmarks.bare", f"{server.url}/bot{TOKEN}", str(database)])


def plain(server: Telegram, database: Path) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    """Run the plain bot, one update after the other."""
    return running([sys.executable, "-m", "benchmarks.plain", server.url, str(database)])


def plain_concurrent(server: Telegram, database: Path) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    """Run the plain bot with concurrent updates."""
    return running([sys.executable, "-m", "benchmarks.plain", server.url, str(database), "concurrent"])


PROGRAMS: dict[str, Program] = {"ours": ours, "bare": bare, "plain": plain, "plain concurrent": plain_concurrent}


@dataclass(frozen=True)
class Run:
    """What is measured."""

    program: str
    activities: int
    latency: float
    people: int


@dataclass(frozen=True)
class Rate:
    """What came of a run: taps a second, and milliseconds of processor time a tap."""

    taps: float
    cpu: float


def measure(run: Run) -> Rate:
    """Let everybody tap once, at the same moment."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "corps.db"
        taps = ground.build(database, run.people, run.activities)
        with telegram(run.people) as server:
            ready = server.hand_out_cards(taps)
            if run.latency:
                server.slow_down(run.latency)
            with PROGRAMS[run.program](server, database) as program:
                server.polled()
                before = cpu_seconds(program)
                started = server.flood(ready)
                ended = server.settled_at(run.people)
                used = cpu_seconds(program) - before
        done = ground.signed_up(database)
        assert done == run.people, f"{run.program} signed up {done} of {run.people}"
    return Rate(run.people / (ended - started), used / run.people * 1000)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2500)
    parser.add_argument("--slow-people", type=int, default=250, help="for the plain way with latency")
    parser.add_argument("--only", choices=PROGRAMS, default=None)
    parser.add_argument("--latency", type=float, action="append", default=None)
    options = parser.parse_args()
    found: dict[tuple[str, int, float], Rate] = {}
    programs = [options.only] if options.only else list(PROGRAMS)
    for latency, activities, program in itertools.product(options.latency or [0.0, 0.2], (50, 1), programs):
        slow = latency and program.startswith("plain")
        people = options.slow_people if slow else options.people
        found[program, activities, latency] = rate = measure(Run(program, activities, latency, people))
        what = f"{program:18} {activities:3} activities  {latency * 1000:4.0f} ms"
        print(f"{what}  {rate.taps:8.1f} taps/s {rate.cpu:6.2f} ms of CPU a tap", flush=True)


if __name__ == "__main__":
    main()
