"""The 五个10: how many of each category are done, reported, planned and promised, and the pace of the year."""

import calendar
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, distinct, func, or_
from sqlmodel import Session, col, select

from corps.cards import CategoryName
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.teams import list_categories, targets_of
from models import Activity, Category, Pairing, Slot, Target
from models.words import ActivityState, PairingState

CALENDAR = range(2000, 2101)
"""The years there can be anything of."""


@dataclass(frozen=True)
class QuotaLine:
    """One line of the 五个10. `expected` is how many the calendar would have by now.

    `pairing`: it counts pairings, not activities.
    """

    category: CategoryName
    unit: str
    verified: int
    reported: int
    planned: int
    target: int
    expected: int
    pairing: bool = False

    @property
    def behind(self) -> int:
        """How many are missing against the calendar; 0 when on pace."""
        return max(0, self.expected - self.verified)

    @property
    def missing(self) -> int:
        """How many are missing for the year."""
        return max(0, self.target - self.verified)

    @property
    def idle(self) -> bool:
        """Whether the line means nothing in its year: nothing promised, nothing done, nothing under way."""
        return not (self.target or self.verified or self.reported or self.planned)


@dataclass(frozen=True)
class Quota:
    """The lines of one year. `earlier` and `later` are the nearest other years that have something to show."""

    year: int
    this_year: int
    lines: tuple[QuotaLine, ...]
    earlier: int | None = None
    later: int | None = None

    @property
    def current(self) -> bool:
        """Whether it is the year we are in, the only one with a pace."""
        return self.year == self.this_year

    @property
    def ahead(self) -> bool:
        """Whether the year has not begun."""
        return self.year > self.this_year


def tally(session: Session, at: Moment, year: int | None = None) -> Quota:
    """Count a year (default: the local one): distinct (activity, category) pairs, and confirmed pairings.

    Raises Refused for a year that no button of ours carries.
    """
    today = at.today()
    year = year or today.year
    if year not in CALENDAR:
        raise Refused(Reason.GONE)
    targets, share = targets_of(session, year), elapsed(year, today.year, today.timetuple().tm_yday)
    events, pairings = _count_activities(session, year), _count_pairings(session, year)
    lines = []
    for category in list_categories(session):
        counts = pairings if category.counts == "pairing" else events.get(category.code, {})
        lines.append(_line(category, counts, targets.get(category.code, 0), share))
    years = years_with_data(session) | {today.year}
    return Quota(
        year=year,
        this_year=today.year,
        lines=tuple(line for line in lines if not line.idle),
        earlier=max((other for other in years if other < year), default=None),
        later=min((other for other in years if other > year), default=None),
    )


def elapsed(year: int, this_year: int, day_of_year: int) -> float:
    """Return the share of `year` that has passed, 0 to 1, at the end of the given day of `this_year`."""
    if year != this_year:
        return 1.0 if year < this_year else 0.0
    return day_of_year / (366 if calendar.isleap(year) else 365)


def years_with_data(session: Session) -> set[int]:
    """Return the years that have activities, pairings, or targets of their own."""
    shown = col(Activity.state).in_(list(_STAGES))
    activities = select(Activity.year).where(shown).distinct()
    pairings = select(Pairing.year).where(Pairing.state != PairingState.RETURNED).distinct()
    targets = select(Target.year).where(Target.year > 0).distinct()
    return {year for statement in (activities, pairings, targets) for year in session.exec(statement).all()}


def _line(category: Category, counts: dict[str, int], target: int, share: float) -> QuotaLine:
    return QuotaLine(
        category=CategoryName(category.code, category.name_zh, category.name_en),
        unit=category.unit_zh,
        verified=counts.get("verified", 0),
        reported=counts.get("reported", 0),
        planned=counts.get("planned", 0),
        target=target,
        expected=int(target * share + 0.5),
        pairing=category.counts == "pairing",
    )


_STAGES = {
    ActivityState.VERIFIED: "verified",
    ActivityState.REPORTED: "reported",
    ActivityState.PUBLISHED: "planned",
}


def _count_activities(session: Session, year: int) -> dict[str, dict[str, int]]:
    rows = session.exec(
        select(Slot.category, Activity.state, func.count(distinct(col(Activity.id))))
        .join(Activity, col(Activity.id) == col(Slot.activity_id))
        .where(Activity.year == year, col(Activity.state).in_(list(_STAGES)))
        .group_by(col(Slot.category), col(Activity.state))
    ).all()
    counts: dict[str, dict[str, int]] = {}
    for category, state, number in rows:
        counts.setdefault(category, {})[_STAGES[ActivityState(state)]] = number
    return counts


def lasted(year: int) -> ColumnElement[bool]:
    """Return the condition for a confirmed pairing that counts in its year.

    One that ends within its own year was no lasting tie; one that ends later has been, and a year that is over
    keeps its number.
    """
    held = (col(Pairing.state) == PairingState.ENDED) & (col(Pairing.ended_on) > dt.date(year, 12, 31))
    return or_(col(Pairing.state) == PairingState.CONFIRMED, held)


def _count_pairings(session: Session, year: int) -> dict[str, int]:
    def number(condition: ColumnElement[bool]) -> int:
        return session.exec(select(func.count()).select_from(Pairing).where(Pairing.year == year, condition)).one()

    registered = col(Pairing.state) == PairingState.REGISTERED
    return {"verified": number(lasted(year)), "reported": number(registered)}


def tally_for(session: Session, _actor: Actor, at: Moment, year: int | None = None) -> Quota:
    """Do what `tally` does, for a person: the numbers are the corps' own and no secret."""
    return tally(session, at, year)
