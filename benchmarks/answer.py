"""(c): how long one person waits for the answer when nothing else is going on.

`python -m benchmarks.answer [--taps 200]` prints p50 and p95, from the tap to the toast and to the edited card
arriving at Telegram, for ours, the bare loop and the plain way.
"""

import argparse
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path

from benchmarks import ground
from benchmarks.taps import PROGRAMS
from benchmarks.telegram import Telegram, telegram


def waits(server: Telegram, taps: list[dict[str, object]]) -> dict[str, list[float]]:
    """Tap one after the other; return milliseconds until each method was called for it."""
    found: dict[str, list[float]] = {"answerCallbackQuery": [], "editMessageText": []}
    for number, tap in enumerate(taps, 1):
        started = server.flood([tap])
        for method, times in found.items():
            while len(calls := server.calls(method)) < number:
                time.sleep(0.002)
            times.append((datetime.fromisoformat(calls[-1]["at"]).timestamp() - started) * 1000)
        time.sleep(0.01)
    return found


def measure(program: str, taps: int) -> dict[str, list[float]]:
    """Run a program and tap on it."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "corps.db"
        wanted = ground.build(database, taps + 20, 50)
        with telegram(taps + 20) as server:
            ready = server.hand_out_cards(wanted)
            with PROGRAMS[program](server, database):
                server.polled()
                found = waits(server, ready)
    return {method: times[20:] for method, times in found.items()}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taps", type=int, default=200)
    options = parser.parse_args()
    for program in ("ours", "bare", "plain"):
        for method, times in measure(program, options.taps).items():
            p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"{program:8} {method:20} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms", flush=True)


if __name__ == "__main__":
    main()
