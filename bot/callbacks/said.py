"""Payloads under what the bot makes of words that it had not asked for. `sign` says which words are meant."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class PublishSaidTap(Payload, tag="wp"):
    """发布: make an activity of the words."""

    sign: str


@dataclass(frozen=True)
class BroadcastSaidTap(Payload, tag="wb"):
    """群发: make a broadcast of the words."""

    sign: str


@dataclass(frozen=True)
class PassOnTap(Payload, tag="wq"):
    """转给联络员: pass the words on to whoever answers for the team."""

    sign: str
