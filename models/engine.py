"""The engine: SQLite with the settings that make its locks hold, PostgreSQL by the same code."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for another process (a backup, say) at a time; the desk then tries again for a while."""


_BEGIN = "BEGIN IMMEDIATE"
READING = "reading"
"""The option of an engine that only reads: its transactions take no lock, and see what there was at their beginning."""

CHECKPOINT_PAGES = 4_000
"""How far the write-ahead log grows before it is folded back, 16 MB: each folding waits for the disk, and SQLite's
own 1,000 pages are a hundred sign-ups."""


def open_engine(url: str | URL, patience: float = 0.0) -> Engine:
    """Return an engine for `url`; `postgresql://` means psycopg 3. Makes the folder of an SQLite file.

    A PostgreSQL that has not answered a statement within `patience` seconds (0: as usual) is given up.
    Statements' values stay out of errors and so out of the logs: they are what people typed.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=8, max_overflow=8, hide_parameters=True)
        postgres = _postgres()
        postgres.bound(engine, patience or postgres.ANSWER_SECONDS)
        return engine
    if parsed.database and parsed.database != ":memory:":
        _make_private(Path(parsed.database))
    waits = {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(parsed, connect_args=waits, hide_parameters=True)
    event.listen(engine, "connect", _settle_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _postgres() -> ModuleType:
    """Return what knows PostgreSQL. Its driver takes 10 MB, which no SQLite needs."""
    from models import postgres

    return postgres


def hang_up(engine: Engine) -> None:
    """End all that an engine still waits for, from another thread: the process is to end."""
    if engine.dialect.name != "sqlite":
        _postgres().hang_up(engine)


@contextlib.contextmanager
def without_bounds(connection: Connection) -> Iterator[None]:
    """Let statements take as long as they need, for a migration. Within a transaction, and until its end."""
    with contextlib.nullcontext() if connection.dialect.name == "sqlite" else _postgres().without_bounds(connection):
        yield


def _make_private(path: Path) -> None:
    """Make the file and its folder the owner's alone; SQLite gives its log beside it the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.chmod(0o600)


def _settle_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Turn off the driver's own transactions and set what a server needs (https://sqlite.org/pragma.html)."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        # What is deleted (an answer in a draft, an erased name) is overwritten, and not only no longer pointed to.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at the start: a count made under a deferred BEGIN may be stale when it writes.

    The driver's own cursor is the fast way, and raises the driver's own errors: whoever waits for a locked file
    (`bot.runtime.database`) looks for SQLAlchemy's.
    """
    begin = "BEGIN" if connection.get_execution_options().get(READING) else _BEGIN
    try:
        connection.connection.cursor().execute(begin)
    except sqlite3.Error as error:
        raise DBAPIError.instance(begin, None, error, sqlite3.Error, hide_parameters=True) from error
