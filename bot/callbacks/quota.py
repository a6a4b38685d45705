"""Payloads of the 五个10."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class QuotaYearTap(Payload, tag="q"):
    """Show the 五个10 of a year."""

    year: int
