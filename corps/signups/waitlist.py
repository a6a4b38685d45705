"""The waitlist (候补): a freed place is offered (递补) to the next person, and kept for them until a deadline."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps import audit, member_addresses, notices
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.places import HOLDS_PLACE, hours_of, places_left
from corps.activities.presence import expected
from corps.activities.sign_up_rule import slot_is_ahead
from corps.activities.stages import closed
from corps.moment import Moment
from corps.notices.declarations import Listing, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, lock_member
from corps.refusals import Reason, Refused
from corps.signups.slots import count, lock_slot, overlapping
from models import Activity, Member, Notice, SignUp, Slot
from models.enums import ActivityState, NoticeState, SignUpState

OFFER_TERMS = (
    (dt.timedelta(days=3), dt.timedelta(hours=24)),
    (dt.timedelta(days=1), dt.timedelta(hours=6)),
    (dt.timedelta(hours=6), dt.timedelta(hours=1)),
    (dt.timedelta(0), dt.timedelta(minutes=20)),
)
"""How far away the start is → how long an offer holds, in waking time."""


_IN_LINE = (SignUpState.WAITLISTED, SignUpState.OFFERED)


def offer_deadline(at: Moment, starts_at: dt.datetime) -> dt.datetime:
    """Return until when an offer made now holds: shorter near the start, resting in quiet hours, never past it."""
    left = starts_at - at.now
    term = next(term for away, term in OFFER_TERMS if left >= away or away == dt.timedelta(0))
    return min(at.add_waking_time(term), starts_at)


def promote(session: Session, at: Moment, slot: Slot, activity: Activity) -> None:
    """Offer each free place to the next on the waitlist who can be reached. The slot is locked by the caller."""
    free = places_left(slot.places, count(session, slot.id or 0, HOLDS_PLACE))
    served = expected(activity, slot)
    if not free or closed(served, at.now) is not None:
        return
    rows = session.exec(
        select(SignUp, Member)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .where(SignUp.slot_id == slot.id, SignUp.state == SignUpState.WAITLISTED, ~member_addresses.is_lost())
        .order_by(col(SignUp.queued_at), col(SignUp.id))
        .limit(free)
    ).all()
    for row, member in rows:
        row.state, row.offered_until, row.updated_at = (
            SignUpState.OFFERED,
            offer_deadline(at, served.starts_at),
            at.now,
        )
        row.offers += 1
        session.add(row)
        notices.owe(session, at, [_offer(row, member, activity)])
        audit.record(session, at, None, "signup.offer", f"signup:{row.id}", None, {"until": str(row.offered_until)})
    session.flush()


def _offer(row: SignUp, member: Member, activity: Activity) -> notices.Owed:
    return notices.Owed(
        kind=Kind.OFFER,
        key=offer_key(row),
        member=member,
        subject={"sign_up": row.id, "offer": row.offers},
        activity_id=activity.id,
        expires_at=row.offered_until,
    )


def offer_stands(row: SignUp, now: dt.datetime) -> bool:
    """Tell whether the place is still held for the person's answer."""
    return row.state is SignUpState.OFFERED and row.offered_until is not None and row.offered_until > now


def overdue(now: dt.datetime) -> ColumnElement[bool]:
    """Return the condition on `SignUp` that there was an offer which no longer stands, and nothing was done since."""
    lapsed = or_(col(SignUp.offered_until).is_(None), col(SignUp.offered_until) <= now)
    return and_(col(SignUp.state) == SignUpState.OFFERED, lapsed)


def still_told(session: Session, at: Moment, subject: Mapping[str, Any]) -> bool:
    """Tell whether the very offer that a notice tells of (its subject) still stands: not an earlier or later one."""
    row = session.get(SignUp, subject["sign_up"])
    return row is not None and offer_stands(row, at.now) and row.offers == subject["offer"]


def _still_offered(question: Question, card: Card) -> bool:
    return cards.is_live(question, card) and still_told(question.session, question.at, question.due.subject)


declare(Kind.OFFER, cards.shown(_still_offered), priority=2, absorbs=(Kind.REMINDER, Kind.CARD))
declare(Kind.LAPSED, cards.shown(lambda _question, _card: True), listing=Listing(Kind.LAPSED, singly=True))


def reaim_offers(session: Session, at: Moment, activity: Activity, slots: Sequence[Slot]) -> None:
    """Give the offers that are open the deadline that an offer made now would have, and offer what is free.

    For when the time of these slots has changed; they are locked by the caller.
    """
    for slot in slots:
        begins = expected(activity, slot).starts_at
        if begins > at.now:
            _set_deadline(session, at, slot, offer_deadline(at, begins))
        promote(session, at, slot, activity)


def _set_deadline(session: Session, at: Moment, slot: Slot, until: dt.datetime) -> None:
    open_offers = SignUp.slot_id == slot.id, SignUp.state == SignUpState.OFFERED
    rows = session.exec(select(SignUp).where(*open_offers).with_for_update()).all()
    for row in rows:
        row.offered_until, row.updated_at = until, at.now
        session.add(row)
    told = col(Notice.key).in_([offer_key(row) for row in rows]), col(Notice.state) == NoticeState.OWED
    session.connection().execute(update(Notice).where(*told).values(expires_at=until))


def offer_key(row: SignUp) -> str:
    """Return the key of the notice that tells of the offer the sign-up stands at."""
    return f"offer:{row.id}:{row.offers}"


def release(
    session: Session,
    at: Moment,
    actor_id: int | None,
    row: SignUp,
    slot: Slot,
    activity: Activity,
    state: SignUpState,
) -> None:
    """End a sign-up and pass a freed place on. The slot is locked by the caller."""
    before = row.state
    row.state, row.updated_at, row.offered_until = state, at.now, None
    session.add(row)
    session.flush()
    audit.record(
        session, at, actor_id, "signup.leave", f"signup:{row.id}", {"state": before.value}, {"state": state.value}
    )
    if before in HOLDS_PLACE:
        promote(session, at, slot, activity)


def accept(session: Session, actor: Actor, at: Moment, sign_up_id: int) -> int:
    """Take an offered place (递补) before its deadline. Returns the activity's id; Refused when lapsed or clashing."""
    lock_member(session, actor.id)
    found = session.get(SignUp, sign_up_id)
    if found is None or found.member_id != actor.id:
        raise Refused(Reason.NOT_ALLOWED)
    slot, activity = lock_slot(session, found.slot_id)
    session.refresh(found)
    if found.state is SignUpState.GOING:
        raise Refused(Reason.ALREADY_GOING, title=activity.title)
    if activity.state is ActivityState.CANCELLED:
        raise Refused(Reason.CANCELLED, f"activity:{activity.id}", title=activity.title)
    if not offer_stands(found, at.now):
        raise Refused(Reason.OFFER_LAPSED, title=activity.title)
    hours = hours_of(slot, activity.starts_at, activity.ends_at)
    clash = overlapping(session, actor.id, hours, but=sign_up_id, states=(SignUpState.GOING,))
    if clash is not None:
        raise Refused(Reason.OVERLAP, title=clash.title)
    found.state, found.offered_until, found.updated_at = SignUpState.GOING, None, at.now
    session.add(found)
    # Taken from the card before its message went out. It must not stand in for word of a later change.
    notices.cancel_owed(session, "the place has been taken", col(Notice.key) == offer_key(found))
    audit.record(session, at, actor.id, "signup.accept", f"signup:{found.id}", None, {"state": "going"})
    leave_others(session, at, actor.id, actor.id, activity, found.slot_id)
    return activity.id or 0


def leave_others(session: Session, at: Moment, by: int, member_id: int, activity: Activity, slot_id: int) -> None:
    """Give back what the person holds in the activity's other slots: one place a person."""
    session.flush()
    others = session.exec(
        select(SignUp)
        .where(
            SignUp.activity_id == activity.id,
            SignUp.member_id == member_id,
            SignUp.slot_id != slot_id,
            col(SignUp.state).in_(_IN_LINE),
        )
        .order_by(col(SignUp.slot_id))
    ).all()
    for row in others:
        slot, _ = lock_slot(session, row.slot_id)
        session.refresh(row)
        if row.state in _IN_LINE:
            release(session, at, by, row, slot, activity, SignUpState.WITHDRAWN)


def lapse(session: Session, at: Moment) -> int:
    """End the offers whose deadline has passed, or whose holder can't be reached, and offer the places on.

    The people are told, at once or when they are back. Returns how many offers ended.
    """
    unheard = and_(col(SignUp.state) == SignUpState.OFFERED, member_addresses.is_lost())
    lapsed = session.exec(
        select(SignUp.id, SignUp.slot_id)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .where(or_(overdue(at.now), unheard))
        .order_by(col(SignUp.slot_id), col(SignUp.queued_at))
    ).all()
    ended = 0
    for sign_up_id, slot_id in lapsed:
        slot, activity = lock_slot(session, slot_id)
        row = session.get(SignUp, sign_up_id, populate_existing=True)
        if row is None or row.state is not SignUpState.OFFERED:
            continue
        away = bool(member_addresses.lost_since(session, [row.member_id]))
        if offer_stands(row, at.now) and not away:
            continue
        member = session.get(Member, row.member_id)
        served = expected(activity, slot)
        if member is not None and closed(served, at.now) is None:
            notices.owe(session, at, [_lapsed(row, member, served.starts_at, away=away)])
        release(session, at, None, row, slot, activity, SignUpState.WITHDRAWN)
        notices.cancel_owed(session, "the offer has ended", col(Notice.key) == offer_key(row))
        ended += 1
    _offer_again(session, at)
    return ended


def _offer_again(session: Session, at: Moment) -> None:
    """Offer the free places that were passed by, to who is back by now or has joined the line since."""
    taken = (
        select(func.count())
        .select_from(held := aliased(SignUp))
        .where(held.slot_id == Slot.id, col(held.state).in_(HOLDS_PLACE))
        .scalar_subquery()
    )
    slots = session.exec(
        select(Slot.id)
        .join(Activity, col(Activity.id) == col(Slot.activity_id))
        .join(SignUp, col(SignUp.slot_id) == col(Slot.id))
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .where(
            SignUp.state == SignUpState.WAITLISTED,
            ~member_addresses.is_lost(),
            slot_is_ahead(at.now),
            taken < Slot.places,
        )
        .distinct()
        .order_by(col(Slot.id))
    ).all()
    for slot_id in slots:
        promote(session, at, *lock_slot(session, slot_id or 0))


def _lapsed(row: SignUp, member: Member, begins: dt.datetime, *, away: bool) -> notices.Owed:
    return notices.Owed(
        kind=Kind.LAPSED,
        key=f"lapsed:{row.id}:{row.offers}",
        member=member,
        subject={"away": True} if away else {},
        activity_id=row.activity_id,
        expires_at=begins,
    )
