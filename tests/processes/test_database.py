"""A database that can't be used for a while, and a token used twice: nothing is lost, and it goes on by itself."""

import asyncio
import resource
import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.conftest import SERVER
from tests.processes.town import town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="about SQLite files and single processes")]

HEALTH = 27_391


async def unready(port: int) -> str:
    """Wait until the process says that it is not ready; return why."""
    async with asyncio.timeout(40), httpx.AsyncClient() as monitor:
        while True:
            answer = await monitor.get(f"http://127.0.0.1:{port}/readyz", timeout=10)
            if answer.status_code == 503:
                return answer.text
            await asyncio.sleep(0.2)


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
        await until(lambda: "database.usable_again" in here.log(), 20, here.log())
        counts = await here.arrived()
        assert counts.pop(here.people[3]) == 2, "the answer to /quota came too"
        assert set(counts.values()) == {1}


async def test_a_full_disk_is_a_clear_state_and_goes_on_by_itself(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        here.owe_all()
        bot = here.start(HEALTH_PORT=str(HEALTH))
        await until(lambda: here.sent() >= 5, 30, here.log())
        # No file of the process may grow any more: to SQLite that is a disk without room.
        _, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, hard))
        assert "database" in await unready(HEALTH)
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
        assert await here.answer(here.people[1])
