"""An activity's card and its buttons: 报名, 候补, 递补, 我来不了, 认领, 签到."""

import re

from markupsafe import Markup
from sqlmodel import Session

from bot.access import Access
from bot.callbacks.activities import ListTap
from bot.callbacks.mine import MineTap
from bot.callbacks.onsite import ReleaseTap
from bot.callbacks.signup import AcceptTap, CardTap, CheckInTap, ClaimTap, ListedTap, SignUpTap, WaitTap, WithdrawTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.cards import activity_card
from bot.views.fallbacks import refused
from bot.views.screen import Screen
from corps.activities import cards
from corps.activities.cards import Card
from corps.attendance import check_in
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Refused
from corps.signups import claims, signups, waitlist, withdrawals
from corps.signups.slots import activity_of_slot
from models.enums import SignUpState

routes = Routes()
ID_DIGITS = 15


def card_screen(turn: Turn, card: Card, heading: Markup | None = None) -> Screen:
    """Return the card with the way back to the list it was opened from, if it was."""
    back = turn.under_finger(ListTap) or turn.under_finger(MineTap)
    return activity_card(turn.voice, card, heading, back)


@routes.link("act", Access.MEMBER)
async def open_card(turn: Turn) -> None:
    """`/start act-<id>`: show an activity's card."""
    card = await turn.run(cards.see, int(turn.text) if re.fullmatch(r"[0-9]{1,9}", turn.text) else 0)
    await turn.send(card_screen(turn, card))


@routes.tap(CardTap, Access.MEMBER, in_groups=True)
async def on_card(turn: Turn, tap: CardTap) -> None:
    """Show an activity's card; in a group, to everybody there."""
    if turn.in_group:
        shared = await turn.run(cards.see_for_group, tap.activity, turn.chat)
        await turn.toast()
        await turn.send(activity_card(turn.room_voice, shared))
        return
    card = await turn.run(cards.see, tap.activity)
    await turn.show(card_screen(turn, card))


@routes.tap(ListedTap, Access.MEMBER)
async def on_listed(turn: Turn, tap: ListedTap) -> None:
    """Show the card of one of several activities; the list stays for the others."""
    card = await turn.run(cards.see, tap.activity)
    await turn.toast()
    await turn.send(card_screen(turn, card))


@routes.tap(SignUpTap, Access.MEMBER, in_groups=True)
async def on_sign_up(turn: Turn, tap: SignUpTap) -> None:
    """报名."""
    await _take(turn, tap.slot, wait=False)


@routes.tap(WaitTap, Access.MEMBER, in_groups=True)
async def on_wait(turn: Turn, tap: WaitTap) -> None:
    """候补."""
    await _take(turn, tap.slot, wait=True)


async def _take(turn: Turn, slot_id: int, *, wait: bool) -> None:
    try:
        done, card = await turn.run(_sign_up, slot_id, wait=wait)
    except Refused as no:
        await _refuse(turn, no, await turn.run(_card_of_slot, slot_id))
        return
    going = done.state is SignUpState.GOING
    toast = turn.voice("toast.signed_up") if going else turn.voice("toast.waiting", n=done.queue)
    await _show(turn, card, toast)


async def _show(turn: Turn, card: Card, toast: str = "") -> None:
    """Show the card under the finger; in a group as everybody may read it, without the tapper's own state."""
    if turn.in_group:
        card = await turn.run(cards.see_for_group, card.id, turn.chat)
        await turn.show(activity_card(turn.room_voice, card), toast)
        return
    await turn.show(card_screen(turn, card), toast)


def _sign_up(session: Session, actor: Actor, at: Moment, slot_id: int, *, wait: bool) -> tuple[signups.SignedUp, Card]:
    done = signups.sign_up(session, actor, at, slot_id, wait=wait)
    return done, cards.see(session, actor, at, done.activity_id)


def _card_of_slot(session: Session, actor: Actor, at: Moment, slot_id: int) -> Card:
    return cards.see(session, actor, at, activity_of_slot(session, slot_id))


async def _refuse(turn: Turn, no: Refused, card: Card) -> None:
    """Say why not, and make the card true again: it was an old one, or somebody was faster."""
    await turn.toast(refused(turn.voice, no).text, alert=True)
    await _show(turn, card)


@routes.tap(WithdrawTap, Access.MEMBER)
async def on_withdraw(turn: Turn, tap: WithdrawTap) -> None:
    """我来不了."""
    try:
        done, card = await turn.run(_withdraw, tap.activity)
    except Refused as no:
        await _refuse(turn, no, await turn.run(cards.see, tap.activity))
        return
    key = "toast.withdrawn_late" if done.late else "toast.left_queue" if done.queued else "toast.withdrawn"
    await turn.show(card_screen(turn, card), turn.voice(key))


def _withdraw(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[withdrawals.Withdrawn, Card]:
    done = withdrawals.withdraw(session, actor, at, activity_id)
    return done, cards.see(session, actor, at, activity_id)


@routes.tap(AcceptTap, Access.MEMBER)
async def on_accept(turn: Turn, tap: AcceptTap) -> None:
    """递补: take an offered place."""
    card = await turn.run(_accept, tap.sign_up)
    await turn.show(card_screen(turn, card), turn.voice("toast.signed_up"))


def _accept(session: Session, actor: Actor, at: Moment, sign_up_id: int) -> Card:
    return cards.see(session, actor, at, waitlist.accept(session, actor, at, sign_up_id))


@routes.tap(ClaimTap, Access.LEADER, in_groups=True)
async def on_claim(turn: Turn, tap: ClaimTap) -> None:
    """认领: take an open slot for the team."""
    try:
        done, card = await turn.run(_claim, tap.slot)
    except Refused as no:
        await _refuse(turn, no, await turn.run(_card_of_slot, tap.slot))
        return
    await _show(turn, card, turn.voice("toast.claimed", role=done.role, n=done.told))


def _claim(session: Session, actor: Actor, at: Moment, slot_id: int) -> tuple[claims.Claimed, Card]:
    done = claims.claim(session, actor, at, slot_id)
    return done, cards.see(session, actor, at, done.activity_id)


@routes.tap(ReleaseTap, Access.LEADER)
async def on_release(turn: Turn, tap: ReleaseTap) -> None:
    """放弃认领: give a claimed slot back."""
    try:
        card = await turn.run(_release, tap.slot)
    except Refused as no:
        await _refuse(turn, no, await turn.run(_card_of_slot, tap.slot))
        return
    await turn.show(card_screen(turn, card), turn.voice("toast.released"))


def _release(session: Session, actor: Actor, at: Moment, slot_id: int) -> Card:
    return cards.see(session, actor, at, claims.release(session, actor, at, slot_id))


@routes.tap(CheckInTap, Access.MEMBER)
async def on_check_in(turn: Turn, tap: CheckInTap) -> None:
    """签到 on the card."""
    card = await turn.run(_check_in, tap.activity)
    await turn.show(card_screen(turn, card), turn.voice("toast.checked_in"))


def _check_in(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    check_in.check_in(session, actor, at, activity_id)
    return cards.see(session, actor, at, activity_id)
