"""Acting for somebody who telephoned: a leader or coordinator signs them up (代报名), or takes them off one activity.

What one's own tap could not do is not done for somebody either: the rule of signing up is the same. The person is told
of both, and may withdraw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from corps import audit, conversations, member_addresses, notices
from corps.activities import cards, rules
from corps.activities.cards import Card, SlotCard
from corps.activities.places import HOLDS_OR_WAITS, filling_teams
from corps.activities.presence import expected, has_come
from corps.activities.sign_up_rule import ruling
from corps.activities.stages import demand_ahead
from corps.conversations import Conversation
from corps.moment import Moment
from corps.notices.declarations import Question, declare
from corps.notices.kinds import Kind, is_soon
from corps.people import Actor, Somebody, lock_member, tell_apart
from corps.refusals import Reason, Refused
from corps.signups import signups
from corps.signups.signup_queries import read_request
from corps.signups.slots import find_sign_up, hours_held, lock_slot
from corps.signups.waitlist import release
from corps.signups.withdrawals import alert_if_late
from corps.sql import page_within
from models import Activity, Member, Notice, SignUp, Slot
from models.enums import MemberStatus, SignUpState

KIND = "sign_up_for"
"""The conversation in which a name is typed."""

OFF = "take_off"
"""The conversation in which a reason is typed."""

PAGE = 10
NAME_MAX = 30
REASON_MAX = 200

THEIRS = {
    Reason.ALREADY_GOING: Reason.THEY_GO,
    Reason.ONE_SLOT: Reason.THEY_GO,
    Reason.ALREADY_WAITING: Reason.THEY_WAIT,
    Reason.OVERLAP: Reason.THEY_ARE_ELSEWHERE,
    Reason.OTHER_TEAM: Reason.THEY_ARE_OF_ANOTHER_TEAM,
}
"""How a refusal is said to somebody else than the person it is about."""


def _still_held(question: Question, card: Card) -> bool:
    row = question.session.get(SignUp, question.due.subject["sign_up"])
    return row is not None and row.state in HOLDS_OR_WAITS and _slot_of(card, row).ahead


def _still_off(_question: Question, card: Card) -> bool:
    return any(slot.ahead for slot in card.slots) and all(slot.mine is None for slot in card.slots)


def _slot_of(card: Card, row: SignUp) -> SlotCard:
    return next(slot for slot in card.slots if slot.id == row.slot_id)


declare(Kind.SIGNED_UP_FOR, cards.shown(_still_held), priority=2, absorbs=(Kind.CARD,))
declare(Kind.REMOVED, cards.shown(_still_off), priority=2, absorbs=(Kind.REMINDER, Kind.CARD))


@dataclass(frozen=True)
class Choice:
    """Who can be signed up, or (`chosen`) in which slot. `typed` is the name that was looked for."""

    card: Card
    people: tuple[Somebody, ...]
    page: int = 0
    pages: int = 1
    typed: str = ""
    chosen: Somebody | None = None
    slots: tuple[SlotCard, ...] = ()


@dataclass(frozen=True)
class SignedUpFor:
    """The outcome of 代报名. `queue` is the place on the waitlist, 0 when going; `hears`: they can be written to."""

    card: Card
    name: str
    queue: int
    hears: bool


def ask(session: Session, actor: Actor, at: Moment, activity_id: int, page: int = 0, key: str = "") -> Choice:
    """代报名: offer the members who fill the activity's slots and hold nothing in it, and take a typed name."""
    return _offer(session, actor, at, activity_id, "", page, key)


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Choice:
    """Ask again."""
    return ask(session, actor, at, conversation.data["activity"])


def take_name(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> Choice:
    """Look for a typed name among those who can be signed up."""
    typed = " ".join(text.split())[:NAME_MAX]
    return _offer(session, actor, at, conversation.data["activity"], typed, 0, key)


def _offer(session: Session, actor: Actor, at: Moment, activity_id: int, typed: str, page: int, key: str) -> Choice:
    card, teams = _demand(session, actor, at, activity_id)
    conversations.put(session, at, actor.address, KIND, "name", {"activity": activity_id}, key or None)
    here = select(SignUp.member_id).where(SignUp.activity_id == activity_id, col(SignUp.state).in_(HOLDS_OR_WAITS))
    which: list[Any] = [
        Member.status == MemberStatus.ACTIVE,
        col(Member.team_id).in_(teams),
        col(Member.id).not_in(here),
        *([col(Member.name).contains(typed, autoescape=True)] if typed else []),
    ]
    total = session.exec(select(func.count()).select_from(Member).where(*which)).one()
    page, pages = page_within(total, page, PAGE)
    found = session.exec(
        select(Member.id, Member.name)
        .where(*which)
        .order_by(col(Member.name), col(Member.id))
        .offset(page * PAGE)
        .limit(PAGE)
    ).all()
    return Choice(card, tell_apart(session, [(number or 0, name) for number, name in found]), page, pages, typed)


def _demand(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, list[int]]:
    """Return the card and the teams whose members this person may act for. Refused when there is nothing to do."""
    card = cards.see(session, actor, at, activity_id)
    filling = {team for slot in card.slots for team in filling_teams(slot, card.team_ids)}
    teams = sorted(team for team in filling if actor.manages(team))
    if not teams and not actor.is_coordinator:
        raise Refused(Reason.NOT_ALLOWED)
    if not any(slot.ahead for slot in card.slots):
        demand_ahead(card, at.now, card.title)
    if not teams:
        raise Refused(Reason.NOT_CLAIMED_YET)
    return card, teams


def sign_up(
    session: Session, actor: Actor, at: Moment, activity_id: int, member_id: int, slot_id: int = 0, shown: str = ""
) -> SignedUpFor | Choice:
    """Sign somebody up, or put them on the waitlist of a full slot. Returns the slots when there is a choice.

    The person is told, who may withdraw. Raises Refused as for their own tap, in words about them.
    """
    card, teams = _demand(session, actor, at, activity_id)
    rules.demand_terms(session, actor, activity_id, shown)
    member = lock_member(session, member_id)
    if member.status is not MemberStatus.ACTIVE:
        raise Refused(Reason.PERSON_GONE)
    if member.team_id not in teams:
        raise Refused(Reason.THEY_ARE_OF_ANOTHER_TEAM if actor.is_coordinator else Reason.NOT_ALLOWED, who=member.name)
    slots = tuple(slot for slot in card.slots if member.team_id in filling_teams(slot, card.team_ids))
    if not slot_id and len(slots) > 1:
        return Choice(card, (), chosen=Somebody(member_id, member.name), slots=slots)
    slot_id = slot_id or slots[0].id
    if slot_id not in {slot.id for slot in card.slots}:
        raise Refused(Reason.GONE)
    request = read_request(session, member_id, slot_id)
    ruled = ruling(request, at.now, wait=True)
    if isinstance(ruled, Reason):
        title = request.clash() if ruled is Reason.OVERLAP else request.title
        raise Refused(THEIRS.get(ruled, ruled), title=title, who=member.name)
    signups.enter(session, actor.id, at, request, ruled, "signup.for")
    conversations.drop(session, actor.address, KIND)
    _tell(session, actor, at, card, member, slot_id)
    queue = request.waiting + 1 if ruled is SignUpState.WAITLISTED else 0
    hears = not member_addresses.lost_since(session, [member_id])
    return SignedUpFor(cards.see(session, actor, at, activity_id), member.name, queue, hears)


def _tell(session: Session, actor: Actor, at: Moment, card: Card, member: Member, slot_id: int) -> None:
    row = find_sign_up(session, slot_id, member.id or 0)
    if row is None or member.id == actor.id:
        return
    begins = hours_held(session, row)[0]
    word = notices.Owed(
        kind=Kind.SIGNED_UP_FOR,
        key=f"signed_up_for:{row.id}:{int(at.now.timestamp())}",
        member=member,
        subject={"member": actor.id, "sign_up": row.id},
        activity_id=card.id,
        expires_at=begins,
        urgent=is_soon(begins, at.now),
    )
    notices.owe(session, at, [word])


@dataclass(frozen=True)
class Held:
    """Somebody who holds a place or waits for one."""

    sign_up: int
    person: Somebody
    role: str
    state: SignUpState


@dataclass(frozen=True)
class OnIt:
    """Who can be taken off an activity."""

    card: Card
    people: tuple[Held, ...]


def who_is_on_it(session: Session, actor: Actor, at: Moment, activity_id: int) -> OnIt:
    """移出名单: those on it for whom this person may act: a leader for the own team, a coordinator for all."""
    card = cards.see(session, actor, at, activity_id)
    _demand_power(actor, card)
    rows = _held(session, SignUp.activity_id == activity_id, col(SignUp.state).in_(HOLDS_OR_WAITS))
    return OnIt(card, tuple(held for row, held in rows if actor.manages(row.team_id)))


def _demand_power(actor: Actor, card: Card) -> None:
    if not any(actor.manages(team) for team in card.team_ids) and not actor.is_coordinator:
        raise Refused(Reason.NOT_ALLOWED)


def _held(session: Session, *which: Any) -> list[tuple[SignUp, Held]]:  # noqa: ANN401 - conditions
    rows: Sequence[tuple[SignUp, str, str]] = session.exec(
        select(SignUp, Member.name, Slot.role)
        .join(Member, col(Member.id) == col(SignUp.member_id))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .where(*which)
        .order_by(col(Slot.position), col(SignUp.queued_at), col(SignUp.id))
    ).all()
    named = {one.member_id: one for one in tell_apart(session, [(row.member_id, name) for row, name, _ in rows])}
    return [(row, Held(row.id or 0, named[row.member_id], role, row.state)) for row, _, role in rows]


@dataclass(frozen=True)
class TakingOff:
    """Somebody about to be taken off, with the reason that was typed; `shown` is the fingerprint of it."""

    card: Card
    held: Held
    reason: str
    shown: str


def ask_off(session: Session, actor: Actor, at: Moment, sign_up_id: int, key: str = "", reason: str = "") -> TakingOff:
    """Ask whether somebody is to be taken off; what is typed meanwhile is the reason that they read."""
    row, held, card = _on_it(session, actor, at, sign_up_id)
    data = {"sign_up": sign_up_id, "reason": reason}
    conversations.put(session, at, actor.address, OFF, "reason", data, key or None)
    return TakingOff(card, held, reason, _sign(row, card, reason))


def ask_off_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> TakingOff:
    """Ask again."""
    return ask_off(session, actor, at, conversation.data["sign_up"], reason=conversation.data["reason"])


def take_reason(
    session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str
) -> TakingOff:
    """Take a reason, and ask again with it."""
    return ask_off(session, actor, at, conversation.data["sign_up"], key, " ".join(text.split())[:REASON_MAX])


def _on_it(session: Session, actor: Actor, at: Moment, sign_up_id: int) -> tuple[SignUp, Held, Card]:
    found = _held(session, SignUp.id == sign_up_id)
    if not found:
        raise Refused(Reason.GONE)
    row, held = found[0]
    card = cards.see(session, actor, at, row.activity_id)
    if not actor.manages(row.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    demand_ahead(expected(card, _slot_of(card, row)), at.now, card.title)
    if row.state not in HOLDS_OR_WAITS:
        raise Refused(
            Reason.THEY_ARE_OFF, who=held.person.name, **audit.last_change(session, actor, f"signup:{sign_up_id}")
        )
    if has_come(session, row.activity_id, row.member_id):
        raise Refused(Reason.THEY_CAME, who=held.person.name)
    return row, held, card


def _sign(row: SignUp, card: Card, reason: str) -> str:
    return audit.fingerprint(row.state.value, row.slot_id, card.terms, reason)


@dataclass(frozen=True)
class TakenOff:
    """The outcome: who is off, whether they can be written to, and the card as it is now."""

    card: Card
    name: str
    hears: bool


def take_off(session: Session, actor: Actor, at: Moment, sign_up_id: int, shown: str = "") -> TakenOff:
    """确认移出: end a sign-up; the waitlist moves up, the person is told, and late also who answers for the team."""
    row, held, card = _on_it(session, actor, at, sign_up_id)
    lock_member(session, row.member_id)
    slot, activity = lock_slot(session, row.slot_id)
    session.refresh(row)
    row, held, card = _on_it(session, actor, at, sign_up_id)
    said = conversations.find(session, actor.address, OFF)
    reason = said.data["reason"] if said is not None and said.data["sign_up"] == sign_up_id else ""
    audit.demand_as_shown(session, actor, shown, _sign(row, card, reason), f"signup:{sign_up_id}")
    conversations.drop(session, actor.address, OFF)
    was_going = row.state is SignUpState.GOING
    release(session, at, actor.id, row, slot, activity, SignUpState.REMOVED)
    if was_going:
        alert_if_late(session, at, actor.id, activity, row, slot)
    _tell_off(session, actor, at, row, activity, held.role, reason)
    hears = not member_addresses.lost_since(session, [row.member_id])
    return TakenOff(cards.see(session, actor, at, activity.id or 0), held.person.name, hears)


def _tell_off(
    session: Session, actor: Actor, at: Moment, row: SignUp, activity: Activity, role: str, reason: str
) -> None:
    """Tell the person; what was owed to them for the place is owed no more."""
    member = session.get(Member, row.member_id)
    stale = (Kind.SIGNED_UP_FOR.value, Kind.OFFER.value)
    ours = col(Notice.activity_id) == activity.id, col(Notice.member_id) == row.member_id
    notices.cancel_owed(session, "taken off the activity", *ours, col(Notice.kind).in_(stale))
    if member is None or member.id == actor.id:
        return
    begins = hours_held(session, row)[0]
    word = notices.Owed(
        kind=Kind.REMOVED,
        key=f"removed:{row.id}:{int(at.now.timestamp())}",
        member=member,
        subject={"member": actor.id, "role": role, "reason": reason},
        activity_id=activity.id,
        expires_at=begins,
        urgent=is_soon(begins, at.now),
    )
    notices.owe(session, at, [word])
