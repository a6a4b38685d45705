"""Payloads of the ways in: personal links, browsers that are in, and by which way messages come."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class PageLinkTap(Payload, tag="Wl"):
    """在网页打开: a personal link for oneself (0) or a member."""

    member: int


@dataclass(frozen=True)
class TieTap(Payload, tag="Wt"):
    """Be written to here as the member that the link is for."""

    secret: str


@dataclass(frozen=True)
class WaysTap(Payload, tag="Ww"):
    """送达方式: show by which ways messages come, and which browsers are in."""


@dataclass(frozen=True)
class PreferTap(Payload, tag="Wp"):
    """Have messages come by one of the own addresses."""

    address: int


@dataclass(frozen=True)
class PutOutTap(Payload, tag="Wo"):
    """Put one of the own browsers out."""

    device: int


@dataclass(frozen=True)
class UntieTap(Payload, tag="Wu"):
    """Disconnect one of the own chats."""

    address: int


@dataclass(frozen=True)
class MailboxTap(Payload, tag="Wm"):
    """邮箱: show the own mail address, or ask for one. `anew`: for another one."""

    anew: bool = False


@dataclass(frozen=True)
class MailCodeTap(Payload, tag="Wk"):
    """Mail another code to the address that is to be confirmed."""


@dataclass(frozen=True)
class MailRemoveTap(Payload, tag="Wz"):
    """Forget the own mail address."""
