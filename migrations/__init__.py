"""Brings a database to the present shape, after a backup copy of an SQLite file.

Alembic is imported only when there is something to migrate: it takes longer to load than to find that there is not.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from models.engine import without_bounds

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def known() -> set[str]:
    """Return all revisions. Files are named `<revision>_<what it does>.py`, and revisions are numbers that rise."""
    return {path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*_*.py")}


def newest() -> str:
    """Return the last revision."""
    return max(known())


def present(engine: Engine) -> str | None:
    """Return the revision a database is at, None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def config_for(connection: Connection) -> "Config":
    """Return Alembic's configuration on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, *, copy: bool = True) -> Path | None:
    """Migrate to the newest shape if need be. Returns the backup made before, if there was something to save.

    Args:
        engine: The database.
        copy: Whether an SQLite file is copied aside before.
    """
    revision = present(engine)
    if revision == newest():
        return None
    from alembic import command

    backup = _copy(engine, revision) if copy and revision is not None else None
    with transaction(engine) as connection:
        command.upgrade(config_for(connection), "head")
    return backup


@contextlib.contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Open the transaction for a migration: all of it, or nothing.

    On SQLite without foreign keys, which can be switched only outside: a table that is made anew is dropped while
    others point to it (https://sqlite.org/lang_altertable.html#otheralter).
    """
    with engine.connect() as connection:
        _heed_foreign_keys(connection, on=False)
        try:
            with connection.begin(), without_bounds(connection):
                yield connection
        finally:
            _heed_foreign_keys(connection, on=True)


def _heed_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys by the driver's own cursor: through SQLAlchemy's it would begin a transaction."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _copy(engine: Engine, revision: str) -> Path | None:
    """Copy an SQLite file aside, readable by its owner only. PostgreSQL is backed up by its own tools."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    source = Path(engine.url.database)
    target = source.with_name(f"{source.stem}.before-{revision}{source.suffix}")
    target.unlink(missing_ok=True)
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new, pages=-1)
    new.close()
    old.close()
    target.chmod(0o600)
    return target
