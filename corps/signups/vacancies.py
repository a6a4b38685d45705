"""What a team can still do: its slots that lack people, and slots nobody has claimed."""

import datetime as dt
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
    taken,
    unclaimed,
)
from corps.activities.sign_up_rule import slot_is_ahead
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Activity, Slot


@dataclass(frozen=True)
class Need:
    """A slot with free places that begins at `starts_at`, by its own hours or its activity's.

    `team_ids` are the teams whose members fill it; none while it is open to claim.
    """

    slot_id: int
    activity_id: int
    category: str
    role: str
    free: int
    team_ids: frozenset[int]
    starts_at: dt.datetime

    @property
    def open(self) -> bool:
        """Whether a team has yet to claim it."""
        return not self.team_ids


@dataclass(frozen=True)
class ActivityVacancy:
    """An activity with free places in slots that are ahead."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    needs: tuple[Need, ...]

    @property
    def first(self) -> dt.datetime:
        """When the first of those slots begins."""
        return min(need.starts_at for need in self.needs)

    @property
    def last(self) -> dt.datetime:
        """When the last of those slots begins."""
        return max(need.starts_at for need in self.needs)


def vacancies_ahead(session: Session, at: Moment, ahead: dt.timedelta) -> list[ActivityVacancy]:
    """Return the activities that start within `ahead` and still need people for what has not begun, soonest first."""
    upcoming = session.exec(
        select(Slot, Activity, taken())
        .join(Activity, col(Activity.id) == col(Slot.activity_id))
        .where(slot_is_ahead(at.now), has_room(), col(Activity.starts_at) <= at.now + ahead)
        .order_by(col(Activity.starts_at), col(Activity.id), col(Slot.position), col(Slot.id))
    ).all()
    concerned = concerned_by_activity(session, {slot.activity_id for slot, _, _ in upcoming})
    found: dict[int, tuple[Activity, list[Need]]] = {}
    for slot, activity, held in upcoming:
        own, begins = slot.activity_id, slot.starts_at or activity.starts_at
        teams, free = frozenset(filling_teams(slot, concerned[own])), places_left(slot.places, held)
        need = Need(slot.id or 0, own, slot.category, slot.role, free, teams, begins)
        found.setdefault(own, (activity, []))[1].append(need)
    return [ActivityVacancy(own, one.title, one.starts_at, tuple(needs)) for own, (one, needs) in found.items()]


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
        .where(slot_is_ahead(at.now), or_(fills(team_id), unclaimed()), has_room())
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
