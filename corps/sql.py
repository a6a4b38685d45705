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
    Delete,
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


_LINK = "connection"
"""Under this name a session keeps its connection, which is closed with the transaction: to ask for it takes 5 µs."""


def flushed_connection(session: Session) -> Connection:
    """Return the session's connection; the changes made so far are written, so that it sees them."""
    session.flush()
    known: Connection | None = session.info.get(_LINK)
    if known is None or known.closed or session.in_nested_transaction():
        known = session.info[_LINK] = session.connection()
    return known


def rows(connection: Connection, statement: Reading, **values: object) -> Sequence[Row[Any]]:
    """Return what a statement finds, its `bindparam`s filled with `values`. It must be one that is built once."""
    quick = _quick(connection, statement)
    return connection.execute(statement, values).all() if quick is None else quick.run(connection, values, quick.all)


def row(connection: Connection, statement: Reading | Insert, **values: object) -> Row[Any] | None:
    """Return the first row a statement finds, None if there is none; or what an insertion returns, see `rows`."""
    quick = _quick(connection, statement, *(values if isinstance(statement, Insert) else ()))
    return (
        connection.execute(statement, values).first() if quick is None else quick.run(connection, values, quick.first)
    )


def write(connection: Connection, statement: Insert | Update | Delete, **values: object) -> int:
    """Insert, change or delete rows, see `rows`; return how many were."""
    quick = _quick(connection, statement, *values)
    if quick is not None:
        return quick.run(connection, values, _count)
    # Without the option, SQLAlchemy answers -1 on PostgreSQL.
    return connection.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount


def _quick(connection: Connection, statement: Reading | Insert | Update | Delete, *columns: str) -> "_Ready | None":
    """Return the statement ready for SQLite's driver; None for another one, and while somebody listens (tests do)."""
    if connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
        return None
    return _made_ready(statement, columns)


@functools.cache
def _made_ready(statement: Reading | Insert | Update | Delete, columns: tuple[str, ...]) -> "_Ready":
    compiled = statement.compile(dialect=_SQLITE, column_keys=list(columns) or None)
    binds = [(name, compiled.binds[name]) for name in compiled.positiontup or ()]
    return _Ready(str(compiled), binds, [column.type for column in statement.exported_columns])


_SQLITE = sqlite.dialect()
_Convert = Callable[[Any], Any]


class _Ready:
    """A statement as SQLite's driver takes it: its text, and what becomes of the values on the way in and out.

    A list among the values stands in the text as so many question marks.
    """

    def __init__(
        self, text: str, binds: Sequence[tuple[str, BindParameter[Any]]], out: Sequence[TypeEngine[Any]]
    ) -> None:
        self._text = text
        self._given = [_given(name, bind) for name, bind in binds]
        self._has_lists = any(mark for *_, mark in self._given)
        converters = [kind.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for kind in out]
        self._converted = [(at, convert) for at, convert in enumerate(converters) if convert is not None]
        self._row: Callable[..., Any] | None = None

    def run(self, connection: Connection, values: Mapping[str, Any], fetch: Callable[[sqlite3.Cursor], T]) -> T:
        """Run it, and return what `fetch` makes of it. Raises what SQLAlchemy would."""
        text, given = self._text, [given if not key else convert(values[key]) for key, given, convert, _ in self._given]
        if self._has_lists:
            text, given = self._spread(given)
        cursor: sqlite3.Cursor = connection.connection.cursor()  # type: ignore[assignment]  # SQLite's own
        try:
            return fetch(cursor.execute(text, given))
        except sqlite3.Error as error:
            raise DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True) from error
        finally:
            cursor.close()

    def _spread(self, given: Sequence[Any]) -> tuple[str, list[Any]]:
        text, spread = self._text, list[Any]()
        for value, (*_, mark) in zip(given, self._given, strict=True):
            spread += value if mark else [value]
            if mark:
                text = text.replace(mark, ", ".join("?" * len(value)), 1)
        return text, spread

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


def _given(name: str, bind: BindParameter[Any]) -> tuple[str, Any, _Convert, str]:
    """Return the name of a value that is given each time, or the value; what makes it the driver's; a list's mark."""
    one = bind.type.dialect_impl(_SQLITE).bind_processor(_SQLITE) or _as_it_is
    convert, mark = (
        (lambda many: [one(value) for value in many], f"__[POSTCOMPILE_{name}]") if bind.expanding else (one, "")
    )
    return (bind.key, None, convert, mark) if bind.required else ("", convert(bind.value), convert, mark)


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


def page_within(total: int, number: int, size: int) -> tuple[int, int]:
    """Return page `number` (from 0) pulled into range, as when a list got shorter, and how many pages there are."""
    pages = max(1, -(-total // size))
    return min(max(0, number), pages - 1), pages


def page_start(total: int, number: int, size: int) -> int:
    """Return where page `number` begins, likewise pulled into range."""
    return page_within(total, number, size)[0] * size


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
