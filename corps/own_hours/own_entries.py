"""The ledger of hours served elsewhere (补报). A minute that an activity has credited is not credited here again.

The hours of activities come first: when they change, the entries here of the same people are computed again, and wrong
ones are reversed. If the times of a service elsewhere are not known, all hours credited on its day are taken off it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, Subquery, cast, func
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps.activities.presence import Time, came_there, minutes_outside, time_there
from corps.moment import Moment
from corps.rounding import Rounding
from models import Activity, Attendance, HoursEntry, OwnHoursEntry, OwnService
from models.enums import ActivityState, OwnState


@dataclass(frozen=True)
class Overlap:
    """What the person has at the same time, or on the same day when nothing is known of the time.

    `minutes` both have in common; `credited`: they are taken off.
    """

    title: str
    minutes: int
    credited: bool


def credited_own(rounding: Rounding, *which: ColumnElement[bool]) -> Subquery:
    """Return what is credited: `own_id`, `member_id`, `minutes`, rounded as any row is; none with nothing left."""
    net = cast(func.sum(col(OwnHoursEntry.minutes)), Integer)
    keys = (col(OwnHoursEntry.own_id), col(OwnHoursEntry.member_id))
    rows = columns(*keys, rounding.in_sql(net).label("minutes")).where(*which).group_by(*keys)
    return rows.having(net != 0).subquery("credited_own")


def overlaps(session: Session, at: Moment, row: OwnService) -> list[Overlap]:
    """Return what else the person has at that time, in the order of time."""
    found = []
    for mark, activity, credited in _marks(session, at, row):
        there = time_there(session, activity, mark)
        both = credited or minutes_outside(there, ())
        if row.starts_at is not None and row.ends_at is not None:
            own = (row.starts_at, row.ends_at)
            both = minutes_outside(own, ()) - minutes_outside(own, [there])
        if both > 0:
            found.append(Overlap(activity.title, both, credited > 0))
    for other, minutes in _earlier(session, row):
        both = _common(row, other, minutes)
        found += [Overlap(other.title, both, credited=True)] if both > 0 else []
    return found


def creditable(session: Session, at: Moment, row: OwnService) -> int:
    """Return the minutes that can be credited for it: those that the person does not have from elsewhere."""
    marks = [one for one in _marks(session, at, row) if one[2] > 0]
    earlier = _earlier(session, row)
    if row.starts_at is None or row.ends_at is None:
        return max(0, row.minutes - sum(minutes for _, _, minutes in marks) - sum(minutes for _, minutes in earlier))
    times = [time_there(session, activity, mark) for mark, activity, _ in marks]
    times += [(other.starts_at, other.ends_at) for other, _ in earlier if other.starts_at and other.ends_at]
    vague = sum(minutes for other, minutes in earlier if other.starts_at is None)
    return max(0, minutes_outside((row.starts_at, row.ends_at), times) - vague)


def settle(session: Session, at: Moment, member_ids: Collection[int], by: int, reason: str) -> None:
    """Credit each verified service of these people with what it may have now; what is wrong is reversed."""
    verified = select(OwnService).where(
        col(OwnService.member_id).in_(member_ids), OwnService.state == OwnState.VERIFIED
    )
    for row in session.exec(verified.order_by(col(OwnService.id))).all():
        if creditable(session, at, row) != net(session, [row.id or 0]).get(row.id or 0, 0):
            reverse(session, at, row, by, by, reason)
            enter(session, at, row, by, reason)


def enter(session: Session, at: Moment, row: OwnService, by: int, reason: str = "") -> None:
    """Credit a verified service with what it may have."""
    if minutes := creditable(session, at, row):
        session.add(
            OwnHoursEntry(
                own_id=row.id or 0,
                member_id=row.member_id,
                minutes=minutes,
                entered_by=row.confirmed_by or by,
                confirmed_by=row.verified_by or by,
                at=at.now,
                reason=reason[:300],
            )
        )
        session.flush()


def reverse(session: Session, at: Moment, row: OwnService, by: int, confirmed_by: int, reason: str) -> None:
    """Take back what is credited for it, by reversing entries."""
    for entry in _standing(session, row.id or 0):
        session.add(
            OwnHoursEntry(
                own_id=entry.own_id,
                member_id=entry.member_id,
                minutes=-entry.minutes,
                entered_by=by,
                confirmed_by=confirmed_by,
                at=at.now,
                reverses_id=entry.id,
                reason=reason[:300],
            )
        )
    session.flush()


def net(session: Session, own_ids: Collection[int]) -> dict[int, int]:
    """Return the minutes that are credited for each service, not rounded."""
    rows = session.exec(
        select(OwnHoursEntry.own_id, func.sum(OwnHoursEntry.minutes))
        .where(col(OwnHoursEntry.own_id).in_(own_ids))
        .group_by(col(OwnHoursEntry.own_id))
    ).all()
    return {own: int(minutes) for own, minutes in rows}


def _standing(session: Session, own_id: int) -> list[OwnHoursEntry]:
    reversal = aliased(OwnHoursEntry)
    statement = (
        select(OwnHoursEntry)
        .join(reversal, col(reversal.reverses_id) == col(OwnHoursEntry.id), isouter=True)
        .where(OwnHoursEntry.own_id == own_id, col(OwnHoursEntry.reverses_id).is_(None), col(reversal.id).is_(None))
        .order_by(col(OwnHoursEntry.id))
    )
    return list(session.exec(statement).all())


def _window(at: Moment, row: OwnService) -> Time:
    """Return the time in which something is at the same time: its own, or the whole day where nobody has said it."""
    if row.starts_at is not None and row.ends_at is not None:
        return row.starts_at, row.ends_at
    begins = dt.datetime.combine(row.day, dt.time())
    return at.policy.zone.instant(begins), at.policy.zone.instant(begins + dt.timedelta(days=1))


def _marks(session: Session, at: Moment, row: OwnService) -> list[tuple[Attendance, Activity, int]]:
    """Return where the person was at that time, with the minutes credited for it (0: none yet)."""
    starts, ends = _window(at, row)
    found = session.exec(
        select(Attendance, Activity)
        .join(Activity, col(Activity.id) == col(Attendance.activity_id))
        .where(
            Attendance.member_id == row.member_id,
            Activity.state != ActivityState.CANCELLED,
            col(Activity.starts_at) < ends,
            col(Activity.ends_at) > starts,
            came_there(),
        )
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    credited: defaultdict[int, int] = defaultdict(int)
    entries = select(HoursEntry.activity_id, HoursEntry.minutes).where(HoursEntry.member_id == row.member_id)
    ids = [activity.id for _, activity in found]
    for activity_id, minutes in session.exec(entries.where(col(HoursEntry.activity_id).in_(ids))).all():
        credited[activity_id] += minutes
    return [(mark, activity, credited[activity.id or 0]) for mark, activity in found]


def _earlier(session: Session, row: OwnService) -> list[tuple[OwnService, int]]:
    """Return what was handed in before and is credited, as far as it may be at the same time, with its minutes."""
    rows = session.exec(
        select(OwnService)
        .where(
            OwnService.member_id == row.member_id,
            OwnService.state == OwnState.VERIFIED,
            col(OwnService.id) < (row.id or 0),
            col(OwnService.day).between(row.day - dt.timedelta(days=1), row.day + dt.timedelta(days=1)),
        )
        .order_by(col(OwnService.id))
    ).all()
    minutes = net(session, [other.id or 0 for other in rows])
    found = [(other, minutes.get(other.id or 0, 0)) for other in rows]
    return [(other, number) for other, number in found if _common(row, other, number) > 0]


def _common(row: OwnService, other: OwnService, minutes: int) -> int:
    """Return how many minutes two services may have in common; `minutes` are credited for the other."""
    if row.starts_at and row.ends_at and other.starts_at and other.ends_at:
        own = (row.starts_at, row.ends_at)
        return minutes_outside(own, ()) - minutes_outside(own, [(other.starts_at, other.ends_at)])
    return min(row.minutes, minutes) if row.day == other.day else 0
