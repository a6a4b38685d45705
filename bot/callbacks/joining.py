"""Payloads of joining a team."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class ConsentTap(Payload, tag="ok"):
    """同意: consent to what is kept, on the way into the team of an invitation."""

    code: str


@dataclass(frozen=True)
class AdmitTap(Payload, tag="ad"):
    """通过 / 拒绝: decide on an applicant; `listed`: who admits says that it is that person of the team's list."""

    applicant: int
    admit: bool
    shown: str = ""
    listed: int = 0


@dataclass(frozen=True)
class ConsentAgainTap(Payload, tag="oa"):
    """同意, by a member, to what is kept now: the earlier version has changed."""
