"""Who alone may work on a database: one process on an SQLite file, one leader among many on PostgreSQL.

The file's lock is the kernel's: it goes with the process, however it ends. The lead is a lease, by the server's clock:
it goes to another when it is not renewed, be the process dead, hung, or out of the server's reach.
"""

import contextlib
import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, func, or_, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from models.engine import open_engine
from models.messages import Pulse

_START = 0x78696E00
"""Key of our advisory lock; it is the database's own, so that two corps on one server do not meet."""

LEAD = "lead"
"""The heartbeat (`Pulse`) of who leads: since when, which is the lead's number, and when it was last renewed."""

LEASE = 8.0
RENEWED = 1.5
MARGIN = 2.0
"""Seconds that the lead lasts, after which it is renewed, and by which its holder ends it before others take it."""

ANSWERS = 3.0
"""Seconds that a server may take to renew it."""


class TakenError(Exception):
    """Another process works on this database file. The text is for the operator."""


class Lead(Protocol):
    """The right to tick and deliver."""

    @property
    def number(self) -> dt.datetime | None:
        """What tells this leader from those before and after it; None where there can be no other."""

    def is_fresh(self) -> bool:
        """Tell, without asking anybody, whether nobody else can have taken the right by now."""

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

    @property
    def number(self) -> None:
        """None: there is no other."""

    def is_fresh(self) -> bool:
        """Return True: a file is not lost."""
        return True

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


class LeasedLead:
    """The leader among the processes on one PostgreSQL. Whatever it asks ends within seconds.

    Args:
        engine: Its own, so that it never waits for others' statements.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._renewed = float("-inf")
        self.number: dt.datetime | None = None

    def is_fresh(self) -> bool:
        """Tell whether the lease still lasts, by this machine's clock and with a margin."""
        return self.number is not None and _now() - self._renewed < LEASE - MARGIN

    def hold(self) -> bool:
        """Take the lead, or renew it. While the server can't be asked it is held as long as the lease lasts."""
        asked = _now()
        if self.is_fresh() and asked - self._renewed < RENEWED:
            return True
        try:
            with self._engine.begin() as connection:
                number = _take(connection) if self.number is None else _renew(connection, self.number)
        except DBAPIError:
            if not self.is_fresh():
                self.number = None
            return self.number is not None
        self.number, self._renewed = number, asked
        return number is not None

    def let_go(self) -> None:
        """Let another process lead, at once."""
        if self.number is not None:
            with contextlib.suppress(DBAPIError), self._engine.begin() as connection:
                mine = (col(Pulse.name) == LEAD, col(Pulse.began_at) == self.number)
                connection.execute(update(Pulse).where(*mine).values(ran_at=None))
        self.number = None
        self._engine.dispose()


def _now() -> float:
    """Return seconds that go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _take(connection: Connection) -> dt.datetime | None:
    """Take the lead if nobody has it, or whoever has it did not renew it. Returns its number."""
    from sqlalchemy.dialects.postgresql import insert  # it loads every driver: 2 MB that SQLite need not hold

    there = insert(Pulse).values(name=LEAD, began_at=func.clock_timestamp(), error="")
    connection.execute(there.on_conflict_do_nothing())
    now, lease = func.clock_timestamp(), dt.timedelta(seconds=LEASE)
    ran_at = col(Pulse.ran_at)
    # One of the future is of a server's clock that has been put back since.
    free = or_(ran_at.is_(None), ran_at < now - lease, ran_at > now + lease)
    taken = update(Pulse).where(col(Pulse.name) == LEAD, free).values(began_at=now, ran_at=now, error="")
    return connection.execute(taken.returning(col(Pulse.began_at))).scalar_one_or_none()


def _renew(connection: Connection, number: dt.datetime) -> dt.datetime | None:
    """Renew the lead of that number; None when it is another's."""
    mine = (col(Pulse.name) == LEAD, col(Pulse.began_at) == number)
    renewed = update(Pulse).where(*mine).values(ran_at=func.clock_timestamp())
    return connection.execute(renewed.returning(col(Pulse.began_at))).scalar_one_or_none()


def lead_of(engine: Engine) -> Lead:
    """Return the lead of a database. Raises TakenError when an SQLite file is in another process's hands."""
    if engine.dialect.name != "sqlite":
        return LeasedLead(open_engine(engine.url, ANSWERS))
    name = engine.url.database
    return _Sole() if not name or name == ":memory:" else FileLock(Path(name))


class _Sole:
    """The lead of a database that nobody else can see."""

    number = None

    def is_fresh(self) -> bool:
        """Tell that the lead is held: nobody can take it."""
        return True

    def hold(self) -> bool:
        """Take the lead. Returns whether that succeeded, as it always does."""
        return True

    def let_go(self) -> None:
        """Give the lead up, for which nothing has to be done."""


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
