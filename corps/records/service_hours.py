"""Service hours as people read them: one's own by year and category, a team's by member for who leads it.

Nobody else's: a member sees the own hours, a leader those served for the team, whoever is in it by now. No order of
merit: members stand by name, and whoever has no hours is not listed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from corps.attendance.credited import credited
from corps.moment import Moment
from corps.open_hours import OpenHours, open_hours
from corps.own_hours.own_entries import credited_own
from corps.people import Actor, Named, name_for
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from corps.sql import page_within
from corps.teams import CategoryName
from models import Activity, Attendance, Category, HoursEntry, OwnHoursEntry, OwnService, Slot, Team
from models.enums import Source

A_PAGE = 15

ByCategory = tuple[tuple[CategoryName, int], ...]


@dataclass(frozen=True)
class YearHours:
    """Minutes of a year, by category and by how they came to be known; each splits the `minutes`.

    `own` are those of service elsewhere that was handed in (补报), in none of the others.
    """

    year: int
    minutes: int
    by_category: ByCategory
    by_source: tuple[tuple[Source, int], ...] = ()
    own: int = 0


@dataclass(frozen=True)
class ServiceHours:
    """Minutes of one person, from the hours ledger, rounded: in total, and of each year, the newest first.

    `own` as in `YearHours`: beside the total, not in it. `still_open` of the two are not final yet (公示).
    """

    total: int
    this_year: YearHours
    years: tuple[YearHours, ...] = ()
    rounding: Rounding = Rounding.MINUTE
    own: int = 0
    still_open: int = 0


@dataclass(frozen=True)
class MemberHours:
    """What one person has served for a team in a year."""

    name: Named
    minutes: int
    by_category: ByCategory
    own: int = 0


@dataclass(frozen=True)
class TeamHours:
    """A page of a team's hours of a year. `minutes` and `people` are of all pages; `years`: newest first."""

    team_id: int
    team: str
    year: int
    years: tuple[int, ...]
    people: int
    minutes: int
    members: tuple[MemberHours, ...]
    page: int
    pages: int
    rounding: Rounding


def of_person(session: Session, member_id: int, at: Moment, waits: OpenHours) -> ServiceHours:
    """Return a person's hours; `waits` is what is not final yet."""
    entries = credited(at.policy.rounding, col(HoursEntry.member_id) == member_id)
    rows = session.execute(
        columns(col(Activity.year), Category, entries.c.source, func.sum(entries.c.minutes))
        .select_from(entries)
        .join(Activity, col(Activity.id) == entries.c.activity_id)
        .join(Slot, col(Slot.id) == entries.c.slot_id)
        .join(Category, col(Category.code) == col(Slot.category))
        .group_by(col(Activity.year), col(Category.code), entries.c.source)
        .order_by(col(Activity.year).desc(), col(Category.position))
    ).all()
    by_year: dict[int, list[Any]] = {}
    for year, *more in rows:
        by_year.setdefault(year, []).append(more)
    handed_in: defaultdict[int, int] = defaultdict(int)
    for year, _, minutes in _handed_in(session, at, col(OwnService.member_id) == member_id):
        handed_in[year] += minutes
    known = sorted({*by_year, *handed_in}, reverse=True)
    years = tuple(_year(year, by_year.get(year, []), handed_in[year]) for year in known)
    today = at.today().year
    current = next((one for one in years if one.year == today), YearHours(today, 0, ()))
    total, elsewhere = sum(one.minutes for one in years), sum(handed_in.values())
    return ServiceHours(
        total, current, years, at.policy.rounding, elsewhere, _still_open(session, at, member_id, waits)
    )


def _still_open(session: Session, at: Moment, member_id: int, waits: OpenHours) -> int:
    """Return the minutes of a person that still stand open to the team."""
    if not (waits.activities or waits.own):
        return 0
    rounding = at.policy.rounding
    here = credited(rounding, col(HoursEntry.member_id) == member_id, col(HoursEntry.activity_id).in_(waits.activities))
    own = credited_own(rounding, col(OwnHoursEntry.member_id) == member_id, col(OwnHoursEntry.own_id).in_(waits.own))
    return sum(int(session.scalar(columns(func.sum(rows.c.minutes))) or 0) for rows in (here, own))


def _handed_in(session: Session, at: Moment, *which: ColumnElement[bool]) -> list[tuple[int, int, int]]:
    """Return year, member and minutes of each service elsewhere that is credited."""
    entries = credited_own(at.policy.rounding)
    rows = session.execute(
        columns(col(OwnService.year), col(OwnService.member_id), entries.c.minutes)
        .select_from(entries)
        .join(OwnService, col(OwnService.id) == entries.c.own_id)
        .where(*which)
    ).all()
    return [(year, member, int(minutes)) for year, member, minutes in rows]


def _year(year: int, rows: Iterable[Any], own: int) -> YearHours:
    sources: defaultdict[Source, int] = defaultdict(int)
    for _, source, minutes in rows:
        sources[source] += int(minutes)
    by_category = _by_category((category, minutes) for category, _, minutes in rows)
    by_source = tuple((source, sources[source]) for source in Source if sources[source])
    return YearHours(year, sum(sources.values()), by_category, by_source, own)


def _by_category(rows: Iterable[tuple[Category, int]]) -> ByCategory:
    summed: defaultdict[CategoryName, int] = defaultdict(int)
    for category, minutes in rows:
        summed[CategoryName.of(category)] += int(minutes)
    return tuple((category, minutes) for category, minutes in summed.items() if minutes)


def own(session: Session, actor: Actor, at: Moment) -> ServiceHours:
    """Return one's own hours."""
    return of_person(session, actor.id, at, open_hours(session, at))


def of_team(session: Session, actor: Actor, at: Moment, team_id: int, year: int = 0, page: int = 0) -> TeamHours:
    """Return what has been served for a team in a year (0: this one), for its leaders and the coordinators."""
    team = session.get(Team, team_id)
    if team is None:
        raise Refused(Reason.GONE)
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    today = at.today().year
    rows = _served_for(session, at, team_id)
    elsewhere = _handed_in(session, at, col(OwnService.team_id) == team_id)
    years = sorted({today, *(row[0] for row in rows), *(row[0] for row in elsewhere)}, reverse=True)
    year = year if year in years else today
    people: dict[int, list[tuple[Category, int]]] = {}
    for of_year, member_id, category, minutes in rows:
        if of_year == year:
            people.setdefault(member_id, []).append((category, minutes))
    handed_in: defaultdict[int, int] = defaultdict(int)
    for of_year, member_id, minutes in elsewhere:
        if of_year == year:
            people.setdefault(member_id, [])
            handed_in[member_id] += minutes
    found = [
        MemberHours(
            name_for(session, actor, member_id, served=team_id),
            sum(int(minutes) for _, minutes in own),
            _by_category(own),
            handed_in[member_id],
        )
        for member_id, own in people.items()
    ]
    found.sort(key=lambda one: one.name.name.encode("gb18030"))  # the order of that code is that of the pinyin
    page, pages = page_within(len(found), page, A_PAGE)
    return TeamHours(
        team_id=team_id,
        team=team.short_name,
        year=year,
        years=tuple(years),
        people=len(found),
        minutes=sum(one.minutes for one in found),
        members=tuple(found[page * A_PAGE : (page + 1) * A_PAGE]),
        page=page,
        pages=pages,
        rounding=at.policy.rounding,
    )


def _served_for(session: Session, at: Moment, team_id: int) -> list[Any]:
    """Return year, member, category and minutes of all service for a team."""
    of_team = columns(col(Attendance.activity_id)).where(col(Attendance.team_id) == team_id)
    entries = credited(at.policy.rounding, col(HoursEntry.activity_id).in_(of_team))
    mark = and_(
        col(Attendance.activity_id) == entries.c.activity_id,
        col(Attendance.member_id) == entries.c.member_id,
    )
    statement = (
        columns(col(Activity.year), entries.c.member_id, Category, func.sum(entries.c.minutes))
        .select_from(entries)
        .join(Attendance, mark)
        .join(Activity, col(Activity.id) == entries.c.activity_id)
        .join(Slot, col(Slot.id) == entries.c.slot_id)
        .join(Category, col(Category.code) == col(Slot.category))
        .where(col(Attendance.team_id) == team_id)
        .group_by(col(Activity.year), entries.c.member_id, col(Category.code))
        .order_by(col(Activity.year), entries.c.member_id, col(Category.position))
    )
    return list(session.execute(statement).all())
