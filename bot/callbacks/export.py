"""Payloads of `/export` and `/audit`."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class LedgerTap(Payload, tag="ex"):
    """Export the ledger of a year."""

    year: int
