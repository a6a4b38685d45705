"""Payloads of the buttons under the audit log."""

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks.payload import Payload


class AuditScope(StrEnum):
    """Whose changes `/audit` shows: everybody's, those about a person, those about an activity."""

    ALL = "a"
    PERSON = "p"
    ACTIVITY = "e"


@dataclass(frozen=True)
class AuditTap(Payload, tag="au"):
    """Show a page of the changes; `id` is the person's or activity's, 0 for everybody's."""

    scope: AuditScope
    id: int
    page: int
