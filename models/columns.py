"""Column types that keep what they are given: instants stay aware and in UTC, words stay enums."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, String, TypeDecorator
from sqlmodel import SQLModel

# pydantic makes what validates a table only when it is asked to. Nobody asks, and it takes 1 MB.
SQLModel.model_config["defer_build"] = True

KEPT_IDS = {"sqlite_autoincrement": True}
"""For rows whose ids are in buttons and keys: SQLite would give those of deleted rows out again, or after a restore."""


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant, stored as UTC. Refuses a naive value; SQLite would drop the zone silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Turn an aware instant into UTC; naive for SQLite, which stores no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give back an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class _Word(TypeDecorator[StrEnum]):
    """A word of `models.enums`, stored as text and given back as the enum."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(length=24)
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Turn a word into its text. Raises ValueError for text that is none of the words."""
        return None if value is None else str(self.kind(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn stored text into the word. Raises ValueError for text that is none of the words."""
        return None if value is None else self.kind(value)


def enum_column(kind: type[StrEnum]) -> Any:  # noqa: ANN401 - SQLModel types `sa_type` as a class, and takes an instance
    """Return the column type for the words of `kind`."""
    return _Word(kind)
