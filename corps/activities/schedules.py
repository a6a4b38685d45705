"""The schedule of a week or a month, from the activities that are published and still to come."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from corps.activities.places import is_unclaimed, slots_with_places_left
from corps.activities.rules import concerned_teams
from corps.activities.stages import coming
from corps.moment import Moment
from corps.people import Actor, demand_coordinator
from models import Activity, SignUp
from models.enums import SignUpState

_WEEK = dt.timedelta(days=7)


class ScheduleSpan(StrEnum):
    """Which days a schedule covers; what is past of them is left out."""

    WEEK = "week"
    NEXT_WEEK = "next_week"
    MONTH = "month"
    NEXT_MONTH = "next_month"


@dataclass(frozen=True)
class ScheduleItem:
    """One activity of a schedule. `free` counts places left; `to_claim`: a slot still waits for a team.

    `held`: the places that nobody has taken are kept for those who waited.
    """

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    teams: tuple[str, ...]
    free: int
    to_claim: bool
    held: bool = False


@dataclass(frozen=True)
class Schedule:
    """The activities of `first` to `last`, by local day."""

    span: ScheduleSpan
    first: dt.date
    last: dt.date
    days: tuple[tuple[dt.date, tuple[ScheduleItem, ...]], ...]


def days_of(span: ScheduleSpan, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a span seen from `today`; weeks begin on Monday."""
    monday = today - dt.timedelta(days=today.weekday())
    this_month = today.replace(day=1)
    next_month = (this_month + dt.timedelta(days=32)).replace(day=1)
    match span:
        case ScheduleSpan.WEEK:
            return today, monday + dt.timedelta(days=6)
        case ScheduleSpan.NEXT_WEEK:
            return monday + _WEEK, monday + _WEEK + dt.timedelta(days=6)
        case ScheduleSpan.MONTH:
            return today, next_month - dt.timedelta(days=1)
        case ScheduleSpan.NEXT_MONTH:
            return next_month, (next_month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def read(session: Session, actor: Actor, at: Moment, span: ScheduleSpan) -> Schedule:
    """Return the schedule of a span. Coordinators only."""
    demand_coordinator(actor)
    first, last = days_of(span, at.today())
    activities = session.exec(
        select(Activity)
        .where(
            coming(at.now),
            col(Activity.local_date) >= first,
            col(Activity.local_date) <= last,
        )
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    free = _free(session, [activity.id or 0 for activity in activities])
    held = _held(session, list(free))
    by_day: defaultdict[dt.date, list[ScheduleItem]] = defaultdict(list)
    for activity in activities:
        left, to_claim = free.get(activity.id or 0, (0, False))
        teams = tuple(concerned_teams(session, activity.id or 0).values())
        item = ScheduleItem(
            activity.id or 0,
            activity.title,
            activity.starts_at,
            activity.ends_at,
            activity.place,
            teams,
            left,
            to_claim,
            activity.id in held,
        )
        by_day[activity.local_date].append(item)
    return Schedule(span, first, last, tuple((day, tuple(items)) for day, items in by_day.items()))


def _free(session: Session, ids: list[int]) -> dict[int, tuple[int, bool]]:
    """Return by activity how many places are left in slots that people can take, and whether one is to be claimed."""
    found: dict[int, tuple[int, bool]] = {}
    for slot, free in slots_with_places_left(session, ids):
        left, to_claim = found.get(slot.activity_id, (0, False))
        claimed = not is_unclaimed(slot)
        found[slot.activity_id] = (left + free * claimed, to_claim or not claimed)
    return found


def _held(session: Session, ids: list[int]) -> set[int]:
    """Return the activities in which a place is kept for somebody who waited."""
    offers = select(SignUp.activity_id).where(SignUp.state == SignUpState.OFFERED, col(SignUp.activity_id).in_(ids))
    return set(session.exec(offers.distinct()).all())
