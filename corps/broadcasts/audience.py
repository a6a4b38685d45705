"""Whom a broadcast is for: a choice kept as words and ids, turned into people when it goes out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from corps import member_addresses
from corps.activities.places import HOLDS_OR_WAITS, HOLDS_PLACE
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.teams import CategoryName, team_in_use, teams_suiting
from models import Acknowledgement, Activity, Broadcast, Category, Member, Notice, SignUp, Team
from models.enums import MemberStatus, SignUpState


class Scope(StrEnum):
    """The ways to choose an audience."""

    ALL = "all"
    LEADERS = "leaders"
    TEAMS = "teams"
    CATEGORY = "category"
    ACTIVITY = "activity"
    SILENT = "silent"


class Which(StrEnum):
    """Which people of an activity."""

    GOING = "going"
    WAITLISTED = "waitlisted"
    BOTH = "both"


_STATES = {
    Which.GOING: HOLDS_PLACE,
    Which.WAITLISTED: (SignUpState.WAITLISTED,),
    Which.BOTH: HOLDS_OR_WAITS,
}


@dataclass(frozen=True)
class Audience:
    """A choice of people. Only the fields of its scope count; `in_groups`: teams with a group get it there."""

    scope: Scope
    teams: tuple[int, ...] = ()
    category: str = ""
    activity: int = 0
    which: Which = Which.BOTH
    broadcast: int = 0
    in_groups: bool = False

    def stored(self) -> dict[str, Any]:
        """Return the choice as JSON keeps it."""
        return {
            "scope": self.scope.value,
            "teams": list(self.teams),
            "category": self.category,
            "activity": self.activity,
            "which": self.which.value,
            "broadcast": self.broadcast,
            "in_groups": self.in_groups,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Audience":
        """Return the choice that JSON kept."""
        return cls(
            scope=Scope(stored["scope"]),
            teams=tuple(stored["teams"]),
            category=stored["category"],
            activity=stored["activity"],
            which=Which(stored["which"]),
            broadcast=stored["broadcast"],
            in_groups=stored["in_groups"],
        )


def own_team(actor: Actor) -> Audience:
    """Return the one audience that a leader may write to."""
    return Audience(Scope.TEAMS, teams=(actor.team_id or 0,))


def may_address(actor: Actor, audience: Audience) -> bool:
    """Tell whether the person may write to an audience: a coordinator to any, a leader to the own team as a whole."""
    own = audience.scope is Scope.TEAMS and audience.teams == (actor.team_id,)
    return actor.is_coordinator or (own and actor.leads(actor.team_id))


def people(session: Session, audience: Audience, but: int) -> list[Member]:
    """Return the active people of an audience who can be written to, without the member `but` (the sender)."""
    statement = select(Member).where(*_conditions(session, audience, but))
    return list(session.exec(statement.order_by(col(Member.team_id), col(Member.id))).all())


def size(session: Session, audience: Audience, but: int) -> int:
    """Count the people of an audience."""
    return session.exec(select(func.count()).select_from(Member).where(*_conditions(session, audience, but))).one()


def _conditions(session: Session, audience: Audience, but: int) -> list[Any]:
    """Return what must hold of a member to belong to the audience."""
    base: list[Any] = [Member.status == MemberStatus.ACTIVE, member_addresses.has_address(), Member.id != but]
    match audience.scope:
        case Scope.LEADERS:
            base.append(col(Member.is_leader))
        case Scope.TEAMS:
            in_use = select(Team.id).where(team_in_use(), col(Team.id).in_(audience.teams))
            base.append(col(Member.team_id).in_(in_use))
        case Scope.CATEGORY:
            base.append(col(Member.team_id).in_(teams_suiting(session, audience.category)))
        case Scope.ACTIVITY:
            coming = select(SignUp.member_id).where(
                SignUp.activity_id == audience.activity, col(SignUp.state).in_(_STATES[audience.which])
            )
            base.append(col(Member.id).in_(coming))
        case Scope.SILENT:
            base.append(_got(session, audience.broadcast))
            base.append(col(Member.id).not_in(_answered(audience.broadcast)))
        case Scope.ALL:
            pass
    return base


def _got(session: Session, broadcast_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's condition
    """Return a condition on `Member`: who got an earlier broadcast, directly or through the team's group."""
    former = session.get(Broadcast, broadcast_id)
    alone = select(Notice.member_id).where(
        Notice.broadcast_id == broadcast_id, Notice.kind == "broadcast", col(Notice.member_id).is_not(None)
    )
    grouped = former.audience.get("grouped", ()) if former is not None else ()
    return or_(col(Member.id).in_(alone), col(Member.team_id).in_(grouped))


def _answered(broadcast_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's select
    return select(Acknowledgement.member_id).where(Acknowledgement.broadcast_id == broadcast_id)


@dataclass(frozen=True)
class Described:
    """An audience in names: of teams, of a category, of an activity, or the beginning of a former broadcast."""

    scope: Scope
    names: tuple[str, ...] = ()
    which: Which = Which.BOTH
    category: CategoryName | None = None


def describe(session: Session, audience: Audience) -> Described:
    """Return an audience in names. Raises Refused when what it names is gone."""
    match audience.scope:
        case Scope.TEAMS:
            rows = session.exec(
                select(Team.short_name).where(col(Team.id).in_(audience.teams)).order_by(col(Team.position))
            ).all()
            return Described(audience.scope, tuple(rows))
        case Scope.CATEGORY:
            found = session.get(Category, audience.category)
            if found is None:
                raise Refused(Reason.GONE)
            return Described(audience.scope, category=CategoryName.of(found))
        case Scope.ACTIVITY:
            activity = session.get(Activity, audience.activity)
            if activity is None:
                raise Refused(Reason.GONE)
            return Described(audience.scope, (activity.title,), audience.which)
        case Scope.SILENT:
            former = session.get(Broadcast, audience.broadcast)
            if former is None:
                raise Refused(Reason.GONE)
            return Described(audience.scope, (former.html,))
        case _:
            return Described(audience.scope)
