"""Payloads of what people thought of an activity. `code` is its own: who has it may say."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class RateTap(Payload, tag="x1"):
    """One to five."""

    code: str
    stars: int


@dataclass(frozen=True)
class RateSkipTap(Payload, tag="x2"):
    """跳过: no sentence."""


@dataclass(frozen=True)
class RateCodeTap(Payload, tag="x3"):
    """评价码: the code to put up for those who were served."""

    activity: int
