"""The teams, the categories and their targets, as the roster file lists them."""

from dataclasses import dataclass, field
from typing import Protocol

from sqlmodel import Session, col, select

from models import Category, Target, Team


class Named(Protocol):
    """A category, or a row that carries its names."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class CategoryName:
    """A category's code and its names."""

    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, row: "Named") -> "CategoryName":
        """Return the names of a category, or of a row that carries them."""
        return cls(row.code, row.name_zh, row.name_en)

    def spoken(self, language: str) -> str:
        """Return the name in that language."""
        return {"zh": self.zh, "en": self.en}.get(language, self.zh)


@dataclass(frozen=True)
class TeamPlan:
    """One team of the roster."""

    name: str
    short_name: str
    expertise: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategoryPlan:
    """One category of the roster; `targets` is year → how many are promised."""

    code: str
    name_zh: str
    name_en: str
    unit_zh: str
    counts: str
    aliases: tuple[str, ...] = ()
    target: int = 10
    targets: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Roster:
    """What the roster file says."""

    teams: tuple[TeamPlan, ...]
    categories: tuple[CategoryPlan, ...]


def settle(session: Session, roster: Roster) -> None:
    """Bring teams, categories and targets in line with the roster. A team that left the file keeps its history."""
    teams = {team.name: team for team in session.exec(select(Team)).all()}
    for position, plan in enumerate(roster.teams):
        team = teams.get(plan.name) or Team(name=plan.name, short_name=plan.short_name)
        team.short_name, team.position = plan.short_name, position
        team.expertise, team.suits = list(plan.expertise), list(plan.suits)
        session.add(team)
    for position, kind in enumerate(roster.categories):
        session.merge(
            Category(
                code=kind.code,
                name_zh=kind.name_zh,
                name_en=kind.name_en,
                unit_zh=kind.unit_zh,
                counts=kind.counts,
                aliases=list(kind.aliases),
                position=position,
            )
        )
        session.flush()
        for year, amount in {0: kind.target, **kind.targets}.items():
            session.merge(Target(year=year, category=kind.code, amount=amount))
    session.flush()


def suits(team: Team, category: str) -> bool:
    """Tell whether a team's expertise suits a category, as the roster says."""
    return category in team.suits


def teams_suiting(session: Session, category: str) -> list[int]:
    """Return the ids of the teams whose expertise suits a category, in the roster's order.

    Asked here and not of the database: the two have no way in common to look into a JSON list, and teams are few.
    """
    teams = session.exec(select(Team).order_by(col(Team.position), col(Team.id))).all()
    return [team.id or 0 for team in teams if suits(team, category)]


def targets_of(session: Session, year: int) -> dict[str, int]:
    """Return the promised amounts of a year by category: the year's own, else the standing one (year 0)."""
    rows = session.exec(select(Target).where(col(Target.year).in_((0, year))).order_by(col(Target.year))).all()
    return {row.category: row.amount for row in rows}


@dataclass(frozen=True)
class TeamName:
    """A team by name."""

    id: int
    name: str
    short_name: str


def list_teams(session: Session) -> list[TeamName]:
    """Return the teams in the roster's order."""
    rows = session.exec(select(Team).order_by(col(Team.position), col(Team.id))).all()
    return [TeamName(team.id or 0, team.name, team.short_name) for team in rows]


def list_categories(session: Session) -> list[Category]:
    """Return the categories in the roster's order."""
    return list(session.exec(select(Category).order_by(col(Category.position))).all())


def event_categories(session: Session) -> list[CategoryName]:
    """Return the categories that activities have: all but pairing, which is no event."""
    events = [category for category in list_categories(session) if category.counts != "pairing"]
    return [CategoryName.of(category) for category in events]
