"""Backups: whole, private, sealed, kept for a while. The way back: `test_restore`."""

import datetime as dt
import hashlib
import os
import shutil
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from bot.runtime.backup import FILES, FOLDER, BackupError, counts, make_backup, sidecar
from bot.runtime.files import FileStore

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
    assert set(made.parent.iterdir()) == {made, sidecar(made)}, "no log, no part is left beside it"
    assert sidecar(made).read_text() == f"{hashlib.sha256(made.read_bytes()).hexdigest()}  {made.name}\n"
    assert mode(sidecar(made)) == 0o600


def test_files_are_copied_once_and_stay_as_long_as_a_backup_does(database: Path, tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    stays, goes = files.put(b"stays"), files.put(b"goes")
    made = make_backup(database, NOON, 14, files)
    copies = FileStore(made.parent / FILES)
    written = copies.path_of(stays).stat().st_ino
    files.delete(goes)
    make_backup(database, NOON + dt.timedelta(days=13), 14, files)
    assert set(copies.names()) == {stays, goes}
    make_backup(database, NOON + dt.timedelta(days=15), 14, files)
    assert set(copies.names()) == {stays}
    assert (copies.path_of(stays).stat().st_ino, mode(copies.path_of(stays))) == (written, 0o600)


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
    assert names[:2] == ["corps-20261217-120000.db", "corps-20261217-120000.db.sha256"]
    assert len(names) == 16


def test_a_database_that_is_damaged_makes_no_backup(database: Path) -> None:
    page = bytearray(database.read_bytes())
    page[4096 * 3 : 4096 * 40] = b"\xff" * (4096 * 37)
    database.write_bytes(bytes(page))
    with pytest.raises(BackupError):
        make_backup(database, NOON, 14)
    assert list((database.parent / FOLDER).iterdir()) == []


def test_copies_that_a_restore_or_a_migration_left_follow_the_same_days(database: Path) -> None:
    """They hold names like any backup: an erased person's must not stay in them for ever."""
    folder = database.parent
    old = folder / "corps.before-restore-20261120-120000.db"
    young = folder / "corps.before-restore-20261204-120000.db"
    migrated, fresh = folder / "corps.before-0002.db", folder / "corps.before-0003.db"
    for path in (old, old.with_name(f"{old.name}-wal"), young, migrated, fresh):
        path.write_bytes(b"names")
    for path, day in ((migrated, 20), (fresh, 30)):
        stamp = dt.datetime(2026, 11, day, tzinfo=dt.UTC).timestamp()
        os.utime(path, (stamp, stamp))
    make_backup(database, NOON, 7)
    left = sorted(path.name for path in folder.glob("corps.before-*"))
    assert left == ["corps.before-0003.db", "corps.before-restore-20261204-120000.db"]


def test_what_a_backup_that_was_killed_left_is_gone_with_the_next(database: Path) -> None:
    folder = database.parent / FOLDER
    folder.mkdir()
    (folder / "corps-20261204-033000.part").write_bytes(b"half")
    make_backup(database, NOON, 14)
    assert not list(folder.glob("*.part"))
