"""Payloads of calendars: of one activity's card, and of /calendar."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from models.enums import FeedScope


@dataclass(frozen=True)
class CalendarTap(Payload, tag="ca"):
    """加到日历: one activity as a file."""

    activity: int


@dataclass(frozen=True)
class CalendarFileTap(Payload, tag="cf"):
    """The calendar of a person, a team or the corps as a file."""

    scope: FeedScope


@dataclass(frozen=True)
class SubscribeTap(Payload, tag="cs"):
    """Show the secret address of a calendar; make one if there is none."""

    scope: FeedScope


@dataclass(frozen=True)
class UnsubscribeTap(Payload, tag="cu"):
    """End the address of a calendar."""

    scope: FeedScope
