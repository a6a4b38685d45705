"""Payloads of the lists: /activities with its filters, and /mine."""

from dataclasses import dataclass

from bot.callbacks.payload import Payload
from corps.activities.listing import ActivityList


@dataclass(frozen=True)
class ListTap(Payload, tag="l"):
    """Show a page of activities. `category` may be empty and `team` 0: all of them."""

    shelf: ActivityList
    category: str
    team: int
    page: int


@dataclass(frozen=True)
class FilterTap(Payload, tag="lf"):
    """Choose a category (`by_team` false) or a team to filter by, keeping the other filter."""

    by_team: bool
    shelf: ActivityList
    category: str
    team: int


@dataclass(frozen=True)
class OpenTap(Payload, tag="o"):
    """Open an activity's card from a list; the rest says where 返回 leads."""

    activity: int
    shelf: ActivityList
    category: str
    team: int
    page: int
