"""Service hours: entered when a report is verified, reversed when that is taken back. No minute is credited twice.

A person's minutes are those of the time in which they were there: the activity's, or the part of it that a mark says
(whoever left early). Time for which the person has hours from another activity is left out, however it came to be
entered, so that two activities at once never make more hours than there were. What somebody has handed in as served
elsewhere (`corps.own_hours`) gives way to the hours of an activity.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps.activities.presence import Time, came_there, minutes_outside, time_there
from corps.moment import Moment
from corps.own_hours import own_entries
from corps.people import lock_member
from models import Activity, Attendance, HoursEntry, Member, OwnHoursEntry
from models.enums import ActivityState

REASON_MAX = 300
"""Letters that an entry's reason keeps."""


@dataclass(frozen=True)
class Overlap:
    """Somebody who is marked as present here and, at the same time, at another activity."""

    member_id: int
    name: str
    title: str
    minutes: int


def overlaps(session: Session, activity_id: int) -> list[Overlap]:
    """Return who is marked as present here and elsewhere at the same time, in the order of their names."""
    marks = _marks(session, activity_id)
    elsewhere = _elsewhere(session, activity_id, [mark.member_id for mark, _ in marks])
    names = dict(session.exec(select(Member.id, Member.name).where(col(Member.id).in_(elsewhere))).all())
    found = []
    for mark, activity in marks:
        here = time_there(session, activity, mark)
        whole = minutes_outside(here, ())
        for other_mark, other in elsewhere.get(mark.member_id, ()):
            both = whole - minutes_outside(here, [time_there(session, other, other_mark)])
            if both > 0:
                found.append(Overlap(mark.member_id, names.get(mark.member_id, ""), other.title, both))
    return sorted(found, key=lambda overlap: (overlap.name, overlap.title))


def lock_people(session: Session, activity_id: int) -> None:
    """Lock everybody who was there, in one order: two verifications at once must not credit anybody twice."""
    there = select(Attendance.member_id).where(Attendance.activity_id == activity_id, came_there())
    for member_id in sorted(session.exec(there).all()):
        lock_member(session, member_id)


def enter(session: Session, at: Moment, activity: Activity, confirmed_by: int) -> None:
    """Credit everybody who was there with the minutes that they do not have from elsewhere."""
    marks = _marks(session, activity.id or 0)
    taken = _credited_elsewhere(session, activity.id or 0, [mark.member_id for mark, _ in marks])
    for mark, _ in marks:
        _enter_one(session, at, activity, mark, taken.get(mark.member_id, ()), confirmed_by)
    session.flush()
    own_entries.settle(session, at, [mark.member_id for mark, _ in marks], confirmed_by, activity.title)


def reverse(session: Session, at: Moment, activity: Activity, by: int, confirmed_by: int, reason: str) -> None:
    """Take back the hours of an activity by reversing entries; what they had kept from other activities is credited."""
    people = set()
    for entry in _standing(session, activity.id or 0):
        _reverse_one(session, at, entry, by, confirmed_by, reason)
        people.add(entry.member_id)
    session.flush()
    for other in _overlapping_activities(session, activity):
        for entry in _standing(session, other.id or 0):
            if entry.member_id in people:
                _correct_one(session, at, other, entry, by, confirmed_by, reason)
    session.flush()
    own_entries.settle(session, at, people, confirmed_by, reason)


def forget(session: Session, member_id: int) -> None:
    """Take the reasons out of the ledger's entries of somebody who is erased; minutes and who entered them stay."""
    for table in (HoursEntry, OwnHoursEntry):
        of_theirs = col(table.member_id) == member_id
        session.connection().execute(update(table).where(of_theirs).values(reason=""))


def _enter_one(
    session: Session, at: Moment, activity: Activity, mark: Attendance, taken: Iterable[Time], confirmed_by: int
) -> None:
    session.add(
        HoursEntry(
            member_id=mark.member_id,
            activity_id=activity.id or 0,
            slot_id=mark.slot_id,
            minutes=minutes_outside(time_there(session, activity, mark), taken),
            source=mark.source,
            entered_by=mark.marked_by,
            confirmed_by=confirmed_by,
            at=at.now,
            reason=activity.back_entry_reason,
            checked_by=mark.checked_by,
        )
    )


def _reverse_one(session: Session, at: Moment, entry: HoursEntry, by: int, confirmed_by: int, reason: str) -> None:
    session.add(
        HoursEntry(
            member_id=entry.member_id,
            activity_id=entry.activity_id,
            slot_id=entry.slot_id,
            minutes=-entry.minutes,
            source=entry.source,
            entered_by=by,
            confirmed_by=confirmed_by,
            at=at.now,
            reverses_id=entry.id,
            reason=reason[:REASON_MAX],
            checked_by=entry.checked_by,
        )
    )


def _correct_one(
    session: Session, at: Moment, activity: Activity, entry: HoursEntry, by: int, confirmed_by: int, reason: str
) -> None:
    """Enter a person's hours anew if they have become others, now that hours of another activity are taken back."""
    mark = session.exec(
        select(Attendance).where(
            Attendance.activity_id == activity.id, Attendance.member_id == entry.member_id, came_there()
        )
    ).first()
    if mark is None:
        return
    taken = _credited_elsewhere(session, activity.id or 0, [entry.member_id]).get(entry.member_id, ())
    if minutes_outside(time_there(session, activity, mark), taken) != entry.minutes:
        _reverse_one(session, at, entry, by, confirmed_by, reason)
        session.flush()
        _enter_one(session, at, activity, mark, taken, confirmed_by)
        session.flush()


def _standing(session: Session, activity_id: int) -> list[HoursEntry]:
    """Return the entries of an activity that are not reversed, oldest first."""
    reversal = aliased(HoursEntry)
    statement = (
        select(HoursEntry)
        .join(reversal, col(reversal.reverses_id) == col(HoursEntry.id), isouter=True)
        .where(
            HoursEntry.activity_id == activity_id,
            col(HoursEntry.reverses_id).is_(None),
            col(reversal.id).is_(None),
        )
        .order_by(col(HoursEntry.id))
    )
    return list(session.exec(statement).all())


def _marks(session: Session, activity_id: int) -> list[tuple[Attendance, Activity]]:
    statement = (
        select(Attendance, Activity)
        .join(Activity, col(Activity.id) == col(Attendance.activity_id))
        .where(Attendance.activity_id == activity_id, came_there())
        .order_by(col(Attendance.id))
    )
    return list(session.exec(statement).all())


def _elsewhere(
    session: Session, activity_id: int, member_ids: Collection[int]
) -> dict[int, list[tuple[Attendance, Activity]]]:
    """Return where else the people are marked as present at the time of the activity, by member."""
    here = session.get(Activity, activity_id)
    found: defaultdict[int, list[tuple[Attendance, Activity]]] = defaultdict(list)
    if here is None:
        return found
    statement = (
        select(Attendance, Activity)
        .join(Activity, col(Activity.id) == col(Attendance.activity_id))
        .where(
            col(Attendance.member_id).in_(member_ids),
            Activity.id != activity_id,
            Activity.state != ActivityState.CANCELLED,
            col(Activity.starts_at) < here.ends_at,
            col(Activity.ends_at) > here.starts_at,
            came_there(),
        )
        .order_by(col(Activity.starts_at), col(Activity.id))
    )
    for mark, activity in session.exec(statement).all():
        found[mark.member_id].append((mark, activity))
    return found


def _credited_elsewhere(session: Session, activity_id: int, member_ids: Collection[int]) -> dict[int, list[Time]]:
    """Return the times for which the people have hours from other activities, by member."""
    elsewhere = _elsewhere(session, activity_id, member_ids)
    credited = set(
        session.exec(
            select(HoursEntry.member_id, HoursEntry.activity_id)
            .where(col(HoursEntry.member_id).in_(elsewhere))
            .group_by(col(HoursEntry.member_id), col(HoursEntry.activity_id))
            .having(func.sum(HoursEntry.minutes) > 0)
        ).all()
    )
    return {
        member: [time_there(session, other, mark) for mark, other in places if (member, other.id) in credited]
        for member, places in elsewhere.items()
    }


def _overlapping_activities(session: Session, activity: Activity) -> list[Activity]:
    """Return the verified activities at the time of this one."""
    statement = select(Activity).where(
        Activity.id != activity.id,
        Activity.state == ActivityState.VERIFIED,
        col(Activity.starts_at) < activity.ends_at,
        col(Activity.ends_at) > activity.starts_at,
    )
    return list(session.exec(statement.order_by(col(Activity.starts_at), col(Activity.id))).all())
