"""What there is to choose from at each question of /broadcast, with how many people each choice means."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from corps.activities.stages import coming
from corps.broadcasts import audience as audiences
from corps.broadcasts.audience import Audience, Scope, Which
from corps.moment import Moment
from corps.people import Actor
from corps.teams import CategoryName, list_categories, list_teams
from models import Activity, Broadcast
from models.enums import BroadcastState

Data = dict[str, Any]
"""What has been said so far, as the person's draft keeps it."""


class Step(StrEnum):
    """The questions of /broadcast."""

    TEXT = "text"
    AUDIENCE = "audience"
    TEAMS = "teams"
    CATEGORY = "category"
    ACTIVITY = "activity"
    WHICH = "which"
    SILENT = "silent"
    PREVIEW = "preview"


@dataclass(frozen=True)
class Option:
    """One thing to choose: its value, its name, how many people it means."""

    value: str
    name: str
    people: int = 0
    chosen: bool = False


def options(session: Session, actor: Actor, at: Moment, data: Data, step: Step) -> tuple[Option, ...]:
    """Return what there is to choose from at a step."""

    def count(audience: Audience) -> int:
        return audiences.size(session, audience, actor.id)

    match step:
        case Step.AUDIENCE:
            plain = [Option(s.value, "", count(Audience(s))) for s in (Scope.ALL, Scope.LEADERS)]
            silent = [Option(Scope.SILENT.value, "")] if _formers(session) else []
            return (*plain, *(Option(s.value, "") for s in (Scope.TEAMS, Scope.CATEGORY, Scope.ACTIVITY)), *silent)
        case Step.TEAMS:
            ticked = set(data.get("ticked", ()))
            return tuple(
                Option(str(team.id), team.short_name, count(Audience(Scope.TEAMS, (team.id,))), team.id in ticked)
                for team in list_teams(session)
            )
        case Step.CATEGORY:
            return tuple(
                Option(
                    c.code,
                    CategoryName.of(c).spoken(actor.language),
                    count(Audience(Scope.CATEGORY, category=c.code)),
                )
                for c in list_categories(session)
            )
        case Step.ACTIVITY:
            return _activities(session, at)
        case Step.WHICH:
            return tuple(
                Option(w.value, "", count(Audience(Scope.ACTIVITY, activity=data["activity"], which=w))) for w in Which
            )
        case Step.SILENT:
            found = [(b, count(Audience(Scope.SILENT, broadcast=b.id or 0))) for b in _formers(session)]
            return tuple(Option(str(b.id), b.html, number) for b, number in found if number)
        case _:
            return ()


def _formers(session: Session) -> list[Broadcast]:
    """Return the newest broadcasts that went out."""
    states = (BroadcastState.SENDING, BroadcastState.STOPPED)
    statement = select(Broadcast).where(col(Broadcast.state).in_(states)).order_by(col(Broadcast.id).desc())
    return list(session.exec(statement.limit(8)).all())


def _activities(session: Session, at: Moment) -> tuple[Option, ...]:
    """Return the next activities that have not ended."""
    rows = session.exec(
        select(Activity).where(coming(at.now)).order_by(col(Activity.starts_at), col(Activity.id)).limit(30)
    ).all()
    return tuple(Option(str(row.id), f"{at.wall(row.starts_at):%m-%d} {row.title}") for row in rows)
