"""Service elsewhere that members hand in themselves (补报时长), and the ledger of the hours credited for it."""

import datetime as dt

from sqlmodel import Field, SQLModel

from models.attachments import Attachment, AttachmentColumn
from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import OwnState


class OwnService(SQLModel, table=True):
    """Service that a member has done elsewhere: handed in, confirmed by the leader, verified by a coordinator.

    `minutes` are those asked for; from when to when it was may not have been said. `round` grows whenever it begins to
    wait for somebody anew. `withdraw_by` is the coordinator who wants a verified one taken back, until another decides.
    """

    __table_args__ = (KEPT_IDS,)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    title: str = Field(max_length=120)
    place: str = Field(max_length=120)
    day: dt.date
    year: int
    starts_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    ends_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    minutes: int
    file: Attachment | None = Field(default=None, sa_type=AttachmentColumn)
    state: OwnState = Field(sa_type=enum_column(OwnState), index=True)
    handed_in_at: dt.datetime = Field(sa_type=Instant)
    round: int = 1
    confirmed_by: int | None = Field(default=None, foreign_key="member.id")
    confirmed_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    verified_by: int | None = Field(default=None, foreign_key="member.id")
    verified_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", max_length=300)
    withdraw_by: int | None = Field(default=None, foreign_key="member.id")
    withdraw_reason: str = Field(default="", max_length=300)


class OwnHoursEntry(SQLModel, table=True):
    """Minutes credited for an `OwnService`. Append-only; corrected by reversing entries, as `HoursEntry` is."""

    id: int | None = Field(default=None, primary_key=True)
    own_id: int = Field(foreign_key="ownservice.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    minutes: int
    entered_by: int = Field(foreign_key="member.id")
    confirmed_by: int = Field(foreign_key="member.id")
    at: dt.datetime = Field(sa_type=Instant)
    reverses_id: int | None = Field(default=None, foreign_key="ownhoursentry.id", unique=True)
    reason: str = Field(default="", max_length=300)
