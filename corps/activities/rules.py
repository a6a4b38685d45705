"""The rules about who may do what with an activity, and at which stage."""

from typing import Protocol

from sqlalchemy import Connection, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection, rows
from models import Activity, ActivityTeam, Slot, Team
from models.enums import ActivityState, SignUpState

EDITABLE = (ActivityState.DRAFT, ActivityState.PUBLISHED)
"""The states in which an activity may be changed: what is reported is history."""

HOLDS_PLACE = (SignUpState.GOING, SignUpState.OFFERED)
"""The states that hold a place: an offered place is kept for one person until its deadline."""


_NAMED = columns(col(ActivityTeam.team_id)).where(col(ActivityTeam.activity_id) == bindparam("activity"))
_FILLING = columns(col(Slot.team_id)).where(
    col(Slot.activity_id) == bindparam("activity"), col(Slot.team_id).is_not(None)
)
_TEAMS = (
    columns(col(Team.id), col(Team.short_name))
    .where(or_(col(Team.id).in_(_NAMED), col(Team.id).in_(_FILLING)))
    .order_by(col(Team.position))
)


def team_names(link: Connection, activity_id: int) -> dict[int, str]:
    """Return the teams concerned by an activity (named for it, or filling a slot), id → short name."""
    return {team.id: team.short_name for team in rows(link, _TEAMS, activity=activity_id)}


def find_activity(session: Session, activity_id: int, *, lock: bool = False) -> Activity:
    """Return the activity, locked if asked. Raises Refused when there is none."""
    statement = select(Activity).where(Activity.id == activity_id)
    activity = session.exec(statement.with_for_update(key_share=True) if lock else statement).first()
    if activity is None:
        raise Refused(Reason.GONE)
    return activity


def concerned_teams(session: Session, activity_id: int) -> dict[int, str]:
    """Return the teams concerned by an activity (named for it, or filling a slot), id → short name."""
    return team_names(flushed_connection(session), activity_id)


def may_manage(actor: Actor, team_ids: tuple[int, ...]) -> bool:
    """Tell who acts for an activity: a coordinator for any, the one team's leader for a regular one."""
    if actor.is_coordinator:
        return True
    return len(team_ids) == 1 and actor.leads(team_ids[0])


class Filling(Protocol):
    """What a slot says about who fills it."""

    @property
    def open(self) -> bool:
        """Whether teams may claim it."""

    @property
    def team_id(self) -> int | None:
        """The team that fills it."""


def eligible(team_id: int | None, slot: Filling, team_ids: tuple[int, ...]) -> bool:
    """Tell whether a member of that team may take a place in the slot: its own team's, or one shared."""
    if team_id is None or (slot.open and slot.team_id is None):
        return False
    return slot.team_id == team_id if slot.team_id is not None else team_id in team_ids


HOLDS_OR_WAITS = (*HOLDS_PLACE, SignUpState.WAITLISTED)
"""The states in which somebody holds a place or waits for one."""
