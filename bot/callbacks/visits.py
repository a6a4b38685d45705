"""Payloads of visits of pairings (走访), and of what is agreed."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class VisitTap(Payload, tag="jv"):
    """走访: record one that was made."""

    pairing: int


@dataclass(frozen=True)
class VisitorTap(Payload, tag="jw"):
    """Somebody went (`went`), or did not; the page of the list is kept."""

    member: int
    went: bool
    page: int


@dataclass(frozen=True)
class VisitPageTap(Payload, tag="jg"):
    """Show another page of the team."""

    page: int


@dataclass(frozen=True)
class VisitDoneTap(Payload, tag="jd"):
    """选好了: on to the report."""


@dataclass(frozen=True)
class TermsTap(Payload, tag="jt"):
    """Say who the contact is, what is agreed, or until when (`field` names which)."""

    pairing: int
    field: str
