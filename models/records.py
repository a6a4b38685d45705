"""What people take away, as far as it must be remembered: addresses of calendars, records of service."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import CertificateState, FeedScope


class CalendarFeed(SQLModel, table=True):
    """A calendar that somebody has subscribed to. Whoever knows the `secret` reads it; a new one ends the old."""

    __table_args__ = (UniqueConstraint("member_id", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    scope: FeedScope = Field(sa_type=enum_column(FeedScope))
    secret: str = Field(max_length=64, unique=True)
    created_at: dt.datetime = Field(sa_type=Instant)


class MailedEntry(SQLModel, table=True):
    """The entry of a member's calendar that was mailed last, by its `sequence`; `off`: that it is cancelled."""

    member_id: int = Field(primary_key=True, foreign_key="member.id")
    activity_id: int = Field(primary_key=True, foreign_key="activity.id")
    sequence: int
    off: bool = False


class Certificate(SQLModel, table=True):
    """A record of a person's service (志愿服务记录): asked for, then issued under a number, or declined.

    `snapshot` is what it says, frozen when it is issued; None before that, and again once the person is erased. Then
    `since`, `until`, `minutes` and `issuer` still answer whoever asks about the number.
    """

    __table_args__ = (UniqueConstraint("year", "serial"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    state: CertificateState = Field(sa_type=enum_column(CertificateState))
    since: dt.date
    until: dt.date
    asked_at: dt.datetime = Field(sa_type=Instant)
    number: str | None = Field(default=None, max_length=24, unique=True)
    year: int | None = None
    serial: int | None = None
    minutes: int = 0
    issuer: str = Field(default="", max_length=60)
    snapshot: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    decided_by: int | None = Field(default=None, foreign_key="member.id")
    decided_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: int | None = Field(default=None, foreign_key="member.id")
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", max_length=24)


class HandInMark(SQLModel, table=True):
    """A row of the hours ledger was entered on an official platform (已录入), and how it read then.

    Only added: the newest mark of a row holds. An empty `fingerprint` says that it is not entered (any more).
    """

    __table_args__ = (Index("ix_handinmark_row", "platform", "activity_id"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(max_length=40)
    member_id: int = Field(foreign_key="member.id")
    activity_id: int = Field(foreign_key="activity.id")
    slot_id: int = Field(foreign_key="slot.id")
    fingerprint: str = Field(default="", max_length=16)
    marked_by: int = Field(foreign_key="member.id")
    at: dt.datetime = Field(sa_type=Instant)


class BriefIssue(SQLModel, table=True):
    """The number of a brief (简报) in its year: 第×期. `subject` is what it is of, as the audit names it."""

    __table_args__ = (UniqueConstraint("year", "serial"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    year: int
    serial: int
    subject: str = Field(max_length=60, unique=True)
    made_by: int = Field(foreign_key="member.id")
    made_at: dt.datetime = Field(sa_type=Instant)


class PaperTemplate(SQLModel, table=True):
    """The office's own template of a paper, in the place of ours: a .docx that was checked when it came."""

    paper: str = Field(primary_key=True, max_length=24)
    name: str = Field(max_length=100)
    content: bytes = Field(sa_type=LargeBinary)
    put_by: int = Field(foreign_key="member.id")
    at: dt.datetime = Field(sa_type=Instant)
