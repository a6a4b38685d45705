"""Payloads of what stands open to the team (公示), and of objections."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class PublicityTap(Payload, tag="dl"):
    """公示: show a page of what stands open."""

    page: int


@dataclass(frozen=True)
class PublicTap(Payload, tag="dc"):
    """Show one thing that stands open (`corps.publicity.boards.PublicLine.about`)."""

    about: str


@dataclass(frozen=True)
class ObjectTap(Payload, tag="do"):
    """有异议: ask what is wrong."""

    about: str


@dataclass(frozen=True)
class ListedObjectionTap(Payload, tag="dt"):
    """Show an objection below a message that lists several, so that the list stays."""

    objection: int


@dataclass(frozen=True)
class ObjectionUpholdTap(Payload, tag="dy"):
    """异议成立: the objection, as `shown`, is right."""

    objection: int
    shown: str = ""


@dataclass(frozen=True)
class ObjectionRejectTap(Payload, tag="dn"):
    """异议不成立: ask for the sentence that the objector is told."""

    objection: int
    shown: str = ""
