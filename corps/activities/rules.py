"""The rules about who may do what with an activity, and at which stage."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps import audit
from corps.people import Actor, Office, who_answers
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection, row, rows, some
from models import Activity, ActivityTeam, Slot, Team

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


def concerns(team: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a value, or a parameter or column of a statement
    """Return the condition that an `Activity` concerns the team: it is one of `concerned_teams`."""
    slot = aliased(Slot)  # the enclosing statement may be about one slot; any of the activity's will do
    named = some(col(ActivityTeam.activity_id) == col(Activity.id), col(ActivityTeam.team_id) == team)
    filling = some(col(slot.activity_id) == col(Activity.id), col(slot.team_id) == team)
    return or_(named.correlate(Activity), filling.correlate(Activity))


TEAM_LEFT = "activity.team_left"
"""The audit's word for an activity that concerns a team no longer: its calendar says so for a while."""


def concerns_others(team: Any) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Return the condition that an `Activity` concerns any other team than this one."""
    named = some(col(ActivityTeam.activity_id) == col(Activity.id), col(ActivityTeam.team_id) != team)
    filling = some(col(Slot.activity_id) == col(Activity.id), col(Slot.team_id) != team)
    return or_(named.correlate(Activity), filling.correlate(Activity))


class Dated(Protocol):
    """An activity, or its card: what somebody agrees to who takes a place in it."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def starts_at(self) -> dt.datetime:
        """When it begins."""

    @property
    def ends_at(self) -> dt.datetime:
        """When it ends."""

    @property
    def place(self) -> str:
        """Where it is."""


_DATED = columns(col(Activity.title), col(Activity.starts_at), col(Activity.ends_at), col(Activity.place)).where(
    col(Activity.id) == bindparam("activity")
)


_OWN_HOURS = (
    columns(col(Slot.id), col(Slot.starts_at), col(Slot.ends_at))
    .where(col(Slot.activity_id) == bindparam("activity"), col(Slot.starts_at).is_not(None))
    .order_by(col(Slot.id))
)


def own_hours(link: Connection, activity_id: int) -> list[str]:
    """Return the slots of an activity that have hours of their own, with these: none for most activities."""
    return [hours_sign(slot.id, slot.starts_at, slot.ends_at) for slot in rows(link, _OWN_HOURS, activity=activity_id)]


def hours_sign(slot_id: int, starts: dt.datetime, ends: dt.datetime | None) -> str:
    """Return the fingerprint of a slot's own hours."""
    return f"{slot_id} {starts.timestamp()} {ends.timestamp() if ends else 0}"


def terms(activity: Dated, own: Sequence[str] = ()) -> str:
    """Return the fingerprint of what, when and where: a button that was shown under others asks again.

    `own` are the hours of slots that have some of their own, as `own_hours` gives them.
    """
    hours = (int(activity.starts_at.timestamp()), int(activity.ends_at.timestamp()))
    return audit.fingerprint(activity.title, *hours, activity.place, *own)


def terms_of(session: Session, activity_id: int) -> str:
    """Return the fingerprint of what, when and where an activity is now. Raises Refused when there is none."""
    link = flushed_connection(session)
    activity = row(link, _DATED, activity=activity_id)
    if activity is None:
        raise Refused(Reason.GONE)
    return terms(activity, own_hours(link, activity_id))


def demand_terms(session: Session, actor: Actor, activity_id: int, shown: str) -> None:
    """Raise Refused unless the activity is still what, when and where it was above the button."""
    audit.demand_as_shown(session, actor, shown, terms_of(session, activity_id), f"activity:{activity_id}")


_ACTIVITY = select(Activity).where(col(Activity.id) == bindparam("activity"))
_LOCKED_ACTIVITY = _ACTIVITY.with_for_update(key_share=True)


def find_activity(session: Session, activity_id: int, *, lock: bool = False) -> Activity:
    """Return the activity, locked if asked. Raises Refused when there is none."""
    activity = session.exec(_LOCKED_ACTIVITY if lock else _ACTIVITY, params={"activity": activity_id}).first()
    if activity is None:
        raise Refused(Reason.GONE)
    return activity


def concerned_teams(session: Session, activity_id: int) -> dict[int, str]:
    """Return the teams concerned by an activity (named for it, or filling a slot), id → short name."""
    return team_names(flushed_connection(session), activity_id)


def reporters(session: Session, team_ids: Sequence[int]) -> Office:
    """Return who owes the report of an activity of these teams: who answers for the one, the coordinators for more."""
    return who_answers(session, team_ids[0] if len(team_ids) == 1 else None)


def may_manage(actor: Actor, team_ids: tuple[int, ...]) -> bool:
    """Tell who acts for an activity: a coordinator for any, the one team's leader for a regular one."""
    if actor.is_coordinator:
        return True
    return len(team_ids) == 1 and actor.leads(team_ids[0])


def may_shape(actor: Actor, author: int, team_ids: tuple[int, ...]) -> bool:
    """Tell who sees, changes and deletes a draft: a coordinator, and its author as the leader of its one team."""
    return actor.is_coordinator or (actor.member_id == author and may_manage(actor, team_ids))


def demand_own_plan(session: Session, actor: Actor, activity_id: int) -> None:
    """Raise Refused when a leader's draft concerns another team than the own, or leaves a slot open to others."""
    if actor.is_coordinator:
        return
    open_slot = select(Slot.id).where(Slot.activity_id == activity_id, col(Slot.open)).limit(1)
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))) or session.exec(open_slot).first():
        raise Refused(Reason.OWN_TEAM_ONLY, team=actor.team_name)
