"""Payloads of the 五个10."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class QuotaYearTap(Payload, tag="q"):
    """Show the 五个10 of a year."""

    year: int


@dataclass(frozen=True)
class QuotaPictureTap(Payload, tag="jq"):
    """图片: the 五个10 of a year as a picture, and in words."""

    year: int


@dataclass(frozen=True)
class QuotaLineTap(Payload, tag="ql"):
    """Show what counts in one category of a year, a page of it."""

    year: int
    category: str
    page: int
