"""The kinds of notice: how urgent each is and how long it stays of use."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about; the bot has a view for each."""

    CARD = "card"
    CLAIMED = "claimed"
    JOIN_REQUEST = "join_request"
    ADMITTED = "admitted"
    DECLINED = "declined"
    ROLE = "role"
    INVITE = "invite"
    OFFER = "offer"
    LAPSED = "lapsed"
    LATE_WITHDRAWAL = "late_withdrawal"
    REMOVED = "removed"
    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    UNFILLED = "unfilled"
    REPORT_REQUEST = "report_request"
    VERIFY_REQUEST = "verify_request"
    RETURNED = "returned"
    VERIFIED = "verified"
    PAIRING_REQUEST = "pairing_request"
    PAIRING_DECIDED = "pairing_decided"
    QUOTA = "quota"
    TEAM_DIGEST = "team_digest"
    BROADCAST = "broadcast"
    BROADCAST_PART = "broadcast_part"
    CORRECTION = "correction"
    NUDGE = "nudge"
    GROUP_LOST = "group_lost"
    UNREACHABLE = "unreachable"
    ALARM = "alarm"
    ALARM_OVER = "alarm_over"
    MOVED = "moved"
    MOVED_IN = "moved_in"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Trait:
    """How a kind is delivered: lower `priority` goes first; `keeps` is how long it stays of use.

    An `optional` one is spared those who have paused: what is on, reminders, digests. What changes for
    them, and answers to what they did, reach them all the same.
    """

    priority: int = 5
    keeps: dt.timedelta = dt.timedelta(days=3)
    optional: bool = False


_DAY = dt.timedelta(days=1)
URGENT = 0
"""The priority that goes out even in quiet hours: cancellations and changes within the next twelve hours."""

SOON = dt.timedelta(hours=12)
"""What concerns something within this time is told even in quiet hours: otherwise people would go, or not."""

PER_SECOND = 30
"""How many messages Telegram takes a second: how fast a queue can shrink, and a broadcast go out."""

TRAITS: dict[Kind, Trait] = {
    Kind.CANCELLED: Trait(1),
    Kind.CHANGED: Trait(1),
    Kind.OFFER: Trait(2),
    Kind.LATE_WITHDRAWAL: Trait(2, _DAY),
    Kind.REMINDER: Trait(2, _DAY, optional=True),
    Kind.JOIN_REQUEST: Trait(3, 14 * _DAY),
    Kind.VERIFY_REQUEST: Trait(4, 14 * _DAY),
    Kind.REPORT_REQUEST: Trait(4, 14 * _DAY),
    Kind.CARD: Trait(6, 7 * _DAY, optional=True),
    Kind.PAIRING_REQUEST: Trait(4, 14 * _DAY),
    Kind.PAIRING_DECIDED: Trait(5, 14 * _DAY),
    Kind.CORRECTION: Trait(6, 3 * _DAY),
    Kind.BROADCAST_PART: Trait(7, 3 * _DAY),
    Kind.BROADCAST: Trait(7, 3 * _DAY),
    Kind.UNREACHABLE: Trait(6, 7 * _DAY),
    Kind.ALARM: Trait(1, _DAY),
    Kind.ALARM_OVER: Trait(1, _DAY),
    Kind.QUOTA: Trait(8, 4 * _DAY, optional=True),
    Kind.TEAM_DIGEST: Trait(8, 4 * _DAY, optional=True),
    Kind.INVITE: Trait(optional=True),
    Kind.UNFILLED: Trait(optional=True),
    Kind.NUDGE: Trait(7, _DAY),
}

PRIORITIES = tuple(sorted({URGENT, Trait().priority, *(known.priority for known in TRAITS.values())}))
"""All priorities there are, the most urgent first."""


def trait(kind: Kind) -> Trait:
    """Return how a kind is delivered."""
    return TRAITS.get(kind, Trait())
