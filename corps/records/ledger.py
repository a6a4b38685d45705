"""The year's ledger (台账): one row a verified activity, the pairings, and totals that reconcile with the rows."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, true
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps import audit
from corps.activities import served_categories
from corps.activities.card_queries import photo_counts
from corps.activities.presence import came_there
from corps.attendance.credited import credited
from corps.moment import Moment
from corps.pairings.pairings import counts, visited
from corps.people import Actor, demand_leader_or_coordinator
from corps.quotas import tally
from corps.quotas.quota_lines import teams_concerned, teams_serving
from corps.quotas.tally import Quota
from corps.records.ledger_own import OwnRow, handed_in
from corps.records.ledger_scope import Scope, of_year
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from corps.teams import CategoryName, TeamName, VenueName, list_categories, list_teams, venue_name
from models import Activity, Attendance, HoursEntry, Member, Pairing, Report, ReportPhoto, Team, Visit
from models.enums import ActivityState, CountedBy, PairingCounts, PairingState


@dataclass(frozen=True)
class Row:
    """One verified activity. `minutes` is the time of all together, rounded by person; `teams` are short names."""

    number: int
    day: dt.date
    teams: tuple[str, ...]
    categories: tuple[CategoryName, ...]
    joint: bool
    title: str
    place: str
    venue: VenueName
    people: int
    minutes: int
    beneficiaries: int
    counted_by: CountedBy
    photos: int
    reporter: str
    verifier: str
    activity_id: int
    served: tuple[tuple[str, str], ...]
    guests: int = 0


@dataclass(frozen=True)
class PairingRow:
    """One pairing of the year that has been confirmed. `counts`: it is in the tally."""

    number: int
    team: str
    partner: str
    place: str
    since: dt.date
    state: PairingState
    registrar: str
    confirmer: str
    counts: bool


@dataclass(frozen=True)
class Total:
    """The sums of a group of rows."""

    activities: int
    people: int
    minutes: int
    beneficiaries: int
    photos: int


@dataclass(frozen=True)
class Ledger:
    """What was asked of, in full; `year` is that of its last day.

    Months, and joint or not, partition the rows: their totals add up to `total`. `teams` are all teams in use by short
    name, in the roster's order, or those asked of; `former` those that are retired. With a
    `team` it is that team's alone: what it took part in, with its own people and hours. `visits` are rows, with whom.
    """

    year: int
    made_on: dt.date
    rows: tuple[Row, ...]
    pairings: tuple[PairingRow, ...]
    quota: Quota
    teams: tuple[str, ...]
    scope: Scope
    rounding: Rounding
    pairing_counts: PairingCounts
    former: tuple[str, ...] = ()
    team: str = ""
    team_id: int | None = None
    own: tuple[OwnRow, ...] = ()
    visits: tuple[tuple[str, Row], ...] = ()

    @property
    def total(self) -> Total:
        """The sums of all rows."""
        return total(self.rows)

    @property
    def by_month(self) -> dict[tuple[int, int], Total]:
        """The sums of each month, by year and month."""
        return _grouped(self.rows, lambda row: (row.day.year, row.day.month))

    @property
    def by_joint(self) -> dict[bool, Total]:
        """The sums of joint (True) and of regular (False) activities."""
        return _grouped(self.rows, lambda row: row.joint)

    @property
    def by_category(self) -> dict[str, int]:
        """Activities by category: one that serves two is in both."""
        return dict(Counter(category.code for row in self.rows for category in row.categories))

    @property
    def by_venue(self) -> dict[VenueName, Total]:
        """The sums of each kind of place that was gone to, in the roster's order."""
        return dict(sorted(_grouped(self.rows, lambda row: row.venue).items(), key=lambda group: group[0].position))

    @property
    def by_team(self) -> dict[str, dict[str, int]]:
        """Participations, team → category → how often, in the roster's order; a joint one is in several teams.

        All teams in use are there, also with nothing; of the retired ones those that took part.
        """
        found = Counter(pair for row in self.rows for pair in row.served)
        taking_part = {team for team, _ in found}
        return {
            team: {category: number for (name, category), number in found.items() if name == team}
            for team in (*self.teams, *(team for team in self.former if team in taking_part))
        }


Key = TypeVar("Key")


def total(rows: Iterable[Row]) -> Total:
    """Return the sums of rows."""
    kept = list(rows)
    return Total(
        activities=len(kept),
        people=sum(row.people for row in kept),
        minutes=sum(row.minutes for row in kept),
        beneficiaries=sum(row.beneficiaries for row in kept),
        photos=sum(row.photos for row in kept),
    )


def _grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, Total]:
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: total(group) for name, group in groups.items()}


def years(session: Session, _actor: Actor, at: Moment) -> list[int]:
    """Return the years there can be a ledger of, newest first: this one, even with nothing in it yet."""
    today = at.today().year
    return sorted((year for year in {*tally.years_with_data(session), today} if year <= today), reverse=True)


def export(session: Session, actor: Actor, at: Moment, asked: Scope | int) -> Ledger:
    """Return the ledger of a year, or of a scope; a leader's is the own team's. The export leaves an audit row."""
    return read(session, actor, at, note_export(session, actor, at, asked))


def note_export(session: Session, actor: Actor, at: Moment, asked: Scope | int) -> Scope:
    """Write down that a ledger is exported. Returns of what."""
    demand_leader_or_coordinator(actor)
    if isinstance(asked, int):
        if asked not in tally.CALENDAR:
            raise Refused(Reason.GONE)
        asked = of_year(asked)
    days = f"{asked.first.isoformat()}..{asked.last.isoformat()}"
    subject = f"year:{asked.last.year}" if asked.whole_year else f"days:{days}"
    audit.record(session, at, actor.id, "ledger.export", subject)
    return asked


def read(session: Session, actor: Actor, at: Moment, asked: Scope) -> Ledger:
    """Return the ledger of a scope; a leader's is the own team's. Only reads."""
    demand_leader_or_coordinator(actor)
    year, first, last = asked.last.year, asked.first, asked.last
    teams = list_teams(session, retired=True)
    own = None if actor.is_coordinator else next((team for team in teams if actor.leads(team.id)), None)
    listed = [team for team in teams if own is None or team == own]
    listed = [team for team in listed if not asked.teams or team.short_name in asked.teams]
    rows = [row for row in counted_rows(session, at, first, last, own) if _is_asked(row, asked)]
    pairings = known_pairings(session, at, first, last, own) if _asks_pairings(session, asked) else []
    pairings = [row for row in pairings if not asked.teams or row.team in asked.teams]
    return Ledger(
        year=year,
        made_on=at.today(),
        rows=tuple(replace(row, number=number) for number, row in enumerate(rows, 1)),
        pairings=tuple(replace(row, number=number) for number, row in enumerate(pairings, 1)),
        quota=tally.tally(session, at, year),
        teams=tuple(team.short_name for team in listed if not team.retired),
        scope=asked,
        rounding=at.policy.rounding,
        pairing_counts=at.policy.pairing_counts,
        former=tuple(team.short_name for team in listed if team.retired),
        team=own.name if own is not None else "",
        team_id=own.id if own is not None else None,
        own=tuple(handed_in(session, at, asked, own)),
        visits=_visits(session, rows),
    )


def _visits(session: Session, rows: list[Row]) -> tuple[tuple[str, Row], ...]:
    """Return which of the rows are visits (走访), each with the partner who was visited."""
    held = select(Visit.activity_id, Pairing.partner).join(Pairing, col(Pairing.id) == col(Visit.pairing_id))
    partners: dict[int, str] = dict(session.exec(held).all()) if rows else {}
    return tuple((partners[row.activity_id], row) for row in rows if row.activity_id in partners)


def _is_asked(row: Row, asked: Scope) -> bool:
    """Tell whether a row is of one of the teams and of one of the categories that are asked of."""
    of_team = not asked.teams or bool(set(asked.teams) & set(row.teams))
    return of_team and (not asked.categories or any(one.code in asked.categories for one in row.categories))


def _asks_pairings(session: Session, asked: Scope) -> bool:
    codes = {one.code for one in list_categories(session, retired=True) if one.counts == "pairing"}
    return not asked.categories or bool(codes & set(asked.categories))


def counts_between(first: dt.date, last: dt.date) -> ColumnElement[bool]:
    """Return the condition that an activity counts, and began between two local dates, both included.

    Of a year it is asked by the year too: then an index has the answer.
    """
    days = col(Activity.local_date).between(first, last)
    years = col(Activity.year).between(first.year, last.year)
    return and_(years, days, col(Activity.state) == ActivityState.VERIFIED)


def counted_rows(session: Session, at: Moment, first: dt.date, last: dt.date, own: TeamName | None = None) -> list[Row]:
    """Return what counts between two local dates, in the order of time: of the ledger and of the 数据一览.

    With a team only what it took part in, with its own people and their hours.
    """
    found = session.exec(
        select(Activity, Report)
        .join(Report, col(Report.activity_id) == col(Activity.id))
        .where(counts_between(first, last))
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    ids = [activity.id or 0 for activity, _ in found]
    of_span = select(Activity.id).where(counts_between(first, last))
    sums, serving = _sums(session, at, of_span, ids, own), teams_serving(session, ids)
    rows = [_row(number, activity, report, sums, serving) for number, (activity, report) in enumerate(found, start=1)]
    if own is None:
        return rows
    theirs = [row for row in rows if own.short_name in row.teams]
    return [_only(row, number, own.short_name) for number, row in enumerate(theirs, start=1)]


def _only(row: Row, number: int, team: str) -> Row:
    """Return a row of one team's ledger; whose guests they were that came to what several teams did is not known."""
    served = tuple(pair for pair in row.served if pair[0] == team)
    return replace(row, number=number, served=served, people=row.people - (row.guests if row.joint else 0))


Serving = dict[tuple[int, str], tuple[str, ...]]


def _row(number: int, activity: Activity, report: Report, sums: "_Sums", serving: Serving) -> Row:
    own = activity.id or 0
    served = tuple(
        (team, category.code)
        for category in sums.categories.get(own, ())
        for team in serving.get((own, category.code), ())
    )
    took_part = {team for team, _ in served}
    teams = tuple(team for team in sums.teams.get(own, ()) if team in took_part) or sums.teams.get(own, ())
    return Row(
        number=number,
        day=activity.local_date,
        teams=teams,
        categories=sums.categories.get(own, ()),
        joint=len(teams) > 1,
        title=activity.title,
        place=activity.place,
        venue=sums.venues[activity.venue],
        people=sums.present.get(own, 0) + len(activity.guests or ()),
        minutes=sums.minutes.get(own, 0),
        beneficiaries=report.beneficiaries,
        counted_by=report.counted_by,
        photos=sums.photos.get(own, 0),
        reporter=sums.names.get(report.reporter_id, ""),
        verifier=sums.names.get(report.verifier_id or 0, ""),
        activity_id=own,
        served=served,
        guests=len(activity.guests or ()),
    )


@dataclass(frozen=True)
class _Sums:
    """What the rows of a span need besides the activity itself, by activity; `names` is by member."""

    present: dict[int, int]
    minutes: dict[int, int]
    photos: dict[int, int]
    teams: dict[int, tuple[str, ...]]
    categories: dict[int, tuple[CategoryName, ...]]
    venues: dict[str, VenueName]
    names: dict[int, str]


def _sums(session: Session, at: Moment, of_span: Any, ids: list[int], own: TeamName | None) -> _Sums:  # noqa: ANN401
    came = select(Attendance.activity_id, func.count()).where(came_there())
    entries = credited(at.policy.rounding, col(HoursEntry.activity_id).in_(of_span))
    served = columns(entries.c.activity_id, func.sum(entries.c.minutes)).group_by(entries.c.activity_id)
    if own is not None:
        theirs = and_(
            col(Attendance.activity_id) == entries.c.activity_id,
            col(Attendance.member_id) == entries.c.member_id,
        )
        came = came.where(Attendance.team_id == own.id)
        served = served.join(Attendance, theirs).where(col(Attendance.team_id) == own.id)
    pictures = select(Report.activity_id, func.count()).join(
        ReportPhoto, and_(col(ReportPhoto.report_id) == col(Report.id), photo_counts())
    )
    by_attendance = col(Attendance.activity_id)
    by_report = col(Report.activity_id)
    wrote = select(Report.reporter_id).where(by_report.in_(of_span))
    checked = select(Report.verifier_id).where(by_report.in_(of_span))
    people = select(Member.id, Member.name).where(col(Member.id).in_(wrote) | col(Member.id).in_(checked))
    gone_to = select(Activity.venue).where(col(Activity.id).in_(of_span)).distinct()
    return _Sums(
        present=dict(session.exec(came.where(by_attendance.in_(of_span)).group_by(by_attendance)).all()),
        minutes={a: int(n) for a, n in session.execute(served).all()},
        photos=dict(session.exec(pictures.where(by_report.in_(of_span)).group_by(by_report)).all()),
        teams=teams_concerned(session, ids),
        categories=_categories(session, of_span),
        venues={code: venue_name(session, code) for code in session.exec(gone_to).all()},
        names={member_id or 0: name for member_id, name in session.exec(people).all()},
    )


def _categories(session: Session, of_span: Any) -> dict[int, tuple[CategoryName, ...]]:  # noqa: ANN401 - a subquery
    known = [CategoryName.of(row) for row in list_categories(session, retired=True)]
    notes = session.exec(select(Activity.id, Activity.serves).where(col(Activity.id).in_(of_span))).all()
    codes = {
        own: set(served_categories.planned(session, own) if serves is None else served_categories.read(serves))
        for own, serves in notes
        if own is not None
    }
    return {own: tuple(name for name in known if name.code in served) for own, served in codes.items()}


def known_pairings(
    session: Session, at: Moment, first: dt.date, last: dt.date, own: TeamName | None = None
) -> list[PairingRow]:
    """Return the pairings since a day between two that were once confirmed; those that ended too early do not count."""
    registrar, confirmer = aliased(Member), aliased(Member)
    seen = set(session.exec(select(Pairing.id).where(visited())).all())
    rows = session.exec(
        select(Pairing, Team.short_name, registrar.name, confirmer.name)
        .join(Team, col(Team.id) == col(Pairing.team_id))
        .join(registrar, col(registrar.id) == col(Pairing.registered_by))
        .join(confirmer, col(confirmer.id) == col(Pairing.confirmed_by))
        .where(
            col(Pairing.since).between(first, last),
            col(Pairing.state).in_((PairingState.CONFIRMED, PairingState.ENDED)),
            true() if own is None else col(Pairing.team_id) == own.id,
        )
        .order_by(col(Pairing.since), col(Pairing.id))
    ).all()
    return [
        PairingRow(
            number=number,
            team=team,
            partner=row.partner,
            place=row.place,
            since=row.since,
            state=row.state,
            registrar=wrote,
            confirmer=checked,
            counts=counts(row, at.policy.pairing_counts, visited=row.id in seen),
        )
        for number, (row, team, wrote, checked) in enumerate(rows, start=1)
    ]
