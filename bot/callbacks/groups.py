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
