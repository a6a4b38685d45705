"""What a person's service comes to, row by row: the ledger's minutes, reversals taken off, rounded by the corps' rule.

Whatever shows or certifies hours reads these rows and no others.
"""

from sqlalchemy import ColumnElement, Integer, Subquery, cast, func
from sqlmodel import col, select

from corps.rounding import Rounding
from models import HoursEntry


def credited(rounding: Rounding, *which: ColumnElement[bool]) -> Subquery:
    """Return the rows of those entries: `member_id`, `activity_id`, `slot_id`, `minutes`; none with nothing left."""
    net = cast(func.sum(col(HoursEntry.minutes)), Integer)
    keys = (col(HoursEntry.member_id), col(HoursEntry.activity_id), col(HoursEntry.slot_id))
    return (
        select(*keys, rounding.in_sql(net).label("minutes"))
        .where(*which)
        .group_by(*keys)
        .having(net != 0)
        .subquery("credited")
    )
