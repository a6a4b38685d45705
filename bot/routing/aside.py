"""Long reading (exports and the like) in a child process, on what the database held when it began.

Whoever taps meanwhile waits for nothing: neither for our only writer, nor for the interpreter's lock, nor for memory.
The process says how far it is, and gives its result as bytes.
"""

import asyncio
import dataclasses
import datetime as dt
import importlib
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, BinaryIO, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.texts.voice import Voice
from corps.addresses import Address
from corps.moment import Moment, Policy
from corps.people import Actor, recognise
from corps.rounding import Rounding
from models.engine import READING, open_engine

P = ParamSpec("P")
T = TypeVar("T")
ROOT = Path(__file__).parents[2]
NICE = 10
"""It makes way for whoever taps meanwhile: on a busy machine it takes its time, and nobody else's."""
SECONDS = 600.0
_ERROR = 500
"""How much of what a failed process said is kept."""

Progress = Callable[[int, int], Awaitable[None]]


class AsideError(Exception):
    """The process gave no result; the text is the end of what it said."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the work has: a session that only reads, who asks and when, their voice, and a way to say how far it is."""

    session: Session
    actor: Actor
    at: Moment
    voice: Voice
    tell: Callable[[int, int], None]

    def run(
        self, operation: Callable[Concatenate[Session, Actor, Moment, P], T], *args: P.args, **named: P.kwargs
    ) -> T:
        """Return what an operation of the corps reads, for who asks."""
        return operation(self.session, self.actor, self.at, *args, **named)


async def aside(database: Database, actor: Actor, target: str, values: dict[str, Any], progress: Progress) -> bytes:
    """Run `target` (`module:function` of a Reading, values and a file to write to) aside, and return what it wrote.

    Args:
        database: Where it reads.
        actor: Who asks.
        target: The function.
        values: What JSON can hold.
        progress: Called with how many of how many are done.

    Raises:
        AsideError: It gave no result.
    """
    policy = database.policy
    told = {
        "target": target,
        "values": values,
        "url": database.engine.url.render_as_string(hide_password=False),
        "zone": database.clock.zone_info.key,
        "now": database.clock.now().isoformat(),
        "policy": {name: getattr(policy, name) for name in _POLICY},
        "address": [actor.address.channel, actor.address.id],
        "language": actor.language,
    }
    known = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "HOME", "TMPDIR")}
    known |= {name: value for name, value in os.environ.items() if name.startswith("COV")}
    pipe = asyncio.subprocess.PIPE
    work = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=known
    )
    assert work.stdin is not None  # noqa: S101 - they are pipes
    assert work.stdout is not None  # noqa: S101
    assert work.stderr is not None  # noqa: S101
    work.stdin.write(json.dumps(told).encode())
    work.stdin.close()
    try:
        async with asyncio.timeout(SECONDS):
            result, said = await asyncio.gather(work.stdout.read(), _listen(work.stderr, progress))
            if await work.wait():
                raise AsideError(said[-_ERROR:])
            return result
    finally:
        if work.returncode is None:
            work.kill()
            await work.wait()


async def _listen(stream: asyncio.StreamReader, progress: Progress) -> str:
    said = ""
    async for line in stream:
        word, *numbers = line.decode(errors="replace").split()[:3] or [""]
        if word == _DONE and len(numbers) == 2:  # noqa: PLR2004 - so many of so many
            await progress(int(numbers[0]), int(numbers[1]))
        else:
            said = (said + line.decode(errors="replace"))[-_ERROR:]
    return said


_DONE = "done"
_POLICY = ("language", "web_url", "corps_name", "contact", "rounding")


def main(told: dict[str, Any], out: BinaryIO) -> None:
    """The entry point of the child process."""
    os.nice(NICE)
    clock = Clock(told["zone"])
    kept = {**told["policy"], "rounding": Rounding(told["policy"]["rounding"])}
    at = Moment(dt.datetime.fromisoformat(told["now"]), Policy(zone=clock, **kept))
    module, _, function = told["target"].partition(":")
    work = getattr(importlib.import_module(module), function)
    engine = open_engine(told["url"], patience=SECONDS).execution_options(**{READING: True})
    with Session(engine, expire_on_commit=False) as session:
        actor = recognise(session, at, Address(*told["address"]))
        work(Reading(session, actor, at, Voice(told["language"], clock), _tell), told["values"], out)
    engine.dispose()


def _tell(done: int, total: int) -> None:
    print(_DONE, done, total, file=sys.stderr, flush=True)  # noqa: T201 - this is how the process says it


if __name__ == "__main__":
    main(json.load(sys.stdin), sys.stdout.buffer)
