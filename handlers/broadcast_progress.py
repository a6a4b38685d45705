"""收到, and the sender's card of a broadcast: who has it, who has not, who has confirmed."""

from collections.abc import Iterable

from bot.access import Access
from bot.callbacks.broadcast import (
    AckTap,
    FormersTap,
    HavingTap,
    MissedTap,
    NudgeTap,
    OpenTap,
    RefreshTap,
    SilentTap,
    StopTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import broadcast_progress as views
from bot.views.broadcast import formers_screen
from bot.views.broadcast_copy import copy_rows, receipt_choice, receipt_noted
from bot.views.screen import Screen
from corps.broadcasts import acknowledgements, broadcasts, live_cards, person_lists
from corps.parsing.words import RECEIPT

routes = Routes()


@routes.tap(AckTap, Access.MEMBER, in_groups=True)
async def on_acknowledge(turn: Turn, tap: AckTap) -> None:
    """收到: noted; the button under one's own copies says so. In a group it stays for the others."""
    receipt = await turn.run(acknowledgements.receive, tap.broadcast)
    await turn.toast(turn.voice("toast.acknowledged" if receipt.first else "toast.acknowledged_before"))
    if turn.in_group:
        return
    chosen = len(turn.all_under_finger(AckTap)) > 1  # it was asked which one is meant, and others wait still
    await _settle(turn, tap.broadcast, receipt.copies if chosen else (*receipt.copies, turn.message_id))
    if chosen:
        await turn.show(receipt_choice(turn.voice, await turn.run(acknowledgements.waiting)))


async def _settle(turn: Turn, broadcast: int, copies: Iterable[str]) -> None:
    """Let no copy offer 收到 any more for what is noted."""
    rows = copy_rows(turn.voice, broadcast, acknowledged=True, for_leader=turn.actor.is_leader)
    for message_id in dict.fromkeys(copies):
        await turn.rebutton(rows, message_id)


@routes.spoken(RECEIPT)
async def take_receipt(turn: Turn) -> bool:
    """收到, typed: noted for the broadcast that waits for it; of several it is asked which."""
    typed, receipt = await turn.run(acknowledgements.take_typed)
    if receipt is not None:
        ((broadcast, html),) = typed.waiting
        await _settle(turn, broadcast, receipt.copies)
        await turn.send(receipt_noted(turn.voice, html))
    elif typed.waiting:
        await turn.send(receipt_choice(turn.voice, typed))
    return bool(typed.waiting)


@routes.tap(RefreshTap, Access.LEADER)
async def on_refresh(turn: Turn, tap: RefreshTap) -> None:
    """刷新: the card as it is now."""
    shown = await turn.run(live_cards.see, tap.broadcast)
    await turn.show(views.card_screen(turn.voice, shown), turn.voice("toast.refreshed"))


@routes.redraw("broadcast")
async def redraw_card(turn: Turn, tap: RefreshTap) -> None:
    """Show the broadcast as it is now: what has gone out can't be cancelled, and its card does not offer it."""
    shown = await turn.run(live_cards.see, tap.broadcast)
    await turn.show(views.card_screen(turn.voice, shown))


@routes.tap(OpenTap, Access.LEADER)
async def on_open(turn: Turn, tap: OpenTap) -> None:
    """The card of a former broadcast, which is the live one from now on."""
    shown = await turn.run(live_cards.see, tap.broadcast)
    await turn.toast()
    sent = await turn.send(views.card_screen(turn.voice, shown))
    await turn.run(broadcasts.put_card, tap.broadcast, (turn.chat, sent.id))


@routes.tap(FormersTap, Access.LEADER)
async def on_formers(turn: Turn, _tap: FormersTap) -> None:
    """The newest broadcasts, each with its card."""
    rows = await turn.run(live_cards.recent)
    await turn.show(formers_screen(turn.voice, rows))


@routes.tap(SilentTap, Access.LEADER)
async def on_silent(turn: Turn, tap: SilentTap) -> None:
    """未确认名单: show a page of those who have not confirmed."""
    found = await turn.run(person_lists.silent, tap.broadcast, tap.page, views.PAGE)
    screen = views.silent_page(turn.voice, lambda n: SilentTap(tap.broadcast, n), found)
    await _list(turn, screen, opens=tap.page < 0)


async def _list(turn: Turn, screen: Screen, *, opens: bool) -> None:
    """Show a page of a list: the first time as a message of its own, so that the card stays the card."""
    if opens:
        await turn.toast()
        await turn.send(screen)
    else:
        await turn.show(screen)


@routes.tap(MissedTap, Access.LEADER)
async def on_missed(turn: Turn, tap: MissedTap) -> None:
    """联系不上: who, and why."""
    found = await turn.run(person_lists.missed, tap.broadcast, tap.page, views.PAGE)
    screen = views.missed_page(turn.voice, lambda n: MissedTap(tap.broadcast, n), found)
    await _list(turn, screen, opens=tap.page < 0)


@routes.tap(HavingTap, Access.LEADER)
async def on_having(turn: Turn, tap: HavingTap) -> None:
    """谁怎么收到的: who has it, and by which way."""
    found = await turn.run(person_lists.having, tap.broadcast, tap.page, views.PAGE)
    screen = views.having_page(turn.voice, lambda n: HavingTap(tap.broadcast, n), found)
    await _list(turn, screen, opens=tap.page < 0)


@routes.tap(NudgeTap, Access.LEADER)
async def on_nudge(turn: Turn, tap: NudgeTap) -> None:
    """催一下: remind those who have not confirmed, and say how many they are."""
    number, shown = await turn.run(live_cards.nudge, tap.broadcast)
    await turn.show(views.card_screen(turn.voice, shown), turn.voice("toast.nudged", n=number))


@routes.tap(StopTap, Access.LEADER)
async def on_stop(turn: Turn, tap: StopTap) -> None:
    """停止发送: take back what is not out yet."""
    shown = await turn.run(live_cards.stop, tap.broadcast)
    await turn.show(views.card_screen(turn.voice, shown), turn.voice("toast.stopped"))
