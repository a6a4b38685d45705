"""Settings of the process on its machine. They change its speed, and nothing else."""

import asyncio
import contextlib
import gc
import os
from collections.abc import Callable
from pathlib import Path


def spare_the_collector() -> None:
    """Keep Python's garbage collector from checking all modules again and again: they stay in memory anyway."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the faster event loop, uvloop, where it exists (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def stay_on_one_core() -> None:
    """Keep this thread, and those it will start, on the core that it runs on now.

    Does nothing but on Linux, and nothing where the machine does not allow it.

    Python runs one thread at a time. The event loop and the database's thread take turns several times a tap; on two
    cores each turn moves data from one core to the other, which made a tap cost 3.5 ms of processor instead of 2.0.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    # The 39th field, of which the first two are cut off here (https://man7.org/linux/man-pages/man5/proc.5.html).
    with contextlib.suppress(OSError):
        stat = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
        os.sched_setaffinity(0, {int(stat.rsplit(")", 1)[1].split()[36])})
