"""What a team can still do: its slots that lack people, and slots nobody has claimed."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, and_, func, or_
from sqlmodel import Session, col, select

from corps.cards import TAKING
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Activity, ActivityTeam, SignUp, Slot
from models.words import ActivityState


@dataclass(frozen=True)
class Opening:
    """A slot with free places; `unclaimed`: it waits for a team to take it."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    role: str
    free: int
    unclaimed: bool


def openings(session: Session, actor: Actor, at: Moment, team_id: int) -> list[Opening]:
    """Return what still lacks people in activities to come: the team's own and shared slots, and open ones."""
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    taken = _taken()
    named = select(ActivityTeam.activity_id).where(ActivityTeam.team_id == team_id)
    nobodys = col(Slot.team_id).is_(None)
    rows = session.exec(
        select(Slot, Activity, taken)
        .join(Activity, col(Activity.id) == col(Slot.activity_id))
        .where(
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.starts_at) > at.now,
            or_(
                col(Slot.team_id) == team_id,
                and_(nobodys, or_(col(Slot.open), col(Slot.activity_id).in_(named))),
            ),
            taken < col(Slot.places),
        )
        .order_by(col(Activity.starts_at), col(Slot.position), col(Slot.id))
    ).all()
    return [
        Opening(
            activity_id=activity.id or 0,
            title=activity.title,
            starts_at=activity.starts_at,
            role=slot.role,
            free=slot.places - gone,
            unclaimed=slot.open and slot.team_id is None,
        )
        for slot, activity, gone in rows
    ]


def _taken() -> ScalarSelect[int]:
    """Return the number of places gone in the slot of the enclosing statement."""
    return (
        select(func.count())
        .select_from(SignUp)
        .where(SignUp.slot_id == Slot.id, col(SignUp.state).in_(TAKING))
        .correlate(Slot)
        .scalar_subquery()
    )
