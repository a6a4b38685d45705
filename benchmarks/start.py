"""(d): from the start of the process to the first poll, ours against the smallest bot of the library.

`python -m benchmarks.start [--runs 5]` prints the medians and their ratio.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks import ground
from benchmarks.telegram import Telegram, ours, running, telegram

Program = AbstractContextManager["subprocess.Popen[bytes]"]


def seconds(begin: Callable[[Telegram, Path], Program], runs: int) -> float:
    """Return the median of how long it takes until the first getUpdates arrives."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "corps.db"
        ground.build(database, 100, 10)
        for _ in range(runs + 1):
            with telegram(1) as server:
                started = time.time()
                with begin(server, database):
                    times.append(server.polled() - started)
    return statistics.median(times[1:])  # the first one warms the disk's cache


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    hello = seconds(lambda server, _: running([sys.executable, "-m", "benchmarks.hello", server.url]), options.runs)
    mine = seconds(ours, options.runs)
    print(f"ours {mine:.2f} s, the library's smallest bot {hello:.2f} s, {mine / hello:.1f} times")


if __name__ == "__main__":
    main()
