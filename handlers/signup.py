"""An activity's card and its buttons: 报名, 候补, 递补, 我来不了, 认领, 签到."""

import re

from markupsafe import Markup

from bot.access import Access
from bot.callbacks.activities import ListTap
from bot.callbacks.mine import MineTap
from bot.callbacks.onsite import ReleaseTap
from bot.callbacks.signup import AcceptTap, CardTap, CheckInTap, ClaimTap, ListedTap, SignUpTap, WaitTap, WithdrawTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.cards import activity_card, claimed, withdrawn
from bot.views.screen import Screen
from corps.activities import cards
from corps.activities.cards import Card
from corps.addresses import Address
from corps.attendance import card_actions
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
    card = await turn.run(card_actions.see, tap.activity, _group(turn))
    if turn.in_group:
        await turn.toast()
        await turn.send(activity_card(turn.room_voice, card))
        return
    await turn.show(card_screen(turn, card))


def _group(turn: Turn) -> Address | None:
    return turn.chat if turn.in_group else None


@routes.tap(ListedTap, Access.MEMBER)
async def on_listed(turn: Turn, tap: ListedTap) -> None:
    """Show the card of one of several activities; the list stays for the others."""
    card = await turn.run(cards.see, tap.activity)
    await turn.toast()
    await turn.send(card_screen(turn, card))


@routes.tap(SignUpTap, Access.MEMBER, in_groups=True)
async def on_sign_up(turn: Turn, tap: SignUpTap) -> None:
    """报名."""
    await _take(turn, tap, wait=False)


@routes.tap(WaitTap, Access.MEMBER, in_groups=True)
async def on_wait(turn: Turn, tap: WaitTap) -> None:
    """候补."""
    await _take(turn, tap, wait=True)


async def _take(turn: Turn, tap: SignUpTap | WaitTap, *, wait: bool) -> None:
    done, card = await turn.run(card_actions.sign_up, tap.slot, _group(turn), tap.shown, wait=wait)
    going = done.state is SignUpState.GOING
    toast = turn.voice("toast.signed_up") if going else turn.voice("toast.waiting", n=done.queue)
    await _show(turn, card, toast)


async def _show(turn: Turn, card: Card, toast: str = "") -> None:
    """Show the card under the finger; in a group as everybody may read it, without the tapper's own state."""
    await turn.show(activity_card(turn.room_voice, card) if turn.in_group else card_screen(turn, card), toast)


@routes.redraw("activity")
async def redraw_card(turn: Turn, tap: CardTap) -> None:
    """Show the card of the payload's activity as it is now, under the finger."""
    await _show(turn, await turn.run(card_actions.see, tap.activity, _group(turn)))


@routes.redraw("slot")
async def redraw_card_of_slot(turn: Turn, tap: SignUpTap) -> None:
    """Show the card of the payload's slot as it is now."""
    await _show(turn, await turn.run(card_actions.see_by_slot, tap.slot, _group(turn)))


@routes.redraw("sign_up")
async def redraw_card_of_sign_up(turn: Turn, tap: AcceptTap) -> None:
    """Show the card of the payload's sign-up as it is now."""
    await _show(turn, await turn.run(card_actions.see_by_sign_up, tap.sign_up))


@routes.tap(WithdrawTap, Access.MEMBER)
async def on_withdraw(turn: Turn, tap: WithdrawTap) -> None:
    """我来不了."""
    done, card = await turn.run(card_actions.withdraw, tap.activity)
    await turn.show(card_screen(turn, card), withdrawn(turn.voice, done))


@routes.tap(AcceptTap, Access.MEMBER)
async def on_accept(turn: Turn, tap: AcceptTap) -> None:
    """递补: take an offered place."""
    card = await turn.run(card_actions.accept, tap.sign_up, tap.shown)
    await turn.show(card_screen(turn, card), turn.voice("toast.signed_up"))


@routes.tap(ClaimTap, Access.LEADER, in_groups=True)
async def on_claim(turn: Turn, tap: ClaimTap) -> None:
    """认领: take an open slot for the team."""
    done, card = await turn.run(card_actions.claim, tap.slot, _group(turn), tap.shown)
    await _show(turn, card, claimed(turn.voice, done))


@routes.tap(ReleaseTap, Access.LEADER)
async def on_release(turn: Turn, tap: ReleaseTap) -> None:
    """放弃认领: give a claimed slot back."""
    card = await turn.run(card_actions.release, tap.slot)
    await turn.show(card_screen(turn, card), turn.voice("toast.released"))


@routes.tap(CheckInTap, Access.MEMBER)
async def on_check_in(turn: Turn, tap: CheckInTap) -> None:
    """签到 on the card."""
    card = await turn.run(card_actions.check_in, tap.activity)
    await turn.show(card_screen(turn, card), turn.voice("toast.checked_in"))
