"""The personal page: browsers that stay in, links that let one in, and what stands on a page."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from models.addresses import Address, AddressColumn
from models.attachments import Attachment, AttachmentColumn
from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import PageMessageKind


class PageDevice(SQLModel, table=True):
    """A browser that stays in, by a secret of which only the hash is kept. `before` is the one before the last change.

    `kind` says what it is in a word, as far as it tells: `iphone`, `android.wechat`.
    """

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(max_length=64, unique=True)
    before: str = Field(default="", max_length=64, index=True)
    address: Address = Field(sa_type=AddressColumn, index=True)
    kind: str = Field(default="", max_length=40)
    created_at: dt.datetime = Field(sa_type=Instant)
    seen_at: dt.datetime = Field(sa_type=Instant)
    changed_at: dt.datetime = Field(sa_type=Instant)


class PageLink(SQLModel, table=True):
    """A personal link: lets one browser in, once, within a day. Only the hash of its secret is kept."""

    token: str = Field(primary_key=True, max_length=64)
    member_id: int = Field(foreign_key="member.id", index=True)
    made_by: int = Field(foreign_key="member.id")
    made_at: dt.datetime = Field(sa_type=Instant)


class LetIn(SQLModel, table=True):
    """Somebody was let in as a member by another's link: what the member does while that lasts may be theirs (`by_id`).

    It is a browser (`device_id`) or an address that was tied so; `until` is None while that is still there.
    """

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    by_id: int = Field(foreign_key="member.id", index=True)
    device_id: int | None = None
    address: Address | None = Field(default=None, sa_type=AddressColumn)
    since: dt.datetime = Field(sa_type=Instant)
    until: dt.datetime | None = Field(default=None, sa_type=Instant)


class PageMessage(SQLModel, table=True):
    """A message on somebody's page: text in HTML, rows of buttons, a photo or a file; `turn` shows it as an answer."""

    __table_args__ = (Index("ix_pagemessage_turn", "address", "turn"), KEPT_IDS)

    id: int | None = Field(default=None, primary_key=True)
    address: Address = Field(sa_type=AddressColumn)
    kind: PageMessageKind = Field(sa_type=enum_column(PageMessageKind))
    html: str = Field(default="", sa_type=Text)
    rows: list[Any] = Field(default_factory=list, sa_type=JSON)
    photo: Attachment | None = Field(default=None, sa_type=AttachmentColumn)
    document: Attachment | None = Field(default=None, sa_type=AttachmentColumn)
    turn: str = Field(default="", max_length=24)
    at: dt.datetime = Field(sa_type=Instant)
    read_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class PageFile(SQLModel, table=True):
    """A photo or a file that came by a page, or is shown on one, and that is kept nowhere else; for some weeks."""

    id: str = Field(primary_key=True, max_length=32)
    address: Address = Field(sa_type=AddressColumn, index=True)
    content: bytes = Field(sa_type=LargeBinary)
    at: dt.datetime = Field(sa_type=Instant)
