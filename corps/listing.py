"""Lists of activities as one person sees them: what is open to me first, then the rest, by week.

The number of queries is fixed: it grows neither with the activities nor with their sign-ups.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import case, exists, func, or_
from sqlmodel import Session, col, select

from corps.cards import TAKING, CategoryName
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models import Activity, ActivityTeam, Category, SignUp, Slot, Team
from models.words import ActivityState, SignUpState

PAGE = 7
"""Activities on a page: each is a line and a button, and a phone shows about that many."""

LIVE = (*TAKING, SignUpState.WAITLISTED)


class Shelf(StrEnum):
    """Which activities: to come, drafts, held but not reported, past."""

    UPCOMING = "u"
    DRAFTS = "d"
    HELD = "h"
    PAST = "p"


@dataclass(frozen=True)
class Choice:
    """What a list shows. `category` empty and `team` 0 mean all; `page` counts from 0."""

    shelf: Shelf = Shelf.UPCOMING
    category: str = ""
    team: int = 0
    page: int = 0


@dataclass(frozen=True)
class Line:
    """One activity in a list. `free` counts the places nobody has; `to_claim` the slots no team has."""

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: ActivityState
    free: int = 0
    to_claim: int = 0
    mine: SignUpState | None = None
    open_to_me: bool = False


@dataclass(frozen=True)
class Listing:
    """A page of a list. `drafts` and `unreported` say how many wait there for this person."""

    choice: Choice
    lines: tuple[Line, ...]
    total: int
    pages: int
    category: CategoryName | None = None
    team: str = ""
    drafts: int = 0
    unreported: int = 0
    sees_more: bool = False


def browse(session: Session, actor: Actor, at: Moment, choice: Choice) -> Listing:
    """Return a page of the list. Drafts and the past are for coordinators; a leader sees the own team's unreported."""
    choice = _allowed(actor, choice)
    if choice.shelf is Shelf.UPCOMING:
        lines = _upcoming(session, actor, at, choice)
        total = len(lines)
        number, pages = _pull(total, choice.page)
        lines = lines[number * PAGE : number * PAGE + PAGE]
    else:
        statement = _shelf(at, choice)
        total = session.exec(select(func.count()).select_from(statement.subquery())).one()
        number, pages = _pull(total, choice.page)
        rows = session.exec(statement.offset(number * PAGE).limit(PAGE)).all()
        lines = [Line(*row) for row in rows]
    choice = Choice(choice.shelf, choice.category, choice.team, number)
    category, team = _names(session, choice)
    drafts, unreported, sees_more = _waiting(session, actor, at)
    return Listing(choice, tuple(lines), total, pages, category, team, drafts, unreported, sees_more)


def _allowed(actor: Actor, choice: Choice) -> Choice:
    if choice.shelf is Shelf.UPCOMING or (actor.is_member and actor.is_coordinator):
        return choice
    if choice.shelf is Shelf.HELD and actor.leads(actor.team_id):
        return Choice(choice.shelf, choice.category, actor.team_id or 0, choice.page)
    raise Refused(Reason.NOT_ALLOWED)


def _pull(total: int, number: int) -> tuple[int, int]:
    """Return the page, pulled into range (lists shrink under old buttons), and how many there are."""
    pages = max(1, -(-total // PAGE))
    return min(max(0, number), pages - 1), pages


def _filters(choice: Choice) -> list[Any]:
    found: list[Any] = []
    if choice.category:
        found.append(exists().where(col(Slot.activity_id) == col(Activity.id), col(Slot.category) == choice.category))
    if choice.team:
        found.append(_concerns(choice.team))
    return found


def _concerns(team_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's column expression
    """Return the condition that an activity concerns a team: named for it, or filling a slot."""
    named = (col(ActivityTeam.activity_id) == col(Activity.id), col(ActivityTeam.team_id) == team_id)
    filling = (col(Slot.activity_id) == col(Activity.id), col(Slot.team_id) == team_id)
    return or_(exists().where(*named), exists().where(*filling))


def _shelf(at: Moment, choice: Choice) -> Any:  # noqa: ANN401 - SQLModel's select of five columns
    columns = (Activity.id, Activity.title, Activity.starts_at, Activity.ends_at, Activity.state)
    statement: Any = select(*columns).where(*_filters(choice))  # type: ignore[call-overload]
    state, ended = col(Activity.state), col(Activity.ends_at) <= at.now
    match choice.shelf:
        case Shelf.DRAFTS:
            return statement.where(state == ActivityState.DRAFT).order_by(col(Activity.starts_at), col(Activity.id))
        case Shelf.HELD:
            held = statement.where(state == ActivityState.PUBLISHED, ended)
            return held.order_by(col(Activity.ends_at).desc(), col(Activity.id))
        case Shelf.PAST:
            over = (ActivityState.REPORTED, ActivityState.VERIFIED, ActivityState.CANCELLED)
            past = statement.where(or_(state.in_(over), (state == ActivityState.PUBLISHED) & ended))
            return past.order_by(col(Activity.starts_at).desc(), col(Activity.id))
        case Shelf.UPCOMING:
            coming = statement.where(state == ActivityState.PUBLISHED, col(Activity.ends_at) > at.now)
            return coming.order_by(col(Activity.starts_at), col(Activity.id))


@dataclass
class _Slots:
    """What the slots of one activity add up to, for one person."""

    free: int = 0
    to_claim: int = 0
    joinable: bool = False


@dataclass(frozen=True)
class _Holdings:
    """What a person holds: state by activity, slots queued for, and the hours already taken."""

    states: dict[int, SignUpState] = field(default_factory=dict)
    slots: frozenset[int] = frozenset()
    hours: tuple[tuple[dt.datetime, dt.datetime], ...] = ()

    def busy(self, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
        """Tell whether the person is expected elsewhere in that time."""
        return any(begin < ends_at and end > starts_at for begin, end in self.hours)


def _upcoming(session: Session, actor: Actor, at: Moment, choice: Choice) -> list[Line]:
    rows = session.exec(_shelf(at, choice)).all()
    held = _holdings(session, actor, at)
    slots = _slots(session, actor, at, held)
    lines = []
    for activity_id, title, starts_at, ends_at, state in rows:
        sums, mine = slots[activity_id], held.states.get(activity_id)
        ahead = starts_at > at.now
        joinable = ahead and sums.joinable and mine not in TAKING and not held.busy(starts_at, ends_at)
        claimable = ahead and sums.to_claim > 0 and actor.leads(actor.team_id)
        lines.append(
            Line(activity_id, title, starts_at, ends_at, state, sums.free, sums.to_claim, mine, joinable or claimable)
        )
    return sorted(lines, key=lambda line: (not line.open_to_me, line.starts_at, line.id))


def _holdings(session: Session, actor: Actor, at: Moment) -> _Holdings:
    rows = session.exec(
        select(SignUp, Activity.starts_at, Activity.ends_at)
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .where(
            SignUp.member_id == actor.member_id,
            col(SignUp.state).in_(LIVE),
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.ends_at) > at.now,
        )
    ).all()
    rank = {SignUpState.WAITLISTED: 0, SignUpState.OFFERED: 1, SignUpState.GOING: 2}
    held = sorted((row[0] for row in rows), key=lambda row: rank[row.state])
    hours = tuple((starts, ends) for row, starts, ends in rows if row.state in TAKING)
    states = {row.activity_id: row.state for row in held}
    return _Holdings(states, frozenset(row.slot_id for row in held), hours)


def _slots(session: Session, actor: Actor, at: Moment, held: _Holdings) -> dict[int, _Slots]:
    """Return what the slots of each upcoming activity add up to. The counting is done by the database."""
    coming = select(Activity.id).where(Activity.state == ActivityState.PUBLISHED, col(Activity.ends_at) > at.now)
    counts = (
        select(
            SignUp.slot_id,
            func.sum(case((col(SignUp.state).in_(TAKING), 1), else_=0)).label("taken"),
            func.sum(case((col(SignUp.state) == SignUpState.WAITLISTED, 1), else_=0)).label("waiting"),
        )
        .where(col(SignUp.activity_id).in_(coming), col(SignUp.state).in_(LIVE))
        .group_by(col(SignUp.slot_id))
        .subquery()
    )
    rows: Any = session.exec(
        select(Slot, counts.c.taken, counts.c.waiting)
        .join(counts, counts.c.slot_id == Slot.id, isouter=True)
        .where(col(Slot.activity_id).in_(coming))
    ).all()
    ours_by_name = ActivityTeam.team_id == actor.team_id, col(ActivityTeam.activity_id).in_(coming)
    named = set(session.exec(select(ActivityTeam.activity_id).where(*ours_by_name)).all())
    named |= {slot.activity_id for slot, _, _ in rows if actor.team_id and slot.team_id == actor.team_id}
    sums: defaultdict[int, _Slots] = defaultdict(_Slots)
    for slot, taken, waiting in rows:
        total = sums[slot.activity_id]
        if slot.open and slot.team_id is None:
            total.to_claim += 1
            continue
        free = max(0, slot.places - (taken or 0))
        total.free += free
        ours = slot.team_id == actor.team_id if slot.team_id else slot.activity_id in named
        if actor.team_id and ours and free and not waiting and slot.id not in held.slots:
            total.joinable = True
    return sums


def _names(session: Session, choice: Choice) -> tuple[CategoryName | None, str]:
    """Return the names of the category and the team of the filter."""
    category = session.get(Category, choice.category) if choice.category else None
    team = session.get(Team, choice.team) if choice.team else None
    named = CategoryName(category.code, category.name_zh, category.name_en) if category else None
    return named, team.short_name if team else ""


def _waiting(session: Session, actor: Actor, at: Moment) -> tuple[int, int, bool]:
    """Return how many drafts and unreported activities wait for this person, and whether there is a history to see."""

    def count(shelf: Shelf, team: int = 0) -> int:
        return session.exec(select(func.count()).select_from(_shelf(at, Choice(shelf, "", team)).subquery())).one()

    if actor.is_member and actor.is_coordinator:
        return count(Shelf.DRAFTS), count(Shelf.HELD), True
    if actor.leads(actor.team_id):
        return 0, count(Shelf.HELD, actor.team_id or 0), False
    return 0, 0, False
