"""The whole program by a clock that a file moves: `python -m tests.processes.late FILE`.

The file holds the seconds by which the program is ahead of real time. Nothing else of the program is touched: all of
it asks `bot.runtime.clock`, and what it measures (pauses, timeouts) it measures by the machine's own monotonic clock.
"""

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

import main
from bot.runtime.clock import Clock


def late(file: Path) -> Callable[[Clock], dt.datetime]:
    """Return what `Clock.now` is replaced by."""

    def now(_clock: Clock) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(file.read_text()))

    return now


if __name__ == "__main__":
    Clock.now = late(Path(sys.argv.pop()))  # type: ignore[assignment, method-assign]
    sys.exit(main.main())
