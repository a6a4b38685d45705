"""Payloads of the buttons under /mine."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class MineTap(Payload, tag="my"):
    """Show what I hold (`past` false), or what I took part in this year."""

    past: bool
    page: int


@dataclass(frozen=True)
class OpenMineTap(Payload, tag="mo"):
    """Open an activity's card from /mine."""

    activity: int
    past: bool
    page: int


@dataclass(frozen=True)
class MyHoursTap(Payload, tag="mh"):
    """Show my service hours by year and category."""
