"""The 五个10: how many of each category are done, reported, planned and promised, and the pace of the year."""

import calendar
from dataclasses import dataclass

from sqlalchemy import distinct, func
from sqlmodel import Session, col, select

from corps.cards import CategoryName
from corps.moment import Moment
from corps.people import Actor
from corps.teams import list_categories, targets_of
from models import Activity, Category, Pairing, Slot
from models.words import ActivityState, PairingState


@dataclass(frozen=True)
class QuotaLine:
    """One line of the 五个10. `expected` is how many the calendar would have by now."""

    category: CategoryName
    unit: str
    verified: int
    reported: int
    planned: int
    target: int
    expected: int

    @property
    def behind(self) -> int:
        """How many are missing against the calendar; 0 when on pace."""
        return max(0, self.expected - self.verified)

    @property
    def missing(self) -> int:
        """How many are missing for the year."""
        return max(0, self.target - self.verified)


@dataclass(frozen=True)
class Quota:
    """The lines of one year."""

    year: int
    current: bool
    lines: tuple[QuotaLine, ...]


def tally(session: Session, at: Moment, year: int | None = None) -> Quota:
    """Count a year (default: the local one): distinct (activity, category) pairs, and confirmed pairings."""
    today = at.today()
    year = year or today.year
    targets, share = targets_of(session, year), elapsed(year, today.year, today.timetuple().tm_yday)
    events, pairings = _count_activities(session, year), _count_pairings(session, year)
    lines = []
    for category in list_categories(session):
        counts = pairings if category.counts == "pairing" else events.get(category.code, {})
        lines.append(_line(category, counts, targets.get(category.code, 0), share))
    return Quota(year, year == today.year, tuple(lines))


def elapsed(year: int, this_year: int, day_of_year: int) -> float:
    """Return the share of `year` that has passed, 0 to 1, at the end of the given day of `this_year`."""
    if year != this_year:
        return 1.0 if year < this_year else 0.0
    return day_of_year / (366 if calendar.isleap(year) else 365)


def _line(category: Category, counts: dict[str, int], target: int, share: float) -> QuotaLine:
    return QuotaLine(
        category=CategoryName(category.code, category.name_zh, category.name_en),
        unit=category.unit_zh,
        verified=counts.get("verified", 0),
        reported=counts.get("reported", 0),
        planned=counts.get("planned", 0),
        target=target,
        expected=int(target * share + 0.5),
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


def _count_pairings(session: Session, year: int) -> dict[str, int]:
    rows = session.exec(
        select(Pairing.state, func.count()).where(Pairing.year == year).group_by(col(Pairing.state))
    ).all()
    stages = {PairingState.CONFIRMED: "verified", PairingState.REGISTERED: "reported"}
    return {stages[PairingState(state)]: number for state, number in rows if PairingState(state) in stages}


def tally_for(session: Session, _actor: Actor, at: Moment, year: int | None = None) -> Quota:
    """Do what `tally` does, for a person: the numbers are the corps' own and no secret."""
    return tally(session, at, year)
