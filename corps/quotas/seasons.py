"""The corps' own seasons: by which share of a line's year the same day had come in the two years before."""

from collections import Counter

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.activities import served_categories
from corps.moment import Moment
from corps.pairings.pairings import counted
from models import Activity, Category, Pairing
from models.enums import ActivityState, PairingCounts

YEARS = 2
"""So many years before make a season."""

ENOUGH = 6
"""So many events of a line in these years, and at least one in each: fewer dates show no season."""


def shares_by_season(session: Session, at: Moment) -> dict[str, float]:
    """Return the share (0 to 1) of each line's year that had come by this day, for the lines that have a season."""
    today = at.today()
    years = [today.year - back for back in range(1, YEARS + 1)]
    days = _days(session, years, at.policy.pairing_counts)
    shares = {}
    for code in {code for code, _ in days}:
        known = [days[code, year] for year in years if (code, year) in days]
        total = sum(counter.total() for counter in known)
        if len(known) == YEARS and total >= ENOUGH:
            by_now = sum(n for counter in known for day, n in counter.items() if day <= (today.month, today.day))
            shares[code] = by_now / total
    return shares


def _days(session: Session, years: list[int], rule: PairingCounts) -> dict[tuple[str, int], Counter[tuple[int, int]]]:
    """Return how much counted on which day (month and day) of these years, by category and year."""
    days: dict[tuple[str, int], Counter[tuple[int, int]]] = {}
    codes = session.exec(select(Category.code).where(Category.counts == "pairing")).all()
    held = columns(col(Activity.year), col(Activity.local_date), col(Activity.serves), func.count()).where(
        col(Activity.year).in_(years), col(Activity.state) == ActivityState.VERIFIED
    )
    verified = held.group_by(col(Activity.year), col(Activity.local_date), col(Activity.serves))
    for year, day, serves, number in session.connection().execute(verified).all():
        for code in {*served_categories.read(serves or "")} - {*codes}:
            days.setdefault((code, year), Counter())[day.month, day.day] += number
    for year in years if codes else ():
        for since in session.exec(select(col(Pairing.since)).where(counted(year, rule))).all():
            days.setdefault((codes[0], year), Counter())[since.month, since.day] += 1
    return days
