"""Backups of an SQLite database: made in one step while the bot runs, checked by opening them, kept some days.

Beside each lies its digest, so that one that was changed or cut short later is known for it (`bot.runtime.restore`).
PostgreSQL has its own tools (docs/operations.md).
"""

import contextlib
import datetime as dt
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL

from bot.runtime.files import FileStore

FOLDER = "backups"
FILES = "files"
KEEP_DAYS = 14
"""How long copies are kept unless a setting says otherwise."""

TAILS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, by the file's name and these."""

_TIME = re.compile(r"-(\d{8}-\d{6})")


class BackupError(Exception):
    """A backup or a restore that was not done. The text is for the operator."""


def database_file(url: URL) -> Path | None:
    """Return the file of an SQLite database; None for PostgreSQL and for one in memory."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name)


def make_backup(database: Path, wall: dt.datetime, keep_days: int, files: FileStore | None = None) -> Path:
    """Back up an SQLite file next to it, and delete backups that are too old.

    Args:
        database: The file; it may be in use.
        wall: The local time, for the backup's name.
        keep_days: Backups older than that are deleted, but never the newest one.
        files: What people sent: what is not in `backups/files` yet goes there, and stays as long as a backup does.

    Returns:
        The backup, readable by its owner only; it was opened and is complete.

    Raises:
        BackupError: It could not be written or is not complete; what was written is deleted again.
    """
    if not database.is_file():
        raise BackupError(f"还没有数据库 (there is no database yet): {database}")
    folder = database.parent / FOLDER
    target = folder / f"{database.stem}-{wall:%Y%m%d-%H%M%S}{database.suffix}"
    part = target.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        copy(database, part)
        _seal(part, target)
        if files is not None:
            files.copy_to(files_beside(target), seen=_seconds(wall))
        part.rename(target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise BackupError(f"没有备份成 (backup failed): {error}") from error
    _forget(folder, database, wall - dt.timedelta(days=keep_days), target)
    files_beside(target).forget(_seconds(wall - dt.timedelta(days=keep_days)))
    return target


def _seconds(wall: dt.datetime) -> float:
    """Return a wall time as a number to compare with others of its kind."""
    return wall.replace(tzinfo=dt.UTC).timestamp()


def files_beside(backup: Path) -> FileStore:
    """Return where the files lie that belong to a backup and to the others in its folder."""
    return FileStore(backup.parent / FILES)


def sidecar(backup: Path) -> Path:
    """Return where a backup's digest lies, as `sha256sum -c` reads it."""
    return backup.with_name(f"{backup.name}.sha256")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(part: Path, target: Path) -> None:
    file = os.open(sidecar(target), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as line:
        line.write(f"{digest(part)}  {target.name}\n")


def copy(source: Path, target: Path) -> None:
    """Copy in one step, and compare the copy with the state that was copied. Raises sqlite3.Error."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    with opened(source) as old, opened(target) as new:
        old.execute("BEGIN")
        before = counts(old)
        # In small steps it would start again with each write of others (https://sqlite.org/backup.html).
        old.backup(new, pages=-1)
        old.execute("COMMIT")
        new.execute("PRAGMA journal_mode=DELETE")
    with opened(target) as new:
        prove(new)
        if counts(new) != before:
            raise sqlite3.DatabaseError("the copy does not hold what the database held")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file without SQLAlchemy, for a while."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def prove(connection: sqlite3.Connection, *, quick: bool = False) -> None:
    """Raise sqlite3.DatabaseError unless the database is whole; `quick` leaves out whether indexes fit their tables."""
    (said,) = connection.execute(f"PRAGMA {'quick' if quick else 'integrity'}_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"integrity check: {said}")


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table holds."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}  # noqa: S608 - the names of our own tables


def copies(database: Path) -> dict[Path, dt.datetime]:
    """Return the files that hold what the database held at some time, and when that was (local time).

    They are the backups, and what a restore or a migration has left beside the database.
    """
    found = list((database.parent / FOLDER).glob(f"{database.stem}-*{database.suffix}"))
    found += database.parent.glob(f"{database.stem}.before-*{database.suffix}")
    return {path: _made(path) for path in found}


def last_copy_goes(database: Path, keep_days: int) -> dt.date | None:
    """Return the day by which the last copy of today will have been deleted; None if there is none."""
    made = copies(database).values()
    # Copies go with the first nightly backup after their days are over.
    return (max(made) + dt.timedelta(days=keep_days + 1)).date() if made else None


def _made(path: Path) -> dt.datetime:
    """Return the time that a copy's name tells, else that of the file (in UTC: hours do not matter in days)."""
    if named := _TIME.search(path.stem):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(named[1], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - a wall time, as names tell it
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).replace(tzinfo=None)


def _forget(folder: Path, database: Path, before: dt.datetime, newest: Path) -> None:
    """Delete copies that are too old, with all that belongs to them, and what was left half done."""
    for old, made in copies(database).items():
        if old != newest and made < before:
            for path in (old, sidecar(old), *(old.with_name(f"{old.name}{tail}") for tail in TAILS)):
                path.unlink(missing_ok=True)
    for half in folder.glob(f"{database.stem}-*.part"):
        half.unlink(missing_ok=True)
