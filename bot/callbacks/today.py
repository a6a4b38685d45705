"""Payloads of 今天要办."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class TodayTap(Payload, tag="td"):
    """Show a page of what waits, of one matter (`corps.today.Matter`); without one, all of it in short."""

    matter: str
    page: int
