"""Taps of members while one stranger, or fifty, send without end, under Telegram's limits with slow calls.

`python -m benchmarks.flood [--latency 0.1] [--seconds 20] [--messages 500]` prints how long a tap waits for its answer:
in quiet, while one person forwards so many messages at once, and while fifty forward a hundred each, one by one. Every
tap is by another member. The real bot process, by webhook and by long poll.
"""

import argparse
import tempfile
import threading
import time
from pathlib import Path

from benchmarks import ground
from benchmarks.broadcast import Taps
from benchmarks.taps import Program
from benchmarks.telegram import Telegram, ours, ours_by_webhook, percentile, telegram
from sandbox.botapi.limits import STRICT

PEOPLE = 300
STRANGERS = 50
FORWARD = 100
"""Messages in one go: the most that Telegram's apps forward at once."""

EVERY = 0.25
"""Seconds between two taps."""


def flood(server: Telegram, strangers: int, messages: int, seconds: float) -> None:
    """Let so many strangers send so many messages together, in forwards of a hundred spread over so many seconds."""
    for number in range(messages):
        if number % FORWARD == 0:
            time.sleep(seconds * FORWARD / messages * (strangers > 1))
        who = ground.FIRST_PERSON + PEOPLE + number // FORWARD % strangers
        said = {"person_id": who, "chat_id": who, "text": f"转发 {number}"}
        server.client.post(f"{server.url}/sandbox/say", json=said).raise_for_status()


def measure(server: Telegram, taps: Taps, seconds: float, strangers: int, messages: int) -> list[float]:
    """Return milliseconds that taps waited while strangers flood."""
    flooding = threading.Thread(target=flood, args=(server, strangers, messages, seconds * 0.8))
    with taps.going_on():
        if strangers:
            flooding.start()
        time.sleep(seconds)
        if strangers:
            flooding.join()
    return taps.waits()


def compare(program: Program, options: argparse.Namespace) -> None:
    """Measure in quiet and in both floods, with updates brought in one way, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "corps.db"
        cards = ground.build(database, PEOPLE, 50)
        with telegram(PEOPLE + STRANGERS) as server:
            taps = Taps(server, server.hand_out_cards(cards), EVERY)
            server.slow_down(options.latency)
            server.limit(STRICT)
            with program(server, database):
                server.polled()
                time.sleep(3)
                quiet = 0.0
                for name, strangers, messages in (
                    ("quiet", 0, 0),
                    ("one floods", 1, options.messages),
                    ("fifty flood", STRANGERS, options.messages * 10),
                ):
                    waits = measure(server, taps, options.seconds, strangers, messages)
                    p50, p95, left = percentile(waits, 0.5), percentile(waits, 0.95), server.pending()
                    quiet = quiet or p95
                    times = (
                        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms ({p95 / quiet:.2f} of quiet), worst {max(waits):.0f} ms"
                    )
                    print(f"  {name:12} {len(waits):4} taps: {times}; {left} left", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds every call takes at the server")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each is measured")
    parser.add_argument("--messages", type=int, default=500, help="of one stranger; fifty send ten times as many")
    options = parser.parse_args()
    for way, program in (("webhook", ours_by_webhook), ("long poll", ours)):
        print(f"by {way}")
        compare(program, options)


if __name__ == "__main__":
    main()
