"""Payloads of team groups."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload


@dataclass(frozen=True)
class BindTap(Payload, tag="gb"):
    """Tie the group, in which the button is, to a team."""

    team: int


@dataclass(frozen=True)
class GroupCardsTap(Payload, tag="gc"):
    """活动卡片发到群: on or off, for the group in which the button is."""

    on: bool


@dataclass(frozen=True)
class RobotsTap(Payload, tag="Gl"):
    """群机器人: show those of a team."""

    team: int


@dataclass(frozen=True)
class BindRobotTap(Payload, tag="Ga"):
    """绑定: ask for the address of a robot for a team."""

    team: int


@dataclass(frozen=True)
class RobotHelpTap(Payload, tag="Gh"):
    """Say where a platform shows the address of a robot."""

    channel: str


@dataclass(frozen=True)
class NoSecretTap(Payload, tag="Gn"):
    """没有设置: the robot whose address was just given wants no signature."""


@dataclass(frozen=True)
class TryRobotTap(Payload, tag="Gy"):
    """再试一次: send a greeting, and use the robot again if it is taken."""

    robot: int


@dataclass(frozen=True)
class UntieRobotTap(Payload, tag="Gu"):
    """解除: forget a robot; `sure` once confirmed."""

    robot: int
    sure: bool
