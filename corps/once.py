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
    # Without the option, SQLAlchemy answers -1 on PostgreSQL, and nothing would ever be new.
    counted = {"preserve_rowcount": True}
    new = 0
    for start in range(0, len(rows), 500):
        values = statement.values(list(rows[start : start + 500]))
        new += session.connection().execute(values, execution_options=counted).rowcount
    return new
