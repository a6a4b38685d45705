"""What a team can still do: its slots that lack people, and slots nobody has claimed."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import Session, col, select

from corps.activities.places import (
    concerned_by_activity,
    filling_teams,
    fills,
    has_room,
    is_unclaimed,
    places_left,
    slots_with_places_left,
    taken,
    unclaimed,
)
from corps.activities.stages import Stage, at_stage
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Activity, Slot


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
            at_stage(Stage.AHEAD, at.now),
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
    concerned = concerned_by_activity(session, activity_ids)
    needs: defaultdict[int, list[Need]] = defaultdict(list)
    for slot, free in slots_with_places_left(session, activity_ids):
        if free:
            own, teams = slot.activity_id, filling_teams(slot, concerned[slot.activity_id])
            needs[own].append(Need(slot.id or 0, own, slot.category, slot.role, free, frozenset(teams)))
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
    held = taken()
    rows = session.exec(
        select(Slot, Activity, held)
        .join(Activity, col(Activity.id) == col(Slot.activity_id))
        .where(at_stage(Stage.AHEAD, at.now), or_(fills(team_id), unclaimed()), has_room())
        .order_by(col(Activity.starts_at), col(Slot.position), col(Slot.id))
    ).all()
    return [
        SlotVacancy(
            activity_id=activity.id or 0,
            title=activity.title,
            starts_at=activity.starts_at,
            role=slot.role,
            free=places_left(slot.places, gone),
            unclaimed=is_unclaimed(slot),
        )
        for slot, activity, gone in rows
    ]
