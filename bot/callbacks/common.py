"""Payloads that every conversation may show."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class MenuTap(Payload, tag="m"):
    """A menu button: does what the command of that name does."""

    name: str


@dataclass(frozen=True)
class MenuBelowTap(Payload, tag="mb"):
    """The same under a message that is to stay: the answer comes below it."""

    name: str


@dataclass(frozen=True)
class AskWordsTap(Payload, tag="aw"):
    """Ask for the words that the command of that name takes."""

    name: str


@dataclass(frozen=True)
class CancelTap(Payload, tag="x"):
    """取消: leave the open conversation and forget it."""


@dataclass(frozen=True)
class NothingTap(Payload, tag="-"):
    """A button that only shows something: a page number, a heading in a calendar."""
