"""The activities on the board: counted by team and month, listed with free places, and as a month's calendar."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import distinct, extract, func, union
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.activities import served_categories
from corps.activities.places import is_unclaimed, slots_with_places_left
from corps.activities.stages import NOT_ON, ON, Stage, stage_of
from corps.moment import Moment, sane_month
from corps.people import Actor, demand_leader_or_coordinator
from corps.quotas.quota_lines import teams_concerned
from corps.refusals import Reason, Refused
from corps.sql import page_start
from corps.teams import TeamName, list_categories, list_teams
from models import Activity, ActivityTeam, Slot
from models.enums import ActivityState

MONTHS = range(1, 13)
A_PAGE = 50
WantedT = TypeVar("WantedT")
RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Event:
    """An activity in a list: `free` is the number of free places, `open` whether a slot waits for a team to claim it.

    After the beginning these are 0 and False. `categories` are the codes of the categories that it serves.
    """

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    state: ActivityState
    day: dt.date
    stage: Stage
    teams: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    free: int = 0
    open: bool = False


@dataclass(frozen=True)
class Wanted:
    """The filters of a list of activities: a year, and a month, team, category and state in it (0 or "": any).

    `sort` is a column of `SORTS`, with a leading minus for descending order; `page` counts from 0.
    """

    year: int
    month: int = 0
    team: int = 0
    category: str = ""
    state: str = ""
    sort: str = ""
    page: int = 0


@dataclass(frozen=True)
class Page(Generic[WantedT, RowT]):
    """A page of a list of `total` rows, from row `start`. `team` is the filter; `teams`, `categories` the choices."""

    wanted: WantedT
    team: str
    rows: tuple[RowT, ...]
    total: int
    start: int
    teams: tuple[TeamName, ...]
    categories: tuple[Any, ...] = ()


Listed = Page[Wanted, Event]
"""A page of activities."""


SORTS: dict[str, Callable[[Event], Any]] = {
    "when": lambda one: one.starts_at,
    "activity": lambda one: one.title,
    "place": lambda one: one.place,
    "team": lambda one: one.teams,
    "state": lambda one: list(Stage).index(one.stage),
    "free": lambda one: one.free,
}
"""The columns by which a list can be sorted; equal rows are in the order of time."""


def teams_of(session: Session, actor: Actor) -> list[TeamName]:
    """Return the teams that a person's board shows."""
    return [team for team in list_teams(session) if actor.is_coordinator or actor.leads(team.id)]


def demand_team(session: Session, actor: Actor, team_id: int) -> str:
    """Return the short name of a team on a person's board; "" for 0. Raises Refused for another's."""
    demand_leader_or_coordinator(actor)
    name = next((one.short_name for one in teams_of(session, actor) if one.id == team_id), "")
    if team_id and not name:
        raise Refused(Reason.NOT_ALLOWED)
    return name


@dataclass(frozen=True)
class YearRow:
    """A team's year: how many activities concern it in each month."""

    team: TeamName
    months: tuple[int, ...]


@dataclass(frozen=True)
class YearTable:
    """The year as team × month. `total` is the row of the whole corps, which counts a joint activity once."""

    year: int
    rows: tuple[YearRow, ...]
    total: tuple[int, ...]
    verified: tuple[int, ...]
    own_team: bool


def year_table(session: Session, actor: Actor, _at: Moment, year: int) -> YearTable:
    """Count a year's activities by team and month."""
    demand_leader_or_coordinator(actor)
    teams = teams_of(session, actor)
    ids = [team.id for team in teams]
    concerned = union(
        columns(col(ActivityTeam.activity_id), col(ActivityTeam.team_id)).where(col(ActivityTeam.team_id).in_(ids)),
        columns(col(Slot.activity_id), col(Slot.team_id)).where(col(Slot.team_id).in_(ids)),
    ).subquery()
    month: Any = extract("month", col(Activity.local_date))
    shown = (Activity.year == year, col(Activity.state).not_in(NOT_ON))
    by_team = (
        select(concerned.c.team_id, month, func.count(distinct(col(Activity.id))))
        .join(Activity, col(Activity.id) == concerned.c.activity_id)
        .where(*shown)
        .group_by(concerned.c.team_id, month)
    )
    counts = {(team, int(number)): count for team, number, count in session.exec(by_team).all()}
    in_all = select(month, Activity.state, func.count(distinct(col(Activity.id)))).where(*shown)
    if not actor.is_coordinator:
        in_all = in_all.join(concerned, concerned.c.activity_id == col(Activity.id))
    total, verified = [0] * 12, [0] * 12
    for number, state, count in session.exec(in_all.group_by(month, col(Activity.state))).all():
        total[int(number) - 1] += count
        verified[int(number) - 1] += count if state is ActivityState.VERIFIED else 0
    rows = tuple(YearRow(team, tuple(counts.get((team.id, number), 0) for number in MONTHS)) for team in teams)
    return YearTable(year, rows, tuple(total), tuple(verified), not actor.is_coordinator)


_SHOWN = ("id", "title", "starts_at", "ends_at", "place", "state", "local_date", "serves")


def _find(session: Session, at: Moment, *conditions: Any) -> list[Event]:  # noqa: ANN401 - SQLAlchemy's conditions
    """Return activities in the order in which they begin, without the facts that need their slots."""
    shown: Any = columns(*(getattr(Activity, name) for name in _SHOWN))
    statement = shown.where(col(Activity.state).not_in(NOT_ON), *conditions).order_by(Activity.starts_at, Activity.id)
    return [
        Event(
            one.id, one.title, one.starts_at, one.ends_at, one.place, one.state, one.local_date,
            stage_of(one, at.now), categories=tuple(served_categories.read(one.serves or "")),
        )
        for one in session.connection().execute(statement)
    ]  # fmt: skip


def _with_places(session: Session, events: Sequence[Event]) -> list[Event]:
    """Return the same with the teams concerned and, before they begin, with free places."""
    teams = teams_concerned(session, [one.id for one in events])
    free: defaultdict[int, int] = defaultdict(int)
    unclaimed = set()
    for slot, left in slots_with_places_left(session, [one.id for one in events if one.stage is Stage.AHEAD]):
        free[slot.activity_id] += left
        if is_unclaimed(slot):
            unclaimed.add(slot.activity_id)
    return [
        Event(
            **{**vars(one), "teams": teams.get(one.id, ()), "free": free[one.id], "open": one.id in unclaimed},
        )
        for one in events
    ]


def _concerns(team_ids: Collection[int]) -> Any:  # noqa: ANN401 - SQLAlchemy's condition
    """Return the condition that an activity concerns one of these teams: named for it, or filling a slot of it."""
    named = columns(col(ActivityTeam.activity_id)).where(col(ActivityTeam.team_id).in_(team_ids))
    filling = columns(col(Slot.activity_id)).where(col(Slot.team_id).in_(team_ids))
    return col(Activity.id).in_(named) | col(Activity.id).in_(filling)


def _scope(session: Session, actor: Actor, team_id: int) -> list[Any]:
    if team_id:
        return [_concerns([team_id])]
    return [] if actor.is_coordinator else [_concerns([team.id for team in teams_of(session, actor)])]


def listed(session: Session, actor: Actor, at: Moment, wanted: Wanted) -> Listed:
    """Return a page of activities. Raises Refused for another's team, and for no year, month, state or column."""
    team = demand_team(session, actor, wanted.team)
    states = [state for state in ON if wanted.state in ("", state.value)]
    key, falling = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    if not sane_month(wanted.year, wanted.month or 1) or not states or key not in ("", *SORTS):
        raise Refused(Reason.GONE)
    conditions = [Activity.year == wanted.year, *_scope(session, actor, wanted.team)]
    conditions.append(col(Activity.state).in_(states))
    if wanted.month:
        conditions.append(col(Activity.local_date).between(*_days(wanted.year, wanted.month)))
    if wanted.category:
        conditions.append(served_categories.serving(wanted.category))
    found = _find(session, at, *conditions)
    total, start = len(found), page_start(len(found), wanted.page, A_PAGE)
    if key in ("team", "free"):
        found = _with_places(session, found)
    if key:
        found.sort(key=SORTS[key], reverse=falling)
    shown = found[start : start + A_PAGE]
    shown = shown if key in ("team", "free") else _with_places(session, shown)
    chosen = teams_of(session, actor), list_categories(session, retired=True)
    events = [category for category in chosen[1] if category.counts != "pairing"]
    return Listed(wanted, team, tuple(shown), total, start, tuple(chosen[0]), tuple(events))


def _days(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True)
class Month:
    """A month's weeks, each from Monday to Sunday, with the activities of each day."""

    year: int
    month: int
    team: str
    today: dt.date
    weeks: tuple[tuple[tuple[dt.date, tuple[Event, ...]], ...], ...]


def month(session: Session, actor: Actor, at: Moment, year: int, number: int, team_id: int = 0) -> Month:
    """Return a month of one team or all. Raises Refused for another's team, and for no month."""
    team = demand_team(session, actor, team_id)
    if not sane_month(year, number):
        raise Refused(Reason.GONE)
    between = col(Activity.local_date).between(*_days(year, number))
    by_day: defaultdict[dt.date, list[Event]] = defaultdict(list)
    for event in _with_places(session, _find(session, at, between, *_scope(session, actor, team_id))):
        by_day[event.day].append(event)
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    return Month(
        year, number, team, at.today(), tuple(tuple((day, tuple(by_day[day])) for day in week) for week in weeks)
    )


def ahead(session: Session, at: Moment, days: int, most: int) -> tuple[Event, ...]:
    """Return the first activities that begin in the next days."""
    until = at.now + dt.timedelta(days=days)
    soon = _find(session, at, col(Activity.starts_at) >= at.now, col(Activity.starts_at) < until)
    return tuple(_with_places(session, soon[:most]))
