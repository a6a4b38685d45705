"""Reads what the rule needs to know about one request for one place, under locks, so that it stays true.

The member is locked first, then the slot (docs/rules.md, rule 5). What is counted is read by statements of their own
after the lock: PostgreSQL answers a statement that had to wait for a lock with counts from before the wait.
"""

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from corps.activities.places import filling_teams, holds_place, serves_at, slot_ends, slot_starts
from corps.activities.rules import team_names
from corps.activities.sign_up_rule import SignUpRequest
from corps.moment import Moment
from corps.refusals import Reason, Refused
from corps.sql import Reading, flushed_connection, row, rows, write
from models import Activity, Member, SignUp, Slot
from models.columns import Instant
from models.enums import SignUpState

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
        slot_starts().label("from_at"),
        slot_ends().label("until_at"),
    )
    .join(Activity, col(Activity.id) == col(Slot.activity_id))
    .where(col(Slot.id) == bindparam("slot"))
    .with_for_update(of=Slot, key_share=True)
)
_IN_SLOT = col(SignUp.slot_id) == bindparam("slot")
_WAITS = col(SignUp.state) == SignUpState.WAITLISTED
_TAKEN, _WAITING = (
    select(func.count()).select_from(SignUp).where(_IN_SLOT, counted).scalar_subquery()
    for counted in (holds_place(), _WAITS)
)
_MY_ID, _MY_STATE = (
    select(mine).where(_IN_SLOT, col(SignUp.member_id) == bindparam("member")).scalar_subquery()
    for mine in (col(SignUp.id), col(SignUp.state))
)
_IN_THE_SLOT = select(
    _TAKEN.label("taken"), _WAITING.label("waiting"), _MY_ID.label("mine_id"), _MY_STATE.label("mine")
)
_OTHERS: Reading = (
    select(col(SignUp.state), col(Activity.id), col(Activity.title))
    .join(Activity, col(Activity.id) == col(SignUp.activity_id))
    .join(Slot, col(Slot.id) == col(SignUp.slot_id))
    .where(
        col(SignUp.member_id) == bindparam("member"),
        or_(holds_place(), _WAITS),
        col(SignUp.slot_id) != bindparam("slot"),
        or_(
            col(SignUp.activity_id) == bindparam("activity"),
            serves_at(bindparam("starts", type_=Instant()), bindparam("ends", type_=Instant())),
        ),
    )
    .order_by(col(SignUp.id))
)
"""What else the person holds: in this activity another slot, in another one at that time a clash."""


def read_request(session: Session, member_id: int, slot_id: int) -> SignUpRequest:
    """Lock the member and the slot until the transaction ends, and return all there is to know. Refused when gone."""
    link = flushed_connection(session)
    member = row(link, _MEMBER, member=member_id)
    slot = row(link, _SLOT, slot=slot_id)
    if member is None or slot is None:
        raise Refused(Reason.GONE)
    own = slot.activity_id
    there = row(link, _IN_THE_SLOT, slot=slot_id, member=member_id)
    others = rows(link, _OTHERS, slot=slot_id, member=member_id, activity=own, starts=slot.from_at, ends=slot.until_at)
    assert there is not None  # noqa: S101 - a select without FROM gives one row
    return SignUpRequest(
        slot_id=slot_id,
        activity_id=own,
        title=slot.title,
        state=slot.state,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        from_at=slot.from_at,
        until_at=slot.until_at,
        places=slot.places,
        team_id=slot.team_id,
        open=slot.open,
        teams=filling_teams(slot, () if slot.team_id is not None else team_names(link, own)),
        taken=there.taken,
        waiting=there.waiting,
        member_id=member_id,
        member_team=member.team_id,
        mine_id=there.mine_id,
        mine=there.mine,
        here=tuple(other.state for other in others if other.id == own),
        elsewhere=tuple((other.state, other.title) for other in others if other.id != own),
    )


_INSERT = insert(SignUp)
_UPDATE = update(SignUp).where(col(SignUp.id) == bindparam("row"))


def grant(session: Session, at: Moment, request: SignUpRequest, state: SignUpState) -> None:
    """Store the result of a request: one row for each person and slot, whatever happened before."""
    now = at.now
    fields = {
        "state": state,
        "team_id": request.member_team,
        "queued_at": now,
        "updated_at": now,
        "offered_until": None,
    }
    link = flushed_connection(session)
    if request.mine_id is not None:
        write(link, _UPDATE, row=request.mine_id, **fields)
        return
    fresh = {"activity_id": request.activity_id, "slot_id": request.slot_id, "member_id": request.member_id}
    write(link, _INSERT, **fresh, **fields, offers=0, created_at=now)
