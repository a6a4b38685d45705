"""(a) and (b): sign-up taps a second, ours against the bare loop and against the plain way.

`python -m benchmarks.taps [--people 2500] [--without-plain]` prints a table and the ratios of one run.
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
from benchmarks.telegram import TOKEN, Telegram, cpu_seconds, ours, ours_by_webhook, running, telegram

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


PROGRAMS: dict[str, Program] = {
    "ours": ours,
    "ours by webhook": ours_by_webhook,
    "bare": bare,
    "plain": plain,
    "plain concurrent": plain_concurrent,
}


@dataclass(frozen=True)
class Run:
    """What is measured."""

    program: str
    activities: int
    latency: float
    people: int


@dataclass(frozen=True)
class Rate:
    """What came of a run: taps a second, milliseconds of processor time a tap, and how many taps were lost."""

    taps: float
    cpu: float
    lost: int


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
                ended, answered = server.settled_at(run.people)
                used = cpu_seconds(program) - before
        done = ground.signed_up(database)
    assert run.program.startswith("plain") or done == run.people, f"{run.program} lost {run.people - done}"
    return Rate(answered / (ended - started), used / answered * 1000, run.people - done)


def show(run: Run) -> Rate:
    """Measure and print a line."""
    rate = measure(run)
    what = f"{run.program:17} {run.activities:3} activities {run.latency * 1000:4.0f} ms"
    lost = f"  {rate.lost} of {run.people} taps lost" if rate.lost else ""
    print(f"{what}  {rate.taps:7.1f} taps/s  {rate.cpu:5.2f} ms of CPU a tap{lost}", flush=True)
    return rate


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2500)
    parser.add_argument("--plain-people", type=int, default=300, help="for the plain way, which takes its time")
    parser.add_argument("--latency", type=float, action="append", help="seconds; default 0 and 0.2")
    parser.add_argument("--without-plain", action="store_true")
    options = parser.parse_args()
    programs = ["ours", "ours by webhook", "bare"] if options.without_plain else list(PROGRAMS)
    for latency, activities in itertools.product(options.latency or [0.0, 0.2], (50, 1)):
        found = {}
        for program in programs:
            people = options.plain_people if program.startswith("plain") else options.people
            found[program] = show(Run(program, activities, latency, people)).taps
        ratios = ", ".join(
            f"{found['ours'] / rate:.2f} of {name}" for name, rate in found.items() if "ours" not in name
        )
        print(f"  ours does {ratios}\n", flush=True)


if __name__ == "__main__":
    main()
