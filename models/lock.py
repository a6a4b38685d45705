"""Who alone may work on a database: one process on an SQLite file, one leader among many on PostgreSQL.

Both locks are the kernel's or the server's: they go with the process that held them, however it ended.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

_LEAD = 0x746F6E67
_START = 0x78696E00
"""Keys of our advisory locks; they are the database's own, so that two corps on one server do not meet."""


class TakenError(Exception):
    """Another process works on this database file. The text is for the operator."""


class Lead(Protocol):
    """The right to tick and deliver."""

    def hold(self) -> bool:
        """Take the right, or make sure that it is still held. Returns whether it is."""

    def let_go(self) -> None:
        """Give the right back."""


class FileLock:
    """The one process on an SQLite file. Raises TakenError when another holds it.

    Args:
        database: The SQLite file; the lock is an empty file next to it.
    """

    def __init__(self, database: Path) -> None:
        path = database.with_name(f"{database.name}.lock")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = open(path, "a", opener=_private)  # noqa: SIM115 - Path.open takes no opener; it stays open
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise TakenError(
                f"另一个同心正在用 {database}，请先停掉它 "
                f"(another Tongxin is running on {database}; stop it first, or give this one its own DATABASE_URL)"
            ) from error

    def hold(self) -> bool:
        """Return True: the file is ours for as long as the process lives."""
        return not self._file.closed

    def let_go(self) -> None:
        """Let another process have the file."""
        self._file.close()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _lock(file: IO[str]) -> None:
    """Lock a file without waiting. Raises OSError when it is locked."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class AdvisoryLock:
    """The leader among the processes on one PostgreSQL, by a lock that lives as long as its connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def hold(self) -> bool:
        """Take the lead, or make sure that the connection that holds it still lives."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEAD}).scalar_one():
                self._connection = connection
                return True
            connection.close()
        except DBAPIError:
            self._drop()
        return False

    def let_go(self) -> None:
        """Let another process lead, at once."""
        if self._connection is not None:
            with contextlib.suppress(DBAPIError):
                self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LEAD})
            self._drop()

    def _drop(self) -> None:
        """Close the connection for good: back in the pool it would keep the lock."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def lead_of(engine: Engine) -> Lead:
    """Return the lead of a database. Raises TakenError when an SQLite file is in another process's hands."""
    if engine.dialect.name != "sqlite":
        return AdvisoryLock(engine)
    name = engine.url.database
    return _Sole() if not name or name == ":memory:" else FileLock(Path(name))


class _Sole:
    """The lead of a database that nobody else can see."""

    def hold(self) -> bool:
        return True

    def let_go(self) -> None:
        return


@contextlib.contextmanager
def one_at_a_time(engine: Engine) -> Iterator[None]:
    """Let the processes of one PostgreSQL start one after the other: they migrate the same tables."""
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _START})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _START})
