"""Five hundred taps, and the program dies in the middle: none is lost, none counts twice, every card is true."""

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import ground
from benchmarks.telegram import Telegram, ours, telegram

PEOPLE = 500
PATIENCE = 150.0

pytestmark = [pytest.mark.timeout(480), pytest.mark.long]


def rows(database: Path, statement: str) -> list[tuple[object, ...]]:
    """Read from the program's database while it runs."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as link:
        return link.execute(statement).fetchall()


def going(database: Path) -> int:
    """Count the sign-ups."""
    return int(str(rows(database, "SELECT count(*) FROM signup WHERE state = 'going'")[0][0]))


def kept(database: Path) -> int:
    """Count the taps in our own inbox: acknowledged to Telegram, and not handled."""
    return int(str(rows(database, "SELECT count(*) FROM keptupdate")[0][0]))


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def all_is_well(server: Telegram, database: Path) -> None:
    """Check that everybody has exactly the sign-up asked for, and reads so."""
    held = Counter(
        rows(database, "SELECT CAST(external AS INTEGER), slot_id FROM signup JOIN address USING (member_id)")
    )
    wanted = {(ground.FIRST_PERSON + n, n % 5 + 1) for n in range(PEOPLE)}
    assert set(held) == wanted, "none lost, none that nobody asked for"
    assert set(held.values()) == {1}, "none doubled"
    joined = rows(database, "SELECT actor_id, count(*) FROM audit WHERE action = 'signup.join' GROUP BY actor_id")
    assert len(joined) == PEOPLE
    assert {count for _, count in joined} == {1}, "done once each, however often Telegram repeated the tap"
    for person in range(ground.FIRST_PERSON, ground.FIRST_PERSON + PEOPLE):
        card = server.client.get(f"{server.url}/sandbox/chats/{person}/messages").json()[-1]
        assert "您已报名：志愿者" in card["text"], "the card is true"
        assert not any("报名" in button["text"] for row in card["keyboard"] for button in row)


@pytest.mark.parametrize("moment", [50, 250, 400])
def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path: Path, moment: int) -> None:
    database = tmp_path / "corps.db"
    taps = ground.build(database, PEOPLE, 5)
    with telegram(PEOPLE) as server:
        ready = server.hand_out_cards(taps)
        with ours(server, database) as first:
            os.setpriority(os.PRIO_PROCESS, first.pid, 5)  # who watches it is not slower than it is
            server.polled()
            server.flood(ready)
            until(lambda: going(database) >= moment, "the taps are not handled")
            first.send_signal(signal.SIGKILL)
            first.wait()
        done, left = going(database), server.pending() + kept(database)
        assert done < PEOPLE or moment > 50, "it died in the middle; who watches may see a later moment too late"
        assert left >= PEOPLE - done, "what was not handled is still at Telegram or in the inbox"
        with ours(server, database):
            until(lambda: server.pending() + kept(database) == 0, "the rest is not handled")
            all_is_well(server, database)


def test_a_stop_in_the_middle_takes_seconds_and_loses_nothing(tmp_path: Path) -> None:
    database = tmp_path / "corps.db"
    taps = ground.build(database, PEOPLE, 5)
    with telegram(PEOPLE) as server:
        ready = server.hand_out_cards(taps)
        with ours(server, database) as first:
            server.polled()
            server.flood(ready)
            until(lambda: going(database) >= 100, "the taps are not handled")
            first.send_signal(signal.SIGTERM)
            assert first.wait(timeout=PATIENCE) == 0
        done, left = going(database), server.pending() + kept(database)
        assert done + left >= PEOPLE, "what is not handled is still at Telegram, or in the inbox if it was slow"
        with ours(server, database):
            until(lambda: server.pending() + kept(database) == 0, "the rest is not handled")
            all_is_well(server, database)
