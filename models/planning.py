"""What is proposed and not yet arranged: the proposals of `/plan`, the turns of the rotation."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import ProposalState, TurnState


class PlanProposal(SQLModel, table=True):
    """One event that a plan proposes: a category, a team, a time and a kind of place, and `why`.

    `suits` is what the team's leader said to an accepted one; None: nothing yet.
    """

    __table_args__ = (Index("ix_planproposal_year", "year", "state"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    year: int
    category: str = Field(foreign_key="category.code", max_length=24)
    team_id: int = Field(foreign_key="team.id")
    starts_at: dt.datetime = Field(sa_type=Instant)
    ends_at: dt.datetime = Field(sa_type=Instant)
    local_date: dt.date
    venue: str = Field(max_length=24)
    place: str = Field(default="", max_length=120)
    why: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: ProposalState = Field(sa_type=enum_column(ProposalState))
    made_at: dt.datetime = Field(sa_type=Instant)
    decided_by: int | None = Field(default=None, foreign_key="member.id")
    decided_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    activity_id: int | None = None
    suits: bool | None = None
    answered_by: int | None = Field(default=None, foreign_key="member.id")


class RotationMember(SQLModel, table=True):
    """Somebody who has agreed to be asked for a turn of the rotation. Who leaves it has no row any more."""

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", unique=True)
    agreed_at: dt.datetime = Field(sa_type=Instant)


class RotationTurn(SQLModel, table=True):
    """A month for which somebody was asked. `month` is its first day; `activity_id` the draft of an accepted one.

    `swap_with` is the turn whose person is asked to change months.
    """

    __table_args__ = (UniqueConstraint("month", "member_id"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    month: dt.date
    member_id: int = Field(foreign_key="member.id", index=True)
    state: TurnState = Field(sa_type=enum_column(TurnState))
    asked_by: int = Field(foreign_key="member.id")
    asked_at: dt.datetime = Field(sa_type=Instant)
    decided_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    activity_id: int | None = None
    swap_with: int | None = None
