"""What a person's service comes to, row by row: the ledger's minutes, reversals taken off, rounded by the corps' rule.

Whatever shows or certifies hours reads these rows and no others.
"""

from sqlalchemy import ColumnElement, Integer, Subquery, cast, func, select
from sqlmodel import col

from corps.rounding import Rounding
from models import HoursEntry


def credited(rounding: Rounding, *which: ColumnElement[bool]) -> Subquery:
    """Return the rows of those entries: `member_id`, `activity_id`, `slot_id`, `source`, `checked_by`, `minutes`.

    A row with nothing left is none. A wrong entry is reversed with its own source and way of checking in, so that a
    row has one of each.
    """
    net = cast(func.sum(col(HoursEntry.minutes)), Integer)
    whose = (col(HoursEntry.member_id), col(HoursEntry.activity_id), col(HoursEntry.slot_id))
    keys = (*whose, col(HoursEntry.source), col(HoursEntry.checked_by))
    return (
        select(*keys, rounding.in_sql(net).label("minutes"))
        .where(*which)
        .group_by(*keys)
        .having(net != 0)
        .subquery("credited")
    )
