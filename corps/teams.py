"""The teams, the categories and their targets, the kinds of place, as the roster file lists them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.refusals import Reason, Refused
from corps.sql import flushed_connection
from corps.sql import row as first_row
from models import Category, Target, Team, Venue


class Named(Protocol):
    """A category or a kind of place, or a row that carries its names."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class _Spoken:
    code: str
    zh: str
    en: str

    def spoken(self, language: str) -> str:
        """Return the name in that language."""
        return {"zh": self.zh, "en": self.en}.get(language, self.zh)


@dataclass(frozen=True)
class CategoryName(_Spoken):
    """A category's code and its names."""

    @classmethod
    def of(cls, row: Named) -> "CategoryName":
        """Return the names of a category, or of a row that carries them."""
        return cls(row.code, row.name_zh, row.name_en)


@dataclass(frozen=True)
class VenueName(_Spoken):
    """The code and the names of a kind of place. `in_plan`: it is one of those that a plan is spread over."""

    in_plan: bool = False
    position: int = 0


def team_in_use() -> ColumnElement[bool]:
    """Return the condition that a team is in use: the roster lists it, so that it may be offered."""
    return col(Team.retired_at).is_(None)


def is_retired(session: Session, team_id: int) -> bool:
    """Tell whether the roster lists a team no more."""
    team = session.get(Team, team_id)
    return team is not None and team.retired_at is not None


def demand_teams_in_use(session: Session, team_ids: Collection[int]) -> None:
    """Raise Refused when one of the teams is retired: an old button, or a conversation begun before, still names it."""
    retired = select(Team.id).where(col(Team.id).in_(team_ids), ~team_in_use())
    if team_ids and session.exec(retired.limit(1)).first() is not None:
        raise Refused(Reason.TEAM_RETIRED)


class Expert(Protocol):
    """What a team, or a row of it, says about its expertise."""

    @property
    def suits(self) -> Sequence[str]:
        """The codes of the categories that suit it, the best first."""


def suits(team: Expert, category: str) -> bool:
    """Tell whether a team's expertise suits a category, as the roster says."""
    return category in team.suits


def teams_suiting(session: Session, category: str) -> list[int]:
    """Return the ids of the teams whose expertise suits a category, in the roster's order.

    Asked here and not of the database: the two have no way in common to look into a JSON list, and teams are few.
    """
    teams = session.exec(select(Team).where(team_in_use()).order_by(col(Team.position), col(Team.id))).all()
    return [team.id or 0 for team in teams if suits(team, category)]


def targets_of(session: Session, year: int) -> dict[str, int]:
    """Return the promised amounts of a year by category: the year's own, else the standing one (year 0)."""
    rows = session.exec(select(Target).where(col(Target.year).in_((0, year))).order_by(col(Target.year))).all()
    return {row.category: row.amount for row in rows}


@dataclass(frozen=True)
class TeamName:
    """A team by name. `retired`: the roster lists it no more."""

    id: int
    name: str
    short_name: str
    retired: bool = False


def list_teams(session: Session, *, retired: bool = False) -> list[TeamName]:
    """Return the teams in use, in the roster's order; with `retired`, those of former times behind them."""
    statement = select(Team).order_by(col(Team.position), col(Team.id))
    rows = session.exec(statement if retired else statement.where(team_in_use())).all()
    return [TeamName(team.id or 0, team.name, team.short_name, team.retired_at is not None) for team in rows]


def list_categories(session: Session, *, retired: bool = False) -> list[Category]:
    """Return the categories in use, in the roster's order; with `retired`, those of former times behind them."""
    statement = select(Category).order_by(col(Category.position), col(Category.code))
    return list(session.exec(statement if retired else statement.where(col(Category.retired_at).is_(None))).all())


def event_categories(session: Session) -> list[CategoryName]:
    """Return the categories that activities have: all but pairing, which is no event."""
    events = [category for category in list_categories(session) if category.counts != "pairing"]
    return [CategoryName.of(category) for category in events]


def list_venues(session: Session) -> list[Venue]:
    """Return the kinds of place in use, in the roster's order."""
    in_use = select(Venue).where(col(Venue.retired_at).is_(None))
    return list(session.exec(in_use.order_by(col(Venue.position), col(Venue.code))).all())


def venue_names(session: Session) -> tuple[VenueName, ...]:
    """Return the names of the kinds of place in use, in the roster's order."""
    return tuple(_venue_name(row) for row in list_venues(session))


_VENUE = columns(
    col(Venue.code), col(Venue.name_zh), col(Venue.name_en), col(Venue.in_plan), col(Venue.position)
).where(col(Venue.code) == bindparam("code"))


def venue_name(session: Session, code: str) -> VenueName:
    """Return the last name of a kind of place: also of one that is retired; the code of one that was never listed."""
    found = first_row(flushed_connection(session), _VENUE, code=code)
    return (
        VenueName(found.code, found.name_zh, found.name_en, found.in_plan, found.position)
        if found is not None
        else VenueName(code, code, code)
    )


def _venue_name(row: Venue) -> VenueName:
    return VenueName(row.code, row.name_zh, row.name_en, row.in_plan, row.position)


def venue_in_use(session: Session, code: str) -> str:
    """Return the code of a kind of place while it is in use, else the first one that is."""
    codes = [row.code for row in list_venues(session)]
    return code if code in codes or not codes else codes[0]


@dataclass(frozen=True)
class Choices:
    """What a typed category, kind of place or team may be: key → names. Keys of teams are ids as text."""

    categories: Mapping[str, tuple[str, ...]]
    teams: Mapping[str, tuple[str, ...]]
    pairing: frozenset[str]
    venues: Mapping[str, tuple[str, ...]]


def read_choices(session: Session) -> Choices:
    """Return the categories, the kinds of place and the teams of the corps."""
    categories = list_categories(session)
    return Choices(
        categories={c.code: (c.name_zh, c.name_en, *c.aliases) for c in categories},
        teams={str(team.id): (team.name, team.short_name) for team in list_teams(session)},
        pairing=frozenset(c.code for c in categories if c.counts == "pairing"),
        venues={v.code: (v.code, v.name_zh, v.name_en, *v.words) for v in list_venues(session)},
    )
