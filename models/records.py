"""What people take away, as far as it must be remembered: addresses of calendars."""

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Instant, enum_column
from models.enums import FeedScope


class CalendarFeed(SQLModel, table=True):
    """A calendar that somebody has subscribed to. Whoever knows the `secret` reads it; a new one ends the old."""

    __table_args__ = (UniqueConstraint("member_id", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    scope: FeedScope = Field(sa_type=enum_column(FeedScope))
    secret: str = Field(max_length=64, unique=True)
    created_at: dt.datetime = Field(sa_type=Instant)
