"""People and hours of a ledger: a row for each person's service in one slot, read as a stream: there may be many."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.attendance.credited import credited
from corps.moment import Moment
from corps.people import Actor
from corps.records.ledger import Ledger, counts_between, read
from corps.records.ledger_scope import Scope
from corps.teams import CategoryName
from models import Activity, Attendance, Category, HoursEntry, Member, Slot, Team
from models.enums import CheckedBy, Source

AT_A_TIME = 1_000
"""Rows that are fetched together."""


@dataclass(frozen=True)
class PersonRow:
    """One person's service in one slot of an activity. `minutes` are rounded as the ledger's are.

    `checked_by`: by what the person was found to be there; None for what is older than the question.
    """

    day: dt.date
    title: str
    team: str
    name: str
    category: CategoryName
    role: str
    source: Source
    minutes: int
    checked_by: CheckedBy | None = None


@dataclass(frozen=True)
class PeopleSum:
    """How many rows there are, and their minutes: the same as those of the ledger's activities."""

    rows: int
    minutes: int


def count_entries(session: Session, _actor: Actor, _at: Moment, asked: Scope) -> int:
    """Return how many entries of hours there are in the days that a ledger is asked of: about how long it will be."""
    within = select(Activity.id).where(counts_between(asked.first, asked.last))
    return session.exec(
        select(func.count()).select_from(HoursEntry).where(col(HoursEntry.activity_id).in_(within))
    ).one()


def with_people(
    session: Session, actor: Actor, at: Moment, asked: Scope
) -> tuple[Ledger, PeopleSum, tuple[PersonRow, ...]]:
    """Return a short ledger with all its people."""
    found, total, people = open_with_people(session, actor, at, asked)
    return found, total, tuple(people)


def open_with_people(
    session: Session, actor: Actor, at: Moment, asked: Scope
) -> tuple[Ledger, PeopleSum, Iterator[PersonRow]]:
    """Return a ledger whose people are read from the session while the caller goes through them."""
    found = read(session, actor, at, asked)
    return found, people_sum(session, found), people_rows(session, found)


def people_sum(session: Session, ledger: Ledger) -> PeopleSum:
    """Return what the rows of people come to."""
    entries, joined = _entries(ledger)
    counted = columns(func.count(), func.sum(entries.c.minutes)).select_from(joined)
    rows, minutes = session.execute(counted).one()
    return PeopleSum(rows, int(minutes or 0))


def people_rows(session: Session, ledger: Ledger) -> Iterator[PersonRow]:
    """Yield the rows of people in the order of time, a few fetched together."""
    entries, joined = _entries(ledger)
    found = (
        columns(
            *(col(Activity.local_date), col(Activity.title), col(Team.short_name), col(Member.name)),
            *(col(Category.code), col(Category.name_zh), col(Category.name_en), col(Slot.role)),
            *(entries.c.source, entries.c.minutes, entries.c.checked_by),
        )
        .select_from(
            joined.join(Slot, col(Slot.id) == entries.c.slot_id)
            .join(Category, col(Category.code) == col(Slot.category))
            .join(Member, col(Member.id) == entries.c.member_id)
            .outerjoin(Team, col(Team.id) == col(Attendance.team_id))
        )
        .order_by(col(Activity.starts_at), col(Activity.id), col(Team.position), entries.c.member_id, col(Slot.id))
    )
    for day, title, team, name, code, zh, en, role, source, minutes, by in session.execute(
        found, execution_options={"yield_per": AT_A_TIME}
    ):
        category, way = CategoryName(code, zh, en), CheckedBy(by) if by else None
        yield PersonRow(day, title, team or "", name, category, role, Source(source), int(minutes), way)


def _entries(ledger: Ledger) -> tuple[Any, Any]:
    """Return the credited rows of the ledger's activities, and these joined to activity and attendance."""
    within = select(Activity.id).where(_asked(ledger))
    entries = credited(ledger.rounding, col(HoursEntry.activity_id).in_(within))
    there = and_(col(Attendance.activity_id) == entries.c.activity_id, col(Attendance.member_id) == entries.c.member_id)
    if ledger.team_id is not None:
        there = and_(there, col(Attendance.team_id) == ledger.team_id)
    joined = entries.join(Activity, col(Activity.id) == entries.c.activity_id)
    return entries, joined.join(Attendance, there, isouter=ledger.team_id is None)


def _asked(ledger: Ledger) -> ColumnElement[bool]:
    asked = ledger.scope
    span = counts_between(asked.first, asked.last)
    if not (asked.teams or asked.categories):
        return span
    ids = [row.activity_id for row in ledger.rows]
    some = [col(Activity.id).in_(ids[start : start + 500]) for start in range(0, len(ids), 500)]
    return and_(span, or_(*some) if some else col(Activity.id).is_(None))
