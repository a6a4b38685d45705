"""Statements that are built once and run without the ORM, and rows that are inserted only once.

What every tap reads is read this way: building a statement and loading rows as objects takes several times as long
as running it (benchmarks/README.md). So does SQLAlchemy's way from a statement to SQLite's driver and back: such a
statement is made ready once, and handed over by us. Inserting a row unless its natural key is there already makes every
tap and every sweep safe twice.
"""

import functools
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Exists,
    Insert,
    Row,
    Select,
    Update,
    exists,
    literal_column,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import String, TypeEngine
from sqlmodel import Session, SQLModel, select

from corps.moment import Moment
from models import Milestone

T = TypeVar("T")

Reading = Select[*tuple[Any, ...]]

CHANGED = "changed"
"""Under this name a session knows that its transaction has changed something (see `corps.repeats`)."""


def flushed_connection(session: Session) -> Connection:
    """Return the session's connection; the changes made so far are written, so that it sees them."""
    session.flush()
    return session.connection()


def rows(connection: Connection, statement: Reading, **values: object) -> Sequence[Row[Any]]:
    """Return what a statement finds, its `bindparam`s filled with `values`. It must be one that is built once."""
    quick = _quick(connection, statement)
    return connection.execute(statement, values).all() if quick is None else quick.run(connection, values, quick.all)


def row(connection: Connection, statement: Reading, **values: object) -> Row[Any] | None:
    """Return the first row a statement finds, None if there is none. It must be one that is built once."""
    quick = _quick(connection, statement)
    return (
        connection.execute(statement, values).first() if quick is None else quick.run(connection, values, quick.first)
    )


def write(connection: Connection, statement: Insert | Update, **values: object) -> int:
    """Insert or change a row, see `rows`; return how many were."""
    quick = _quick(connection, statement, *values)
    if quick is not None:
        return quick.run(connection, values, _count)
    # Without the option, SQLAlchemy answers -1 on PostgreSQL.
    return connection.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount


def _quick(connection: Connection, statement: Reading | Insert | Update, *columns: str) -> "_Ready | None":
    """Return the statement ready for SQLite's driver; None for another one, and while somebody listens (tests do)."""
    if connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
        return None
    return _made_ready(statement, columns)


@functools.cache
def _made_ready(statement: Reading | Insert | Update, columns: tuple[str, ...]) -> "_Ready | None":
    compiled = statement.compile(dialect=_SQLITE, column_keys=list(columns) or None)
    if "POSTCOMPILE" in str(compiled):  # with a list among its values its text is another each time
        return None
    out = statement.selected_columns if isinstance(statement, Select) else ()
    return _Ready(str(compiled), [compiled.binds[name] for name in compiled.positiontup or ()], [c.type for c in out])


_SQLITE = sqlite.dialect()
_Convert = Callable[[Any], Any]


class _Ready:
    """A statement as SQLite's driver takes it: its text, and what becomes of the values on the way in and out."""

    def __init__(self, text: str, binds: Sequence[BindParameter[Any]], out: Sequence[TypeEngine[Any]]) -> None:
        self._text = text
        self._given = [_given(bind) for bind in binds]
        converters = [kind.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for kind in out]
        self._converted = [(at, convert) for at, convert in enumerate(converters) if convert is not None]
        self._row: Callable[..., Any] | None = None

    def run(self, connection: Connection, values: Mapping[str, Any], fetch: Callable[[sqlite3.Cursor], T]) -> T:
        """Run it, and return what `fetch` makes of it. Raises what SQLAlchemy would."""
        given = [given if not key else convert(values[key]) for key, given, convert in self._given]
        cursor: sqlite3.Cursor = connection.connection.cursor()  # type: ignore[assignment]  # SQLite's own
        try:
            return fetch(cursor.execute(self._text, given))
        except sqlite3.Error as error:
            raise DBAPIError.instance(self._text, None, error, sqlite3.Error, hide_parameters=True) from error
        finally:
            cursor.close()

    def all(self, cursor: sqlite3.Cursor) -> list[Row[Any]]:
        """Return the rows that it found."""
        return [self._made(cursor, found) for found in cursor.fetchall()]

    def first(self, cursor: sqlite3.Cursor) -> Row[Any] | None:
        """Return the first row that it found."""
        found = cursor.fetchone()
        return None if found is None else self._made(cursor, found)

    def _made(self, cursor: sqlite3.Cursor, found: tuple[Any, ...]) -> Row[Any]:
        if self._row is None:
            self._row = _row_of([column[0] for column in cursor.description])
        cells = list(found)
        for at, convert in self._converted:
            cells[at] = convert(cells[at])
        made: Row[Any] = self._row(*cells)
        return made


def _row_of(names: list[str]) -> Callable[..., Any]:
    return namedtuple("Found", names, rename=True)


def _given(bind: BindParameter[Any]) -> tuple[str, Any, _Convert]:
    """Return the name of a value that is given each time, or the value; and what makes it the driver's."""
    convert = bind.type.dialect_impl(_SQLITE).bind_processor(_SQLITE) or _as_it_is
    return (bind.key, None, convert) if bind.required else ("", convert(bind.value), convert)


def _count(cursor: sqlite3.Cursor) -> int:
    return cursor.rowcount


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - anything
    return value


def some(*conditions: ColumnElement[bool]) -> Exists:
    """Return the condition that there is such a row; it asks for no column, so that an index is enough."""
    return exists(literal_column("1")).where(*conditions)


def insert_once(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows whose unique keys are not there yet. Returns how many were new."""
    if not rows:
        return 0
    link = session.connection()
    statement = _inserting(link.dialect.name, table)
    if len(rows) == 1:
        return write(link, statement, **rows[0])
    # One prepared statement for all rows: a VALUES list of thousands costs seconds to compile.
    return link.execute(statement, [dict(row) for row in rows], execution_options={"preserve_rowcount": True}).rowcount


@functools.cache
def _inserting(dialect: str, table: type[SQLModel]) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # it loads every driver there is: 100 ms that SQLite need not wait for

    return postgresql.insert(table).on_conflict_do_nothing()


def first_time(session: Session, at: Moment, key: str) -> bool:
    """Note that something is done now. Returns False when it was done before."""
    return insert_once(session, Milestone, [{"key": key, "at": at.now}]) == 1


def hold(session: Session, at: Moment, key: str) -> None:
    """Wait until nobody else holds what is called `key`, and hold it to the transaction's end."""
    first_time(session, at, key)
    session.exec(select(Milestone).where(Milestone.key == key).with_for_update()).one()


def page_start(total: int, number: int, size: int) -> int:
    """Return where page `number` begins (both from 0); the last page if there are fewer, as when a list got shorter."""
    return min(max(0, number), max(0, total - 1) // size) * size


class channel_of(GenericFunction[str]):  # noqa: N801 - a function of SQL
    """The channel of an address (`models.addresses.AddressColumn`) in SQL; NULL for none."""

    type = String()
    inherit_cache = True


@compiles(channel_of)
def _split(element: channel_of, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - the compiler's own
    return f"split_part({compiler.process(element.clauses, **options)}, ':', 1)"


@compiles(channel_of, "sqlite")
def _cut(element: channel_of, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - the compiler's own
    address = compiler.process(element.clauses, **options)
    return f"substr({address}, 1, instr({address}, ':') - 1)"
