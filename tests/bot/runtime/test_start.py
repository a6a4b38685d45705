"""A start that cannot be is one sentence and the exit status 2; one that only comes too early waits."""

import asyncio
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.runtime.backup import opened
from bot.runtime.settings import SettingsError
from bot.runtime.starting import StartError, look_before, once_there
from bot.runtime.teams_file import read_roster
from tests.bot.runtime.test_restore import half, header, nothing, schema, some_pages, uneven, words, zeros
from tests.processes.town import free_port
from tests.program import ROOT

TOKEN = "7000000001:" + "A" * 35
PASSWORD = "hunter2"


def started(folder: Path, *more: str, **settings: str) -> "subprocess.Popen[str]":
    """Start the program in a folder, before a Telegram that is not there."""
    plain = {"PATH": os.environ["PATH"], "HOME": str(folder), "BOT_TOKEN": TOKEN, "BOT_API_URL": "http://127.0.0.1:9"}
    ours = {"DATABASE_URL": f"sqlite:///{folder}/corps.db", "TEAMS_FILE": str(ROOT / "teams.toml")}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *more],
        cwd=folder,
        env=plain | ours | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def refusal(folder: Path, **settings: str) -> str:
    """Start the program; return the one sentence with which it ends."""
    program = started(folder, **settings)
    said, _ = program.communicate(timeout=60)
    assert program.returncode == 2, said
    assert "Traceback" not in said
    assert PASSWORD not in said
    assert TOKEN not in said
    lines = [line for line in said.strip().splitlines() if "start.waiting_for_telegram" not in line]
    assert len(lines) == 1, said
    assert lines[0].startswith("✗ ")
    return lines[0]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.long
def test_settings_that_only_the_start_can_find_wrong(tmp_path: Path, taken: int) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "not.toml").write_text("= [")
    (tmp_path / "file").touch()
    for settings, words_ in (
        ({"TEAMS_FILE": str(tmp_path / "folder")}, "not a file"),
        ({"TEAMS_FILE": str(tmp_path / "not.toml")}, "not valid TOML"),
        ({"TEAMS_FILE": "/nowhere/teams.toml"}, "no such file"),
        ({"DATABASE_URL": f"sqlite:///{tmp_path}/folder"}, "not a file"),
        ({"DATABASE_URL": f"sqlite:///{tmp_path}/file/corps.db"}, "not a file"),
        ({"DATABASE_URL": f"postgresql://u:{PASSWORD}@127.0.0.1:{taken}/n?nonsense=1"}, "can't be used"),
        ({"FILES_DIR": str(tmp_path / "file")}, "not a folder"),
        ({"FILES_DIR": str(tmp_path / "file" / "in")}, "not a folder"),
        ({"FILES_DIR": "/proc/files"}, "cannot be written"),
        ({"PROXY_URL": f"http://u:{PASSWORD}@h:99999"}, "PROXY_URL"),
        ({"HEALTH_PORT": str(taken)}, "HEALTH_PORT"),
    ):
        assert words_ in refusal(tmp_path, **settings), settings


@pytest.fixture
def file(tmp_path: Path, migrated_file: Path) -> Path:
    """A migrated database."""
    path = tmp_path / "corps.db"
    shutil.copy(migrated_file, path)
    return path


def test_a_damaged_database_and_one_of_a_newer_version(tmp_path: Path, file: Path) -> None:
    content = file.read_bytes()
    with opened(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "upgrade first" in refusal(tmp_path)
    file.write_bytes(header(content))
    assert "main.py restore" in refusal(tmp_path)


@pytest.mark.parametrize("damage", [header, schema, half, uneven, zeros, some_pages, words])
def test_every_damage_is_found_before_anything_is_opened(file: Path, damage: Callable[[bytes], bytes]) -> None:
    file.write_bytes(damage(file.read_bytes()))

    def look() -> None:
        look_before(f"sqlite:///{file}")

    with pytest.raises(StartError, match=r"main\.py restore"):
        asyncio.run(once_there(look, asyncio.Event(), f"sqlite:///{file}"))


def test_an_empty_file_is_a_new_database(file: Path) -> None:
    file.write_bytes(nothing(b""))
    look_before(f"sqlite:///{file}")


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A disk that can only be read."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tongxin-test", str(disk)]
    made = subprocess.run(mount, capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("no right to mount a disk here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S607 - on the path, as mount was


def test_a_disk_that_can_only_be_read(tmp_path: Path, read_only: Path) -> None:
    assert "cannot be" in refusal(tmp_path, DATABASE_URL=f"sqlite:///{read_only}/corps.db")
    assert "cannot be" in refusal(tmp_path, DATABASE_URL=f"sqlite:///{read_only}/data/corps.db")


def test_a_postgresql_that_is_not_there_is_waited_for_and_a_stop_is_heeded(tmp_path: Path) -> None:
    program = started(tmp_path, DATABASE_URL=f"postgresql://u:{PASSWORD}@127.0.0.1:{free_port()}/n")
    assert program.stdout is not None
    lines = [program.stdout.readline(), program.stdout.readline()]
    assert all("start.waiting_for_database" in line for line in lines)
    assert PASSWORD not in "".join(lines)
    program.send_signal(signal.SIGTERM)
    rest, _ = program.communicate(timeout=60)
    assert program.returncode == 0
    assert "error" not in rest


async def test_what_passes_is_waited_for_ever_more_rarely_and_then_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.starting.FIRST_WAIT", 0.01)
    answers: list[Exception | None] = [
        OperationalError("", None, Exception("connection refused")),
        sqlite3.OperationalError("database is locked"),
        OperationalError("", None, Exception("the database system is starting up")),
        None,
    ]

    def open_up() -> str:
        if (answer := answers.pop(0)) is not None:
            raise answer
        return "open"

    assert await once_there(open_up, asyncio.Event(), "postgresql://u@h/n") == "open"


@pytest.mark.parametrize(
    "said",
    [
        'FATAL: password authentication failed for user "u"',
        'FATAL: database "n" does not exist',
        "no pg_hba.conf entry",
    ],
)
async def test_what_no_waiting_mends_is_said(said: str) -> None:
    def open_up() -> str:
        raise OperationalError("", None, Exception(f"connection failed: {said}\nmore"))

    with pytest.raises(StartError) as caught:
        await once_there(open_up, asyncio.Event(), f"postgresql://u:{PASSWORD}@h/n")
    assert PASSWORD not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"x = " + b"[" * 5000, b"x = " + b"9" * 5000, b"team = 1", b"[[team]]", b""]
)
def test_a_roster_that_is_no_roster_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "teams.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="TEAMS_FILE") as caught:
        read_roster(path)
    assert "\n" not in str(caught.value)
