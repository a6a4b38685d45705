"""Places in a slot: the lock that guards them, how many are taken, and where else a person is expected."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.activities.places import HOLDS_PLACE, hours_of, serves_at
from corps.activities.rules import find_activity
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection, row
from models import Activity, SignUp, Slot
from models.enums import SignUpState


def lock_slot(session: Session, slot_id: int) -> tuple[Slot, Activity]:
    """Return the slot, locked until the transaction ends, and its activity. Raises Refused when it is gone."""
    slot = session.exec(select(Slot).where(Slot.id == slot_id).with_for_update(key_share=True)).first()
    activity = session.get(Activity, slot.activity_id) if slot else None
    if slot is None or activity is None:
        raise Refused(Reason.GONE)
    return slot, activity


def lock_whole(session: Session, activity_id: int) -> tuple[Activity, list[Slot]]:
    """Return an activity and its slots, in order, all locked until the transaction ends.

    The slots come first, as in a sign-up (which touches the activity after its slot): the other way round, the
    two would wait for each other.
    """
    statement = select(Slot).where(Slot.activity_id == activity_id).order_by(col(Slot.id)).with_for_update()
    slots = sorted(session.exec(statement).all(), key=lambda slot: (slot.position, slot.id or 0))
    return find_activity(session, activity_id, lock=True), slots


def find_sign_up(session: Session, slot_id: int, member_id: int) -> SignUp | None:
    """Return the person's sign-up in a slot, whatever its state."""
    return session.exec(
        select(SignUp).where(SignUp.slot_id == slot_id, SignUp.member_id == member_id).with_for_update()
    ).first()


def count(session: Session, slot_id: int, states: Sequence[SignUpState]) -> int:
    """Count the sign-ups of a slot in the given states."""
    statement = select(func.count()).select_from(SignUp).where(SignUp.slot_id == slot_id, col(SignUp.state).in_(states))
    return session.exec(statement).one()


def overlapping(
    session: Session,
    member_id: int,
    hours: tuple[dt.datetime, dt.datetime],
    but: int = 0,
    states: Sequence[SignUpState] = HOLDS_PLACE,
) -> Activity | None:
    """Return an activity in which the person holds a place in those hours: nobody can be in two places.

    `but` is the id of a sign-up to leave out: the one that is being decided. `states` are those that hold a place:
    somebody with two offers may accept either.
    """
    statement = (
        select(Activity)
        .join(SignUp, col(SignUp.activity_id) == col(Activity.id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(
            SignUp.member_id == member_id,
            SignUp.id != but,
            col(SignUp.state).in_(states),
            serves_at(*hours),
        )
        .limit(1)
    )
    return session.exec(statement).first()


def hours_held(session: Session, sign_up: SignUp) -> tuple[dt.datetime, dt.datetime]:
    """Return from when to when a sign-up takes the person's time."""
    activity = find_activity(session, sign_up.activity_id)
    return hours_of(session.get(Slot, sign_up.slot_id), activity.starts_at, activity.ends_at)


_ACTIVITY_OF_SLOT = columns(col(Slot.activity_id)).where(col(Slot.id) == bindparam("slot"))


def activity_of_slot(session: Session, slot_id: int) -> int:
    """Return the activity a slot belongs to. Raises Refused when the slot is gone."""
    found = row(flushed_connection(session), _ACTIVITY_OF_SLOT, slot=slot_id)
    if found is None:
        raise Refused(Reason.GONE)
    activity_id: int = found.activity_id
    return activity_id


def activity_of_sign_up(session: Session, sign_up_id: int) -> int:
    """Return the activity a sign-up is for. Raises Refused when there is none."""
    found = session.exec(select(SignUp.activity_id).where(SignUp.id == sign_up_id)).first()
    if found is None:
        raise Refused(Reason.GONE)
    return found
