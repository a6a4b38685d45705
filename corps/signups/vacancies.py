"""What a team can still do: its slots that lack people, and slots nobody has claimed."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, and_, func, or_
from sqlmodel import Session, col, select

from corps.activities.rules import HOLDS_PLACE
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Activity, ActivityTeam, SignUp, Slot
from models.enums import ActivityState


@dataclass(frozen=True)
class Need:
    """A slot with free places. `team_ids` are the teams whose members fill it; none while it is open to claim."""

    slot_id: int
    activity_id: int
    category: str
    role: str
    free: int
    team_ids: frozenset[int]

    @property
    def open(self) -> bool:
        """Whether a team has yet to claim it."""
        return not self.team_ids


@dataclass(frozen=True)
class ActivityVacancy:
    """An activity ahead with free places."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    needs: tuple[Need, ...]


def vacancies_ahead(session: Session, at: Moment, ahead: dt.timedelta) -> list[ActivityVacancy]:
    """Return the published activities that start within `ahead` and still need people, soonest first."""
    upcoming = session.exec(
        select(Activity)
        .where(
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.starts_at) > at.now,
            col(Activity.starts_at) <= at.now + ahead,
        )
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    needs = _needs(session, [activity.id or 0 for activity in upcoming])
    return [
        ActivityVacancy(activity.id or 0, activity.title, activity.starts_at, tuple(needs[activity.id or 0]))
        for activity in upcoming
        if activity.id in needs
    ]


def _needs(session: Session, activity_ids: list[int]) -> dict[int, list[Need]]:
    """Return the free places, by activity; an activity that is full is not in it."""
    named: defaultdict[int, set[int]] = defaultdict(set)
    for row in session.exec(select(ActivityTeam).where(col(ActivityTeam.activity_id).in_(activity_ids))).all():
        named[row.activity_id].add(row.team_id)
    taken = dict(
        session.exec(
            select(SignUp.slot_id, func.count())
            .where(col(SignUp.activity_id).in_(activity_ids), col(SignUp.state).in_(HOLDS_PLACE))
            .group_by(col(SignUp.slot_id))
        ).all()
    )
    slots = select(Slot).where(col(Slot.activity_id).in_(activity_ids)).order_by(col(Slot.position), col(Slot.id))
    needs: defaultdict[int, list[Need]] = defaultdict(list)
    for slot in session.exec(slots).all():
        free = slot.places - taken.get(slot.id or 0, 0)
        shared = set() if slot.open else named[slot.activity_id]
        teams = shared if slot.team_id is None else {slot.team_id}
        if free > 0:
            need = Need(slot.id or 0, slot.activity_id, slot.category, slot.role, free, frozenset(teams))
            needs[slot.activity_id].append(need)
    return needs


@dataclass(frozen=True)
class SlotVacancy:
    """A slot with free places; `unclaimed`: it waits for a team to take it."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    role: str
    free: int
    unclaimed: bool


def vacancies_of_team(session: Session, actor: Actor, at: Moment, team_id: int) -> list[SlotVacancy]:
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
        SlotVacancy(
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
        .where(SignUp.slot_id == Slot.id, col(SignUp.state).in_(HOLDS_PLACE))
        .correlate(Slot)
        .scalar_subquery()
    )
