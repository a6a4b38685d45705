"""The board: how the year stands, in numbers that each open their rows. A leader sees the own team's."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps.broadcasts import live_cards, progress
from corps.membership import team_cards
from corps.membership.team_cards import TeamLine
from corps.moment import Moment, sane_month
from corps.people import Actor, demand_coordinator, demand_leader_or_coordinator
from corps.quotas import tally
from corps.quotas.quota_lines import teams_concerned
from corps.quotas.tally import Quota
from corps.refusals import Reason, Refused
from corps.signups.vacancies import vacancies_ahead
from corps.teams import TeamName, list_teams
from models import Activity, Broadcast
from models.enums import ActivityState

MONTHS = range(1, 13)
WALL_SHOWS = 8
_OFF = (ActivityState.DRAFT, ActivityState.CANCELLED)


@dataclass(frozen=True)
class Event:
    """An activity in a list: `free` is how many places it lacks, 0 for what has begun."""

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    state: ActivityState
    teams: tuple[str, ...]
    free: int = 0


@dataclass(frozen=True)
class YearRow:
    """A team's year: how many activities it is concerned in, month by month."""

    team: TeamName
    months: tuple[int, ...]


@dataclass(frozen=True)
class BroadcastRow:
    """A broadcast and how far it has come."""

    id: int
    html: str
    when: dt.datetime
    people: int
    sent: int
    acknowledged: int
    unreachable: int


@dataclass(frozen=True)
class Board:
    """Everything on the board. `total` is the months of the corps, in which a joint activity counts once."""

    quota: Quota
    rows: tuple[YearRow, ...]
    total: tuple[int, ...]
    teams: tuple[TeamLine, ...]
    broadcasts: tuple[BroadcastRow, ...]
    own_team: bool


def see(session: Session, actor: Actor, at: Moment, year: int = 0) -> Board:
    """Return the board of a year (0: this one), for coordinators; for a leader that of the own team."""
    demand_leader_or_coordinator(actor)
    quota = tally.tally(session, at, year or None)
    shown = _teams_of(session, actor)
    by_team: dict[str, list[int]] = {team.short_name: [0] * 12 for team in shown}
    total = [0] * 12
    for event in _of_year(session, at, quota.year):
        month = at.wall(event.starts_at).month - 1
        ours = [name for name in event.teams if name in by_team]
        for name in ours:
            by_team[name][month] += 1
        total[month] += 1 if ours or actor.is_coordinator else 0
    rows = tuple(YearRow(team, tuple(by_team[team.short_name])) for team in shown)
    people = team_cards.list_lines(session, actor, at) if actor.is_coordinator else []
    return Board(
        quota, rows, tuple(total), tuple(people), tuple(_broadcasts(session, actor, at)), not actor.is_coordinator
    )


def _teams_of(session: Session, actor: Actor) -> list[TeamName]:
    return [team for team in list_teams(session) if actor.is_coordinator or actor.leads(team.id)]


def _of_year(session: Session, at: Moment, year: int) -> list[Event]:
    return _between(session, at, _instant(at, year, 1), _instant(at, year + 1, 1))


def _instant(at: Moment, year: int, month: int) -> dt.datetime:
    return at.policy.zone.instant(dt.datetime(year, month, 1))  # noqa: DTZ001 - a wall-clock time


def _between(session: Session, at: Moment, since: dt.datetime, until: dt.datetime) -> list[Event]:
    """Return the activities that begin in a span, in the order in which they do."""
    statement = (
        select(Activity)
        .where(col(Activity.starts_at) >= since, col(Activity.starts_at) < until, col(Activity.state).not_in(_OFF))
        .order_by(col(Activity.starts_at), col(Activity.id))
    )
    found = session.exec(statement).all()
    teams = teams_concerned(session, [one.id or 0 for one in found])
    free: dict[int, int] = defaultdict(int)
    for vacancy in vacancies_ahead(session, at, max(dt.timedelta(), until - at.now)):
        free[vacancy.activity_id] += sum(need.free for need in vacancy.needs)
    return [
        Event(
            one.id or 0,
            one.title,
            one.starts_at,
            one.ends_at,
            one.place,
            one.state,
            teams.get(one.id or 0, ()),
            free[one.id or 0],
        )
        for one in found
    ]


def _broadcasts(session: Session, actor: Actor, at: Moment) -> list[BroadcastRow]:
    found = []
    for former in live_cards.recent(session, actor, at):
        row = session.get_one(Broadcast, former.id)
        total = progress.read(session, at, row).total
        counts = (total.people, total.sent, total.acknowledged, total.unreachable)
        found.append(BroadcastRow(former.id, former.html, former.when, *counts))
    return found


@dataclass(frozen=True)
class Month:
    """The activities of a month, of one team or all."""

    year: int
    month: int
    team: str
    events: tuple[Event, ...]


def month(session: Session, actor: Actor, at: Moment, year: int, number: int, team_id: int = 0) -> Month:
    """Return the activities behind a number of the board. Raises Refused for another team's, and for no month."""
    demand_leader_or_coordinator(actor)
    if not sane_month(year, number):
        raise Refused(Reason.GONE)
    shown = _teams_of(session, actor)
    team = next((one.short_name for one in shown if one.id == team_id), "")
    if team_id and not team:
        raise Refused(Reason.NOT_ALLOWED)
    until = _instant(at, year + number // 12, number % 12 + 1)
    names = {team} if team else {one.short_name for one in shown}
    every = actor.is_coordinator and not team
    events = [one for one in _between(session, at, _instant(at, year, number), until) if every or names & {*one.teams}]
    return Month(year, number, team, tuple(events))


@dataclass(frozen=True)
class Wall:
    """What hangs on the office's wall: the year, and what comes next. Nobody's name."""

    quota: Quota
    events: tuple[Event, ...]


def wall(session: Session, actor: Actor, at: Moment) -> Wall:
    """Return the wall's view, for coordinators."""
    demand_coordinator(actor)
    ahead = _between(session, at, at.now, at.now + dt.timedelta(days=60))
    return Wall(tally.tally(session, at), tuple(ahead[:WALL_SHOWS]))
