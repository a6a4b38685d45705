"""The database is opened with the settings that make its locks hold, and columns keep what they are given."""

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from sqlmodel import Session, col

from bot.runtime.database import passes_by_itself
from models import Activity, Member
from models.columns import Instant, enum_column
from models.engine import BUSY_TIMEOUT_MS, open_engine
from models.enums import MemberStatus, SignUpState


@pytest.fixture
def on_sqlite(engine: Engine) -> None:
    """Skip on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        pytest.skip("SQLite's own settings")


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", BUSY_TIMEOUT_MS)],
)
def test_sqlite_is_set_for_a_server(engine: Engine, pragma: str, value: object) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@pytest.mark.usefixtures("on_sqlite")
def test_a_transaction_holds_the_write_lock_from_its_beginning(engine: Engine) -> None:
    """A count made under a deferred BEGIN may be stale when it is acted upon."""
    with engine.begin() as connection:
        connection.execute(select(col(Member.id)))
        other = sqlite3.connect(str(engine.url.database), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_row_that_points_nowhere_is_refused(engine: Engine) -> None:
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text("INSERT INTO target (year, category, amount) VALUES (1999, 'nowhere', 1)"))


def test_an_error_does_not_repeat_what_was_typed(engine: Engine) -> None:
    statement = text("SELECT * FROM no_such_table WHERE name = :name")
    with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
        connection.execute(statement, {"name": "悄悄话"})
    assert "悄悄话" not in str(caught.value)


def test_the_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new/deep/corps.db")
    with engine.connect():
        pass
    engine.dispose()
    assert (tmp_path / "new" / "deep" / "corps.db").exists()
    assert (tmp_path / "new" / "deep").stat().st_mode & 0o077 == 0


def test_postgresql_means_psycopg_and_hides_values_too() -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    assert engine.dialect.driver == "psycopg"
    assert engine.hide_parameters
    engine.dispose()


STAMPS = Table("stamps", MetaData(), Column("id", Integer, primary_key=True), Column("at", Instant))


def test_an_instant_comes_back_aware_and_in_utc(engine: Engine) -> None:
    beijing = dt.timezone(dt.timedelta(hours=8))
    with engine.begin() as connection:
        STAMPS.create(connection)
        connection.execute(insert(STAMPS), {"id": 1, "at": dt.datetime(2026, 12, 5, 14, tzinfo=beijing)})
        connection.execute(insert(STAMPS), {"id": 2, "at": None})
        found = connection.execute(select(STAMPS.c.at).order_by(STAMPS.c.id)).scalars().all()
    assert found == [dt.datetime(2026, 12, 5, 6, tzinfo=dt.UTC), None]
    assert found[0].utcoffset() == dt.timedelta(0)


def test_a_naive_time_is_refused(engine: Engine) -> None:
    naive = dt.datetime(2026, 12, 5)  # noqa: DTZ001 - the point
    with engine.begin() as connection:
        STAMPS.create(connection)
        with pytest.raises(StatementError, match="naive"):
            connection.execute(insert(STAMPS), {"id": 1, "at": naive})


def test_a_naive_time_is_refused_in_a_comparison_as_well(engine: Engine) -> None:
    naive = dt.datetime(2026, 12, 5)  # noqa: DTZ001 - the point
    with pytest.raises(StatementError, match="naive"), engine.connect() as connection:
        connection.execute(select(col(Activity.id)).where(col(Activity.starts_at) > naive))


def test_a_word_comes_back_as_the_word_and_nothing_else_is_stored(engine: Engine) -> None:
    now = dt.datetime(2026, 12, 2, tzinfo=dt.UTC)
    with Session(engine) as session:
        session.add(Member(name="张明", status=MemberStatus.ACTIVE, created_at=now))
        session.flush()
        session.expire_all()
        found = session.get_one(Member, 1)
        assert found.status is MemberStatus.ACTIVE
        with pytest.raises(StatementError):
            session.execute(select(col(Member.id)).where(col(Member.status) == "no such word"))


def test_every_word_fits_its_column() -> None:
    for kind in (MemberStatus, SignUpState):
        column = enum_column(kind)
        assert all(len(value) <= column.impl.length for value in kind)


def test_a_locked_file_is_told_in_the_words_that_the_desk_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver's own error would pass our waiting by: an update would fail instead of waiting for a backup."""
    monkeypatch.setattr("models.engine.BUSY_TIMEOUT_MS", 50)
    file = tmp_path / "corps.db"
    engine = open_engine(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("PRAGMA journal_mode=WAL")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked") as held, engine.begin():
            pass
        assert passes_by_itself(held.value)
        holder.execute("ROLLBACK")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1, "it goes on by itself"
    engine.dispose()
