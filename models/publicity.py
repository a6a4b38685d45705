"""Objections to hours that stand open to the team before they are final (公示)."""

import datetime as dt

from sqlmodel import Field, SQLModel

from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import ObjectionState


class Objection(SQLModel, table=True):
    """An objection (有异议) to the hours of an activity, or to service elsewhere; one of the two is given.

    It is about the verification of `verified_at`, and stops the clock from `at` until `settled_at`.
    """

    __table_args__ = (KEPT_IDS,)

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int | None = Field(default=None, foreign_key="activity.id", index=True)
    own_id: int | None = Field(default=None, foreign_key="ownservice.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    verified_at: dt.datetime = Field(sa_type=Instant)
    reason: str = Field(max_length=300)
    at: dt.datetime = Field(sa_type=Instant)
    state: ObjectionState = Field(sa_type=enum_column(ObjectionState), index=True)
    settled_by: int | None = Field(default=None, foreign_key="member.id")
    settled_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    answer: str = Field(default="", max_length=300)
