"""Connections to a PostgreSQL that may fall silent: each wait has an end, here and at the server.

The server's own bounds can't be relied on alone: a flow that was dropped, or a pooler that hangs, says nothing at all,
and while its machine lives no keepalive finds out. So the waits of the driver end as well.
"""

import contextlib
import os
import socket
import time
import weakref
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_SECONDS = 5
ANSWER_SECONDS = 25.0
"""How long a statement may go unanswered; then the connection is given up."""

STATEMENT_SECONDS = 20
LOCK_SECONDS = 5
"""How long the server lets a statement run, and wait for a lock of somebody else's."""

IDLE_SECONDS = 10
"""How long the server bears a transaction of a process that has stopped in the middle of it."""

_TCP = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES"""

_SETTINGS = (
    f"SET statement_timeout = '{STATEMENT_SECONDS}s'",
    f"SET lock_timeout = '{LOCK_SECONDS}s'",
    f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'",
)


class BoundedConnection(psycopg.Connection[Any]):
    """A connection whose every wait ends after `patience` seconds; None: never."""

    patience: float | None = ANSWER_SECONDS

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401 - as psycopg has it
        """Wait for the server. One that stays silent is given up, and the connection with it."""
        limit = timeout if timeout is not None else self.patience
        begun = time.monotonic()
        try:
            return super().wait(gen, interval, limit)
        except psycopg.Error:
            if limit is not None and time.monotonic() - begun >= limit:
                self.pgconn.finish()
            raise


class _Lines:
    """The connections of one engine."""

    def __init__(self) -> None:
        self.open: weakref.WeakSet[BoundedConnection] = weakref.WeakSet()
        self.ended = False


_LINES: "weakref.WeakKeyDictionary[Engine, _Lines]" = weakref.WeakKeyDictionary()


def bound(engine: Engine, patience: float = ANSWER_SECONDS) -> None:
    """Give every connection of an engine its bounds. `patience`: seconds, for the answer to a statement."""
    lines = _LINES[engine] = _Lines()

    tcp = _TCP | {"connect_timeout": min(CONNECT_SECONDS, max(2, int(patience)))}

    def connect(
        _dialect: object, _record: object, words: tuple[str, ...], options: dict[str, Any]
    ) -> BoundedConnection:
        if lines.ended:
            raise psycopg.OperationalError("the process ends")
        connection = BoundedConnection.connect(*words, **(tcp | options))
        connection.patience = patience
        lines.open.add(connection)
        return connection

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", _settle)


def _settle(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Tell the server its bounds. By statements: a pooler may refuse them as options of a start."""
    cursor = connection.cursor()
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()
    connection.commit()


@contextlib.contextmanager
def without_bounds(connection: Connection) -> Iterator[None]:
    """Let statements take as long as they need, for a migration. Within a transaction, and until its end."""
    inner = connection.connection.dbapi_connection
    if not isinstance(inner, BoundedConnection):
        yield
        return
    kept, inner.patience = inner.patience, None
    try:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield
    finally:
        inner.patience = kept


def hang_up(engine: Engine) -> None:
    """End all that an engine still waits for, from another thread: the process is to end."""
    lines = _LINES.get(engine)
    if lines is None:
        return
    lines.ended = True
    for connection in list(lines.open):
        with (
            contextlib.suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(connection.pgconn.socket)) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)
