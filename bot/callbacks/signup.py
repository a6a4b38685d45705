"""Payloads of an activity's card."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from corps.attendance.two_places import Instead
from corps.signups.withdrawals import Why


@dataclass(frozen=True)
class CardTap(Payload, tag="c"):
    """Show an activity's card."""

    activity: int


@dataclass(frozen=True)
class ListedTap(Payload, tag="cc"):
    """Show an activity's card below a message that lists several, so that the list stays."""

    activity: int


@dataclass(frozen=True)
class SignUpTap(Payload, tag="s"):
    """报名: take a place in a slot."""

    slot: int
    shown: str = ""


@dataclass(frozen=True)
class WaitTap(Payload, tag="w"):
    """候补: join a slot's waitlist."""

    slot: int
    shown: str = ""


@dataclass(frozen=True)
class WithdrawTap(Payload, tag="wd"):
    """我来不了: give back what one holds in an activity."""

    activity: int


@dataclass(frozen=True)
class WithdrawForTap(Payload, tag="wr"):
    """我来不了, all considered, with a reason."""

    activity: int
    why: Why


@dataclass(frozen=True)
class WhyTap(Payload, tag="wy"):
    """生病, 工作, 其他: why a place was given back, said after it was."""

    sign_up: int
    why: Why


@dataclass(frozen=True)
class UndoTap(Payload, tag="wu"):
    """撤销: take a withdrawal back."""

    sign_up: int


@dataclass(frozen=True)
class AcceptTap(Payload, tag="ac"):
    """递补: take an offered place."""

    sign_up: int
    shown: str = ""


@dataclass(frozen=True)
class ClaimTap(Payload, tag="cl"):
    """认领: take an open slot for one's team."""

    slot: int
    shown: str = ""


@dataclass(frozen=True)
class CheckInTap(Payload, tag="in"):
    """签到: check in on the spot."""

    activity: int


@dataclass(frozen=True)
class CheckInHereTap(Payload, tag="ih"):
    """签到 of somebody who was at another place: they left it, or its mark was a slip."""

    activity: int
    other: int
    instead: Instead


@dataclass(frozen=True)
class CheckOutTap(Payload, tag="xo"):
    """签退: say that one leaves."""

    activity: int
