"""Giving up places because a person goes: moved to another team, removed, gone, erased. The places pass on."""

from sqlmodel import Session, col, select

from corps.cards import TAKING, eligible
from corps.moment import Moment
from corps.places import lock_slot
from corps.signups import alert_if_late, named_teams
from corps.waitlist import release
from models import Activity, Member, SignUp
from models.words import ActivityState, SignUpState


def release_future(
    session: Session,
    at: Moment,
    actor_id: int | None,
    member: Member,
    state: SignUpState,
    *,
    moved_to: int | None = None,
) -> int:
    """Give up what the person holds in activities that have not begun, and pass the places on.

    Args:
        session: The caller's; the member is locked by the caller, the slots are locked here.
        at: When.
        actor_id: Who causes it; not told about it.
        member: Whose places.
        state: What becomes of the sign-ups: withdrawn by the person, or removed by somebody.
        moved_to: The team the person is in from now on: places that team may hold are kept.

    Returns:
        How many sign-ups ended.
    """
    rows = session.exec(
        select(SignUp)
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .where(
            SignUp.member_id == member.id,
            col(SignUp.state).in_((*TAKING, SignUpState.WAITLISTED)),
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.starts_at) > at.now,
        )
        .order_by(col(SignUp.slot_id))
    ).all()
    ended = 0
    for row in rows:
        slot, activity = lock_slot(session, row.slot_id)
        session.refresh(row)  # an offer may have lapsed while we waited for the slot
        if row.state not in (*TAKING, SignUpState.WAITLISTED):
            continue
        if moved_to is not None and eligible(moved_to, slot, named_teams(session, slot)):
            continue
        was_going = row.state is SignUpState.GOING
        release(session, at, actor_id, row, slot, activity, state)
        if was_going:
            alert_if_late(session, at, actor_id, activity, row, slot)
        ended += 1
    return ended
