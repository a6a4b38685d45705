"""Backups of an SQLite database: taken in one step while the bot runs, proven by opening them, kept some days.

PostgreSQL has its own tools (docs/operations.md).
"""

import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL

from models.lock import FileLock

FOLDER = "backups"


class BackupError(Exception):
    """A backup or a restore that was not done. The text is for the operator."""


def database_file(url: URL) -> Path | None:
    """Return the file of an SQLite database; None for PostgreSQL and for one in memory."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name)


def make_backup(database: Path, wall: dt.datetime, keep_days: int) -> Path:
    """Back an SQLite file up next to it and forget backups that are too old.

    Args:
        database: The file; it may be in use.
        wall: The local time, for the backup's name.
        keep_days: Backups older than that are deleted, but never the newest one.

    Returns:
        The backup, readable by its owner only, opened and found whole.

    Raises:
        BackupError: It could not be written, or is not whole; what was written is gone again.
    """
    if not database.is_file():
        raise BackupError(f"还没有数据库 (there is no database yet): {database}")
    folder = database.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{database.stem}-{wall:%Y%m%d-%H%M%S}{database.suffix}"
    part = target.with_suffix(".part")
    try:
        _copy(database, part)
        part.rename(target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise BackupError(f"没有备份成 (backup failed): {error}") from error
    _forget(folder, database, wall - dt.timedelta(days=keep_days), target)
    return target


def _copy(source: Path, target: Path) -> None:
    """Copy in one step, and hold the copy against the very state it was taken from. Raises sqlite3.Error."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    with _opened(source) as old, _opened(target) as new:
        old.execute("BEGIN")
        before = counts(old)
        # With small steps a steady writer makes it begin again and again (https://sqlite.org/backup.html).
        old.backup(new, pages=-1)
        old.execute("COMMIT")
        new.execute("PRAGMA journal_mode=DELETE")
    with _opened(target) as new:
        prove(new)
        if counts(new) != before:
            raise sqlite3.DatabaseError("the copy does not hold what the database held")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def prove(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError unless the database is whole."""
    (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"integrity check: {said}")


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table holds."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}  # noqa: S608 - the names of our own tables


def _forget(folder: Path, database: Path, before: dt.datetime, newest: Path) -> None:
    mark = f"{database.stem}-{before:%Y%m%d-%H%M%S}"
    for old in folder.glob(f"{database.stem}-*{database.suffix}"):
        if old != newest and old.stem < mark:
            old.unlink(missing_ok=True)


def restore(backup: Path, database: Path, wall: dt.datetime) -> Path | None:
    """Put a backup in the place of the database. Nothing may be running on it.

    Args:
        backup: The backup; it stays.
        database: The file to replace.
        wall: The local time, for the name of what was there before.

    Returns:
        Where the database that was there before has gone, if there was one.

    Raises:
        BackupError: The backup is missing or not whole.
        TakenError: A Tongxin is running on the database.
    """
    if not backup.is_file():
        raise BackupError(f"没有这个备份文件 (no such backup): {backup}")
    lock = FileLock(database)
    try:
        fresh = database.with_name(f"{database.name}.restoring")
        try:
            with _opened(backup) as connection:
                prove(connection)
            _copy(backup, fresh)
        except (sqlite3.Error, OSError) as error:
            fresh.unlink(missing_ok=True)
            raise BackupError(f"备份不完整，没有恢复 (not whole; nothing was changed): {error}") from error
        return _swap(fresh, database, wall)
    finally:
        lock.let_go()


def _swap(fresh: Path, database: Path, wall: dt.datetime) -> Path | None:
    aside = None
    if database.exists():
        aside = database.with_name(f"{database.stem}.before-restore-{wall:%Y%m%d-%H%M%S}{database.suffix}")
        # The write-ahead log belongs to the old file: fold it in, or the new one would be read with it.
        with _opened(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.rename(aside)
    for tail in ("-wal", "-shm"):
        database.with_name(f"{database.name}{tail}").unlink(missing_ok=True)
    fresh.rename(database)
    return aside
