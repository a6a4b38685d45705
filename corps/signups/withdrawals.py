"""Giving places back: by the person (我来不了), or because the person leaves. The waitlist moves up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from corps import notices
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.places import HOLDS_OR_WAITS, filling_teams
from corps.activities.presence import expected, has_come
from corps.activities.rules import concerned_teams, find_activity
from corps.activities.sign_up_rule import slot_is_ahead
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Question, declare
from corps.notices.kinds import Kind, is_soon
from corps.people import Actor, Office, lock_member, who_answers
from corps.refusals import Reason, Refused
from corps.signups.slots import count, hours_held, lock_slot
from corps.signups.waitlist import release
from models import Activity, Member, Notice, SignUp, Slot
from models.enums import ActivityState, SignUpState


def release_future(
    session: Session,
    at: Moment,
    actor_id: int | None,
    member: Member,
    state: SignUpState,
    *,
    moved_to: int | None = None,
) -> int:
    """Give up what the person holds in slots that have not begun, and pass the places on.

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
    ended = 0
    for row in _held_ahead(session, at, member):
        slot, activity = lock_slot(session, row.slot_id)
        session.refresh(row)  # an offer may have lapsed while we waited for the slot
        if row.state not in HOLDS_OR_WAITS:
            continue
        if moved_to is not None and moved_to in filling_teams(slot, concerned_teams(session, slot.activity_id)):
            continue
        was_going = row.state is SignUpState.GOING
        release(session, at, actor_id, row, slot, activity, state)
        if was_going:
            alert_if_late(session, at, actor_id, activity, row, slot)
        ended += 1
    return ended


def _held_ahead(session: Session, at: Moment, member: Member) -> Sequence[SignUp]:
    """Return what somebody holds or waits for in slots that have not begun, in the order in which slots lock."""
    held = select(SignUp).join(Activity, col(Activity.id) == col(SignUp.activity_id))
    held = held.join(Slot, col(Slot.id) == col(SignUp.slot_id))
    mine = SignUp.member_id == member.id, col(SignUp.state).in_(HOLDS_OR_WAITS)
    return session.exec(held.where(*mine, slot_is_ahead(at.now)).order_by(col(SignUp.slot_id))).all()


def _may_read(question: Question, _card: Card) -> bool:
    return question.actor.manages(question.due.subject.get("team"))


def _alerted(session: Session, notice: Notice) -> Office:
    subject = notice.subject
    return who_answers(session, subject.get("team"), but=(subject.get("by"), subject["member"]))


declare(
    Kind.LATE_WITHDRAWAL,
    cards.shown(_may_read),
    priority=2,
    keeps=DAY,
    listing=Listing(Kind.LATE_WITHDRAWAL, singly=True),
    office=_alerted,
)


LATE = dt.timedelta(hours=24)
"""A withdrawal this close to the start also alerts the leader: there is little time to find somebody else."""


class Why(StrEnum):
    """Why somebody can't come, in one tap: no more than the leader needs, and nobody has to say."""

    UNSAID = "unsaid"
    SICK = "sick"
    WORK = "work"
    OTHER = "other"


@dataclass(frozen=True)
class Doubt:
    """我来不了 asks once more: it is late (then `told` will hear of it), or so many people wait for the place."""

    told: Office | None
    waiting: int
    now: dt.datetime


def _begins(activity: Activity, slot: Slot) -> dt.datetime:
    return expected(activity, slot).starts_at


def doubt(session: Session, actor: Actor, at: Moment, activity_id: int) -> Doubt | None:
    """Return what to consider before giving a place back; None when it is early and nobody waits for it."""
    found = session.exec(
        select(SignUp, Slot, Activity)
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .where(
            SignUp.activity_id == activity_id, SignUp.member_id == actor.id, SignUp.state == SignUpState.GOING,
            slot_is_ahead(at.now),
        )
        .order_by(col(SignUp.id))
    ).first()  # fmt: skip
    if found is None or has_come(session, activity_id, actor.id):
        return None
    row, slot, activity = found
    late = _begins(activity, slot) - at.now <= LATE
    waiting = count(session, slot.id or 0, (SignUpState.WAITLISTED,))
    told = who_answers(session, slot.team_id or row.team_id, but=(actor.id,)) if late else None
    return Doubt(told, waiting, at.now) if late or waiting else None


@dataclass(frozen=True)
class Withdrawn:
    """The outcome of 我来不了. `told` hears of it: it is `late`, or a reason was said. `queued`: it was only a turn.

    `left` is the sign-up that was a place; it can be taken back for a while.
    """

    activity_id: int
    told: Office | None = None
    queued: bool = False
    left: int | None = None
    late: bool = False


def withdraw(session: Session, actor: Actor, at: Moment, activity_id: int, why: Why = Why.UNSAID) -> Withdrawn:
    """Give back what the person holds in an activity: a place, an offer, or a turn on the waitlist.

    `why` is told to who is alerted, and kept nowhere else.
    """
    lock_member(session, actor.id)
    held = session.exec(
        select(SignUp).where(
            SignUp.activity_id == activity_id,
            SignUp.member_id == actor.id,
            col(SignUp.state).in_(HOLDS_OR_WAITS),
        )
    ).all()
    if not held:
        raise Refused(Reason.NOT_SIGNED_UP, title=find_activity(session, activity_id).title)
    if has_come(session, activity_id, actor.id):
        raise Refused(Reason.CHECKED_IN)
    held = [row for row in held if hours_held(session, row)[0] > at.now]
    if not held:
        raise Refused(Reason.STARTED, title=find_activity(session, activity_id).title)
    queued = all(row.state is SignUpState.WAITLISTED for row in held)
    place = next((row for row in held if row.state is SignUpState.GOING), None)
    alerted = [told for row in held if (told := _give_back(session, actor, at, row, why)) is not None]
    late = place is not None and hours_held(session, place)[0] - at.now <= LATE
    left = place.id if place is not None else None
    return Withdrawn(activity_id, alerted[0] if alerted else None, queued, left, bool(alerted) and late)


def _give_back(session: Session, actor: Actor, at: Moment, row: SignUp, why: Why) -> Office | None:
    """Give one of them back. Returns who hears of it, if it was a place and it is late or a reason was said."""
    slot, activity = lock_slot(session, row.slot_id)
    session.refresh(row)  # it may have lapsed while we waited for the slot
    if _begins(activity, slot) <= at.now:
        raise Refused(Reason.STARTED, title=activity.title)
    was_going = row.state is SignUpState.GOING
    if row.state in HOLDS_OR_WAITS:
        release(session, at, actor.id, row, slot, activity, SignUpState.WITHDRAWN)
    if not was_going:
        return None
    told = alert_if_late(session, at, actor.id, activity, row, slot, why)
    return told or (alert(session, at, actor.id, activity, row, slot, why) if why is not Why.UNSAID else None)


def alert_if_late(
    session: Session,
    at: Moment,
    actor_id: int | None,
    activity: Activity,
    row: SignUp,
    slot: Slot,
    why: Why = Why.UNSAID,
) -> Office | None:
    """Tell whoever answers for the team, but not `actor_id`, that a place was given back close to the start.

    Returns who that is, None when it is not so close.
    """
    if activity.state is not ActivityState.PUBLISHED or _begins(activity, slot) - at.now > LATE:
        return None
    return alert(session, at, actor_id, activity, row, slot, why)


def alert(
    session: Session, at: Moment, actor_id: int | None, activity: Activity, row: SignUp, slot: Slot, why: Why
) -> Office:
    """Tell whoever answers for the team that a place was given back, and why if that was said. Returns who it is."""
    team_id, begins = slot.team_id or row.team_id, _begins(activity, slot)
    subject = {"member": row.member_id, "role": slot.role, "team": team_id}
    if why is not Why.UNSAID:
        subject["why"] = why.value
    if begins - at.now > LATE:
        subject["early"] = True
    if actor_id not in (None, row.member_id):
        subject["by"] = actor_id
    told = who_answers(session, team_id, but=(actor_id, row.member_id))
    notices.owe(session, at, word_of(at, row, subject, begins).to(told.people))
    return told


def word_of(at: Moment, row: SignUp, subject: dict[str, Any], begins: dt.datetime, end: str = "") -> notices.Owed:
    """Return word of a place given back now, or (`end` of its key) taken again, as it is owed to several."""
    return notices.Owed(
        kind=Kind.LATE_WITHDRAWAL,
        key=f"late:{row.id}:{int(at.now.timestamp())}{end}",
        subject=subject,
        activity_id=row.activity_id,
        expires_at=begins,
        urgent=is_soon(begins, at.now),
    )
