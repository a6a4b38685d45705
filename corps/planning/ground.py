"""Looks up what a plan has to know (`corps.planning.options.Ground`)."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.activities.places import concerned_by_activity, holds_place
from corps.activities.stages import ON
from corps.moment import Moment
from corps.planning.options import Ground, Standing, TeamGround, week_of
from corps.quotas import tally
from corps.teams import list_venues, team_in_use
from models import Activity, Member, PlanProposal, SignUp, Slot, Team
from models.enums import ActivityState, MemberStatus, ProposalState

PLACES_YEARS = 2
"""So many years back places are remembered."""


def look_up(session: Session, at: Moment, year: int) -> Ground:
    """Return what a plan of the year has to know. What is missing leaves out drafts and what is proposed already."""
    held = session.exec(
        select(Activity)
        .where(Activity.year == year, Activity.state != ActivityState.CANCELLED)
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    proposals = session.exec(select(PlanProposal).where(PlanProposal.year == year).order_by(col(PlanProposal.id))).all()
    open_ones = [row for row in proposals if row.state is ProposalState.OPEN]
    standing = _standing(session, list(held))
    kinds = _kinds(session)
    return Ground(
        first=max(at.today() + at.policy.preparation, dt.date(year, 1, 1)),
        last=dt.date(year, 12, 31),
        teams=_teams(session),
        missing=missing(session, at, year, open_ones),
        kinds=kinds,
        standing=(
            *standing,
            *(Standing(p.local_date, (p.category,), (p.team_id,), p.venue, p.place, proposed=True) for p in open_ones),
        ),
        busy=_busy(session, year),
        places=_places(session, year, kinds),
        notices=at.policy.holidays,
        barred=frozenset((p.category, p.team_id) for p in proposals if p.state is ProposalState.BARRED),
        passed=frozenset(
            (p.category, p.team_id, week_of(p.local_date)) for p in proposals if p.state is ProposalState.PASSED
        ),
    )


def missing(session: Session, at: Moment, year: int, open_ones: list[PlanProposal]) -> dict[str, int]:
    """Return how many of each category of events nothing is arranged, drafted or proposed for."""
    drafts = dict(
        session.connection()
        .execute(
            columns(col(Slot.category), func.count(func.distinct(col(Slot.activity_id))))
            .join(Activity, col(Activity.id) == col(Slot.activity_id))
            .where(col(Activity.year) == year, col(Activity.state) == ActivityState.DRAFT)
            .group_by(col(Slot.category))
        )
        .all()
    )
    proposed = Counter(row.category for row in open_ones)
    found = {}
    for line in tally.tally(session, at, year).lines:
        code = line.category.code
        if not line.pairing:
            arranged = line.verified + line.reported + line.planned + drafts.get(code, 0) + proposed[code]
            found[code] = max(0, line.target - arranged)
    return found


def _standing(session: Session, held: list[Activity]) -> list[Standing]:
    ids = [row.id or 0 for row in held]
    teams = concerned_by_activity(session, ids)
    codes: defaultdict[int, set[str]] = defaultdict(set)
    of_year = select(Slot.activity_id, Slot.category).join(Activity, col(Activity.id) == col(Slot.activity_id))
    for start in range(0, len(ids), 500):
        for activity, code in session.exec(of_year.where(col(Slot.activity_id).in_(ids[start : start + 500]))).all():
            codes[activity].add(code)
    return [
        Standing(
            row.local_date, tuple(sorted(codes[row.id or 0])), tuple(sorted(teams[row.id or 0])), row.venue, row.place
        )
        for row in held
    ]


def _teams(session: Session) -> tuple[TeamGround, ...]:
    rows = session.exec(select(Team).where(team_in_use()).order_by(col(Team.position), col(Team.id))).all()
    people = dict(
        session.exec(
            select(Member.team_id, func.count())
            .where(Member.status == MemberStatus.ACTIVE, col(Member.team_id).is_not(None))
            .group_by(col(Member.team_id))
        ).all()
    )
    return tuple(TeamGround(row.id or 0, tuple(row.suits), people.get(row.id, 0)) for row in rows)


def _busy(session: Session, year: int) -> dict[tuple[int, dt.date], int]:
    """Return how many people of each team have a place in something on each day."""
    taken = (
        columns(col(SignUp.team_id), col(Activity.local_date), func.count(func.distinct(col(SignUp.member_id))))
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .where(col(Activity.year) == year, col(Activity.state) == ActivityState.PUBLISHED, holds_place())
        .where(col(SignUp.team_id).is_not(None))
        .group_by(col(SignUp.team_id), col(Activity.local_date))
    )
    return {(team or 0, day): number for team, day, number in session.connection().execute(taken).all()}


def _kinds(session: Session) -> dict[str, bool]:
    """Return the kinds of place that plans are spread over; where the roster marks none, all that are in use."""
    rows = list_venues(session)
    return {row.code: row.workdays for row in [row for row in rows if row.in_plan] or rows}


def _places(session: Session, year: int, kinds: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return where the corps has been, by kind of place, those visited least this year first."""
    rows = (
        session.connection()
        .execute(
            columns(col(Activity.venue), col(Activity.place), col(Activity.year), func.count())
            .where(col(Activity.year).between(year - PLACES_YEARS, year))
            .where(col(Activity.state).in_(ON))
            .group_by(col(Activity.venue), col(Activity.place), col(Activity.year))
        )
        .all()
    )
    visits: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for venue, place, of_year, number in rows:
        visits[venue][place] += number if of_year == year else 0
    ranked = {venue: sorted((number, place) for place, number in visits[venue].items()) for venue in kinds}
    return {venue: tuple(place for _, place in places) for venue, places in ranked.items()}
