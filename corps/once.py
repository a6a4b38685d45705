"""Insert a row unless its natural key is there already: what makes every tap and every sweep safe twice."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, inspect
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
    new = 0
    for start in range(0, len(rows), 500):
        # Counted by what comes back: psycopg gives no row count for such a statement.
        inserting = statement.values(list(rows[start : start + 500])).returning(*inspect(table).primary_key)
        new += len(session.connection().execute(inserting).all())
    return new
