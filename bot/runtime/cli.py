"""The commands besides running the bot: make a backup now, and restore one."""

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

import migrations
from bot.runtime.backup import BackupError, database_file, files_beside, make_backup
from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.erased_list import erased_list_of
from bot.runtime.files import FileStore
from bot.runtime.forgetting import shred
from bot.runtime.restore import pass_over_ids, restore, resume, rows_erased
from bot.runtime.sandbox_control import demand_sample, refuse_sample
from bot.runtime.settings import Settings, SettingsError
from corps.attendance import photos
from corps.moment import Policy
from models.engine import open_engine
from models.lock import FileLock


def back_up(settings: Settings) -> str:
    """Make a backup now, while the bot may be running. Returns what to tell the operator; raises BackupError."""
    with _in_words():
        return str(make_backup(_file(settings), _wall(settings), settings.backup_keep_days, FileStore(settings.files)))


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Say what the system refuses as a BackupError."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"没有做成 (not done): {error}") from error


def put_back(settings: Settings, backup: Path) -> str:
    """Replace the database by a backup. Returns what to tell the operator; raises BackupError."""
    file = _file(settings)
    again, needed = 0, frozenset[str]()

    def make_fit(fresh: Path) -> None:
        nonlocal again, needed
        again, needed = _make_fit(settings, file, fresh)

    with _in_words():
        done = restore(backup, file, _wall(settings), make_fit)
    said = [f"已恢复 (restored): {backup}"]
    if not done.sealed:
        said.append(
            "注意：这个备份没有指纹文件，只检查了内容 (it has no digest beside it; only its content was checked)"
        )
    if again:
        said.append(f"备份之后删除了数据的 {again} 人，已再次删除 (erased since, and erased again: {again})")
    _bring_files(backup, FileStore(settings.files), needed)
    if done.aside is not None:
        said.append(f"原来的数据库在 (what was there before): {done.aside}")
    return "\n".join(said)


def _bring_files(backup: Path, files: FileStore, needed: Collection[str]) -> None:
    """Bring back the needed files that lie beside a backup. Raises BackupError; the database is restored by then."""
    try:
        files_beside(backup).copy_to(files, needed)
    except OSError as error:
        raise BackupError(f"数据库已恢复，文件没有 (the database is restored, the files are not): {error}") from error


def end_restore(settings: Settings) -> None:
    """End a restore that a crash has cut short, before the database is opened. Raises BackupError."""
    file = database_file(make_url(settings.database))
    if file is None or not file.parent.is_dir():
        return
    lock = FileLock(file)
    try:
        resume(file, _wall(settings))
    except OSError as error:
        raise BackupError(f"没有恢复 (not restored): {error}") from error
    finally:
        lock.let_go()


def _make_fit(settings: Settings, file: Path, fresh: Path) -> tuple[int, frozenset[str]]:
    """Bring a copy of a backup to the present shape, without those who were erased since.

    Returns how many were, and which of our files it needs.

    Raises BackupError when it is the sample corps' and the database is not, or the other way round.
    """
    url = make_url(settings.database)
    if (erased := erased_list_of(url)) is not None:
        erased.add(rows_erased(file))
    engine = open_engine(URL.create("sqlite", database=str(fresh)))
    clock = Clock(settings.timezone)
    database = Database(engine, clock, Policy(zone=clock), erased)
    try:
        (demand_sample if settings.sandboxed else refuse_sample)(engine)
        migrations.upgrade(engine, copy=False)
        again = database.run_now(database.forgetting.follow)
        needed = database.run_now(photos.needed)
        shred(engine)
        with contextlib.closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode=DELETE")
    except SettingsError as error:
        raise BackupError(
            "备份和这里对不上，一个是沙盒示例，一个是真的服务团 (one is the sample corps, the other is real)"
        ) from error
    except DBAPIError as error:
        raise BackupError(f"备份没有恢复成 (not restored): {error.orig}") from error
    finally:
        database.close()
    pass_over_ids(fresh)
    return again, needed


def _file(settings: Settings) -> Path:
    database = database_file(make_url(settings.database))
    if database is None:
        raise BackupError("PostgreSQL 请用 pg_dump / pg_restore，见 docs/operations.md (use pg_dump and pg_restore)")
    return database


def _wall(settings: Settings) -> dt.datetime:
    clock = Clock(settings.timezone)
    return clock.wall(clock.now())
