"""The buttons of an activity's card: each does one thing and returns the card as it is afterwards.

`group` is the chat that the card stands in, for a card that everybody there reads; without it the card is the
person's own.
"""

from dataclasses import dataclass

from sqlmodel import Session

from corps import conversations
from corps.activities import cards, rules
from corps.activities.cards import Card
from corps.addresses import Address
from corps.attendance import check_in as checking_in
from corps.attendance import check_out as leaving
from corps.attendance import report_requests
from corps.attendance.two_places import Elsewhere, Instead
from corps.moment import Moment
from corps.people import Actor, Office
from corps.signups import claims, signups, undoing, waitlist, withdrawals
from corps.signups.claims import Claimed
from corps.signups.signups import SignedUp
from corps.signups.slots import activity_of_sign_up, activity_of_slot
from corps.signups.withdrawals import Doubt, Why, Withdrawn
from models import SignUp


def see(session: Session, actor: Actor, at: Moment, activity_id: int, group: Address | None = None) -> Card:
    """Return the card, as it is read where it stands."""
    if group is not None:
        return cards.see_for_group(session, actor, at, activity_id, group)
    return cards.see(session, actor, at, activity_id)


def turn_to(session: Session, actor: Actor, at: Moment, activity_id: int, group: Address | None = None) -> Card:
    """返回 to the card, or open it: what was asked about that activity is left, so that typed words don't answer it."""
    if group is None:
        conversations.leave_about(session, actor.address, activity_id)
    return see(session, actor, at, activity_id, group)


def see_by_slot(session: Session, actor: Actor, at: Moment, slot_id: int, group: Address | None = None) -> Card:
    """Return the card of the activity that a slot belongs to."""
    return see(session, actor, at, activity_of_slot(session, slot_id), group)


def sign_up(
    session: Session,
    actor: Actor,
    at: Moment,
    slot_id: int,
    group: Address | None = None,
    shown: str = "",
    *,
    wait: bool,
) -> tuple[SignedUp, Card]:
    """报名, or 候补 with `wait`, to what was `shown` above the button."""
    rules.demand_terms(session, actor, activity_of_slot(session, slot_id), shown)
    done = signups.sign_up(session, actor, at, slot_id, wait=wait)
    return done, see(session, actor, at, done.activity_id, group)


@dataclass(frozen=True)
class Left:
    """A place was given back; it can be had again by 撤销 of `undo` while nobody has it. `card`: as it is now."""

    done: Withdrawn
    card: Card
    undo: int | None


def ask_withdrawal(session: Session, actor: Actor, at: Moment, activity_id: int) -> Left | tuple[Doubt, Card]:
    """我来不了: done at once, or, when it is late or somebody waits, what to consider first."""
    doubt = withdrawals.doubt(session, actor, at, activity_id)
    if doubt is not None:
        return doubt, see(session, actor, at, activity_id)
    return withdraw(session, actor, at, activity_id)


def withdraw(session: Session, actor: Actor, at: Moment, activity_id: int, why: Why = Why.UNSAID) -> Left:
    """我来不了, all considered: give the place back. Returns the card as it is then."""
    done = withdrawals.withdraw(session, actor, at, activity_id, why)
    row = session.get(SignUp, done.left) if done.left is not None else None
    undo = done.left if row is not None and undoing.may_undo(session, actor, at, row) else None
    return Left(done, see(session, actor, at, activity_id), undo)


def say_why(session: Session, actor: Actor, at: Moment, sign_up_id: int, why: Why) -> tuple[Office, Left]:
    """生病, 工作, 其他 under a place that was given back. Returns who reads it, and the card as before."""
    office = undoing.say_why(session, actor, at, sign_up_id, why)
    card = see_by_sign_up(session, actor, at, sign_up_id)
    may = undoing.may_undo(session, actor, at, session.get_one(SignUp, sign_up_id))
    return office, Left(Withdrawn(card.id), card, sign_up_id if may else None)


def undo(session: Session, actor: Actor, at: Moment, sign_up_id: int) -> Card:
    """撤销: come after all."""
    return see(session, actor, at, undoing.undo(session, actor, at, sign_up_id))


def see_by_sign_up(session: Session, actor: Actor, at: Moment, sign_up_id: int) -> Card:
    """Return the card of the activity that a sign-up is for."""
    return see(session, actor, at, activity_of_sign_up(session, sign_up_id))


def accept(session: Session, actor: Actor, at: Moment, sign_up_id: int, shown: str = "") -> Card:
    """递补: take an offered place in what was `shown` above the button."""
    rules.demand_terms(session, actor, activity_of_sign_up(session, sign_up_id), shown)
    return see(session, actor, at, waitlist.accept(session, actor, at, sign_up_id))


def claim(
    session: Session, actor: Actor, at: Moment, slot_id: int, group: Address | None = None, shown: str = ""
) -> tuple[Claimed, Card]:
    """认领: take an open slot for the team, in what was `shown` above the button."""
    rules.demand_terms(session, actor, activity_of_slot(session, slot_id), shown)
    done = claims.claim(session, actor, at, slot_id)
    return done, see(session, actor, at, done.activity_id, group)


def release(session: Session, actor: Actor, at: Moment, slot_id: int) -> Card:
    """放弃认领: give a claimed slot back."""
    return see(session, actor, at, claims.release(session, actor, at, slot_id))


def check_in(
    session: Session, actor: Actor, at: Moment, activity_id: int, other_id: int = 0, instead: Instead | None = None
) -> Card | Elsewhere:
    """签到 on the card; whoever is at another place is asked which."""
    elsewhere = checking_in.check_in(session, actor, at, activity_id, other_id, instead)
    return elsewhere or see(session, actor, at, activity_id)


def check_out(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """签退 on the card."""
    leaving.check_out(session, actor, at, activity_id)
    return see(session, actor, at, activity_id)


def walk_in(session: Session, actor: Actor, at: Moment, slot_id: int) -> Card | Elsewhere:
    """现在报名并签到; whoever is at another place is asked which."""
    activity_id, elsewhere = checking_in.walk_in(session, actor, at, slot_id)
    return elsewhere or see(session, actor, at, activity_id)


def nudge_report(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[tuple[str, ...], Card]:
    """催联络员. Returns who is asked, and the card."""
    asked = report_requests.nudge(session, actor, at, activity_id)
    return asked, see(session, actor, at, activity_id)
