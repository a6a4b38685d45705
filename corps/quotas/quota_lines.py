"""What counts in one line of the 五个10: its activities or pairings, and each team's participation."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import or_
from sqlmodel import Session, col, select

from corps.activities import served_categories
from corps.activities.places import concerned_by_activity, filling_teams
from corps.activities.presence import came_there
from corps.moment import Moment
from corps.pairings.pairings import counted, counts, is_waiting, visited
from corps.people import Actor, demand_leader_or_coordinator
from corps.quotas.tally import STAGES, TallyStage
from corps.refusals import Reason, Refused
from corps.teams import CategoryName
from models import Activity, Attendance, Category, Pairing, Slot, Team
from models.enums import ActivityState, PairingCounts


@dataclass(frozen=True)
class LineItem:
    """One activity (or pairing, if `pairing`) of a line; `teams` are those that take part in that category."""

    id: int
    pairing: bool
    title: str
    day: dt.date
    stage: TallyStage
    teams: tuple[str, ...]


@dataclass(frozen=True)
class LineContents:
    """A line in full: its items, verified first, and in how many verified ones each team took part.

    An activity of several teams is in `shares` once a team and in the line's number once. `pairing`: the line
    counts pairings, which are never planned; `rule` says what makes one count.
    """

    year: int
    category: CategoryName
    unit: str
    pairing: bool
    items: tuple[LineItem, ...]
    shares: tuple[tuple[str, int], ...]
    rule: PairingCounts = PairingCounts.CONFIRMED

    def number(self, stage: TallyStage) -> int:
        """Return how many items have come that far."""
        return sum(item.stage is stage for item in self.items)


def contents(session: Session, actor: Actor, at: Moment, year: int, code: str) -> LineContents:
    """Return what counts, and what is on its way, in one category of a year. For leaders and coordinators."""
    demand_leader_or_coordinator(actor)
    category = session.get(Category, code)
    if category is None:
        raise Refused(Reason.GONE)
    rule = at.policy.pairing_counts
    find = _pairings if category.counts == "pairing" else _activities
    items = sorted(
        find(session, year, code, rule), key=lambda item: (list(TallyStage).index(item.stage), item.day, item.id)
    )
    shares = Counter(team for item in items if item.stage is TallyStage.VERIFIED for team in item.teams)
    order = session.exec(select(Team.short_name).order_by(col(Team.position), col(Team.id))).all()
    return LineContents(
        year=year,
        category=CategoryName.of(category),
        unit=category.unit_zh,
        pairing=category.counts == "pairing",
        items=tuple(items),
        shares=tuple((team, shares[team]) for team in order if team in shares),
        rule=rule,
    )


def _activities(session: Session, year: int, code: str, _rule: PairingCounts) -> list[LineItem]:
    found = session.exec(
        select(Activity).where(
            Activity.year == year, col(Activity.state).in_(list(STAGES)), served_categories.serving(code)
        )
    ).all()
    teams = teams_serving(session, [activity.id or 0 for activity in found])
    return [
        LineItem(
            id=activity.id or 0,
            pairing=False,
            title=activity.title,
            day=activity.local_date,
            stage=STAGES[activity.state],
            teams=teams.get((activity.id or 0, code), ()),
        )
        for activity in found
    ]


def teams_serving(session: Session, activity_ids: list[int]) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return who serves what: (activity, category) → short names of the teams, each once, in the roster's order.

    Once an activity is reported it is the teams of those who were there. Before, and where nobody was marked though the
    report says that the category was served, it is the teams that fill the slot (`places.filling_teams`); one that
    nobody has claimed is nobody's.
    """
    concerned = concerned_by_activity(session, activity_ids)
    serving: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for start in range(0, len(activity_ids), 500):
        part = activity_ids[start : start + 500]
        for slot in session.exec(select(Slot).where(col(Slot.activity_id).in_(part))).all():
            serving[slot.activity_id, slot.category].update(filling_teams(slot, concerned[slot.activity_id]))
        serving |= _teams_there(session, part)
    return _named(session, serving)


def _teams_there(session: Session, activity_ids: list[int]) -> dict[tuple[int, str], set[int]]:
    """Return whose members were there, by (activity, category), for activities that are reported."""
    there: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    rows = session.exec(
        select(Attendance.activity_id, Slot.category, Attendance.team_id)
        .join(Slot, col(Slot.id) == col(Attendance.slot_id))
        .join(Activity, col(Activity.id) == col(Attendance.activity_id))
        .where(
            col(Attendance.activity_id).in_(activity_ids),
            came_there(),
            col(Activity.state).in_((ActivityState.REPORTED, ActivityState.VERIFIED)),
            col(Attendance.team_id).is_not(None),
        )
        .distinct()
    ).all()
    for activity_id, category, team_id in rows:
        there[activity_id, category].add(team_id or 0)
    return there


Key = TypeVar("Key")


def _named(session: Session, teams: Mapping[Key, Collection[int]]) -> dict[Key, tuple[str, ...]]:
    """Return short names for ids, in the roster's order."""
    names = session.exec(select(Team.id, Team.short_name).order_by(col(Team.position), col(Team.id))).all()
    return {key: tuple(name for team, name in names if team in ids) for key, ids in teams.items()}


def teams_concerned(session: Session, activity_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Return the teams named for, or filling a slot of, each activity, in the roster's order."""
    return _named(session, concerned_by_activity(session, activity_ids))


def _pairings(session: Session, year: int, _code: str, rule: PairingCounts) -> list[LineItem]:
    rows = session.exec(
        select(Pairing, Team.short_name, visited())
        .join(Team, col(Team.id) == col(Pairing.team_id))
        .where(Pairing.year == year, or_(counted(year, rule), is_waiting()))
    ).all()
    return [
        LineItem(
            id=row.id or 0,
            pairing=True,
            title=row.partner,
            day=row.since,
            stage=TallyStage.VERIFIED if counts(row, rule, visited=visit) else TallyStage.REPORTED,
            teams=(team,),
        )
        for row, team, visit in rows
    ]
