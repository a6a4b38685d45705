"""A broadcast to everybody through a server that keeps Telegram's limits, and the taps answered meanwhile.

The limits are `strict` (messages and edits together, any 30 in any second) or `lenient` (messages alone, a bucket).
Ours is the real bot process, and the broadcast is confirmed as a coordinator would: the clock runs from before
everybody's notice is written until the last message is accepted. Beside it, on as many people as `--fewer` says,
the two loops of `benchmarks.loops`, timed from their first message. The physical limit is people / 30 a second; where
edits count, what counted / 30.

`python -m benchmarks.broadcast [--people 2500] [--fewer 600] [--latency 0] [--limits strict] [--taps 2]` prints the
ratios of one run; `--limits both` runs one after the other.
"""

import argparse
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session

from benchmarks import ground
from benchmarks.telegram import LETTER, Telegram, moment, ours, percentile, running, telegram, until
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from corps.addresses import telegram as at_telegram
from corps.broadcasts import broadcasts
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.moment import Moment, Policy
from corps.people import recognise
from models.engine import open_engine
from sandbox.botapi.limits import READINGS, STRICT

PER_SECOND = 30
ALONE = 45.0
"""Seconds of taps without a broadcast, to compare with."""


@dataclass
class Taps:
    """Taps one after another, and how long each answer took."""

    server: Telegram
    ready: list[dict[str, Any]]
    every: float
    begun: dict[str, float] = field(default_factory=dict)

    def tap(self, ended: threading.Event) -> None:
        """Tap every so many seconds until told to end."""
        while self.ready and not ended.wait(self.every):
            callback, at = self.server.tap(self.ready.pop())
            self.begun[callback] = at

    def waits(self) -> list[float]:
        """Return milliseconds from each tap to its answer, and begin a new list. Every tap must be answered."""
        until(lambda: self.begun.keys() <= self.server.answered().keys(), "a tap without an answer")
        answered = self.server.answered()
        found = [(answered[callback] - began) * 1000 for callback, began in self.begun.items()]
        self.begun.clear()
        return found

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Tap for the length of a block."""
        ended = threading.Event()
        thread = threading.Thread(target=self.tap, args=(ended,))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def confirm(server: Telegram, file: Path) -> None:
    """Compose a broadcast to all and confirm it, as the product does."""
    engine, clock = open_engine(ground.address(file)), Clock()
    database = Database(engine, clock, Policy(zone=clock))
    card = server.bot("sendMessage", chat_id=ground.FIRST_PERSON, text="群发")["message_id"]

    def send(session: Session, at: Moment) -> None:
        actor = recognise(session, at, at_telegram(1))
        shown = broadcasts.prepare(session, actor, at, Content(html=LETTER), Audience(Scope.ALL))
        broadcasts.confirm(session, actor, at, shown.id, shown.revision, (at_telegram(ground.FIRST_PERSON), str(card)))

    database.run_now(send)
    database.close()


def wait_until_sent(database: Path, people: int) -> None:
    """Wait until everybody's notice is recorded as sent."""
    patience = time.monotonic() + people / PER_SECOND * 3 + 60
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        while time.monotonic() < patience:
            sent = connection.execute("SELECT count(*) FROM notice WHERE state = 'sent'").fetchone()[0]
            if sent >= people:
                return
            time.sleep(1)
    raise TimeoutError(f"{sent} of {people} sent")


def letters(server: Telegram) -> list[dict[str, Any]]:
    """Return the accepted messages that carry the broadcast."""
    return [call for call in server.calls("sendMessage") if "下周安排" in call["params"]["text"]]


def taps_of(people: int, every: float) -> int:
    """Return for how many taps there have to be people: one every so many seconds, alone and meanwhile."""
    return int((people / PER_SECOND * 1.5 + ALONE) / every)


def by_us(people: int, latency: float, limits: str, every: float) -> None:
    """Send to everybody with the real bot while somebody taps every so many seconds, and print how it went."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "corps.db"
        cards = ground.build(database, people, 50)[: taps_of(people, every)]
        with telegram(people) as server:
            taps = Taps(server, server.hand_out_cards(cards), every)
            server.slow_down(latency)
            with ours(server, database):
                server.polled()
                time.sleep(3)
                with taps.going_on():
                    time.sleep(ALONE)
                alone = taps.waits()
                server.limit(limits)
                time.sleep(2)
                with taps.going_on():
                    started = time.time()
                    confirm(server, database)
                    owed = time.time() - started
                    wait_until_sent(database, people)
                refused, meanwhile, sent = server.limit(limits), taps.waits(), letters(server)
                edits = sum(moment(call) >= started for call in server.calls("editMessageText"))
    chats = {call["params"]["chat_id"] for call in sent}
    assert len(chats) == len(sent) == people, f"{len(sent)} messages to {len(chats)} of {people}"
    times = [moment(call) for call in sent]
    show("ours", limits, people, max(times) - started, refused)
    counted, took = people + edits, max(times) - started
    print(f"  with {edits} edits meanwhile: {took / (counted / PER_SECOND):.3f} x the limit of all that counted")
    print(
        f"  of that, writing {people} notices took {owed:.2f} s; first to last message {max(times) - min(times):.1f} s"
    )
    for name, waits in (("alone", alone), ("meanwhile", meanwhile)):
        p50, p95 = percentile(waits, 0.5), percentile(waits, 0.95)
        print(f"  {len(waits)} taps {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, worst {max(waits):.1f} ms")
    ratio = [percentile(meanwhile, share) / percentile(alone, share) for share in (0.5, 0.95)]
    print(f"  taps meanwhile over alone: p50 {ratio[0]:.2f}, p95 {ratio[1]:.2f}", flush=True)


def by_loop(kind: str, people: int, latency: float, limits: str) -> None:
    """Send to everybody with a loop, and print how it went."""
    with telegram(people) as server:
        server.slow_down(latency)
        server.limit(limits)
        with running([sys.executable, "-m", "benchmarks.loops", server.url, str(people), kind]) as loop:
            loop.wait(people + 60)
        refused, times = server.limit(limits), [moment(call) for call in letters(server)]
    show(kind, limits, people, max(times) - min(times), refused)
    if len(times) != people:
        print(f"  {people - len(times)} got nothing")


def show(name: str, limits: str, people: int, seconds: float, refused: int) -> None:
    """Print one line of the table."""
    ratio = seconds / (people / PER_SECOND)
    print(
        f"{limits:8} {name:8} {people:6} people {seconds:7.1f} s  {ratio:.3f} x the limit  {refused} times 429",
        flush=True,
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2500)
    parser.add_argument("--fewer", type=int, default=600, help="people for the loops; 0 leaves them out")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds every call takes at the server")
    parser.add_argument("--limits", choices=(*READINGS, "both"), default=STRICT, help="how Telegram's limits are read")
    parser.add_argument("--taps", type=float, default=2.0, help="taps a second meanwhile")
    options = parser.parse_args()
    if taps_of(options.people, 1 / options.taps) > options.people:
        parser.error("too few --people: each of them taps once, and there have to be taps until all is sent")
    for limits in READINGS if options.limits == "both" else (options.limits,):
        by_us(options.people, options.latency, limits, 1 / options.taps)
        for kind in ("limiter", "sleep") if options.fewer else ():
            by_loop(kind, options.fewer, options.latency, limits)


if __name__ == "__main__":
    main()
