"""Taps of members while one stranger, or fifty, send without end, under Telegram's limits with slow calls.

`python -m benchmarks.flood [--latency 0.1] [--seconds 20] [--messages 500]` prints how long a tap waits for its answer:
in quiet, while one person forwards so many messages by hundreds, and while fifty do, a hundred each; in
turns, so that what else the machine does disturbs all alike. Every tap is by another member, and waits until the answer
is out, the answer's own call included. The real bot process, by webhook and by long poll.
"""

import argparse
import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from benchmarks import ground
from benchmarks.broadcast import Taps
from benchmarks.taps import Program
from benchmarks.telegram import Telegram, ours, ours_by_webhook, percentile, telegram, until
from sandbox.botapi.limits import STRICT

STRANGERS = 50
FORWARD = 100
"""Messages in one go: the most that Telegram's apps forward at once."""

EVERY = 0.25
"""Seconds between two taps."""

ROUNDS = 3
"""How often quiet and one flooder are measured, in turns; fifty leave too much behind for a second time."""


def flood(server: Telegram, first: int, strangers: int, messages: int, seconds: float) -> None:
    """Let so many strangers, numbered from the first, send so many messages, by hundreds over so many seconds."""
    for number in range(messages):
        if number % FORWARD == 0:
            time.sleep(seconds * FORWARD / messages)
        who = first + number // FORWARD % strangers
        said = {"person_id": who, "chat_id": who, "text": f"转发 {number}"}
        server.client.post(f"{server.url}/sandbox/say", json=said).raise_for_status()


def measure(server: Telegram, taps: Taps, seconds: float, *flooding: int) -> list[float]:
    """Return milliseconds that taps waited, the answer's own call among them, while strangers flood if any do."""
    thread = threading.Thread(target=flood, args=(server, *flooding, seconds * 0.8))
    with taps.going_on():
        if flooding:
            thread.start()
        time.sleep(seconds)
    if flooding:
        thread.join()
    return [wait + server.latency * 1000 for wait in taps.waits()]


def drained(database: Path) -> bool:
    """Tell whether nothing lies in the bot's inbox any more."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return not connection.execute("SELECT count(*) FROM keptupdate").fetchone()[0]


def compare(program: Program, options: argparse.Namespace) -> None:
    """Measure in quiet and in both floods, with updates brought in one way, and print a line for each."""
    waits = dict[str, list[float]](quiet=[], one=[], fifty=[])
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "corps.db"
        cards = ground.build(database, int((2 * ROUNDS + 2) * options.seconds / EVERY), 50)
        stranger = ground.FIRST_PERSON + len(cards)
        with telegram(len(cards) + STRANGERS) as server:
            taps = Taps(server, server.hand_out_cards(cards), EVERY)
            server.slow_down(options.latency)
            server.limit(STRICT)
            with program(server, database):
                server.polled()
                time.sleep(3)
                for _ in range(ROUNDS):
                    waits["quiet"] += measure(server, taps, options.seconds)
                    waits["one"] += measure(server, taps, options.seconds, stranger, 1, options.messages)
                    until(lambda: drained(database), "what was parked is handled", 300)
                waits["quiet"] += measure(server, taps, options.seconds)
                waits["fifty"] += measure(server, taps, options.seconds, stranger, STRANGERS, options.messages * 10)
    quiet = percentile(waits["quiet"], 0.95)
    for name, found in waits.items():
        p50, p95 = percentile(found, 0.5), percentile(found, 0.95)
        times = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms ({p95 / quiet:.2f} of quiet), worst {max(found):.0f} ms"
        print(f"  {name:6} {len(found):4} taps: {times}", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds every call takes at the server")
    parser.add_argument("--seconds", type=float, default=12.0, help="how long each is measured")
    parser.add_argument("--messages", type=int, default=500, help="of one stranger; fifty send ten times as many")
    options = parser.parse_args()
    for way, program in (("webhook", ours_by_webhook), ("long poll", ours)):
        print(f"by {way}")
        compare(program, options)


if __name__ == "__main__":
    main()
