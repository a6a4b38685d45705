"""A notice as it is owed, and as delivery takes it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from corps.addresses import Address
from corps.notices.kinds import Kind
from models import Member


class Room(Protocol):
    """A chat of a team: a tied group, or a group robot. Keys of notices for it end with `key`."""

    @property
    def key(self) -> str:
        """How keys of notices end that are for it."""

    @property
    def address(self) -> Address:
        """Where messages for it go."""

    @property
    def team_id(self) -> int:
        """The team whose chat it is."""


@dataclass(frozen=True)
class Owed:
    """One message to one member, or to the `group`. `key` is its natural key; `subject` holds ids.

    What several get is made once, with the beginning of the key (its stem) and without a member: see `to`.
    """

    kind: Kind
    key: str
    member: Member | None = None
    subject: dict[str, Any] = field(default_factory=dict)
    activity_id: int | None = None
    broadcast_id: int | None = None
    due_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    urgent: bool = False
    group: Address | None = None

    def to(self, people: Iterable[Member]) -> list["Owed"]:
        """Return the message for each of these people. Their keys end with the member's id: each is told once."""
        return [replace(self, key=f"{self.key}:{member.id}", member=member) for member in people]

    def in_rooms(self, rooms: Iterable[Room]) -> list["Owed"]:
        """Return the message for each of these chats; the subject tells the team that reads it there."""
        return [
            replace(
                self, key=f"{self.key}:{room.key}", subject={**self.subject, "team": room.team_id}, group=room.address
            )
            for room in rooms
        ]


@dataclass(frozen=True)
class Due:
    """A notice taken for delivery, with whom it is for."""

    id: int
    kind: Kind
    address: Address
    member_id: int | None
    activity_id: int | None
    broadcast_id: int | None
    subject: dict[str, Any]
    language: str
    attempts: int
    due_at: dt.datetime | None = None
