"""Payloads of the buttons that cancel an activity."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class CallOffTap(Payload, tag="xa"):
    """取消活动: ask for the reason."""

    activity: int


@dataclass(frozen=True)
class CallOffConfirmTap(Payload, tag="xy"):
    """确认取消: cancel it, with the reason that was typed unless `plainly`."""

    activity: int
    plainly: bool
    shown: str = ""
