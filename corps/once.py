"""Insert a row unless its natural key is there already: what makes every tap and every sweep safe twice."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel


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
