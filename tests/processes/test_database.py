"""A database that can't be used for a while, and a token used twice: nothing is lost, and it goes on by itself."""

import asyncio
import contextlib
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import SERVER
from tests.processes.town import PATIENCE, free_port, town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="about SQLite files and single processes")]


async def unready(port: int) -> str:
    """Wait until the process says that it is not ready; return why."""
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(timeout=60) as monitor:
        while True:
            answer = await monitor.get(f"http://127.0.0.1:{port}/readyz", timeout=90)
            if answer.status_code == 503:
                return answer.text
            await asyncio.sleep(0.2)


async def test_a_file_locked_by_a_backup_holds_everything_up_and_loses_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, 40) as here:
        here.owe_all()
        here.start()
        await until(lambda: here.sent() >= 5, PATIENCE, here.story)
        holder = sqlite3.connect(tmp_path / "data" / "corps.db", isolation_level=None, timeout=20)
        holder.execute("BEGIN IMMEDIATE")
        await here.says(here.people[3], "/quota")
        await until(lambda: "database.unusable" in here.log(), PATIENCE, here.story)
        holder.execute("ROLLBACK")
        holder.close()
        await until(lambda: here.sent() == 40, 120, here.story)
        await until(lambda: "database.usable_again" in here.log(), PATIENCE, here.story)
        counts = await here.arrived()
        assert counts.pop(here.people[3]) == 2, "the answer to /quota came too"
        assert set(counts.values()) == {1}


async def test_files_that_may_not_grow_are_a_clear_state_and_it_goes_on_by_itself(tmp_path: Path) -> None:
    """To SQLite a limit on the size of files is a disk without room; it needs no rights to be set up."""
    async with town(tmp_path, 60) as here:
        here.owe_all()
        health = free_port()
        bot = here.start(HEALTH_PORT=str(health))
        await until(lambda: here.sent() >= 5, PATIENCE, here.story)
        _, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, hard))
        assert "database" in await unready(health)
        assert bot.poll() is None
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (hard, hard))
        await until(lambda: here.sent() == 60, 120, here.story)
        assert integrity(tmp_path / "data" / "corps.db") == "ok"
        counts = await here.arrived()
        assert set(counts.values()) == {1}, "what was sent and could not be written down is written down now"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes, mounted for the test."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=8m", "tongxin-test", str(disk)]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("no right to mount a disk here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S607 - on the path, as mount was


async def test_a_disk_that_is_full_is_a_clear_state_and_it_goes_on_by_itself(tmp_path: Path, small_disk: Path) -> None:
    """A real file system without a free byte, in the middle of a flood; taps wait, and nothing is corrupt."""
    file, filler = small_disk / "corps.db", small_disk / "filler"
    async with town(tmp_path, 60, f"sqlite:///{file}") as here:
        here.owe_all()
        health = free_port()
        bot = here.start(HEALTH_PORT=str(health))
        await until(lambda: here.sent() >= 5, PATIENCE, here.story)
        fill(filler)
        await here.says(here.people[3], "/quota")
        assert "disk" in await unready(health)
        await until(lambda: "database.unusable" in here.log(), PATIENCE, here.story)
        fill(filler)
        assert bot.poll() is None
        filler.unlink()
        await until(lambda: here.sent() == 60, 120, here.story)
        await here.reads(here.people[3], "公益讲座", 60)
        await until(lambda: "database.usable_again" in here.log(), 120, here.story)
        assert integrity(file) == "ok"
        counts = await here.arrived()
        assert counts.pop(here.people[3]) == 2, "the message and the answer"
        assert set(counts.values()) == {1}


def fill(filler: Path) -> None:
    """Take all the room that is left on the disk of a file."""
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        for size in (65_536, 4_096, 512, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)


def integrity(file: Path) -> str:
    """Return what SQLite says about the file, `ok` if it is whole."""
    with contextlib.closing(sqlite3.connect(file)) as whole:
        return str(whole.execute("PRAGMA integrity_check").fetchone()[0])


async def test_two_that_poll_with_one_token_are_told_what_409_means_and_recover(tmp_path: Path) -> None:
    async with town(tmp_path, 2) as here:
        here.start()
        await until(lambda: "lead.taken" in here.log(), PATIENCE, here.story)
        other = here.start(DATABASE_URL=f"sqlite:///{tmp_path}/other/corps.db")
        await until(lambda: "stop one of them" in here.log() + here.log(2), PATIENCE, here.story)
        other.kill()
        await here.says(here.people[1], "/quota")
        assert await here.answer(here.people[1])


async def test_a_webhook_that_was_set_elsewhere_is_called_off_and_polling_goes_on(tmp_path: Path) -> None:
    """The other thing a 409 means: somebody set a webhook with this token, and all that comes goes there."""
    async with town(tmp_path, 2) as here:
        here.start()
        await here.says(here.people[1], "/quota")
        await here.answer(here.people[1])
        await here.telegram("setWebhook", url=f"http://127.0.0.1:{free_port()}/elsewhere")
        await until(lambda: "or a webhook): stop one of them" in here.log(), 120, here.story)
        await here.says(here.people[1], "/quota")
        await here.answer(here.people[1], 2)
        assert (await here.webhook_info())["url"] == ""


async def test_a_backup_made_in_the_midst_of_a_flood_brings_back_what_it_held(tmp_path: Path) -> None:
    """`main.py backup` beside a running bot, then `main.py restore`: table by table, row by row the same."""
    async with town(tmp_path, 300) as here:
        file = tmp_path / "data" / "corps.db"
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 10, PATIENCE, here.story)
        made = await here.command("backup")
        assert made.returncode == 0, made.stderr
        backup = Path(made.stdout.decode().strip())
        assert private(backup)
        held = content(backup)
        await until(lambda: here.sent() == 300, 120, here.story)
        assert set((await here.arrived()).values()) == {1}, "the backup held nothing up"
        refused = await here.command("restore", str(backup))
        assert refused.returncode == 2, "not while the bot runs"
        bot.terminate()
        assert await here.ended(bot) == 0
        here.engine.dispose()
        after = content(file)
        assert after != held
        back = await here.command("restore", str(backup))
        assert back.returncode == 0, back.stderr
        assert content(file) == held
        assert private(file)
        [aside] = file.parent.glob("*before-restore*")
        assert content(aside) == after, "what was there before is kept"
        here.start()
        await until(lambda: here.sent() == 300, 120, here.story)
        counts = await here.arrived()
        assert min(counts.values()) >= 1, "what the backup did not know of is sent once more, nothing is lost"


def content(file: Path) -> list[str]:
    """Return all that a database holds, as SQL, but for which ids come next: a restore gives none out again."""
    with contextlib.closing(sqlite3.connect(file)) as link:
        return [line for line in link.iterdump() if '"sqlite_sequence"' not in line]


def private(file: Path) -> bool:
    """Tell whether a file is its owner's alone."""
    return file.stat().st_mode & 0o077 == 0
