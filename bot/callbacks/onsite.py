"""Payloads of running an activity: the roll on site, the check-in code, walk-ins, inviting, sharing."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class RollTap(Payload, tag="sr"):
    """签到名单: mark those who did not check in themselves."""

    activity: int


@dataclass(frozen=True)
class QrTap(Payload, tag="qr"):
    """现场签到码: the code of now to scan or type on site."""

    activity: int


@dataclass(frozen=True)
class FreshCodeTap(Payload, tag="qn"):
    """换新码: the code of now, in the message that shows an older one."""

    activity: int


@dataclass(frozen=True)
class FixedCodeTap(Payload, tag="qf"):
    """打印用的固定码: the code that stays the same."""

    activity: int


@dataclass(frozen=True)
class WalkInTap(Payload, tag="wi"):
    """现在报名并签到: somebody on site takes a free place."""

    slot: int


@dataclass(frozen=True)
class ReleaseTap(Payload, tag="cr"):
    """放弃认领: give a claimed slot back."""

    slot: int


@dataclass(frozen=True)
class InviteListTap(Payload, tag="il"):
    """请人报名: who could be asked."""

    activity: int
    page: int


@dataclass(frozen=True)
class InviteTap(Payload, tag="iv"):
    """Ask one person to consider an activity."""

    activity: int
    member: int
    page: int


@dataclass(frozen=True)
class ShareTap(Payload, tag="sh"):
    """分享链接: the activity's link, as text to pass on."""

    activity: int


@dataclass(frozen=True)
class SheetTap(Payload, tag="qs"):
    """签到表: the sheet to sign on site, to be printed."""

    activity: int
