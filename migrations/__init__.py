"""Brings a database to the present shape, after a backup copy of an SQLite file."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

HERE = Path(__file__).parent


def config_for(connection: Connection) -> Config:
    """Return Alembic's configuration on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> Path | None:
    """Migrate to the newest shape if need be. Returns the backup made before, if there was something to save."""
    newest = ScriptDirectory(str(HERE)).get_current_head()
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == newest:
        return None
    backup = _copy(engine, present) if present is not None else None
    with engine.begin() as connection:
        command.upgrade(config_for(connection), "head")
    return backup


def _copy(engine: Engine, present: str) -> Path | None:
    """Copy an SQLite file aside, readable by its owner only. PostgreSQL is backed up by its own tools."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    source = Path(engine.url.database)
    target = source.with_name(f"{source.stem}.before-{present}{source.suffix}")
    target.unlink(missing_ok=True)
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new, pages=-1)
    new.close()
    old.close()
    target.chmod(0o600)
    return target
