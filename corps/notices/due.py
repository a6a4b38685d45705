"""A notice as delivery takes it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from corps.addresses import Address
from corps.notices.kinds import Kind


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
