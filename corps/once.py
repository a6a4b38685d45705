"""Insert a row unless its natural key is there already: what makes every tap and every sweep safe twice."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_once(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows whose unique keys are not there yet. Returns how many were new."""
    if not rows:
        return 0
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    statement: Insert
    if on_sqlite:
        statement = sqlite.insert(table).on_conflict_do_nothing()
    else:
        statement = postgresql.insert(table).on_conflict_do_nothing()
    # One prepared statement for all rows: a VALUES list of thousands costs seconds to compile.
    # Without the option, SQLAlchemy answers -1 on PostgreSQL, and nothing would ever be new.
    done = session.connection().execute(
        statement, [dict(row) for row in rows], execution_options={"preserve_rowcount": True}
    )
    return done.rowcount
