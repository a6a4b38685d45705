"""Payloads of the plan (/plan 排一排)."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class PlanTap(Payload, tag="jp"):
    """Show the plan of a year, one of its proposals."""

    year: int
    number: int


@dataclass(frozen=True)
class PlanAcceptTap(Payload, tag="ja"):
    """采纳: it becomes a draft, and the team's leader is asked."""

    proposal: int


@dataclass(frozen=True)
class PlanAnotherTap(Payload, tag="jo"):
    """换一个: replace a proposal; `number` is where it stands on the screen."""

    proposal: int
    number: int


@dataclass(frozen=True)
class PlanNeverTap(Payload, tag="jn"):
    """不排这个分团: not for this category this year."""

    proposal: int
    number: int


@dataclass(frozen=True)
class PlanBringBackTap(Payload, tag="jb"):
    """恢复: a team that was left out may be proposed again."""

    proposal: int


@dataclass(frozen=True)
class PlanAfreshTap(Payload, tag="jf"):
    """重新排: drop what is proposed, and search anew."""

    year: int


@dataclass(frozen=True)
class PlanSuitsTap(Payload, tag="js"):
    """合适 or 不合适: a team's leader about an accepted proposal."""

    proposal: int
    suits: bool
