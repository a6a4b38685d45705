"""Statements that are built once and run past the ORM.

What every tap reads is read this way: building a statement and loading rows as objects takes several times as long
as running it (benchmarks/README.md).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Row
from sqlmodel import Session


def past_orm(session: Session) -> Connection:
    """Return the session's connection; the changes made so far are written, so that it sees them."""
    session.flush()
    return session.connection()


def rows(connection: Connection, statement: Executable, **values: object) -> Sequence[Row[Any]]:
    """Return what a statement finds, its `bindparam`s filled with `values`."""
    return connection.execute(statement, values).all()


def row(connection: Connection, statement: Executable, **values: object) -> Row[Any] | None:
    """Return the first row a statement finds, None if there is none."""
    return connection.execute(statement, values).first()
