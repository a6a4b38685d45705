"""What the rule needs to know about one wish for one place, read under the locks that make it stay so.

The member is locked first, then the slot (docs/rules.md, rule 5). What is counted is read by statements of their own
after the lock: PostgreSQL answers a statement that had to wait for a lock with counts from before the wait.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Executable, bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from corps.activities.rules import HOLDS_PLACE
from corps.moment import Moment
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection, row, rows
from models import Activity, Member, SignUp, Slot
from models.enums import ActivityState, SignUpState


@dataclass(frozen=True)
class Wish:
    """A person, a slot and its activity, and what the person holds.

    `mine` is the person's own sign-up in the slot, `elsewhere` says that there is an offer or a turn on the waitlist
    in another slot of the activity, `clash` is an activity at that time in which the person holds a place.
    """

    member_id: int
    member_team: int | None
    slot_id: int
    activity_id: int
    title: str
    state: ActivityState
    starts_at: dt.datetime
    places: int
    team_id: int | None
    open: bool
    taken: int
    waiting: int
    mine_id: int | None
    mine: SignUpState | None
    elsewhere: bool
    clash_id: int | None
    clash: str | None


_MEMBER = select(col(Member.team_id)).where(col(Member.id) == bindparam("member")).with_for_update(key_share=True)
_SLOT = (
    select(
        col(Slot.activity_id),
        col(Slot.places),
        col(Slot.team_id),
        col(Slot.open),
        col(Activity.title),
        col(Activity.state),
        col(Activity.starts_at),
        col(Activity.ends_at),
    )
    .join(Activity, col(Activity.id) == col(Slot.activity_id))
    .where(col(Slot.id) == bindparam("slot"))
    .with_for_update(of=Slot, key_share=True)
)
_IN_SLOT = col(SignUp.slot_id) == bindparam("slot")
_HOLDS = or_(*(col(SignUp.state) == state for state in HOLDS_PLACE))
_WAITS = col(SignUp.state) == SignUpState.WAITLISTED
_TAKEN, _WAITING = (
    select(func.count()).select_from(SignUp).where(_IN_SLOT, counted).scalar_subquery() for counted in (_HOLDS, _WAITS)
)
_MY_ID, _MY_STATE = (
    select(mine).where(_IN_SLOT, col(SignUp.member_id) == bindparam("member")).scalar_subquery()
    for mine in (col(SignUp.id), col(SignUp.state))
)
_IN_THE_SLOT = select(
    _TAKEN.label("taken"), _WAITING.label("waiting"), _MY_ID.label("mine_id"), _MY_STATE.label("mine")
)
_OTHERS: Executable = (
    select(col(SignUp.state), col(Activity.id), col(Activity.title), col(Activity.state).label("activity_state"))
    .join(Activity, col(Activity.id) == col(SignUp.activity_id))
    .where(
        col(SignUp.member_id) == bindparam("member"),
        or_(_HOLDS, _WAITS),
        col(SignUp.slot_id) != bindparam("slot"),
        col(Activity.starts_at) < bindparam("ends"),
        col(Activity.ends_at) > bindparam("starts"),
    )
    .order_by(col(SignUp.id))
)
"""What else the person holds at that time: in another activity a clash, in this one another slot."""


def read_wish(session: Session, member_id: int, slot_id: int) -> Wish:
    """Lock the member and the slot until the transaction ends, and return all there is to know. Refused when gone."""
    link = flushed_connection(session)
    member = row(link, _MEMBER, member=member_id)
    slot = row(link, _SLOT, slot=slot_id)
    if member is None or slot is None:
        raise Refused(Reason.GONE)
    there = row(link, _IN_THE_SLOT, slot=slot_id, member=member_id)
    others = rows(link, _OTHERS, slot=slot_id, member=member_id, starts=slot.starts_at, ends=slot.ends_at)
    clash = next((o for o in others if o.state in HOLDS_PLACE and o.activity_state is ActivityState.PUBLISHED), None)
    assert there is not None  # noqa: S101 - a select without FROM gives one row
    return Wish(
        member_id=member_id,
        member_team=member.team_id,
        slot_id=slot_id,
        activity_id=slot.activity_id,
        title=slot.title,
        state=slot.state,
        starts_at=slot.starts_at,
        places=slot.places,
        team_id=slot.team_id,
        open=slot.open,
        taken=there.taken,
        waiting=there.waiting,
        mine_id=there.mine_id,
        mine=there.mine,
        elsewhere=any(o.id == slot.activity_id and o.state is not SignUpState.GOING for o in others),
        clash_id=clash.id if clash else None,
        clash=clash.title if clash else None,
    )


_INSERT = insert(SignUp)
_UPDATE = update(SignUp).where(col(SignUp.id) == bindparam("row"))


def grant(session: Session, at: Moment, wish: Wish, state: SignUpState) -> None:
    """Write down what became of a wish: one row a person and slot, whatever its history."""
    now = at.now
    fields = {"state": state, "team_id": wish.member_team, "queued_at": now, "updated_at": now, "offered_until": None}
    link = flushed_connection(session)
    if wish.mine_id is not None:
        link.execute(_UPDATE.values(fields), {"row": wish.mine_id})
        return
    fresh = {"activity_id": wish.activity_id, "slot_id": wish.slot_id, "member_id": wish.member_id}
    link.execute(_INSERT, {**fresh, **fields, "offers": 0, "created_at": now})
