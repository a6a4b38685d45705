"""Failures that are over in a few seconds."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from models.enums import NoticeState
from tests.conftest import SERVER
from tests.processes.town import PATIENCE, ROOT, town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="about SQLite files and single processes")]


async def test_killed_in_the_midst_everybody_gets_it_and_few_get_it_twice(tmp_path: Path) -> None:
    async with town(tmp_path, 90) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 20, PATIENCE, here.story)
        bot.kill()
        bot.wait()
        held = here.states().get(NoticeState.LEASED, 0)
        here.start()
        await until(lambda: here.sent() == 90, PATIENCE, here.story)
        counts = await here.arrived()
        assert min(counts.values()) >= 1
        twice = sum(count - 1 for count in counts.values())
        assert twice <= held <= 64
        assert sum(row.maybe_twice for row in here.rows()) == held, "the count that is shown is no smaller"


async def test_a_second_on_the_same_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with town(tmp_path, 2) as here:
        first = here.start()
        await until(lambda: "lead.taken" in here.log(), PATIENCE, here.story)
        second = here.start()
        assert await here.ended(second) == 2
        assert "请先停掉它" in here.log(2)
        assert first.poll() is None
        first.kill()
        first.wait()
        here.start()
        await until(lambda: "lead.taken" in here.log(3), PATIENCE, "the kernel frees the lock with the process")


async def test_it_ends_within_seconds_on_sigterm_and_leaves_nothing_leased(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 5, PATIENCE, here.story)
        bot.send_signal(signal.SIGTERM)
        assert await here.ended(bot) == 0
        assert NoticeState.LEASED not in here.states()
        assert not any(row.maybe_twice for row in here.rows())


def test_backup_and_restore_by_hand(tmp_path: Path, sample_file: Path) -> None:
    env = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/corps.db", "BOT_TOKEN": ""}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "main.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )

    assert run("backup").returncode == 2, "there is nothing yet"
    (tmp_path / "corps.db").write_bytes(sample_file.read_bytes())
    made = run("backup")
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(tmp_path / "corps.db") as connection:
        connection.execute("INSERT INTO milestone VALUES ('later', '2026-12-05')")
    back = run("restore", made.stdout.strip())
    assert back.returncode == 0, back.stderr
    with sqlite3.connect(tmp_path / "corps.db") as connection:
        assert connection.execute("SELECT key FROM milestone WHERE key = 'later'").fetchall() == []
    assert run("restore", "nowhere.db").returncode == 2
    assert run("dance").returncode == 2
