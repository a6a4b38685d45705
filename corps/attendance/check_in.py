"""Somebody on site, with a code or without: checked in when going, else offered a free place on the spot."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit
from corps.activities.cards import Card, SlotCard, see
from corps.activities.places import slot_starts
from corps.activities.presence import (
    came,
    check_in_opens,
    demand_check_in_open,
    expected,
    take_check_in,
    take_check_out,
)
from corps.activities.rules import find_activity
from corps.activities.sign_up_rule import ruling
from corps.activities.stages import coming
from corps.attendance import check_out, two_places
from corps.attendance.roll_call import _row, _set
from corps.attendance.two_places import Elsewhere, Instead
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups import signups
from corps.signups.signup_queries import read_request
from models import Activity, Audit, SignUp, Slot
from models.enums import AttendanceState, CheckedBy, SignUpState, Source

_SCANNED = "check_in.scan"
SCANNED_FOR = dt.timedelta(minutes=10)
"""How long a scan counts for whoever still had something to answer."""


def check_in(
    session: Session,
    actor: Actor,
    at: Moment,
    activity_id: int,
    other_id: int = 0,
    instead: Instead | None = None,
    by: CheckedBy | None = None,
    *,
    on_site: bool = False,
) -> Elsewhere | None:
    """Check in on the spot: from 30 minutes before the start to the end, by somebody who is going.

    These are the slot's own hours, if it has any; a code shows that somebody is there, and holds with the activity.
    Whoever is at another place at that time is asked which, and nothing is done; `instead` answers it for `other_id`.
    `by`: with which code; None: by a button, perhaps after a scan. `on_site`: it is known that they are there.
    """
    activity = find_activity(session, activity_id)
    demand_check_in_open(activity, at.now, activity.title)
    mine = (SignUp.activity_id == activity_id, SignUp.member_id == actor.id, SignUp.state == SignUpState.GOING)
    sign_up = session.exec(select(SignUp).where(*mine)).first()
    if sign_up is None:
        raise Refused(Reason.NOT_SIGNED_UP, title=activity.title)
    row = _row(session, activity_id, actor.id)
    if row is not None and came(row.state):
        raise Refused(Reason.ALREADY_HERE, f"activity:{activity_id}/member:{actor.id}", title=activity.title)
    by = by or _scanned(session, actor, at, activity_id)
    own = expected(activity, session.get(Slot, sign_up.slot_id))
    if by is CheckedBy.BUTTON and not on_site:
        demand_check_in_open(own, at.now, activity.title)
    if instead is not None:
        two_places.settle(session, actor, at, other_id, instead)
    elsewhere = two_places.find(session, actor.id, activity, own, at.now)
    if elsewhere is not None:
        return elsewhere
    _set(
        session, at, actor.id, row, activity_id, actor.id, sign_up.slot_id, sign_up.team_id,
        AttendanceState.PRESENT, Source.SELF_CHECKED, by,
    )  # fmt: skip
    from_now = instead is Instead.LEFT or activity.check_out
    if from_now and at.now > own.starts_at and (mark := _row(session, activity_id, actor.id)):
        mark.since = at.now
        session.add(mark)
    return None


def _scanned(session: Session, actor: Actor, at: Moment, activity_id: int) -> CheckedBy:
    """Return by which code somebody came to the button: the newest one that was scanned just now, else by none."""
    scan = session.exec(
        select(Audit)
        .where(
            Audit.subject == f"activity:{activity_id}/member:{actor.id}",
            Audit.action == _SCANNED,
            col(Audit.at) > at.now - SCANNED_FOR,
        )
        .order_by(col(Audit.id).desc())
    ).first()
    return CheckedBy((scan.after or {})["by"]) if scan is not None else CheckedBy.BUTTON


@dataclass(frozen=True)
class Arrival:
    """What the code on site led to: `checked_in` or out, the slots in which there is a place, or a question."""

    card: Card
    checked_in: bool
    slots: tuple[SlotCard, ...] = ()
    elsewhere: Elsewhere | None = None
    checked_out: bool = False


def arrive_at(session: Session, actor: Actor, at: Moment, activity_id: int, by: CheckedBy) -> Arrival:
    """Check in by a code that holds, or out. Somebody who is not signed up gets the free places to choose from."""
    if check_out.leaves(session, actor, at, activity_id):
        check_out.check_out(session, actor, at, activity_id)
        return Arrival(see(session, actor, at, activity_id), checked_in=False, checked_out=True)
    try:
        elsewhere = check_in(session, actor, at, activity_id, by=by)
    except Refused as no:
        if no.reason is not Reason.NOT_SIGNED_UP:
            raise
        card = see(session, actor, at, activity_id)
        arrival = Arrival(card, checked_in=False, slots=tuple(slot for slot in card.slots if slot.may_walk_in))
    else:
        arrival = Arrival(see(session, actor, at, activity_id), checked_in=elsewhere is None, elsewhere=elsewhere)
    if not arrival.checked_in:  # the button that follows shall know of it
        audit.record(
            session, at, actor.id, _SCANNED, f"activity:{activity_id}/member:{actor.id}", None, {"by": by.value}
        )
    return arrival


@dataclass(frozen=True)
class CheckIns:
    """Where the person may check in now, or keeps the roll; without any, what comes next for them, if anything."""

    cards: tuple[Card, ...]
    next: Card | None = None


def open_now(session: Session, actor: Actor, at: Moment) -> CheckIns:
    """Return the activities that are on at which the person checks in or out, is already, or keeps the roll."""
    around = select(Activity.id).where(take_check_in(at.now) | take_check_out(at.now))
    ids = session.exec(around.order_by(col(Activity.starts_at), col(Activity.id))).all()
    cards = [see(session, actor, at, own or 0) for own in ids]
    found = [card for card in cards if _has_to_do(card) or card.may_roll or came(card.my_attendance)]
    if found:
        return CheckIns(tuple(sorted(found, key=lambda card: not _has_to_do(card))))
    going = (
        select(Activity.id)
        .join(SignUp, col(SignUp.activity_id) == col(Activity.id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(SignUp.member_id == actor.id, SignUp.state == SignUpState.GOING, coming(at.now), slot_starts() > at.now)
        .order_by(slot_starts(), col(Activity.id))
    )
    first = session.exec(going).first()
    return CheckIns((), see(session, actor, at, first) if first is not None else None)


def _has_to_do(card: Card) -> bool:
    return card.may_check_in or card.may_check_out


def see_code(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """Return the card with the printed code, for those who manage the activity."""
    card = see(session, actor, at, activity_id)
    if not card.check_in_code:
        raise Refused(Reason.NOT_ALLOWED)
    return card


def walk_in(session: Session, actor: Actor, at: Moment, slot_id: int) -> tuple[int, Elsewhere | None]:
    """Take a free place on site and check in at once. Returns the activity's id; Refused when there is none.

    Whoever is at another place at that time has the place, and is asked which.
    """
    request = read_request(session, actor.id, slot_id)
    ruled = ruling(request, at.now, on_site=True)
    if ruled is not Reason.ALREADY_GOING:
        if isinstance(ruled, Reason):
            title = request.clash(on_site=True) if ruled is Reason.OVERLAP else request.title
            raise Refused(ruled, title=title, opens=check_in_opens(request.starts_at))
        signups.enter(session, actor.id, at, request, ruled, "signup.walk_in")
    return request.activity_id, check_in(session, actor, at, request.activity_id, on_site=True)
