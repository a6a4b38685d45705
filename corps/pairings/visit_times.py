"""When a pairing was visited last, and which were not for too long."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.moment import Moment
from models import Activity, Pairing, Visit
from models.enums import ActivityState, PairingState

SHOWN = 5
"""So many visits stand on a pairing's card."""


@dataclass(frozen=True)
class VisitLine:
    """A visit on its pairing's card: its activity, its day, whether its report was verified."""

    activity_id: int
    day: dt.date
    verified: bool


def last_visits(session: Session, pairing_id: int) -> tuple[VisitLine, ...]:
    """Return the last visits of a pairing, the newest first; one that was called off is none."""
    rows = session.exec(
        select(Activity)
        .join(Visit, col(Visit.activity_id) == col(Activity.id))
        .where(Visit.pairing_id == pairing_id, Activity.state != ActivityState.CANCELLED)
        .order_by(col(Activity.starts_at).desc(), col(Activity.id).desc())
        .limit(SHOWN)
    ).all()
    return tuple(VisitLine(row.id or 0, row.local_date, row.state is ActivityState.VERIFIED) for row in rows)


def last_days(session: Session) -> dict[int, dt.date]:
    """Return the day of the last visit of each pairing that had one."""
    found = (
        columns(col(Visit.pairing_id), func.max(col(Activity.local_date)))
        .join(Activity, col(Activity.id) == col(Visit.activity_id))
        .where(col(Activity.state) != ActivityState.CANCELLED)
        .group_by(col(Visit.pairing_id))
    )
    return dict(session.connection().execute(found).all())


def idle_days(session: Session, at: Moment, rows: Sequence[Pairing]) -> dict[int, int]:
    """Return for how many days each of these was not visited, for those where it is too long by the corps' setting.

    Counted from the last visit, else from the day it began or was confirmed. What has ended waits for no visit.
    """
    if not at.policy.visit_days:
        return {}
    today, last = at.today(), last_days(session)
    found = {}
    for row in rows:
        if row.state is PairingState.CONFIRMED and (row.until is None or row.until >= today):
            begun = [row.since, *([at.wall(row.confirmed_at).date()] if row.confirmed_at else [])]
            days = (today - max([*begun, *([last[row.id]] if row.id in last else [])])).days
            if days >= at.policy.visit_days:
                found[row.id or 0] = days
    return found


def idle(session: Session, at: Moment) -> list[tuple[Pairing, int]]:
    """Return the pairings that were not visited for too long, with the days, the longest first."""
    rows = session.exec(select(Pairing).where(Pairing.state == PairingState.CONFIRMED).order_by(col(Pairing.id))).all()
    days = idle_days(session, at, rows)
    return sorted(((row, days[row.id]) for row in rows if row.id in days), key=lambda one: (-one[1], one[0].id))
