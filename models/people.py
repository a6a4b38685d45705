"""Teams, their categories and targets, members, invitations."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.addresses import Address, AddressColumn
from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import MemberStatus


class Team(SQLModel, table=True):
    """One of the service sub-teams (分团), as `TEAMS_FILE` lists them. `retired_at`: since when it does no more."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60, unique=True)
    short_name: str = Field(max_length=30)
    expertise: list[str] = Field(default_factory=list, sa_type=JSON)
    suits: list[str] = Field(default_factory=list, sa_type=JSON)
    position: int = 0
    code: str | None = Field(default=None, max_length=24, unique=True)
    retired_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class Category(SQLModel, table=True):
    """One line of the 五个10. `counts` is `activity` or `pairing`: what moves its tally."""

    code: str = Field(primary_key=True, max_length=24)
    name_zh: str = Field(max_length=30)
    name_en: str = Field(max_length=40)
    unit_zh: str = Field(max_length=6)
    counts: str = Field(max_length=12)
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    position: int = 0
    retired_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class Venue(SQLModel, table=True):
    """A kind of place (场所). `words` name it in a notice.

    `in_plan`: a plan is spread over it (进社区、进农村、进企业). `workdays`: people are met there on working days.
    """

    code: str = Field(primary_key=True, max_length=24)
    name_zh: str = Field(max_length=30)
    name_en: str = Field(max_length=40)
    words: list[str] = Field(default_factory=list, sa_type=JSON)
    in_plan: bool = False
    workdays: bool = False
    position: int = 0
    retired_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class Target(SQLModel, table=True):
    """How many a year of one category the corps has promised."""

    year: int = Field(primary_key=True)
    category: str = Field(primary_key=True, foreign_key="category.code", max_length=24)
    amount: int


class Member(SQLModel, table=True):
    """A person known to the corps. After erasing, the addresses are gone and `name` is a pseudonym.

    `lead_minutes` are the reminders, by minutes before an activity, that the person has refused.
    `keyboard`: a row of words stands ready to be pressed in their chat. `nickname` is given by a leader, and shown only
    where another bears the same name.
    """

    __table_args__ = KEPT_IDS

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    status: MemberStatus = Field(sa_type=enum_column(MemberStatus))
    is_leader: bool = False
    is_coordinator: bool = False
    language: str | None = Field(default=None, max_length=5)
    consent_version: str | None = Field(default=None, max_length=20)
    consented_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    created_at: dt.datetime = Field(sa_type=Instant)
    reminders: bool = True
    lead_minutes: list[int] | None = Field(default=None, sa_type=JSON)
    paused_until: dt.datetime | None = Field(default=None, sa_type=Instant)
    keyboard: bool = False
    nickname: str = Field(default="", max_length=20)


class MemberAddress(SQLModel, table=True):
    """Where a member can be written to: `external` is what the channel calls them.

    One of a member's addresses is `preferred`. `why` says in a word why one can't be reached, while it can't. `token`
    is what stops messages there, of an address that each message tells it to (mail).
    """

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "external"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    channel: str = Field(max_length=16)
    external: str = Field(max_length=100)
    since: dt.datetime = Field(sa_type=Instant)
    unreachable_since: dt.datetime | None = Field(default=None, sa_type=Instant)
    why: str = Field(default="", max_length=100)
    preferred: bool = True
    token: str | None = Field(default=None, max_length=32, unique=True)


class Invitation(SQLModel, table=True):
    """A team's invitation: whoever opens its link may ask to join that team, until it is revoked."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    code: str = Field(max_length=40, unique=True)
    created_by: int | None = Field(default=None, foreign_key="member.id")
    created_at: dt.datetime = Field(sa_type=Instant)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class Draft(SQLModel, table=True):
    """Where a person stands in one conversation, so that a restart goes on there.

    `active` marks the one whose question is open. `last_key` is the newest message or tap already taken in:
    a channel repeats what was not acknowledged, and a repeated answer must not answer the next question.
    """

    id: int | None = Field(default=None, primary_key=True)
    address: Address = Field(sa_type=AddressColumn, index=True)
    kind: str = Field(max_length=24)
    step: str = Field(default="", max_length=40)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    active: bool = True
    last_key: str = Field(default="", max_length=100)
    updated_at: dt.datetime = Field(sa_type=Instant)


class Audit(SQLModel, table=True):
    """One change: who, what, on what, before → after. Append-only."""

    __table_args__ = (Index("ix_audit_action", "action", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_type=Instant, index=True)
    actor_id: int | None = Field(default=None, foreign_key="member.id")
    action: str = Field(max_length=40)
    subject: str = Field(max_length=60, index=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON)
