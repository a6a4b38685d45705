"""Signing up (报名), waiting (候补), being offered a place (递补), and not coming after all (我来不了).

Capacity and overlap are decided under a lock, the member's first, then the slot's (DESIGN §4.5). `judge`
is the rule, pure; the rest reads what it needs and writes what it says.
"""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.attendance import is_present
from corps.cards import TAKING, concerned_teams, eligible, find_activity
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.people import Actor, leaders_of, lock_member
from corps.places import lock_slot
from corps.refusals import Reason, Refused
from corps.waitlist import leave_others, release
from corps.wishes import Wish, grant, read_wish
from models import Activity, SignUp, Slot
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
    wish = read_wish(session, actor.id, slot_id)
    if wish.clash_id == wish.activity_id:
        raise Refused(Reason.ONE_SLOT, title=wish.title)
    ruling = judge(_case(session, wish), at.now, wait=wait)
    if isinstance(ruling, Reason):
        raise Refused(ruling, title=wish.clash or wish.title)
    grant(session, at, wish, ruling)
    before = {"state": wish.mine.value if wish.mine else None}
    audit.record(session, at, actor.id, "signup.join", f"slot:{slot_id}", before, {"state": ruling.value})
    if ruling is SignUpState.GOING and wish.elsewhere:
        leave_others(session, actor, at, find_activity(session, wish.activity_id), slot_id)
    queue = wish.waiting + 1 if ruling is SignUpState.WAITLISTED else 0
    return SignedUp(wish.activity_id, ruling, queue)


def _case(session: Session, wish: Wish) -> Case:
    teams = (wish.team_id,) if wish.team_id is not None else tuple(concerned_teams(session, wish.activity_id))
    return Case(
        state=wish.state,
        starts_at=wish.starts_at,
        eligible=eligible(wish.member_team, wish, teams),
        unclaimed=wish.open and wish.team_id is None,
        places=wish.places,
        taken=wish.taken,
        waiting=wish.waiting,
        mine=wish.mine,
        clash=wish.clash,
    )


def named_teams(session: Session, slot: Slot) -> tuple[int, ...]:
    """Return the teams whose members may take a place in the slot: its own, or all that are concerned."""
    return (slot.team_id,) if slot.team_id is not None else tuple(concerned_teams(session, slot.activity_id))


@dataclass(frozen=True)
class Withdrawn:
    """The outcome of 我来不了. `late`: the leader has been alerted as well. `queued`: it was only a turn to wait."""

    activity_id: int
    late: bool
    queued: bool = False


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
    if is_present(session, activity_id, actor.id):
        raise Refused(Reason.CHECKED_IN)
    queued = all(row.state is SignUpState.WAITLISTED for row in held)
    given_back = [_give_back(session, actor, at, row) for row in held]
    return Withdrawn(activity_id, any(given_back), queued)


def _give_back(session: Session, actor: Actor, at: Moment, row: SignUp) -> bool:
    """Give one of them back. Returns whether it was a place, so late that the leader has been alerted."""
    slot, activity = lock_slot(session, row.slot_id)
    session.refresh(row)  # it may have lapsed while we waited for the slot
    if activity.starts_at <= at.now:
        raise Refused(Reason.STARTED, title=activity.title)
    was_going = row.state is SignUpState.GOING
    if row.state in (*TAKING, SignUpState.WAITLISTED):
        release(session, at, actor.id, row, slot, activity, SignUpState.WITHDRAWN)
    return was_going and alert_if_late(session, at, actor.id, activity, row, slot)


def alert_if_late(
    session: Session, at: Moment, actor_id: int | None, activity: Activity, row: SignUp, slot: Slot
) -> bool:
    """Tell the leaders, but not `actor_id`, that a place was given back close to the start. Returns whether it was."""
    if activity.state is not ActivityState.PUBLISHED or activity.starts_at - at.now > LATE:
        return False
    team_id = slot.team_id or row.team_id
    notices.owe(
        session,
        at,
        [
            notices.Owed(
                kind=Kind.LATE_WITHDRAWAL,
                key=f"late:{row.id}:{int(at.now.timestamp())}:{leader.id}",
                member=leader,
                subject={"member": row.member_id, "role": slot.role, "team": team_id},
                activity_id=activity.id,
                expires_at=activity.starts_at,
                urgent=activity.starts_at - at.now <= dt.timedelta(hours=12),
            )
            for leader in leaders_of(session, team_id)
            if leader.id not in (actor_id, row.member_id)
        ],
    )
    return True
