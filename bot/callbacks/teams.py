"""Payloads of teams and their members."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from corps.membership.roles import Role


@dataclass(frozen=True)
class TeamsTap(Payload, tag="g"):
    """Show the list of teams."""


@dataclass(frozen=True)
class LinksTap(Payload, tag="gk"):
    """全部邀请链接: in one message."""


@dataclass(frozen=True)
class TeamTap(Payload, tag="gt"):
    """Show a team's card, at a page of its members; team 0 is the people in no team."""

    team: int
    page: int


@dataclass(frozen=True)
class InvitationTap(Payload, tag="gi"):
    """Renew a team's invitation, or only end it; `sure` once confirmed."""

    team: int
    renew: bool
    sure: bool
    shown: str = ""


@dataclass(frozen=True)
class RequestsTap(Payload, tag="gr"):
    """Show who asks to join a team."""

    team: int


@dataclass(frozen=True)
class DecideTap(Payload, tag="gd"):
    """通过 / 拒绝 in the list of requests; `listed`: who admits says that it is that person of the team's list."""

    team: int
    applicant: int
    admit: bool
    shown: str = ""
    listed: int = 0


@dataclass(frozen=True)
class OpeningsTap(Payload, tag="go"):
    """Show where a team still lacks people, and what it could claim."""

    team: int
    page: int


@dataclass(frozen=True)
class MemberTap(Payload, tag="gm"):
    """Show a member's card."""

    member: int


@dataclass(frozen=True)
class NicknameTap(Payload, tag="gn"):
    """设昵称: ask for a nickname of a member."""

    member: int


@dataclass(frozen=True)
class RoleTap(Payload, tag="gl"):
    """Give a member a role, or take it; `sure` once confirmed. 设为联络员 is done at once."""

    member: int
    role: Role
    on: bool
    sure: bool = False
    shown: str = ""

    @property
    def asks(self) -> bool:
        """Whether it is still to be confirmed."""
        return not self.sure and not (self.role is Role.LEADER and self.on)


@dataclass(frozen=True)
class MoveTap(Payload, tag="gv"):
    """Move a member to a team; team 0 asks which."""

    member: int
    team: int
    shown: str = ""


@dataclass(frozen=True)
class RemoveTap(Payload, tag="gx"):
    """Remove a member from the corps; `sure` once confirmed."""

    member: int
    sure: bool
    shown: str = ""


@dataclass(frozen=True)
class TeamHoursTap(Payload, tag="gh"):
    """Show what was served for a team in a year (0: this one)."""

    team: int
    year: int
    page: int


@dataclass(frozen=True)
class CallsTap(Payload, tag="Wc"):
    """电话清单: show who of a team is to be called, a page of it."""

    team: int
    page: int


@dataclass(frozen=True)
class CalledTap(Payload, tag="Wd"):
    """Note that somebody was told by telephone. `shown`: of what the line says (`Call.sign`)."""

    notice: int
    team: int
    shown: str = ""
