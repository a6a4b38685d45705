"""补报时长: a member hands in service elsewhere, the leader confirms it, a coordinator verifies it."""

from bot.access import Access
from bot.callbacks.own_hours import (
    ListedOwnTap,
    OwnAfreshTap,
    OwnAgreeTap,
    OwnCorrectTap,
    OwnKeepTap,
    OwnListTap,
    OwnNewTap,
    OwnPhotoTap,
    OwnReturnTap,
    OwnSkipTap,
    OwnSubmitTap,
    OwnTap,
    OwnWithdrawTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import own_hours as views
from corps.conversations import Conversation
from corps.own_hours import own_cards, own_form
from corps.own_hours.own_form import KIND, WHY

routes = Routes()


@routes.tap(OwnListTap, Access.MEMBER)
async def on_list(turn: Turn, tap: OwnListTap) -> None:
    """Show what I have handed in."""
    found = await turn.run(own_cards.list_own, tap.page)
    await turn.show(views.list_screen(turn.voice, found))


@routes.tap(OwnTap, Access.MEMBER)
async def on_card(turn: Turn, tap: OwnTap) -> None:
    """Show a service."""
    card = await turn.run(own_cards.see, tap.own)
    await turn.show(views.own_card(turn.voice, card))


@routes.tap(ListedOwnTap, Access.LEADER)
async def on_listed(turn: Turn, tap: ListedOwnTap) -> None:
    """Show one of several services; the list stays for the others."""
    card = await turn.run(own_cards.see, tap.own)
    await turn.toast()
    await turn.send(views.own_card(turn.voice, card))


@routes.redraw("own")
async def redraw_card(turn: Turn, tap: OwnTap) -> None:
    """Show the service as it is now."""
    card = await turn.run(own_cards.see, tap.own)
    await turn.show(views.own_card(turn.voice, card))


@routes.tap(OwnPhotoTap, Access.MEMBER)
async def on_photo(turn: Turn, tap: OwnPhotoTap) -> None:
    """看照片; the card stays."""
    card = await turn.run(own_cards.see, tap.own)
    screen = views.photo(turn.voice, card)
    await turn.toast()
    if screen is None or await turn.send_each([screen]):
        await turn.send(views.no_photo(turn.voice))


@routes.tap(OwnNewTap, Access.MEMBER)
async def on_new(turn: Turn, _tap: OwnNewTap) -> None:
    """补报时长: go on with what was begun, or ask the first question."""
    stand = await turn.run(own_form.begin)
    await turn.toast()
    await turn.send(views.question(turn.voice, stand))


@routes.tap(OwnAfreshTap, Access.MEMBER)
async def on_afresh(turn: Turn, _tap: OwnAfreshTap) -> None:
    """重新填: ask the first question again."""
    stand = await turn.run(own_form.begin_afresh)
    await turn.show(views.question(turn.voice, stand))


@routes.tap(OwnCorrectTap, Access.MEMBER)
async def on_correct(turn: Turn, tap: OwnCorrectTap) -> None:
    """修改: fill in anew what came back."""
    stand = await turn.run(own_form.correct, tap.own)
    await turn.toast()
    await turn.send(views.question(turn.voice, stand))


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Ask the open question again."""
    stand = await turn.run(own_form.ask_again, conversation)
    await turn.send(views.question(turn.voice, stand))


@routes.conversation(KIND, Access.MEMBER, show_question)
async def take_answer(turn: Turn, conversation: Conversation) -> None:
    """Take a typed answer, several in one message, or a photo."""
    file = turn.incoming.files[0] if turn.incoming.files else None
    stand = await turn.run(own_form.take, conversation, turn.text, file, turn.key)
    await turn.send(views.question(turn.voice, stand))


@routes.tap(OwnSkipTap, Access.MEMBER)
async def on_skip(turn: Turn, _tap: OwnSkipTap) -> None:
    """跳过: there is no photo."""
    stand = await turn.run(own_form.skip)
    if stand is None:
        await turn.refuse_old_screen()
        return
    await turn.show(views.question(turn.voice, stand))


@routes.tap(OwnSubmitTap, Access.MEMBER)
async def on_submit(turn: Turn, tap: OwnSubmitTap) -> None:
    """提交: the leader is asked to confirm it."""
    card = await turn.run(own_form.submit, tap.shown)
    await turn.show(views.handed_in(turn.voice, card), turn.voice("toast.done"))


@routes.redraw(OwnSubmitTap)
async def redraw_question(turn: Turn, _tap: OwnSubmitTap) -> None:
    """Take the buttons away: nothing is being handed in any more."""
    await turn.rebutton(())


@routes.tap(OwnAgreeTap, Access.LEADER)
async def on_agree(turn: Turn, tap: OwnAgreeTap) -> None:
    """确认, 核实, 确认撤回: take the next step, and show the service as it is then."""
    card = await turn.run(own_cards.agree, tap.own, tap.shown)
    await turn.show(views.handed_in(turn.voice, card), turn.voice("toast.done"))


@routes.tap(OwnKeepTap, Access.COORDINATOR)
async def on_keep(turn: Turn, tap: OwnKeepTap) -> None:
    """不同意: it stays verified."""
    card = await turn.run(own_cards.keep, tap.own, tap.shown)
    await turn.show(views.own_card(turn.voice, card), turn.voice("toast.done"))


@routes.tap(OwnReturnTap, Access.LEADER)
async def on_return(turn: Turn, tap: OwnReturnTap) -> None:
    """退回: ask for the reason."""
    await _ask_why(turn, "return", tap.own)


@routes.tap(OwnWithdrawTap, Access.MEMBER)
async def on_withdraw(turn: Turn, tap: OwnWithdrawTap) -> None:
    """撤回: ask for the reason."""
    await _ask_why(turn, "withdraw", tap.own)


async def _ask_why(turn: Turn, what: str, own_id: int) -> None:
    asked = await turn.run(own_form.ask_why, what, own_id)
    await turn.toast()
    await turn.send(views.why(turn.voice, asked))


routes.question(WHY, Access.MEMBER, own_form.ask_why_again, own_form.take_why, views.why)
