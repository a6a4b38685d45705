"""Signing up (报名) and queueing (候补): the rule of `corps.activities.sign_up_rule`, asked under the locks.

Capacity and overlap are decided under a lock, the member's first, then the slot's (docs/rules.md, rule 5).
"""

from dataclasses import dataclass

from sqlmodel import Session

from corps import audit
from corps.activities.rules import find_activity
from corps.activities.sign_up_rule import SignUpRequest, ruling
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups.signup_queries import grant, read_request
from corps.signups.waitlist import leave_others
from models.enums import SignUpState


@dataclass(frozen=True)
class SignedUp:
    """The outcome of a sign-up. `queue` is the place on the waitlist, from 1; 0 when going."""

    activity_id: int
    state: SignUpState
    queue: int = 0


def sign_up(session: Session, actor: Actor, at: Moment, slot_id: int, *, wait: bool = False) -> SignedUp:
    """Take a place in a slot, or join its waitlist if `wait`. Raises Refused with the reason otherwise."""
    request = read_request(session, actor.id, slot_id)
    ruled = ruling(request, at.now, wait=wait)
    if isinstance(ruled, Reason):
        raise Refused(
            ruled,
            f"activity:{request.activity_id}" if ruled is Reason.CANCELLED else "",
            title=request.clash() if ruled is Reason.OVERLAP else request.title,
        )
    enter(session, actor, at, request, ruled, "signup.join")
    queue = request.waiting + 1 if ruled is SignUpState.WAITLISTED else 0
    return SignedUp(request.activity_id, ruled, queue)


def enter(session: Session, actor: Actor, at: Moment, request: SignUpRequest, state: SignUpState, action: str) -> None:
    """Store the rule's decision. Who goes gives back what else they hold in the activity: one place a person.

    `action` is what the audit calls it.
    """
    grant(session, at, request, state)
    before = {"state": request.mine.value if request.mine else None}
    audit.record(session, at, actor.id, action, f"slot:{request.slot_id}", before, {"state": state.value})
    if state is SignUpState.GOING and request.here:
        leave_others(session, actor, at, find_activity(session, request.activity_id), request.slot_id)
