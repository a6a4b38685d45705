"""Backups: whole, private, kept for a while; and the way back."""

import datetime as dt
import shutil
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from bot.runtime.backup import FOLDER, BackupError, counts, make_backup, restore
from models.lock import FileLock, TakenError

NOON = dt.datetime(2026, 12, 5, 12)  # noqa: DTZ001 - wall time, as the names of files tell it


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Path:
    """A corps' database in a folder of its own."""
    path = tmp_path / "data" / "corps.db"
    path.parent.mkdir()
    shutil.copy(migrated_file, path)
    write(path, 100)
    return path


def write(path: Path, rows: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for number in range(rows):
            connection.execute("INSERT INTO milestone VALUES (?, '2026-12-05')", (f"{rows}:{number}",))
    connection.close()


def held(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    try:
        return counts(connection)
    finally:
        connection.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_holds_what_the_database_held_and_is_private(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    assert made.name == "corps-20261205-120000.db"
    assert held(made) == held(database)
    assert held(made)["milestone"] == 100
    assert (mode(made), mode(made.parent)) == (0o600, 0o700)
    assert [path.name for path in made.parent.iterdir()] == [made.name], "no log, no part is left beside it"


def test_a_backup_ends_under_a_steady_writer_and_is_of_one_moment(database: Path) -> None:
    over = threading.Event()

    def keep_writing() -> None:
        connection = sqlite3.connect(database, timeout=30)
        number = 0
        while not over.is_set():
            connection.execute("INSERT INTO milestone VALUES (?, '2026-12-05')", (f"w{number}",))
            connection.commit()
            number += 1
        connection.close()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for minute in range(5):
            assert held(make_backup(database, NOON + dt.timedelta(minutes=minute), 14))["milestone"] >= 100
    finally:
        over.set()
        writer.join()


def test_backups_older_than_the_days_kept_are_forgotten(database: Path) -> None:
    for day in range(20):
        make_backup(database, NOON + dt.timedelta(days=day), 7)
    names = sorted(path.name for path in (database.parent / FOLDER).iterdir())
    assert names[0] == "corps-20261217-120000.db"
    assert len(names) == 8


def test_a_database_that_is_damaged_makes_no_backup(database: Path) -> None:
    page = bytearray(database.read_bytes())
    page[4096 * 3 : 4096 * 40] = b"\xff" * (4096 * 37)
    database.write_bytes(bytes(page))
    with pytest.raises(BackupError):
        make_backup(database, NOON, 14)
    assert list((database.parent / FOLDER).iterdir()) == []


def test_restoring_brings_back_exactly_what_the_backup_held(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    before = held(database)
    write(database, 7)
    assert held(database) != before
    aside = restore(made, database, NOON)
    assert held(database) == before
    assert mode(database) == 0o600
    assert aside is not None
    assert held(aside)["milestone"] == 107, "what was there before is kept aside, its log folded in"
    assert made.exists()


def test_restoring_onto_nothing_works(database: Path, tmp_path: Path) -> None:
    made = make_backup(database, NOON, 14)
    fresh = tmp_path / "new" / "corps.db"
    assert restore(made, fresh, NOON) is None
    assert held(fresh) == held(made)


def test_nothing_is_restored_while_the_bot_runs(database: Path) -> None:
    made = make_backup(database, NOON, 14)
    running = FileLock(database)
    with pytest.raises(TakenError, match="stop it first"):
        restore(made, database, NOON)
    running.let_go()
    restore(made, database, NOON)


def test_a_damaged_or_missing_backup_changes_nothing(database: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(make_backup(database, NOON, 14).read_bytes()[:20_000])
    before = database.read_bytes()
    for bad in (broken, tmp_path / "none.db"):
        with pytest.raises(BackupError):
            restore(bad, database, NOON)
    assert database.read_bytes() == before
    assert not list(database.parent.glob("*restoring*"))
