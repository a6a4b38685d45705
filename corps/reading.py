"""Statements that are built once and run past the ORM.

What every tap reads is read this way: building a statement and loading rows as objects takes several times as long
as running it (benchmarks/README.md).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Row
from sqlmodel import Session


def rows(session: Session, statement: Executable, **values: object) -> Sequence[Row[Any]]:
    """Return what a statement finds, its `bindparam`s filled with `values`; changes made so far are seen."""
    session.flush()
    return session.connection().execute(statement, values).all()


def row(session: Session, statement: Executable, **values: object) -> Row[Any] | None:
    """Return the first row a statement finds, None if there is none."""
    session.flush()
    return session.connection().execute(statement, values).first()


def write(session: Session, statement: Executable, **values: object) -> None:
    """Run an insert or update whose columns are `values`."""
    session.flush()
    session.connection().execute(statement, values)
