"""From the settings to an open database: an error is one sentence; trouble that passes by itself is waited for."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

import migrations
from bot.runtime.backup import BackupError, database_file, opened, prove
from bot.runtime.database import passes_by_itself
from bot.runtime.restore import demand_known
from bot.runtime.settings import SettingsError, shortened, strerror

log = structlog.get_logger()

T = TypeVar("T")

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds between two tries while there is no database yet."""


class StartError(Exception):
    """What keeps the bot from starting, and will not pass by itself. The text is for the operator."""


async def once_there(open_up: Callable[[], T], stop: asyncio.Event, url: str) -> T | None:
    """Open what is needed, in a thread; wait for a database that is not there yet, with a line a while.

    Args:
        open_up: Opens it; leaves nothing open when it raises.
        stop: Ends the waiting.
        url: The database's address, for what is said.

    Returns:
        What `open_up` returns; None when `stop` came first.

    Raises:
        StartError: What will not pass by itself.
    """
    wait = FIRST_WAIT
    while not stop.is_set():
        try:
            return await asyncio.to_thread(open_up)
        except (SettingsError, BackupError):
            raise
        except (SQLAlchemyError, sqlite3.Error, OSError, TypeError, ValueError) as error:
            if not _passes(error):
                raise StartError(_sentence(error, url)) from error
            log.warning("start.waiting_for_database", reason=_reason(error), seconds=wait)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)
        wait = min(LONGEST_WAIT, wait * 2)
    return None


def look_before(url: str) -> None:
    """Make sure, before anything is opened, that an SQLite file is one, is whole, and can be written.

    Raises StartError; sqlite3.Error while another program has it locked.
    """
    file = database_file(make_url(url))
    if file is None:
        return
    if file.is_dir() or (file.parent.exists() and not file.parent.is_dir()):
        raise StartError(f"DATABASE_URL: {shortened(str(file))} 不是文件 (not a file)")
    for path in (file.parent, file):
        if path.exists() and not os.access(path, os.W_OK):
            raise StartError(f"DATABASE_URL: 写不进 {shortened(str(path))} (cannot be written)")
    if file.exists() and file.stat().st_size:
        with opened(file) as connection:
            prove(connection, quick=True)


def demand_folder(folder: Path) -> None:
    """Make sure that the folder for what people send can be written: else their photos would be lost one by one.

    Raises StartError.
    """
    shown = f"FILES_DIR: {shortened(str(folder))}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise StartError(f"{shown} 不是文件夹 (not a folder)") from None
    except OSError as error:
        raise StartError(f"写不进 {shown} (cannot be written): {strerror(error)}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StartError(f"写不进 {shown} (cannot be written)")


def demand_readable(engine: Engine) -> None:
    """Raise BackupError if a newer version, or another program, has made the database."""
    if (revision := migrations.present(engine)) is not None:
        demand_known(revision)


_NEVER = ("authentication", "does not exist", "no pg_hba.conf entry", "invalid ", "not permitted to log in")
"""What a PostgreSQL says while one connects that no waiting mends; the driver gives no code for it."""

_DAMAGED = ("malformed", "not a database", "integrity check", "file is encrypted")
_UNWRITABLE = ("readonly", "unable to open")


def _passes(error: Exception) -> bool:
    """Tell whether there may be a database in a while."""
    words = str(error).lower()
    if isinstance(error, DBAPIError):
        if isinstance(error.orig, sqlite3.Error):
            return "locked" in words or "full" in words
        return passes_by_itself(error) and not any(never in words for never in _NEVER)
    return isinstance(error, sqlite3.Error) and ("locked" in words or "full" in words)


def _reason(error: Exception) -> str:
    """Return what was said, as one line, without SQLAlchemy's and without a password."""
    if isinstance(error, OSError):
        return strerror(error)
    return shortened(str(error.orig if isinstance(error, DBAPIError) else error))


def _sentence(error: Exception, url: str) -> str:
    words, file = str(error).lower(), database_file(make_url(url))
    shown = shortened(str(file)) if file is not None else "PostgreSQL"
    if file is not None and any(said in words for said in _DAMAGED):
        return (
            f"数据库 {shown} 坏了，请用备份恢复：main.py restore <备份文件> "
            f"(the database is damaged; put a backup back): {_reason(error)}"
        )
    if isinstance(error, OSError) or any(said in words for said in _UNWRITABLE):
        return f"DATABASE_URL: 打不开或写不进 {shown} (cannot be opened or written): {_reason(error)}"
    return f"DATABASE_URL: 数据库用不了 (the database at {shown} can't be used): {_reason(error)}"
