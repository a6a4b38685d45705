"""Signing up (报名), waiting (候补), being offered a place (递补), and not coming after all (我来不了).

Capacity and overlap are decided under a lock, the member's first, then the slot's (docs/rules.md, rule 5). `judge`
is the rule, pure; the rest reads what it needs and writes what it says.
"""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session

from corps import audit
from corps.activities.rules import HOLDS_PLACE, concerned_teams, eligible, find_activity
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups.signup_queries import Wish, grant, read_wish
from corps.signups.waitlist import leave_others
from models.enums import ActivityState, SignUpState


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
    if case.mine in HOLDS_PLACE:
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
