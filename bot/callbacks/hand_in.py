"""Payloads of /handin."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class HandInTap(Payload, tag="hi"):
    """Show what is still to be entered of a year on a platform."""

    platform: str
    year: int


@dataclass(frozen=True)
class HandInFileTap(Payload, tag="hf"):
    """Send the file with what is still to be entered."""

    platform: str
    year: int


@dataclass(frozen=True)
class HandInMarkTap(Payload, tag="hm"):
    """已录入: what the file above the button holds."""

    platform: str
    year: int
    shown: str


@dataclass(frozen=True)
class HandInUnmarkTap(Payload, tag="hu"):
    """撤回录入: what was marked together last."""

    platform: str
    year: int
    shown: str
