"""换一下: two who have a month each exchange them, if both agree. And the invitation to be asked at all."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor, Somebody, demand_coordinator, tell_apart, who_holds
from corps.refusals import Reason, Refused
from corps.rotation import turns
from corps.rotation.turns import STANDS, Rotation, Turn, name_of
from models import Activity, Member, RotationMember, RotationTurn
from models.enums import ActivityState, MemberStatus

MATCHES = 8


@dataclass(frozen=True)
class SwapChoice:
    """With whom an own month may be exchanged."""

    own: Turn
    others: tuple[Turn, ...]


def ask_with_whom(session: Session, actor: Actor, at: Moment, turn_id: int) -> SwapChoice:
    """换一下: return the months of others that are still ahead."""
    row = turns.own_turn(session, actor, at, turn_id, *STANDS)
    others = session.exec(
        select(RotationTurn)
        .where(
            RotationTurn.member_id != actor.id,
            RotationTurn.month >= at.today().replace(day=1),
            col(RotationTurn.state).in_(STANDS),
        )
        .order_by(col(RotationTurn.month), col(RotationTurn.id))
    ).all()
    free = [other for other in others if not _is_public(session, other) and not _is_public(session, row)]
    return SwapChoice(turns.see(session, actor, row), tuple(turns.see(session, actor, other) for other in free))


def _is_public(session: Session, row: RotationTurn) -> bool:
    """Tell whether the turn's activity is published: then it is changed there, and not by a swap."""
    activity = session.get(Activity, row.activity_id) if row.activity_id is not None else None
    return activity is not None and activity.state is not ActivityState.DRAFT


def ask(session: Session, actor: Actor, at: Moment, turn_id: int, other_id: int) -> Rotation:
    """Ask somebody to exchange months."""
    row = turns.own_turn(session, actor, at, turn_id, *STANDS)
    if other_id not in {other.id for other in ask_with_whom(session, actor, at, turn_id).others}:
        raise Refused(Reason.GONE)
    other = session.get_one(RotationTurn, other_id)
    row.swap_with = other_id
    session.add(row)
    audit.record(session, at, actor.id, "rotation.swap_ask", f"turn:{row.id}", None, {"month": name_of(other.month)})
    asked = session.get_one(Member, other.member_id)
    key = f"rotation_swap:{row.id}:{other_id}:{int(at.now.timestamp())}"
    notices.owe(session, at, [notices.Owed(Kind.ROTATION_SWAP, key, asked, {"turn": row.id, "other": other_id})])
    session.flush()
    return turns.look(session, actor, at)


@dataclass(frozen=True)
class SwapRequest:
    """Somebody would like to exchange `theirs` for the reader's `own` month."""

    theirs: Turn
    own: Turn
    open: bool


def see_request(session: Session, actor: Actor, _at: Moment, turn_id: int) -> SwapRequest:
    """Return what the reader is asked. Raises Refused when the asker has taken it back, or it was answered."""
    row = session.get(RotationTurn, turn_id)
    other = session.get(RotationTurn, row.swap_with) if row is not None and row.swap_with is not None else None
    if row is None or other is None or other.member_id != actor.id:
        raise Refused(Reason.GONE)
    stands = row.state in STANDS and other.state in STANDS
    return SwapRequest(turns.see(session, actor, row), turns.see(session, actor, other), stands)


def answer(session: Session, actor: Actor, at: Moment, turn_id: int, *, agreed: bool) -> Rotation:
    """同意换 or 不换: with it the two exchange their months, and their drafts; the coordinators hear."""
    request = see_request(session, actor, at, turn_id)
    row = session.get_one(RotationTurn, turn_id)
    other = session.get_one(RotationTurn, request.own.id)
    if not request.open or _is_public(session, row) or _is_public(session, other):
        raise Refused(Reason.ALREADY_DECIDED, f"turn:{turn_id}", name=name_of(row.month))
    row.swap_with = None
    if agreed:
        _exchange(session, row, other)
        _move_drafts(session, at, row, other)
        office = who_holds(session, row.asked_by, (), but=(actor.id,))
        for turn in (row, other):
            key = f"rotation_answer:{turn.id}:swap:{int(at.now.timestamp())}"
            subject = {"turn": turn.id, "swapped": True}
            notices.owe(session, at, notices.Owed(Kind.ROTATION_ANSWER, key, subject=subject).to(office.people))
    audit.record(session, at, actor.id, "rotation.swap", f"turn:{row.id}", None, {"agreed": agreed})
    session.add_all((row, other))
    session.flush()
    return turns.look(session, actor, at)


def _exchange(session: Session, row: RotationTurn, other: RotationTurn) -> None:
    """Let the two change months: each keeps the state and the draft of the own turn, in the other's month."""
    first, second = row.month, other.month
    row.month = dt.date(1970, 1, 1)
    session.add(row)
    session.flush()  # (month, member) is unique: never both at once
    other.month = first
    session.add(other)
    session.flush()
    row.month = second


def _move_drafts(session: Session, at: Moment, *both: RotationTurn) -> None:
    """Let each draft take the other's day, at its own hour; where the other has none, the day that its month has."""
    drafts = [session.get(Activity, row.activity_id) if row.activity_id is not None else None for row in both]
    days = [draft.local_date if draft is not None else None for draft in drafts]
    for row, draft, day in zip(both, drafts, reversed(days), strict=True):
        planner = turns.planner_of(session, at, row)
        if draft is None or planner is None:
            continue
        usual = day is None or day <= at.today() or (day.year, day.month) != (row.month.year, row.month.month)
        moved = turns.day_in(row.month, at) if usual or day is None else day
        starts = dt.datetime.combine(moved, at.wall(draft.starts_at).time())
        hours = {"starts": starts.isoformat(), "ends": (starts + (draft.ends_at - draft.starts_at)).isoformat()}
        if moved != draft.local_date:
            editing.change(session, planner, at, Edit(draft.id or 0, EditField.TIME, hours))


def invite(session: Session, actor: Actor, at: Moment, name: str) -> tuple[Somebody, ...]:
    """Ask a member whether they would be asked. Of several of that name all are returned, and none is asked."""
    demand_coordinator(actor)
    rows = session.exec(
        select(Member.id, Member.name)
        .where(Member.status == MemberStatus.ACTIVE, col(Member.name).contains(name.strip(), autoescape=True))
        .order_by(col(Member.name), col(Member.id))
        .limit(MATCHES)
    ).all()
    found = tell_apart(session, [(own or 0, called) for own, called in rows])
    if not found:
        raise Refused(Reason.PERSON_GONE)
    if len(found) == 1:
        invite_one(session, actor, at, found[0].member_id)
    return found


def invite_one(session: Session, actor: Actor, at: Moment, member_id: int) -> str:
    """Ask one member. Returns the name."""
    demand_coordinator(actor)
    member = session.get(Member, member_id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.PERSON_GONE)
    if session.exec(select(RotationMember.id).where(RotationMember.member_id == member_id)).first() is None:
        audit.record(session, at, actor.id, "rotation.invite", f"member:{member_id}")
        key = f"rotation_invite:{member_id}:{at.today().isoformat()}"
        notices.owe(session, at, [notices.Owed(Kind.ROTATION_INVITE, key, member)])
    return member.name
