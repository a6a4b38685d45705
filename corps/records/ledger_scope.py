"""What a ledger is asked of: a span of days, teams, categories, as somebody types it after /export."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from corps.moment import Moment
from corps.parsing.normalise import plain
from corps.parsing.periods import read_period, year_of
from corps.people import Actor
from corps.teams import list_categories, list_teams


@dataclass(frozen=True)
class Scope:
    """Days, both included; teams by short name and categories by code, none meaning all."""

    first: dt.date
    last: dt.date
    teams: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def whole_year(self) -> int | None:
        """The year that it is all of, None if it is anything else."""
        days = year_of(self.first)
        whole = (days.first, days.last) == (self.first, self.last) and not self.teams and not self.categories
        return self.first.year if whole else None


def frozen(scope: Scope) -> dict[str, Any]:
    """Return a scope as JSON can hold it."""
    days = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    return {**days, "teams": list(scope.teams), "categories": list(scope.categories)}


def thawed(kept: dict[str, Any]) -> Scope:
    """Return the scope that JSON held."""
    first, last = (dt.date.fromisoformat(kept[end]) for end in ("first", "last"))
    return Scope(first, last, tuple(kept["teams"]), tuple(kept["categories"]))


def of_year(year: int) -> Scope:
    """Return all of a year."""
    return Scope(dt.date(year, 1, 1), dt.date(year, 12, 31))


@dataclass(frozen=True)
class ScopeRead:
    """What was typed, understood: nothing (`scope` None), or a scope; `unread` are the words nobody understands."""

    scope: Scope | None = None
    unread: str = ""


def read_scope(session: Session, _actor: Actor, at: Moment, typed: str) -> ScopeRead:
    """Read a span of days, teams and categories in any order, apart by spaces or commas. Without days: this year."""
    teams = {
        plain(name): team.short_name
        for team in list_teams(session, retired=True)
        for name in (team.name, team.short_name)
    }
    categories = {
        plain(name): category.code
        for category in list_categories(session, retired=True)
        for name in (category.name_zh, category.name_en, category.code, *category.aliases)
    }
    words = [word for word in re.split(r"[\s,，、；;]+", typed.strip()) if word]
    if not words:
        return ScopeRead()
    wanted = {word: plain(word) for word in words}
    rest = " ".join(word for word in words if wanted[word] not in teams and wanted[word] not in categories)
    period = read_period(rest, at.today()) if rest else year_of(at.today())
    if period is None:
        return ScopeRead(unread=rest)
    return ScopeRead(
        Scope(
            period.first,
            period.last,
            tuple(dict.fromkeys(teams[wanted[word]] for word in words if wanted[word] in teams)),
            tuple(dict.fromkeys(categories[wanted[word]] for word in words if wanted[word] in categories)),
        )
    )
