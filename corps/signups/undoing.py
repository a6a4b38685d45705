"""撤销: for ten minutes whoever withdrew gets the same place back, as long as nobody has it."""

import datetime as dt

from sqlmodel import Session, col, select

from corps import notices
from corps.activities.sign_up_rule import ruling
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor, Office, who_answers
from corps.refusals import Reason, Refused
from corps.signups import signups
from corps.signups.signup_queries import read_request
from corps.signups.slots import hours_held, lock_slot
from corps.signups.withdrawals import Why, alert, word_of
from models import Audit, Notice, SignUp
from models.enums import NoticeState, SignUpState

UNDO = dt.timedelta(minutes=10)
"""How long a withdrawal can be undone."""


def may_undo(session: Session, actor: Actor, at: Moment, row: SignUp) -> bool:
    """Tell whether the person could have the place back now: nobody has it, and nobody waits for it."""
    return ruling(read_request(session, actor.id, row.slot_id), at.now) is SignUpState.GOING


def undo(session: Session, actor: Actor, at: Moment, sign_up_id: int) -> int:
    """Take one's own withdrawal back. Returns the activity's id.

    Raises Refused when it is not one's own, longer ago than `UNDO`, or when the place is somebody else's by now.
    """
    found = session.get(SignUp, sign_up_id)
    if found is None or found.member_id != actor.id:
        raise Refused(Reason.NOT_ALLOWED)
    request = read_request(session, actor.id, found.slot_id)
    session.refresh(found)
    if found.state is SignUpState.GOING:
        raise Refused(Reason.ALREADY_GOING, title=request.title)
    left_at = _left_at(session, actor, sign_up_id)
    if found.state is not SignUpState.WITHDRAWN or left_at is None or not at.now - UNDO <= left_at <= at.now:
        raise Refused(Reason.UNDO_LATE, title=request.title)
    ruled = ruling(request, at.now)
    if ruled is not SignUpState.GOING:
        reason = ruled if isinstance(ruled, Reason) else Reason.FULL
        raise Refused(reason, title=request.clash() if reason is Reason.OVERLAP else request.title)
    since = found.queued_at
    signups.enter(session, actor.id, at, request, SignUpState.GOING, "signup.undo")
    session.refresh(found)
    found.queued_at = since
    session.add(found)
    notices.reopen(session, at, notices.NO_LONGER_SO, col(Notice.key).like(f"remind:{sign_up_id}:%"))
    _tell_again(session, actor, at, found)
    return request.activity_id


def say_why(session: Session, actor: Actor, at: Moment, sign_up_id: int, why: Why) -> Office:
    """Say why one's place was given back, after it was done. Returns who reads it: whoever answers for the team.

    Said once; `undo` takes it back with the withdrawal. Raises Refused as `undo` does, and when they come all the same.
    """
    found = session.get(SignUp, sign_up_id)
    if found is None or found.member_id != actor.id or why is Why.UNSAID:
        raise Refused(Reason.NOT_ALLOWED)
    slot, activity = lock_slot(session, found.slot_id)
    session.refresh(found)
    left_at = _left_at(session, actor, sign_up_id)
    if found.state is not SignUpState.WITHDRAWN or left_at is None or not at.now - UNDO <= left_at <= at.now:
        raise Refused(Reason.UNDO_LATE, title=activity.title)
    said = select(Notice.id).where(
        Notice.kind == Kind.LATE_WITHDRAWAL.value,
        col(Notice.key).like(f"late:{sign_up_id}:%"),
        col(Notice.created_at) >= left_at,
    )
    if session.exec(said.limit(1)).first() is not None:
        return who_answers(session, slot.team_id or found.team_id, but=(actor.id,))
    return alert(session, at, actor.id, activity, found, slot, why)


def _left_at(session: Session, actor: Actor, sign_up_id: int) -> dt.datetime | None:
    """Return when the person gave a place back that was theirs, if that was the last that happened to the sign-up."""
    last = select(Audit).where(Audit.subject == f"signup:{sign_up_id}").order_by(col(Audit.id).desc()).limit(1)
    row = session.exec(last).first()
    own = row is not None and row.action == "signup.leave" and row.actor_id == actor.id
    went = own and row is not None and (row.before or {}).get("state") == SignUpState.GOING.value
    return row.at if went and row is not None else None


def _tell_again(session: Session, actor: Actor, at: Moment, row: SignUp) -> None:
    """Take the alarm of a late withdrawal back: unsaid where it is not out, else with a word that they come."""
    alarms = session.exec(
        select(Notice)
        .where(Notice.kind == Kind.LATE_WITHDRAWAL.value, col(Notice.key).like(f"late:{row.id}:%"))
        .order_by(col(Notice.id).desc())
    ).all()
    latest = [one for one in alarms if one.created_at >= at.now - UNDO and not one.subject.get("back")]
    notices.cancel_owed(session, "taken back", col(Notice.id).in_([one.id for one in latest]))
    out = [one for one in latest if one.state in (NoticeState.SENT, NoticeState.LEASED)]
    if not out:
        return
    begins = hours_held(session, row)[0]
    subject = {**out[0].subject, "back": True}
    people = who_answers(session, subject.get("team"), but=(actor.id,)).people
    notices.owe(session, at, word_of(at, row, subject, begins, ":back").to(people))
