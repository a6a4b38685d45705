"""What is entered on an official platform (民政部令第67号, art. 4): what is still to be entered, and what has been.

A row is one person's service in one slot of one activity. A mark says that it was entered, and how it read then; what
reads otherwise now, or is no more, shows up again. Marks are only added.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import and_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit
from corps.activities.presence import time_there
from corps.attendance.credited import credited
from corps.moment import Moment
from corps.open_hours import open_hours
from corps.people import Actor, Named, demand_coordinator, name_for
from corps.quotas import tally
from corps.records.platforms import HandInField, Lacking, Platform, worded
from corps.refusals import Reason, Refused
from corps.sql import hold
from models import Activity, Attendance, Category, HandInMark, HoursEntry, Member, Slot, Team
from models.enums import MemberStatus

Key = tuple[int, int, int]
"""The ids of a person, an activity and a slot."""

NOT_ENTERED = ""
"""The fingerprint of a mark that takes an earlier one back."""


class RowState(StrEnum):
    """How a row stands with the platform; `GONE`: it was entered there and is no more."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    ENTERED = "entered"


@dataclass(frozen=True)
class HandInRow:
    """A row: whose and of what, its cells as the platform wants them, what it lacks, when it was entered."""

    key: Key
    name: str
    team: str
    title: str
    day: dt.date
    cells: tuple[str, ...]
    lacking: tuple[Lacking, ...]
    state: RowState
    entered_at: dt.datetime | None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of how it reads."""
        return NOT_ENTERED if self.state is RowState.GONE else audit.fingerprint(self.cells)


@dataclass(frozen=True)
class Batch:
    """What was marked as entered together last: how many rows, when and by whom."""

    rows: int
    at: dt.datetime
    by: Named

    @property
    def sign(self) -> str:
        """The fingerprint of what 撤回录入 takes back."""
        return audit.fingerprint(self.rows, self.at.timestamp())


@dataclass(frozen=True)
class HandIn:
    """A year of one platform. `pending` are the rows that are new, changed or gone; `entered` is how many are not.

    `still_open` activities stand open to the team (公示): they are entered once they are final.
    """

    platform: Platform
    year: int
    pending: tuple[HandInRow, ...]
    entered: int
    last: Batch | None
    still_open: int = 0

    @property
    def counts(self) -> dict[RowState, int]:
        """How many pending rows there are of each state."""
        return dict(Counter(row.state for row in self.pending))

    @property
    def sign(self) -> str:
        """The fingerprint of what 已录入 marks."""
        return audit.fingerprint([(row.key, row.state.value, row.fingerprint) for row in self.pending])


def look(session: Session, actor: Actor, at: Moment, platform: Platform, year: int) -> HandIn:
    """Return what is still to be entered of a year, and how much has been. For coordinators."""
    demand_coordinator(actor)
    if year not in tally.CALENDAR:
        raise Refused(Reason.GONE)
    waits = open_hours(session, at).activities
    all_rows, marks = _rows(session, at, platform, year), _marks(session, platform, year)
    now = [row for row in all_rows if row.key[1] not in waits]
    rows = [_standing(row, marks.get(row.key)) for row in now]
    there = {row.key for row in all_rows}
    gone = [key for key, mark in marks.items() if mark.fingerprint != NOT_ENTERED and key not in there]
    pending = [row for row in rows if row.state is not RowState.ENTERED]
    pending += _gone(session, gone, marks)
    return HandIn(platform, year, tuple(pending), len(now) - sum(r.state is not RowState.ENTERED for r in rows),
                  _last(session, actor, marks), len({row.key[1] for row in all_rows} & set(waits)))  # fmt: skip


def file(session: Session, actor: Actor, at: Moment, platform: Platform, year: int) -> HandIn:
    """Return what goes into the file for a platform, and write down that it was made."""
    found = look(session, actor, at, platform, year)
    audit.record(
        session, at, actor.id, "handin.file", _subject(platform, year), None, {"name": f"{platform.name} {year}"}
    )
    return found


def mark(session: Session, actor: Actor, at: Moment, platform: Platform, year: int, shown: str) -> HandIn:
    """已录入: note that all that was `shown` has been entered on the platform."""
    demand_coordinator(actor)
    hold(session, at, f"handin:{platform.code}")
    found = look(session, actor, at, platform, year)
    audit.demand_as_shown(session, actor, shown or "-", found.sign, _subject(platform, year))
    if not found.pending:
        raise Refused(Reason.NOTHING_WAITING)
    session.add_all(_mark(at, actor, platform, row.key, row.fingerprint) for row in found.pending)
    session.flush()
    audit.record(session, at, actor.id, "handin.mark", _subject(platform, year), None, {"n": len(found.pending)})
    return look(session, actor, at, platform, year)


def unmark(session: Session, actor: Actor, at: Moment, platform: Platform, year: int, shown: str) -> HandIn:
    """撤回录入: take back the marks that were made together last. They stay; others say that they no longer hold."""
    demand_coordinator(actor)
    hold(session, at, f"handin:{platform.code}")
    marks = _marks(session, platform, year)
    last = _last(session, actor, marks)
    audit.demand_as_shown(session, actor, shown or "-", last.sign if last else "", _subject(platform, year))
    if last is None:
        raise Refused(Reason.NOTHING_WAITING)
    keys = [key for key, row in marks.items() if row.at == last.at and row.fingerprint != NOT_ENTERED]
    session.add_all(_mark(at, actor, platform, key, NOT_ENTERED) for key in keys)
    session.flush()
    audit.record(session, at, actor.id, "handin.unmark", _subject(platform, year), None, {"n": len(keys)})
    return look(session, actor, at, platform, year)


def _subject(platform: Platform, year: int) -> str:
    return f"handin:{platform.code}:{year}"


def _mark(at: Moment, actor: Actor, platform: Platform, key: Key, fingerprint: str) -> HandInMark:
    member, activity, slot = key
    return HandInMark(
        platform=platform.code,
        member_id=member,
        activity_id=activity,
        slot_id=slot,
        fingerprint=fingerprint,
        marked_by=actor.id,
        at=at.now,
    )


def _marks(session: Session, platform: Platform, year: int) -> dict[Key, HandInMark]:
    """Return the newest mark of each row; of people who were erased there is nothing more to enter."""
    found = session.exec(
        select(HandInMark)
        .join(Activity, col(Activity.id) == col(HandInMark.activity_id))
        .join(Member, col(Member.id) == col(HandInMark.member_id))
        .where(HandInMark.platform == platform.code, Activity.year == year, Member.status != MemberStatus.ERASED)
        .order_by(col(HandInMark.id))
    ).all()
    return {(row.member_id, row.activity_id, row.slot_id): row for row in found}


def _last(session: Session, actor: Actor, marks: dict[Key, HandInMark]) -> Batch | None:
    entered = [row for row in marks.values() if row.fingerprint != NOT_ENTERED]
    if not entered:
        return None
    newest = max(entered, key=lambda row: (row.at, row.id or 0))
    together = sum(row.at == newest.at for row in entered)
    return Batch(together, newest.at, name_for(session, actor, newest.marked_by))


def _standing(row: HandInRow, newest: HandInMark | None) -> HandInRow:
    if newest is None or newest.fingerprint == NOT_ENTERED:
        return row
    state = RowState.ENTERED if newest.fingerprint == row.fingerprint else RowState.CHANGED
    return replace(row, state=state, entered_at=newest.at)


def _rows(session: Session, at: Moment, platform: Platform, year: int) -> list[HandInRow]:
    """Return all service of a year as the platform wants it, in the order of time."""
    rows = []
    for activity, there, slot, name, team, category, minutes, source, member_id in _service(session, platform, year):
        times = time_there(session, activity, there) if there else (activity.starts_at, activity.ends_at)
        begins, ends = (f"{at.wall(time):%H:%M}" for time in times)
        facts = {
            HandInField.NAME: name,
            HandInField.MEMBER_NUMBER: str(member_id),
            HandInField.TEAM: team or "",
            HandInField.CORPS: at.policy.corps_name,
            HandInField.CATEGORY: platform.category.get(category.code, category.name_zh),
            HandInField.ROLE: slot.role,
            HandInField.BEGINS: begins,
            HandInField.ENDS: ends,
            HandInField.HOURS: f"{minutes / 60:.{platform.hour_digits}f}",
            HandInField.SOURCE: platform.source.get(source.value, source.value),
        }
        rows.append(_row(platform, activity, (member_id, activity.id or 0, slot.id or 0), facts))
    return rows


def _service(session: Session, platform: Platform, year: int) -> Sequence[Any]:
    of_year = select(Activity.id).where(Activity.year == year)
    entries = credited(platform.rounding, col(HoursEntry.activity_id).in_(of_year))
    there = and_(col(Attendance.activity_id) == entries.c.activity_id, col(Attendance.member_id) == entries.c.member_id)
    return session.execute(
        columns(
            Activity,
            Attendance,
            Slot,
            col(Member.name),
            col(Team.name),
            Category,
            entries.c.minutes,
            entries.c.source,
            entries.c.member_id,
        )
        .select_from(entries)
        .join(Activity, col(Activity.id) == entries.c.activity_id)
        .join(Slot, col(Slot.id) == entries.c.slot_id)
        .join(Category, col(Category.code) == col(Slot.category))
        .join(Member, col(Member.id) == entries.c.member_id)
        .join(Attendance, there, isouter=True)
        .join(Team, col(Team.id) == col(Attendance.team_id), isouter=True)
        .where(entries.c.minutes > 0, col(Member.status) != MemberStatus.ERASED)
        .order_by(col(Activity.starts_at), col(Activity.id), entries.c.member_id, col(Slot.id))
    ).all()


def _row(platform: Platform, activity: Activity, key: Key, facts: dict[HandInField, str]) -> HandInRow:
    facts |= {
        HandInField.TITLE: activity.title,
        HandInField.DAY: activity.local_date.isoformat(),
        HandInField.PLACE: activity.place,
    }
    cells, lacking = worded(platform, facts)
    name, team = facts[HandInField.NAME], facts[HandInField.TEAM]
    return HandInRow(key, name, team, activity.title, activity.local_date, cells, lacking, RowState.NEW, None)


def _gone(session: Session, keys: list[Key], marks: dict[Key, HandInMark]) -> list[HandInRow]:
    """Return the rows that were entered and are no more: taken back, or rounded to nothing."""
    if not keys:
        return []
    people = dict(
        session.exec(select(Member.id, Member.name).where(col(Member.id).in_({key[0] for key in keys}))).all()
    )
    known = session.exec(select(Activity).where(col(Activity.id).in_({key[1] for key in keys}))).all()
    events = {row.id: (row.title, row.local_date) for row in known}
    return [
        HandInRow(key, people[key[0]], "", *events[key[1]], (), (), RowState.GONE, marks[key].at)
        for key in sorted(keys)
    ]
