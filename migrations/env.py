"""Alembic's environment: runs on the connection that `migrations.upgrade` hands over."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy import TypeDecorator
from sqlmodel import AutoString, SQLModel

import models  # noqa: F401 - registers the tables
from models.columns import Instant


def plain_types(kind: str, item: Any, _context: Any) -> str | bool:  # noqa: ANN401 - Alembic's hook
    """Write our column types as what they are in the database: a migration must outlive the classes."""
    if kind != "type":
        return False
    if isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString | TypeDecorator) and isinstance(getattr(item, "impl", item), sa.String):
        return f"sa.String(length={getattr(item, 'impl', item).length})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
