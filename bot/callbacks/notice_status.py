"""Payloads of `/notices`."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class OutboxTap(Payload, tag="ob"):
    """Show how the notices stand."""


@dataclass(frozen=True)
class TroubleTap(Payload, tag="ot"):
    """Show a page of the notices that failed or expired."""

    page: int


@dataclass(frozen=True)
class SentTodayTap(Payload, tag="ow"):
    """Show a page of what went out today: to whom, and by which way."""

    page: int


@dataclass(frozen=True)
class RetryTap(Payload, tag="or"):
    """重试: owe one of them again, and stay on the page. `shown`: which that was (`FailedNotice.sign`)."""

    notice: int
    page: int
    shown: str = ""


@dataclass(frozen=True)
class UnreachableTap(Payload, tag="ou"):
    """Show a page of the people who cannot be reached, by team."""

    page: int
