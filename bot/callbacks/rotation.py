"""Payloads of the rotation (轮值)."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class RotationTap(Payload, tag="jr"):
    """Show the rotation."""


@dataclass(frozen=True)
class RotationJoinTap(Payload, tag="jj"):
    """愿意轮值: agree to be asked for turns (`joins`), or 不再轮值: be asked no more."""

    joins: bool


@dataclass(frozen=True)
class RotationProposeTap(Payload, tag="jk"):
    """请下一位: propose a month, as `202612`."""

    at: int


@dataclass(frozen=True)
class RotationInviteTap(Payload, tag="ji"):
    """Ask one of several of that name whether they would be asked."""

    member: int


@dataclass(frozen=True)
class TurnAcceptTap(Payload, tag="jy"):
    """接受: take the turn that was proposed."""

    turn: int


@dataclass(frozen=True)
class TurnPassTap(Payload, tag="jx"):
    """这次不行: decline the turn that was proposed."""

    turn: int


@dataclass(frozen=True)
class TurnSwapTap(Payload, tag="jz"):
    """换一下: choose with whom."""

    turn: int


@dataclass(frozen=True)
class TurnSwapWithTap(Payload, tag="jm"):
    """Ask somebody to exchange months."""

    turn: int
    other: int


@dataclass(frozen=True)
class TurnSwapAnswerTap(Payload, tag="je"):
    """同意换: exchange the two months (`agreed`), or 不换: leave them."""

    turn: int
    agreed: bool
