"""Statements that are built once and run without the ORM, and rows that are inserted only once.

What every tap reads is read this way: building a statement and loading rows as objects takes several times as long
as running it (benchmarks/README.md). Inserting a row unless its natural key is there already makes every tap and
every sweep safe twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Exists, Insert, Row, exists, literal_column
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel

from corps.moment import Moment
from models import Milestone

CHANGED = "changed"
"""Under this name a session knows that its transaction has changed something (see `corps.repeats`)."""


def flushed_connection(session: Session) -> Connection:
    """Return the session's connection; the changes made so far are written, so that it sees them."""
    session.flush()
    return session.connection()


def rows(connection: Connection, statement: Executable, **values: object) -> Sequence[Row[Any]]:
    """Return what a statement finds, its `bindparam`s filled with `values`."""
    return connection.execute(statement, values).all()


def row(connection: Connection, statement: Executable, **values: object) -> Row[Any] | None:
    """Return the first row a statement finds, None if there is none."""
    return connection.execute(statement, values).first()


def some(*conditions: ColumnElement[bool]) -> Exists:
    """Return the condition that there is such a row; it asks for no column, so that an index is enough."""
    return exists(literal_column("1")).where(*conditions)


def insert_once(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows whose unique keys are not there yet. Returns how many were new."""
    if not rows:
        return 0
    # One prepared statement for all rows: a VALUES list of thousands costs seconds to compile.
    # Without the option, SQLAlchemy answers -1 on PostgreSQL, and nothing would ever be new.
    done = session.connection().execute(
        _statement(session, table), [dict(row) for row in rows], execution_options={"preserve_rowcount": True}
    )
    return done.rowcount


def _statement(session: Session, table: type[SQLModel]) -> Insert:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # it loads every driver there is: 100 ms that SQLite need not wait for

    return postgresql.insert(table).on_conflict_do_nothing()


def first_time(session: Session, at: Moment, key: str) -> bool:
    """Note that something is done now. Returns False when it was done before."""
    return insert_once(session, Milestone, [{"key": key, "at": at.now}]) == 1


def page_start(total: int, number: int, size: int) -> int:
    """Return where page `number` begins (both from 0); the last page if there are fewer, as when a list got shorter."""
    return min(max(0, number), max(0, total - 1) // size) * size
