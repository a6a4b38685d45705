"""Signing up (报名), waiting (候补), being offered a place (递补), and not coming after all (我来不了).

Capacity and overlap are decided under a lock, the member's first, then the slot's (DESIGN §4.5). `judge`
is the rule, pure; the rest reads what it needs and writes what it says.
"""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.cards import TAKING, eligible
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.people import Actor, leaders_of, lock_member
from corps.places import count, find_sign_up, lock_slot, overlapping
from corps.refusals import Reason, Refused
from corps.waitlist import release
from models import Activity, ActivityTeam, SignUp, Slot
from models.words import ActivityState, SignUpState

LATE = dt.timedelta(hours=24)
"""A withdrawal this close to the start also alerts the leader: there is little time to find somebody else."""


@dataclass(frozen=True)
class Case:
    """What the rule needs to know about one wish for one place."""

    state: ActivityState
    starts_at: dt.datetime
    eligible: bool
    unclaimed: bool
    places: int
    taken: int
    waiting: int
    mine: SignUpState | None
    clash: str | None


def judge(case: Case, now: dt.datetime, *, wait: bool) -> SignUpState | Reason:
    """Say what becomes of a wish for a place: the state it gets, or why not. `wait`: the person asks to queue."""
    closed = _closed(case, now)
    if closed is not None:
        return closed
    if case.mine in TAKING:
        return Reason.ALREADY_GOING
    if case.clash is not None:
        return Reason.OVERLAP
    if case.taken < case.places and not case.waiting:
        return SignUpState.GOING
    if case.mine is SignUpState.WAITLISTED:
        return Reason.ALREADY_WAITING
    return SignUpState.WAITLISTED if wait else Reason.FULL


def _closed(case: Case, now: dt.datetime) -> Reason | None:
    if case.state is ActivityState.CANCELLED:
        return Reason.CANCELLED
    if case.state is not ActivityState.PUBLISHED:
        return Reason.NOT_PUBLISHED
    if case.starts_at <= now:
        return Reason.STARTED
    if case.unclaimed:
        return Reason.NOT_CLAIMED_YET
    return None if case.eligible else Reason.OTHER_TEAM


@dataclass(frozen=True)
class SignedUp:
    """The outcome of a sign-up. `queue` is the place on the waitlist, from 1; 0 when going."""

    activity_id: int
    state: SignUpState
    queue: int = 0


def sign_up(session: Session, actor: Actor, at: Moment, slot_id: int, *, wait: bool = False) -> SignedUp:
    """Take a place in a slot, or join its waitlist if `wait`. Raises Refused with the reason otherwise."""
    member = lock_member(session, actor.id)
    slot, activity = lock_slot(session, slot_id)
    mine = find_sign_up(session, slot_id, actor.id)
    clash = overlapping(session, actor.id, activity)
    case = Case(
        state=activity.state,
        starts_at=activity.starts_at,
        eligible=eligible(member.team_id, slot, named_teams(session, slot)),
        unclaimed=slot.open and slot.team_id is None,
        places=slot.places,
        taken=count(session, slot_id, TAKING),
        waiting=count(session, slot_id, (SignUpState.WAITLISTED,)),
        mine=mine.state if mine else None,
        clash=clash.title if clash else None,
    )
    ruling = judge(case, at.now, wait=wait)
    if isinstance(ruling, Reason):
        raise Refused(ruling, title=case.clash or activity.title)
    _write(session, actor, at, activity, slot, mine, ruling, member.team_id)
    queue = case.waiting + 1 if ruling is SignUpState.WAITLISTED else 0
    return SignedUp(activity.id or 0, ruling, queue)


def _write(
    session: Session,
    actor: Actor,
    at: Moment,
    activity: Activity,
    slot: Slot,
    mine: SignUp | None,
    state: SignUpState,
    team_id: int | None,
) -> None:
    before = mine.state.value if mine else None
    row = mine or SignUp(
        activity_id=activity.id or 0,
        slot_id=slot.id or 0,
        member_id=actor.id,
        state=state,
        queued_at=at.now,
        created_at=at.now,
        updated_at=at.now,
    )
    row.state, row.team_id, row.queued_at, row.updated_at, row.offered_until = state, team_id, at.now, at.now, None
    session.add(row)
    session.flush()
    audit.record(session, at, actor.id, "signup.join", f"slot:{slot.id}", {"state": before}, {"state": state.value})


def named_teams(session: Session, slot: Slot) -> tuple[int, ...]:
    """Return the teams whose members may take a place in the slot: its own, or all that are named."""
    if slot.team_id is not None:
        return (slot.team_id,)
    statement = select(ActivityTeam.team_id).where(ActivityTeam.activity_id == slot.activity_id)
    return tuple(session.exec(statement).all())


@dataclass(frozen=True)
class Withdrawn:
    """The outcome of 我来不了. `late`: the leader has been alerted as well."""

    activity_id: int
    late: bool


def withdraw(session: Session, actor: Actor, at: Moment, activity_id: int) -> Withdrawn:
    """Give back what the person holds in an activity: a place, an offer, or a turn on the waitlist."""
    lock_member(session, actor.id)
    held = session.exec(
        select(SignUp).where(
            SignUp.activity_id == activity_id,
            SignUp.member_id == actor.id,
            col(SignUp.state).in_((*TAKING, SignUpState.WAITLISTED)),
        )
    ).all()
    if not held:
        raise Refused(Reason.NOT_SIGNED_UP)
    given_back = [_give_back(session, actor, at, row) for row in held]
    return Withdrawn(activity_id, any(given_back))


def _give_back(session: Session, actor: Actor, at: Moment, row: SignUp) -> bool:
    """Give one of them back. Returns whether it was a place, so late that the leader has been alerted."""
    slot, activity = lock_slot(session, row.slot_id)
    if activity.starts_at <= at.now:
        raise Refused(Reason.STARTED, title=activity.title)
    was_going = row.state is SignUpState.GOING
    release(session, at, actor.id, row, slot, activity, SignUpState.WITHDRAWN)
    return was_going and alert_if_late(session, at, actor.id, activity, row, slot)


def alert_if_late(
    session: Session, at: Moment, actor_id: int | None, activity: Activity, row: SignUp, slot: Slot
) -> bool:
    """Tell the leaders, but not `actor_id`, that a place was given back close to the start. Returns whether it was."""
    if activity.state is not ActivityState.PUBLISHED or activity.starts_at - at.now > LATE:
        return False
    notices.owe(
        session,
        at,
        [
            notices.Owed(
                kind=Kind.LATE_WITHDRAWAL,
                key=f"late:{row.id}:{int(at.now.timestamp())}:{leader.id}",
                member=leader,
                subject={"member": row.member_id, "role": slot.role},
                activity_id=activity.id,
                expires_at=activity.starts_at,
                urgent=activity.starts_at - at.now <= dt.timedelta(hours=12),
            )
            for leader in leaders_of(session, slot.team_id or row.team_id)
            if leader.id not in (actor_id, row.member_id)
        ],
    )
    return True
