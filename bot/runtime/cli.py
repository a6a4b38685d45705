"""What the command line does besides running the bot: a backup now, and putting a backup back."""

import datetime as dt
from pathlib import Path

from sqlalchemy import make_url

from bot.runtime.backup import BackupError, database_file, make_backup, restore
from bot.runtime.clock import Clock
from bot.runtime.settings import Settings


def back_up(settings: Settings) -> str:
    """Make a backup now, while the bot may be running. Returns what to tell the operator; raises BackupError."""
    return str(make_backup(_file(settings), _wall(settings), settings.backup_keep_days))


def put_back(settings: Settings, backup: Path) -> str:
    """Put a backup in the place of the database. Returns what to tell the operator; raises BackupError."""
    aside = restore(backup, _file(settings), _wall(settings))
    before = f"\n原来的数据库在 (what was there before): {aside}" if aside is not None else ""
    return f"已恢复 (restored): {backup}{before}"


def _file(settings: Settings) -> Path:
    database = database_file(make_url(settings.database))
    if database is None:
        raise BackupError("PostgreSQL 请用 pg_dump / pg_restore，见 docs/operations.md (use pg_dump and pg_restore)")
    return database


def _wall(settings: Settings) -> dt.datetime:
    clock = Clock(settings.timezone)
    return clock.wall(clock.now())
