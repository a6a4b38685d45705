"""Who takes which month: whoever agreed to be asked is proposed in fair turn, and accepts, passes on, or swaps.

Fair turn: who was never asked comes first, then who was asked longest ago; who was asked when is kept.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit, notices
from corps.activities import planning
from corps.activities.holidays import DayKind, day_kind
from corps.activities.planning import Plan, SlotPlan
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor, Named, coordinators, demand_coordinator, name_for, person, who_holds
from corps.refusals import Reason, Refused
from corps.teams import event_categories, venue_in_use
from models import Activity, Member, RotationMember, RotationTurn, Team
from models.enums import ActivityState, MemberStatus, TurnState

AHEAD = 3
"""So many months, this one among them, are looked at."""

STANDS = (TurnState.PROPOSED, TurnState.ACCEPTED)
HOURS = (dt.time(14, 30), dt.time(16, 30))
_WEDNESDAY, _THIRD = 2, 14


@dataclass(frozen=True)
class Turn:
    """A month for which somebody was asked. `day` is the draft's or activity's, None before; `held`: it took place.

    `swap_with` is the person who is asked to change months with.
    """

    id: int
    month: dt.date
    person: Named
    state: TurnState
    day: dt.date | None
    activity_id: int | None
    held: bool
    swap_with: Named | None = None


@dataclass(frozen=True)
class InRotation:
    """Somebody who agreed to be asked, in fair turn: when last asked (None: never), how many were held."""

    name: str
    team: str
    last_asked: dt.date | None
    held: int


@dataclass(frozen=True)
class Month:
    """A month ahead and its turn, None while nobody stands in it."""

    month: dt.date
    turn: Turn | None


@dataclass(frozen=True)
class Rotation:
    """What one person sees: the own state and turns; a coordinator also the months ahead and who is in it."""

    joined: bool
    mine: tuple[Turn, ...]
    coordinates: bool = False
    months: tuple[Month, ...] = ()
    people: tuple[InRotation, ...] = ()


def look(session: Session, actor: Actor, at: Moment) -> Rotation:
    """Return the rotation as the person sees it."""
    own = select(RotationTurn).where(RotationTurn.member_id == actor.id, col(RotationTurn.state).in_(STANDS))
    rows = session.exec(own.where(RotationTurn.month >= _this_month(at)).order_by(col(RotationTurn.month))).all()
    joined = session.exec(select(RotationMember.id).where(RotationMember.member_id == actor.id)).first() is not None
    mine = tuple(see(session, actor, row) for row in rows)
    if not actor.is_coordinator:
        return Rotation(joined, mine)
    months = tuple(Month(month, _in_month(session, actor, month)) for month in _months(at))
    return Rotation(joined, mine, coordinates=True, months=months, people=_people(session))


def _this_month(at: Moment) -> dt.date:
    return at.today().replace(day=1)


def _months(at: Moment) -> list[dt.date]:
    months = [_this_month(at)]
    while len(months) < AHEAD:
        months.append((months[-1] + dt.timedelta(days=32)).replace(day=1))
    return months


def _in_month(session: Session, actor: Actor, month: dt.date) -> Turn | None:
    row = _standing(session, month)
    return see(session, actor, row) if row is not None else None


def _standing(session: Session, month: dt.date) -> RotationTurn | None:
    rows = select(RotationTurn).where(RotationTurn.month == month, col(RotationTurn.state).in_(STANDS))
    return session.exec(rows.order_by(col(RotationTurn.id)).limit(1)).first()


def see(session: Session, actor: Actor, row: RotationTurn) -> Turn:
    """Return a turn as its reader may know it."""
    activity = session.get(Activity, row.activity_id) if row.activity_id is not None else None
    other = session.get(RotationTurn, row.swap_with) if row.swap_with is not None else None
    return Turn(
        id=row.id or 0,
        month=row.month,
        person=name_for(session, actor, row.member_id),
        state=row.state,
        day=activity.local_date if activity is not None else None,
        activity_id=activity.id if activity is not None else None,
        held=activity is not None and activity.state is ActivityState.VERIFIED,
        swap_with=name_for(session, actor, other.member_id) if other is not None else None,
    )


def _people(session: Session) -> tuple[InRotation, ...]:
    held = dict(
        session.exec(
            select(RotationTurn.member_id, func.count())
            .join(Activity, col(Activity.id) == col(RotationTurn.activity_id))
            .where(Activity.state == ActivityState.VERIFIED)
            .group_by(col(RotationTurn.member_id))
        ).all()
    )
    return tuple(
        InRotation(member.name, team, asked.date() if asked else None, held.get(member.id or 0, 0))
        for member, team, asked in in_turn(session)
    )


def in_turn(session: Session) -> list[tuple[Member, str, dt.datetime | None]]:
    """Return who agreed to be asked, whose turn it is first, with the team and when they were last asked."""
    rows = session.exec(
        select(Member, Team.short_name, RotationMember.agreed_at)
        .join(RotationMember, col(RotationMember.member_id) == col(Member.id))
        .join(Team, col(Team.id) == col(Member.team_id), isouter=True)
        .where(Member.status == MemberStatus.ACTIVE)
    ).all()
    asked_at = columns(col(RotationTurn.member_id), func.max(col(RotationTurn.asked_at)))
    asked = dict(session.connection().execute(asked_at.group_by(col(RotationTurn.member_id))).all())
    found = [(member, team or "", asked.get(member.id or 0), agreed) for member, team, agreed in rows]
    found.sort(key=lambda one: (one[2] is not None, one[2] or one[3], one[3], one[0].id))
    return [(member, team, last) for member, team, last, _ in found]


def join(session: Session, actor: Actor, at: Moment) -> Rotation:
    """愿意轮值: agree to be asked, in one tap."""
    if session.exec(select(RotationMember).where(RotationMember.member_id == actor.id)).first() is None:
        session.add(RotationMember(member_id=actor.id, agreed_at=at.now))
        audit.record(session, at, actor.id, "rotation.join", f"member:{actor.id}")
        session.flush()
    return look(session, actor, at)


def leave(session: Session, actor: Actor, at: Moment) -> Rotation:
    """不再轮值: be asked no more; what was only proposed falls, what was accepted stands."""
    if drop_out(session, at, actor.id, TurnState.PROPOSED):
        audit.record(session, at, actor.id, "rotation.leave", f"member:{actor.id}")
        session.flush()
    return look(session, actor, at)


def drop_out(session: Session, at: Moment, member_id: int, *states: TurnState) -> bool:
    """Ask somebody no more. Their turns from this month on that are in these states, and not public yet, fall.

    Returns whether they had agreed to be asked.
    """
    agreed = delete(RotationMember).where(col(RotationMember.member_id) == member_id)
    theirs = col(RotationTurn.member_id) == member_id, col(RotationTurn.month) >= _this_month(at)
    public = exists().where(
        col(Activity.id) == col(RotationTurn.activity_id), col(Activity.state) != ActivityState.DRAFT
    )
    falls = update(RotationTurn).where(*theirs, col(RotationTurn.state).in_(states), ~public)
    session.flush()
    session.connection().execute(falls.values(state=TurnState.WITHDRAWN, decided_at=at.now, swap_with=None))
    left = session.connection().execute(agreed).rowcount > 0
    session.expire_all()
    return left


def set_joined(session: Session, actor: Actor, at: Moment, *, joins: bool) -> Rotation:
    """愿意轮值, or 不再轮值, as the button says."""
    return join(session, actor, at) if joins else leave(session, actor, at)


def propose(session: Session, actor: Actor, at: Moment, number: int) -> Rotation:
    """请下一位: propose a month (as `202612`) to whose turn it is, among those who did not pass it on."""
    demand_coordinator(actor)
    month = next((month for month in _months(at) if month.year * 100 + month.month == number), None)
    if month is None:
        raise Refused(Reason.GONE)
    if (standing := _standing(session, month)) is not None:
        raise Refused(Reason.ALREADY_DECIDED, f"turn:{standing.id}", name=name_of(month))
    before = set(session.exec(select(RotationTurn.member_id).where(RotationTurn.month == month)).all())
    chosen = next((member for member, _, _ in in_turn(session) if member.id not in before), None)
    if chosen is None:
        raise Refused(Reason.NO_AUDIENCE)
    row = RotationTurn(
        month=month, member_id=chosen.id or 0, state=TurnState.PROPOSED, asked_by=actor.id, asked_at=at.now
    )
    session.add(row)
    session.flush()
    audit.record(session, at, actor.id, "rotation.propose", f"member:{chosen.id}", None, {"month": name_of(month)})
    notices.owe(session, at, [notices.Owed(Kind.ROTATION_ASK, f"rotation_ask:{row.id}", chosen, {"turn": row.id})])
    return look(session, actor, at)


def name_of(month: dt.date) -> str:
    """Return a month in digits: `2026-12`."""
    return f"{month:%Y-%m}"


def own_turn(session: Session, actor: Actor, at: Moment, turn_id: int, *states: TurnState) -> RotationTurn:
    """Return an own turn, locked, that is in one of these states. Raises Refused for another."""
    row = session.exec(select(RotationTurn).where(RotationTurn.id == turn_id).with_for_update()).first()
    if row is None or row.member_id != actor.id:
        raise Refused(Reason.GONE)
    if row.state not in states or row.month < _this_month(at):
        raise Refused(Reason.ALREADY_DECIDED, f"turn:{row.id}", name=name_of(row.month))
    return row


def accept(session: Session, actor: Actor, at: Moment, turn_id: int, title: str, role: str, place: str) -> Rotation:
    """接受: it becomes a draft of whoever proposed it; `title`, `role`, `place` are the draft's words."""
    row = own_turn(session, actor, at, turn_id, TurnState.PROPOSED)
    planner = planner_of(session, at, row)
    categories = event_categories(session)
    if planner is None or not categories or actor.team_id is None:
        raise Refused(Reason.NOT_ALLOWED)
    day = day_in(row.month, at)
    starts, ends = (at.policy.zone.instant(dt.datetime.combine(day, hour)) for hour in HOURS)
    slot = SlotPlan(role, categories[0].code, 1, actor.team_id)
    venue = venue_in_use(session, "community")
    plan = Plan(title, starts, ends, place, venue, (slot,), (actor.team_id,))
    row.activity_id = planning.draft(session, planner, at, plan)
    _answer(session, actor, at, row, TurnState.ACCEPTED)
    return look(session, actor, at)


def planner_of(session: Session, at: Moment, row: RotationTurn) -> Actor | None:
    """Return the coordinator whose draft it is: who proposed it, or another where that one is none any more."""
    known = coordinators(session)
    chosen = next((one for one in known if one.id == row.asked_by), known[0] if known else None)
    return person(session, at, chosen.id or 0) if chosen is not None else None


def day_in(month: dt.date, at: Moment) -> dt.date:
    """Return the third Wednesday of a month, or the next working day; in a month that runs, from tomorrow on."""
    first = month + dt.timedelta(days=(_WEDNESDAY - month.weekday()) % 7 + _THIRD)
    day = max(first, at.today() + dt.timedelta(days=1))
    while day_kind(day, at.policy.holidays) is DayKind.PUBLIC_HOLIDAY or day.weekday() > 4:  # noqa: PLR2004 - Friday
        day += dt.timedelta(days=1)
    return day


def pass_on(session: Session, actor: Actor, at: Moment, turn_id: int) -> Rotation:
    """这次不行: no reason is asked; whoever proposed it hears, and may ask the next one."""
    row = own_turn(session, actor, at, turn_id, TurnState.PROPOSED)
    _answer(session, actor, at, row, TurnState.PASSED)
    return look(session, actor, at)


def _answer(session: Session, actor: Actor, at: Moment, row: RotationTurn, state: TurnState) -> None:
    row.state, row.decided_at = state, at.now
    session.add(row)
    session.flush()
    audit.record(
        session, at, actor.id, f"rotation.{state.value}", f"turn:{row.id}", None, {"month": name_of(row.month)}
    )
    office = who_holds(session, row.asked_by, (), but=(actor.id,))
    key = f"rotation_answer:{row.id}:{state.value}"
    notices.owe(session, at, notices.Owed(Kind.ROTATION_ANSWER, key, subject={"turn": row.id}).to(office.people))
