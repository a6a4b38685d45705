"""Work that must not take us along: a child process with a limit of memory and of time, and none of our secrets.

What comes from outside, or takes all of a processor, is worked on there. A child gets bytes and gives bytes.
"""

import importlib
import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NICE = 1
"""A child makes way for whoever taps meanwhile."""


class ChildError(Exception):
    """The child gave nothing: it took too long, too much memory, or failed. Its text is the end of what it said."""


def in_child(target: str, data: bytes, *, seconds: float, megabytes: int) -> bytes:
    """Run `target` (`module:function`, which takes bytes and returns bytes) on `data` in a process of its own.

    Blocks until it is done: call it in a thread.

    Raises:
        ChildError: It gave nothing, for whatever reason.
    """
    command = [sys.executable, "-m", __name__, target, str(megabytes)]
    known = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    known |= {name: value for name, value in os.environ.items() if name.startswith(("COVERAGE", "COV_"))}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and a target that no one types
            command, input=data, capture_output=True, timeout=seconds, check=False, cwd=ROOT, env=known
        )
    except subprocess.TimeoutExpired as error:
        raise ChildError("too long") from error
    if done.returncode:
        raise ChildError(done.stderr.decode(errors="replace")[-300:])
    return done.stdout


def main(target: str, megabytes: str) -> None:
    """The entry point of the child process."""
    most = int(megabytes) * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)
    module, _, function = target.partition(":")
    given = sys.stdin.buffer.read()
    sys.stdout.buffer.write(getattr(importlib.import_module(module), function)(given))


if __name__ == "__main__":
    main(*sys.argv[1:])
