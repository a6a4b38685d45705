"""Payloads of acting for somebody: 代报名, 移出名单."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class SignUpForTap(Payload, tag="fa"):
    """代报名: who can be signed up, a page of it."""

    activity: int
    page: int = 0


@dataclass(frozen=True)
class SignUpForOneTap(Payload, tag="fb"):
    """Sign somebody up; without a slot it is asked which, where there is a choice."""

    activity: int
    member: int
    slot: int = 0
    shown: str = ""


@dataclass(frozen=True)
class TakeOffListTap(Payload, tag="fc"):
    """移出名单: who can be taken off the activity."""

    activity: int


@dataclass(frozen=True)
class TakeOffTap(Payload, tag="fd"):
    """Ask whether somebody is to be taken off."""

    sign_up: int


@dataclass(frozen=True)
class TakeOffSureTap(Payload, tag="fe"):
    """确认移出: take a person off the list, as `shown`."""

    sign_up: int
    shown: str = ""
