"""Putting a backup in the place of an SQLite database, however damaged that is.

The way: is the backup ours and whole; a copy of it beside the database, made fit; what was there moved aside, all of
it; the copy in its place. A crash at any point leaves the old database or the new one, and `resume` ends what it cut.
"""

import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import migrations
import models
from bot.runtime.backup import TAILS, BackupError, copy, digest, opened, prove, sidecar
from models.lock import FileLock

_MAGIC = b"SQLite format 3\0"
_OURS = {"alembic_version", "member", "team", "activity", "notice", "audit"}
"""Tables that every version has had."""

STRIDE = 1_000_000
"""How many ids a restore passes over: more than a corps gives out between two backups."""


@dataclass(frozen=True)
class Restored:
    """What a restore has done. `aside` is where the former database went; `sealed`: the backup had its digest."""

    aside: Path | None
    sealed: bool


def restore(
    backup: Path, database: Path, wall: dt.datetime, make_fit: Callable[[Path], None] = lambda _fresh: None
) -> Restored:
    """Put a backup in the place of the database. Nothing may be running on it.

    Args:
        backup: The backup; it stays.
        database: The file to replace: whole, damaged or missing.
        wall: The local time, for the name of what was there before.
        make_fit: Is given the copy that is to be the database, before anything is replaced; may raise BackupError.

    Raises:
        BackupError: The backup is missing, not whole, or not one of ours.
        TakenError: A Tongxin is running on the database.
    """
    if not backup.is_file():
        raise BackupError(f"没有这个备份文件 (no such backup): {backup}")
    if database.exists() and backup.samefile(database):
        raise BackupError(f"这就是现在的数据库，不是备份 (this is the database itself): {backup}")
    try:
        lock = FileLock(database)
    except OSError as error:
        raise BackupError(f"写不进这个文件夹 (cannot write here): {database.parent} ({error})") from error
    fresh = database.with_name(f"{database.name}.restoring")
    try:
        sealed = demand_ours(backup)
        copy(backup, fresh)
        make_fit(fresh)
        _to_the_disk(fresh)
        fresh.rename(_ready(database))
        return Restored(_put_in_place(database, wall), sealed)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"没有恢复 (not restored): {error}") from error
    finally:
        for path in (fresh, *_tails(fresh)):
            path.unlink(missing_ok=True)
        lock.let_go()


def demand_ours(backup: Path) -> bool:
    """Make sure that a file is a backup of ours, and whole. Returns whether it has its digest, and bears it.

    Raises BackupError with a sentence for the operator.
    """
    try:
        with backup.open("rb") as file:
            head = file.read(len(_MAGIC))
        if not head:
            raise BackupError(f"这个文件是空的 (the file is empty): {backup}")
        if head != _MAGIC:
            raise BackupError(f"这不是同心的备份 (not a backup of Tongxin): {backup}")
        sealed = _is_sealed(backup)
        with opened(backup) as connection:
            prove(connection)
            _demand_content(connection, backup)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"备份不完整，没有恢复 (not whole; nothing was changed): {error}") from error
    return sealed


def _is_sealed(backup: Path) -> bool:
    if not sidecar(backup).is_file():
        return False
    said = sidecar(backup).read_text(encoding="utf-8", errors="replace").split()
    if not said or said[0] != digest(backup):
        raise BackupError(
            f"备份与备份时不一样了，没有恢复 (the backup is not as it was made: its digest differs): {backup}"
        )
    return True


def _demand_content(connection: sqlite3.Connection, backup: Path) -> None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    revision = _revision(connection) if tables >= _OURS else None
    if revision is None:
        raise BackupError(f"这不是同心的备份 (not a backup of Tongxin): {backup}")
    demand_known(revision)
    if connection.execute("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone()[0]:
        raise BackupError(f"备份里有不是同心的东西，没有恢复 (triggers or views that are not ours): {backup}")
    missing = _missing(connection, tables) if revision == migrations.newest() else set()
    if missing:
        raise BackupError(f"备份里缺表，没有恢复 (tables are missing): {', '.join(sorted(missing))}")
    if connection.execute("SELECT count(*) FROM member").fetchone()[0] == 0:
        raise BackupError(f"这个备份里一个人也没有，没有恢复 (nobody is in this backup): {backup}")


def _missing(connection: sqlite3.Connection, tables: set[str]) -> set[str]:
    """Return the tables of this version that are not there, and the columns, as `member.name`."""
    missing = set[str]()
    for name in models.__all__:
        table = getattr(models, name).__table__
        there = {row[1] for row in connection.execute(f'PRAGMA table_info("{table.name}")')}
        lost = {f"{table.name}.{column.name}" for column in table.columns if column.name not in there}
        missing |= lost if table.name in tables else {table.name}
    return missing


def _revision(connection: sqlite3.Connection) -> str | None:
    rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def demand_known(revision: str) -> None:
    """Raise BackupError unless this version of Tongxin can read a database of that revision."""
    if revision in migrations.known():
        return
    if revision > migrations.newest():
        raise BackupError(
            f"数据库是更新版本的同心写的，请先升级程序 (made by a newer Tongxin, revision {revision}; upgrade first)"
        )
    raise BackupError(f"不认识这个数据库的版本 (unknown revision): {revision}")


def _tails(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(f"{path.name}{tail}") for tail in TAILS)


def _ready(database: Path) -> Path:
    """Where the copy waits once it is complete."""
    return database.with_name(f"{database.name}.restored")


def _to_the_disk(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def resume(database: Path, wall: dt.datetime) -> Path | None:
    """End a restore that was cut short after it had begun to replace the database. Returns where the rest went.

    One that was cut short before that has changed nothing: its copy is thrown away.
    """
    ready = _ready(database)
    if not ready.exists():
        return None
    if database.exists():
        ready.unlink()
        return None
    return _put_in_place(database, wall)


def _put_in_place(database: Path, wall: dt.datetime) -> Path | None:
    """Move aside what is there, together and by one name, and let the copy take its place."""
    _fold(database)
    there = [path for path in (database, *_tails(database)) if path.exists()]
    name = _free_name(database, wall)
    for path in there:
        path.rename(name.with_name(name.name + path.name.removeprefix(database.name)))
    _ready(database).rename(database)
    _to_the_disk(database.parent)
    return name if there else None


def _free_name(database: Path, wall: dt.datetime) -> Path:
    base = f"{database.stem}.before-restore-{wall:%Y%m%d-%H%M%S}"
    names: Sequence[str] = [base, *(f"{base}-{number}" for number in range(2, 100))]
    paths = (database.with_name(f"{name}{database.suffix}") for name in names)
    return next(path for path in paths if not any(one.exists() for one in (path, *_tails(path))))


def _fold(database: Path) -> None:
    """Fold a whole database's log into it; a damaged one is left as it is, with its log."""
    if not database.is_file():
        return
    with contextlib.suppress(sqlite3.Error), opened(database) as connection:
        prove(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rows_erased(database: Path) -> list[tuple[int, dt.datetime]]:
    """Return who is erased in a database, as far as it can still be read."""
    with contextlib.suppress(sqlite3.Error, ValueError), opened(database) as connection:
        rows = connection.execute("SELECT id, created_at FROM member WHERE status = 'erased'").fetchall()
        return [(number, dt.datetime.fromisoformat(made).replace(tzinfo=dt.UTC)) for number, made in rows]
    return []


def pass_over_ids(database: Path) -> None:
    """Let the ids begin far beyond those that the former database can have given out since the backup.

    Buttons in chats carry them: without this, 报名 under an activity of the time after the backup would sign up for
    whatever gets its id next. A damaged database can't be asked how far it had come.
    """
    with opened(database) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").fetchall()
        for (table,) in tables:
            highest = connection.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"').fetchone()[0]  # noqa: S608 - ours
            known = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            begin = max(highest, known[0] if known else 0) + STRIDE
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, begin))
