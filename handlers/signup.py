"""An activity's card and its buttons: 报名, 候补, 递补, 我来不了, 认领, 签到."""

import re

from markupsafe import Markup

from bot.access import Access
from bot.callbacks.activities import ListTap
from bot.callbacks.mine import MineTap
from bot.callbacks.onsite import ReleaseTap
from bot.callbacks.reports import NudgeReportTap
from bot.callbacks.signup import (
    AcceptTap,
    CardTap,
    CheckInHereTap,
    CheckInTap,
    CheckOutTap,
    ClaimTap,
    ListedTap,
    SignUpTap,
    UndoTap,
    WaitTap,
    WhyTap,
    WithdrawForTap,
    WithdrawTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import fallbacks, joining
from bot.views.cards import activity_card, checked_out, claimed, doubt_screen, elsewhere_screen, undoable, withdrawn
from bot.views.screen import Screen, lines, told
from corps.activities import cards
from corps.activities.cards import Card
from corps.addresses import Address
from corps.attendance import card_actions
from corps.attendance.card_actions import Left
from corps.attendance.two_places import Elsewhere
from corps.membership import join_form
from models.enums import SignUpState

routes = Routes()


def card_screen(turn: Turn, card: Card, heading: Markup | None = None) -> Screen:
    """Return the card with the way back to the list it was opened from, if it was."""
    back = turn.under_finger(ListTap) or turn.under_finger(MineTap)
    return activity_card(turn.voice, card, heading, back)


@routes.link("act")
async def open_card(turn: Turn) -> None:
    """`/start act-<id>`: show an activity's card; to somebody not in the corps what it is, and how to get in."""
    activity_id = int(turn.text) if re.fullmatch(r"[0-9]{1,9}", turn.text) else 0
    found, stand = await turn.run(join_form.open_activity, activity_id)
    if isinstance(found, Card):
        await turn.send(card_screen(turn, found))
        return
    await turn.send(fallbacks.from_link(turn.voice, turn.actor, found, joining=stand is not None))
    if stand is not None:
        await turn.send(joining.screen(turn.voice, stand))


@routes.tap(CardTap, Access.MEMBER, in_groups=True)
async def on_card(turn: Turn, tap: CardTap) -> None:
    """Show an activity's card; in a group, to everybody there."""
    card = await turn.run(card_actions.turn_to, tap.activity, _group(turn))
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
    """报名: take a place in a slot."""
    await _take(turn, tap, wait=False)


@routes.tap(WaitTap, Access.MEMBER, in_groups=True)
async def on_wait(turn: Turn, tap: WaitTap) -> None:
    """候补: wait for a place in a slot."""
    await _take(turn, tap, wait=True)


async def _take(turn: Turn, tap: SignUpTap | WaitTap, *, wait: bool) -> None:
    done, card = await turn.run(card_actions.sign_up, tap.slot, _group(turn), tap.shown, wait=wait)
    going = done.state is SignUpState.GOING
    toast = turn.voice("toast.signed_up") if going else turn.voice("toast.waiting", n=done.queue)
    await _show(turn, card, await _receipt(turn, card.id, toast))


async def _receipt(turn: Turn, activity_id: int, said: Markup) -> Markup:
    """Send who tapped in a group their own card in private, below what was done. Returns what the toast says."""
    if not turn.in_group:
        return said
    own = await turn.run(cards.see, activity_id)
    arrived = await turn.send_privately(activity_card(turn.voice, own, said))
    return said if arrived else lines(said, turn.voice("toast.no_receipt"))


async def _show(turn: Turn, card: Card, toast: str = "") -> None:
    """Show the card in the message that was tapped; in a group without the tapper's own state."""
    await turn.show(activity_card(turn.room_voice, card) if turn.in_group else card_screen(turn, card), toast)


@routes.redraw("activity")
async def redraw_card(turn: Turn, tap: CardTap) -> None:
    """Show the card of the payload's activity as it is now, in the message that was tapped."""
    await _show(turn, await turn.run(card_actions.see, tap.activity, _group(turn)))


@routes.redraw("slot")
async def redraw_card_of_slot(turn: Turn, tap: SignUpTap) -> None:
    """Show the card of the payload's slot as it is now."""
    await _show(turn, await turn.run(card_actions.see_by_slot, tap.slot, _group(turn)))


@routes.redraw("sign_up")
async def redraw_card_of_sign_up(turn: Turn, tap: AcceptTap) -> None:
    """Show the card of the payload's sign-up as it is now."""
    await _show(turn, await turn.run(card_actions.see_by_sign_up, tap.sign_up))


@routes.tap(WithdrawTap, Access.MEMBER, in_groups=True)
async def on_withdraw(turn: Turn, tap: WithdrawTap) -> None:
    """我来不了: withdraw, or ask first if it is late or somebody waits; who taps in a group is asked in private."""
    result = await turn.run(card_actions.ask_withdrawal, tap.activity)
    if isinstance(result, Left):
        await (_show_left_in_group if turn.in_group else _show_left)(turn, result)
        return
    question = doubt_screen(turn.voice, result[1], result[0])
    if not turn.in_group:
        await turn.show(question)
        return
    asked = await turn.send_privately(question)
    await turn.toast(turn.voice("toast.asked_privately" if asked else "toast.ask_privately"), alert=not asked)


async def _show_left_in_group(turn: Turn, left: Left) -> None:
    """Show the group's card as it is now; the person's own, with 撤销, goes to them in private."""
    said = withdrawn(turn.voice, left.done)
    own = undoable(turn.voice, activity_card(turn.voice, left.card), left, said)
    arrived = await turn.send_privately(own)
    card = await turn.run(card_actions.see, left.card.id, _group(turn))
    await _show(turn, card, said if arrived else lines(said, turn.voice("toast.no_receipt")))


@routes.tap(WithdrawForTap, Access.MEMBER)
async def on_withdraw_for(turn: Turn, tap: WithdrawForTap) -> None:
    """我来不了, all considered."""
    await _show_left(turn, await turn.run(card_actions.withdraw, tap.activity, tap.why), asks=False)


async def _show_left(turn: Turn, left: Left, *, asks: bool = True) -> None:
    screen = undoable(turn.voice, card_screen(turn, left.card), left, asks=asks)
    await turn.show(screen, withdrawn(turn.voice, left.done))


@routes.tap(WhyTap, Access.MEMBER)
async def on_why(turn: Turn, tap: WhyTap) -> None:
    """生病, 工作, 其他, once the place is given back."""
    office, left = await turn.run(card_actions.say_why, tap.sign_up, tap.why)
    screen = undoable(turn.voice, card_screen(turn, left.card), left, asks=False)
    await turn.show(screen, told(turn.voice, office))


@routes.tap(UndoTap, Access.MEMBER)
async def on_undo(turn: Turn, tap: UndoTap) -> None:
    """撤销: come after all."""
    card = await turn.run(card_actions.undo, tap.sign_up)
    await turn.show(card_screen(turn, card), turn.voice("toast.undone"))


@routes.tap(AcceptTap, Access.MEMBER)
async def on_accept(turn: Turn, tap: AcceptTap) -> None:
    """递补: take an offered place."""
    card = await turn.run(card_actions.accept, tap.sign_up, tap.shown)
    await turn.show(card_screen(turn, card), turn.voice("toast.signed_up"))


@routes.tap(ClaimTap, Access.LEADER, in_groups=True)
async def on_claim(turn: Turn, tap: ClaimTap) -> None:
    """认领: take an open slot for the team."""
    done, card = await turn.run(card_actions.claim, tap.slot, _group(turn), tap.shown)
    await _show(turn, card, await _receipt(turn, card.id, claimed(turn.voice, done)))


@routes.tap(ReleaseTap, Access.LEADER)
async def on_release(turn: Turn, tap: ReleaseTap) -> None:
    """放弃认领: give a claimed slot back."""
    card = await turn.run(card_actions.release, tap.slot)
    await turn.show(card_screen(turn, card), turn.voice("toast.released"))


@routes.tap(CheckInTap, Access.MEMBER)
async def on_check_in(turn: Turn, tap: CheckInTap) -> None:
    """签到 on the card."""
    await _checked_in(turn, await turn.run(card_actions.check_in, tap.activity))


@routes.tap(CheckInHereTap, Access.MEMBER)
async def on_check_in_here(turn: Turn, tap: CheckInHereTap) -> None:
    """签到, having said what became of the other place."""
    await _checked_in(turn, await turn.run(card_actions.check_in, tap.activity, tap.other, tap.instead))


async def _checked_in(turn: Turn, done: Card | Elsewhere) -> None:
    if isinstance(done, Elsewhere):
        await turn.show(elsewhere_screen(turn.voice, done))
        return
    await turn.show(card_screen(turn, done), turn.voice("toast.checked_in"))


@routes.tap(CheckOutTap, Access.MEMBER)
async def on_check_out(turn: Turn, tap: CheckOutTap) -> None:
    """签退: note when the person leaves."""
    card = await turn.run(card_actions.check_out, tap.activity)
    await turn.show(card_screen(turn, card), checked_out(turn.voice, card))


@routes.tap(NudgeReportTap, Access.COORDINATOR)
async def on_nudge(turn: Turn, tap: NudgeReportTap) -> None:
    """催联络员: ask once more for the report of what is over."""
    names, card = await turn.run(card_actions.nudge_report, tap.activity)
    asked = turn.voice("toast.nudged_leader", names=turn.voice("list.comma").join(names))
    await turn.show(card_screen(turn, card), asked)
