"""Failures that are over in a few seconds."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from models.words import NoticeState
from tests.conftest import SERVER
from tests.processes.town import ROOT, town, until

pytestmark = pytest.mark.skipif(bool(SERVER), reason="about SQLite files and single processes")


async def test_killed_in_the_midst_everybody_gets_it_and_few_get_it_twice(tmp_path: Path) -> None:
    async with town(tmp_path, 90) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 20, 30, here.log())
        bot.kill()
        bot.wait()
        held = here.states().get(NoticeState.LEASED, 0)
        here.start()
        await until(lambda: here.sent() == 90, 30, here.log(2))
        counts = await here.arrived()
        assert min(counts.values()) >= 1
        twice = sum(count - 1 for count in counts.values())
        assert twice <= held <= 64
        assert sum(row.maybe_twice for row in here.rows()) == held, "the count that is shown is no smaller"


async def test_a_second_on_the_same_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with town(tmp_path, 2) as here:
        first = here.start()
        await until(lambda: "lead.taken" in here.log(), 20, here.log())
        second = here.start()
        assert second.wait(20) == 2
        assert "请先停掉它" in here.log(2)
        assert first.poll() is None
        first.kill()
        first.wait()
        here.start()
        await until(lambda: "lead.taken" in here.log(3), 20, "the kernel frees the lock with the process")


async def test_it_ends_within_seconds_on_sigterm_and_leaves_nothing_leased(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 5, 30, here.log())
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(10) == 0
        assert NoticeState.LEASED not in here.states()
        assert not any(row.maybe_twice for row in here.rows())


async def test_a_file_locked_by_a_backup_holds_everything_up_and_loses_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, 40) as here:
        here.owe_all()
        here.start()
        await until(lambda: here.sent() >= 5, 30, here.log())
        holder = sqlite3.connect(tmp_path / "data" / "corps.db", isolation_level=None, timeout=20)
        holder.execute("BEGIN IMMEDIATE")
        await here.says(here.people[3], "/quota")
        await until(lambda: "database.unusable" in here.log(), 30, here.log())
        holder.execute("ROLLBACK")
        holder.close()
        await until(lambda: here.sent() == 40, 60, here.log())
        assert "database.usable_again" in here.log()
        counts = await here.arrived()
        assert counts.pop(here.people[3]) == 2, "the answer to /quota came too"
        assert set(counts.values()) == {1}


async def test_a_full_disk_is_a_clear_state_and_goes_on_by_itself(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 5, 30, here.log())
        # No file of the process may grow any more: to SQLite that is a disk without room.
        _, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, hard))
        await until(lambda: "database.unusable" in here.log(), 30, here.log())
        assert bot.poll() is None
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (hard, hard))
        await until(lambda: here.sent() == 60, 60, here.log())
        whole = sqlite3.connect(tmp_path / "data" / "corps.db")
        assert whole.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        whole.close()
        counts = await here.arrived()
        assert set(counts.values()) == {1}, "what was sent and could not be written down is written down now"


async def test_two_that_poll_with_one_token_are_told_what_409_means_and_recover(tmp_path: Path) -> None:
    async with town(tmp_path, 2) as here:
        here.start()
        await until(lambda: "lead.taken" in here.log(), 20, here.log())
        other = here.start(DATABASE_URL=f"sqlite:///{tmp_path}/other/corps.db")
        await until(lambda: "stop one of them" in here.log() + here.log(2), 20, here.log())
        other.kill()
        await here.says(here.people[1], "/quota")
        await until(lambda: "message" in here.log() or True, 1, "")
        async with _answered(here.people[1], here):
            pass


class _answered:  # noqa: N801 - reads as a word
    """Wait until a person has an answer."""

    def __init__(self, person: int, here: object) -> None:
        self._person, self._here = person, here

    async def __aenter__(self) -> None:
        for _ in range(400):
            if await self._here.read(self._person):  # type: ignore[attr-defined]
                return
        raise AssertionError("no answer")

    async def __aexit__(self, *_: object) -> None:
        return


def test_backup_and_restore_by_hand(tmp_path: Path) -> None:
    env = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/corps.db", "BOT_TOKEN": ""}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "main.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )

    assert run("backup").returncode == 2, "there is nothing yet"
    with sqlite3.connect(tmp_path / "corps.db") as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (1)")
    made = run("backup")
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(tmp_path / "corps.db") as connection:
        connection.execute("INSERT INTO t VALUES (2)")
    back = run("restore", made.stdout.strip())
    assert back.returncode == 0, back.stderr
    with sqlite3.connect(tmp_path / "corps.db") as connection:
        assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]
    assert run("restore", "nowhere.db").returncode == 2
    assert run("dance").returncode == 2
