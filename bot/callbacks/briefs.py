"""Payloads of briefs (简报)."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class BriefTap(Payload, tag="zb"):
    """简报 of one activity."""

    activity: int


@dataclass(frozen=True)
class MonthBriefTap(Payload, tag="zm"):
    """简报 of a month."""

    year: int
    month: int
