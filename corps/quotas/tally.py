"""The 五个10: how many of each category are done, reported, planned and promised, and the pace of the year."""

import calendar
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.activities import served_categories
from corps.activities.stages import NOT_ON
from corps.moment import Moment
from corps.pairings.pairings import counted, is_waiting
from corps.people import Actor
from corps.quotas.forecast import Forecast, forecast
from corps.quotas.seasons import shares_by_season
from corps.refusals import Reason, Refused
from corps.teams import CategoryName, list_categories, targets_of
from models import Activity, Category, Pairing, Slot, Target
from models.enums import ActivityState, PairingState

CALENDAR = range(2000, 2101)
"""The years there can be anything of."""


@dataclass(frozen=True)
class QuotaLine:
    """One line of the 五个10. `expected` is how many there would be by now, at an even or (`seasonal`) the usual pace.

    `pairing`: it counts pairings, not activities. `outlook` is how its year ends, in the year that we are in.
    """

    category: CategoryName
    unit: str
    verified: int
    reported: int
    planned: int
    target: int
    expected: int
    pairing: bool = False
    seasonal: bool = False
    outlook: Forecast | None = None

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
    targets, even = targets_of(session, year), elapsed(year, today.year, today.timetuple().tm_yday)
    seasons = shares_by_season(session, at) if year == today.year else {}
    events, pairings = _count_activities(session, year), _count_pairings(session, at, year)
    lines = []
    for category in list_categories(session, retired=True):
        counts = pairings if category.counts == "pairing" else events.get(category.code, {})
        retired = category.retired_at is not None
        if retired and not any(counts.values()):
            continue
        promised = not retired or year < at.wall(category.retired_at or at.now).year
        target = targets.get(category.code, 0) if promised else 0
        line = _line(category, counts, target, seasons.get(category.code, even), seasonal=category.code in seasons)
        lines.append(_with_outlook(line, at) if year == today.year and target else line)
    earlier, later = _neighbours(session, year, today.year)
    return Quota(
        year=year,
        this_year=today.year,
        lines=tuple(line for line in lines if not line.idle),
        earlier=earlier,
        later=later,
    )


def elapsed(year: int, this_year: int, day_of_year: int) -> float:
    """Return the share of `year` that has passed, 0 to 1, at the end of the given day of `this_year`."""
    if year != this_year:
        return 1.0 if year < this_year else 0.0
    return day_of_year / (366 if calendar.isleap(year) else 365)


class TallyStage(StrEnum):
    """How far something has come on its way into the tally."""

    VERIFIED = "verified"
    REPORTED = "reported"
    PLANNED = "planned"


STAGES = {
    ActivityState.VERIFIED: TallyStage.VERIFIED,
    ActivityState.REPORTED: TallyStage.REPORTED,
    ActivityState.PUBLISHED: TallyStage.PLANNED,
}
"""Which activities are on their way, and how far; the others are not."""

_SHOWN: tuple[tuple[Any, ColumnElement[bool]], ...] = (
    (col(Activity.year), col(Activity.state).not_in(NOT_ON)),
    (col(Pairing.year), col(Pairing.state) != PairingState.RETURNED),
    (col(Target.year), col(Target.year) > 0),
)
"""What makes a year one to look at: activities, pairings, targets of its own.

Said as what does not: a list of states would have SQLite look through all of them by state, not go to the next year.
"""


def years_with_data(session: Session) -> set[int]:
    """Return the years that have activities, pairings, or targets of their own."""
    return {year for of, shown in _SHOWN for year in session.exec(select(of).where(shown).distinct()).all()}


def _neighbours(session: Session, year: int, this_year: int) -> tuple[int | None, int | None]:
    """Return the nearest years before and after that there is anything of; this year counts as one."""
    before = [select(func.max(of)).where(shown, of < year).scalar_subquery() for of, shown in _SHOWN]
    after = [select(func.min(of)).where(shown, of > year).scalar_subquery() for of, shown in _SHOWN]
    found = session.connection().execute(columns(*before, *after)).one()
    earlier = [other for other in (*found[:3], this_year) if other is not None and other < year]
    later = [other for other in (*found[3:], this_year) if other is not None and other > year]
    return max(earlier, default=None), min(later, default=None)


def _line(category: Category, counts: dict[str, int], target: int, share: float, *, seasonal: bool) -> QuotaLine:
    return QuotaLine(
        category=CategoryName.of(category),
        unit=category.unit_zh,
        verified=counts.get("verified", 0),
        reported=counts.get("reported", 0),
        planned=counts.get("planned", 0),
        target=target,
        expected=int(target * share + 0.5),
        pairing=category.counts == "pairing",
        seasonal=seasonal,
    )


def _with_outlook(line: QuotaLine, at: Moment) -> QuotaLine:
    arranged = line.verified + line.reported + line.planned
    ends = forecast(arranged, line.target, at.today(), at.policy.preparation, pairing=line.pairing)
    return replace(line, outlook=ends)


def _count_activities(session: Session, year: int) -> dict[str, dict[str, int]]:
    """Count each category's activities by stage: from their notes, and from the slots of those that have none."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    unnoted = False
    noted = select(Activity.state, Activity.serves, func.count()).where(Activity.year == year)
    for held, serves, number in session.exec(noted.group_by(col(Activity.state), col(Activity.serves))).all():
        stage = STAGES.get(ActivityState(held))
        unnoted |= stage is not None and serves is None
        for code in served_categories.read(serves or "") if stage is not None else ():
            counts[code][stage or ""] += number
    for code, state, number in session.exec(_from_slots(year)).all() if unnoted else ():
        counts[code][STAGES[state]] += number
    return {category: dict(stages) for category, stages in counts.items()}


def _from_slots(year: int) -> Any:  # noqa: ANN401 - SQLModel's select of three columns
    return (
        select(Slot.category, Activity.state, func.count(distinct(col(Activity.id))))
        .join(Activity, col(Activity.id) == col(Slot.activity_id))
        .where(Activity.year == year, col(Activity.state).in_(list(STAGES)), col(Activity.serves).is_(None))
        .group_by(col(Slot.category), col(Activity.state))
    )


def _count_pairings(session: Session, at: Moment, year: int) -> dict[str, int]:
    numbers = func.count(case((counted(year, at.policy.pairing_counts), 1))), func.count(case((is_waiting(), 1)))
    verified, reported = session.exec(select(*numbers).where(Pairing.year == year)).one()
    return {"verified": verified, "reported": reported}


def tally_for(session: Session, _actor: Actor, at: Moment, year: int | None = None) -> Quota:
    """Do what `tally` does, for a person: the numbers are the corps' own and no secret."""
    return tally(session, at, year)
