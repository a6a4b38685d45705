"""What came in and what is owed to whom: kept updates, notices, broadcasts, and what was done once."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.addresses import Address, AddressColumn
from models.attachments import Attachment, AttachmentColumn
from models.columns import KEPT_IDS, Instant, enum_column
from models.enums import BroadcastState, Failure, NoticeState


class KeptUpdate(SQLModel, table=True):
    """An update that Telegram has been told we have, and that is not handled yet (see `corps.system.inbox`)."""

    update_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    body: dict[str, Any] = Field(sa_type=JSON)
    kept_at: dt.datetime = Field(sa_type=Instant)


class Notice(SQLModel, table=True):
    """One message owed to a member, or to a group (通知). The unique `key` makes owing it twice harmless.

    `address` is the group's; a member's is chosen when the message goes out, and kept with it, as `message_id` is.
    `retry_at` holds a notice back after a failed try; `maybe_twice` tells that a try may have arrived though
    its end was never known, so that the next one may have repeated it. `failure` says why the last try failed, for
    all who ask; `error` keeps what was said, for who looks into the database, or why we ended it unsent.
    """

    __table_args__ = (
        Index("ix_notice_due", "state", "due_at"),
        Index("ix_notice_line", "state", "priority", "due_at"),
        Index("ix_notice_expiry", "state", "expires_at"),
        Index("ix_notice_member", "member_id", "state"),
        Index("ix_notice_address", "address", "state"),
        Index("ix_notice_twice", "maybe_twice"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120, unique=True)
    kind: str = Field(max_length=24, index=True)
    address: Address | None = Field(default=None, sa_type=AddressColumn)
    member_id: int | None = Field(default=None, foreign_key="member.id")
    activity_id: int | None = Field(default=None, foreign_key="activity.id", index=True)
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id", index=True)
    subject: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    priority: int = 5
    due_at: dt.datetime = Field(sa_type=Instant)
    expires_at: dt.datetime = Field(sa_type=Instant)
    state: NoticeState = Field(default=NoticeState.OWED, sa_type=enum_column(NoticeState))
    attempts: int = 0
    error: str = Field(default="", max_length=300)
    failure: Failure | None = Field(default=None, sa_type=enum_column(Failure))
    lease_until: dt.datetime | None = Field(default=None, sa_type=Instant)
    retry_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    maybe_twice: bool = False
    sent_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    message_id: str | None = Field(default=None, max_length=100)
    created_at: dt.datetime = Field(sa_type=Instant)


class Broadcast(SQLModel, table=True):
    """A message of a coordinator to an audience (群发). Its recipients are its notices.

    `parts` are messages that go before the text (a schedule: its picture as `photo`, texts as `html`).
    `revision` grows with every change of the text. `card_*` is the sender's live card: an address without a
    message asks for a new card to be sent.
    """

    __table_args__ = KEPT_IDS

    id: int | None = Field(default=None, primary_key=True)
    sender_id: int = Field(foreign_key="member.id")
    html: str = Field(default="", sa_type=Text)
    parts: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    photo: Attachment | None = Field(default=None, sa_type=AttachmentColumn)
    document: Attachment | None = Field(default=None, sa_type=AttachmentColumn)
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: BroadcastState = Field(sa_type=enum_column(BroadcastState), index=True)
    revision: int = 0
    corrected: bool = False
    created_at: dt.datetime = Field(sa_type=Instant)
    scheduled_for: dt.datetime | None = Field(default=None, sa_type=Instant)
    sent_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    nudged_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    card_address: Address | None = Field(default=None, sa_type=AddressColumn)
    card_message_id: str | None = Field(default=None, max_length=100)
    card_digest: str = Field(default="", max_length=40)
    card_shown_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class ShownCard(SQLModel, table=True):
    """A message that shows an activity's card and is kept true by edits (see `corps.delivery.shown_cards`).

    `watches`: its reader follows who signs up. `old`: a newer card of the activity stands in the chat, and this one has
    yet to say so. `seen` is the fingerprint of what it was drawn for, `digest` of how it reads. It is drawn as its
    notice, or below its `heading`, with the way `back`.
    """

    __table_args__ = (
        UniqueConstraint("address", "message_id"),
        Index("ix_showncard_line", "activity_id", "watches", "seen"),
    )

    id: int | None = Field(default=None, primary_key=True)
    address: Address = Field(sa_type=AddressColumn)
    message_id: str = Field(max_length=100)
    activity_id: int = Field(foreign_key="activity.id")
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    heading: str = Field(default="", sa_type=Text)
    back: str = Field(default="", max_length=64)
    watches: bool = False
    old: bool = False
    seen: str = Field(default="", max_length=40)
    digest: str = Field(default="", max_length=40)
    shown_at: dt.datetime = Field(sa_type=Instant)


class ShownCode(SQLModel, table=True):
    """A message that shows an activity's rotating code and is kept fresh by edits (see `corps.attendance.codes`).

    One a chat and activity: a code that is opened again is fresh where it was opened last. `step` is that of the code.
    """

    __table_args__ = (UniqueConstraint("address", "activity_id"),)

    id: int | None = Field(default=None, primary_key=True)
    address: Address = Field(sa_type=AddressColumn)
    message_id: str = Field(max_length=100)
    activity_id: int = Field(foreign_key="activity.id")
    step: int = Field(sa_type=BigInteger)
    opened_at: dt.datetime = Field(sa_type=Instant)


class Acknowledgement(SQLModel, table=True):
    """A person has pressed 收到 on a broadcast."""

    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id")
    member_id: int = Field(primary_key=True, foreign_key="member.id")
    at: dt.datetime = Field(sa_type=Instant)


class TeamGroup(SQLModel, table=True):
    """A group chat tied to a team (分团群). `cards`: new activities' cards go here instead of to each member.

    `inside` are the ids of the members who were in it when the channel was last asked (`looked_at`); None: never yet.
    """

    address: Address = Field(primary_key=True, sa_type=AddressColumn)
    team_id: int = Field(foreign_key="team.id", index=True)
    title: str = Field(default="", max_length=255)
    cards: bool = False
    bound_by: int = Field(foreign_key="member.id")
    bound_at: dt.datetime = Field(sa_type=Instant)
    inside: list[int] | None = Field(default=None, sa_type=JSON)
    looked_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class Robot(SQLModel, table=True):
    """A group robot (群机器人) of another messenger that a team has tied: what goes there can only be read.

    `sealed` is its address and signing secret, encrypted by the program's key; `mark` a hash by which the same one is
    known. `broken_since`: nothing is sent there any more, for the reason `why`.
    """

    __table_args__ = KEPT_IDS

    id: int | None = Field(default=None, primary_key=True)
    address: Address = Field(sa_type=AddressColumn, unique=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    sealed: str = Field(sa_type=Text, repr=False)
    mark: str = Field(max_length=64, unique=True)
    broken_since: dt.datetime | None = Field(default=None, sa_type=Instant)
    why: Failure | None = Field(default=None, sa_type=enum_column(Failure))
    bound_by: int = Field(foreign_key="member.id")
    bound_at: dt.datetime = Field(sa_type=Instant)


class Pulse(SQLModel, table=True):
    """The heartbeat of something that must happen regularly. `alarmed_at`: the coordinators have been told.

    `began_at` is when it was first looked for: what never ended well is late from then on.
    """

    name: str = Field(primary_key=True, max_length=40)
    began_at: dt.datetime = Field(sa_type=Instant)
    ran_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    ok_at: dt.datetime | None = Field(default=None, sa_type=Instant)
    error: str = Field(default="", max_length=300)
    alarmed_at: dt.datetime | None = Field(default=None, sa_type=Instant)


class Handled(SQLModel, table=True):
    """A tap that has done what it does (see `corps.repeats`): `key` is a hash of who sent it, and its key there."""

    key: str = Field(primary_key=True, max_length=260)
    at: dt.datetime = Field(sa_type=Instant, index=True)


class Milestone(SQLModel, table=True):
    """Something done once (a digest of a week, a reminder round of an activity), and when."""

    key: str = Field(primary_key=True, max_length=120)
    at: dt.datetime = Field(sa_type=Instant)
