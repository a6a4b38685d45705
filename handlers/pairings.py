"""/pairings: the year's rural-aid pairings; register one, confirm or return it, end it."""

from bot.access import Access
from bot.callbacks.pairings import (
    ListedPairingTap,
    PairAfreshTap,
    PairBackTap,
    PairConfirmTap,
    PairCorrectTap,
    PairDayTap,
    PairEndTap,
    PairingsTap,
    PairingTap,
    PairMonthTap,
    PairNewTap,
    PairReturnTap,
    PairSubmitTap,
    PairTeamTap,
    PairTodayTap,
)
from bot.routing.message_input import read_year
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import pairings as views
from corps.pairings import pairing_cards, pairing_form
from corps.pairings.pairing_form import KIND, WHY, Stand

routes = Routes()


@routes.command("pairings", Access.LEADER)
async def pairing_list(turn: Turn) -> None:
    """Show the year's pairings, or those of the year typed after the command."""
    found = await turn.run(pairing_cards.list_year, read_year(turn.text))
    await turn.send(views.list_screen(turn.voice, found))


@routes.tap(PairingsTap, Access.LEADER)
async def on_list(turn: Turn, tap: PairingsTap) -> None:
    """Show a page of a year's pairings."""
    found = await turn.run(pairing_cards.list_year, tap.year)
    await turn.show(views.list_screen(turn.voice, found, tap.page))


@routes.tap(PairingTap, Access.LEADER)
async def on_card(turn: Turn, tap: PairingTap) -> None:
    """Show a pairing."""
    card = await turn.run(pairing_cards.see, tap.pairing)
    await turn.show(views.pairing_card(turn.voice, card))


@routes.tap(ListedPairingTap, Access.LEADER)
async def on_listed(turn: Turn, tap: ListedPairingTap) -> None:
    """Show one of several pairings; the list stays for the others."""
    card = await turn.run(pairing_cards.see, tap.pairing)
    await turn.toast()
    await turn.send(views.pairing_card(turn.voice, card))


@routes.tap(PairNewTap, Access.LEADER)
async def on_new(turn: Turn, _tap: PairNewTap) -> None:
    """登记: go on with what was begun, or ask the first question."""
    stand = await turn.run(pairing_form.begin)
    await turn.toast()
    await turn.send(views.question(turn.voice, stand))


@routes.tap(PairAfreshTap, Access.LEADER)
async def on_afresh(turn: Turn, _tap: PairAfreshTap) -> None:
    """重新填: ask the first question again."""
    stand = await turn.run(pairing_form.begin_afresh)
    await turn.show(views.question(turn.voice, stand))


@routes.tap(PairCorrectTap, Access.LEADER)
async def on_correct(turn: Turn, tap: PairCorrectTap) -> None:
    """修改: begin with what the returned pairing said; the name and what follows are asked again."""
    stand = await turn.run(pairing_form.correct, tap.pairing)
    await turn.toast()
    await turn.send(views.question(turn.voice, stand))


routes.form(KIND, Access.LEADER, pairing_form.ask_again, pairing_form.take, views.question)


@routes.tap(PairTeamTap, Access.LEADER)
async def on_team(turn: Turn, tap: PairTeamTap) -> None:
    """Take the team."""
    await _show_or_old(turn, await turn.run(pairing_form.choose_team, tap.team))


@routes.tap(PairTodayTap, Access.LEADER)
async def on_today(turn: Turn, _tap: PairTodayTap) -> None:
    """今天: answer the question for a day with today."""
    await _show_or_old(turn, await turn.run(pairing_form.choose_today))


@routes.tap(PairDayTap, Access.LEADER)
async def on_day(turn: Turn, tap: PairDayTap) -> None:
    """Take a day of the calendar."""
    await _show_or_old(turn, await turn.run(pairing_form.choose_day, tap.day))


@routes.tap(PairMonthTap, Access.LEADER)
async def on_month(turn: Turn, tap: PairMonthTap) -> None:
    """Turn the calendar."""
    await _show_or_old(turn, await turn.run(pairing_form.turn_calendar, tap.year, tap.month))


@routes.tap(PairBackTap, Access.LEADER)
async def on_back(turn: Turn, tap: PairBackTap) -> None:
    """上一步: ask the question before once more."""
    await _show_or_old(turn, await turn.run(pairing_form.back, tap.step))


async def _show_or_old(turn: Turn, stand: Stand | None) -> None:
    if stand is None:
        await turn.refuse_old_screen()
        return
    await turn.show(views.question(turn.voice, stand))


@routes.tap(PairSubmitTap, Access.LEADER)
async def on_submit(turn: Turn, tap: PairSubmitTap) -> None:
    """提交: another coordinator is asked to confirm."""
    done, card = await turn.run(pairing_form.submit, tap.shown)
    await turn.show(views.registered(turn.voice, done.office, card), turn.voice("toast.done"))


@routes.tap(PairConfirmTap, Access.COORDINATOR)
async def on_confirm(turn: Turn, tap: PairConfirmTap) -> None:
    """确认: it counts."""
    card = await turn.run(pairing_form.confirm, tap.pairing, tap.shown)
    await turn.show(views.pairing_card(turn.voice, card), turn.voice("pairing.confirmed"))


@routes.redraw(PairSubmitTap)
async def redraw_question(turn: Turn, _tap: PairSubmitTap) -> None:
    """Take the buttons away: nothing is being registered any more."""
    await turn.rebutton(())


@routes.redraw("pairing")
async def redraw_pairing(turn: Turn, tap: PairingTap) -> None:
    """Show the pairing as it is now."""
    found = await turn.run(pairing_cards.see, tap.pairing)
    await turn.show(views.pairing_card(turn.voice, found))


@routes.tap(PairReturnTap, Access.COORDINATOR)
async def on_return(turn: Turn, tap: PairReturnTap) -> None:
    """退回: ask for the reason."""
    await _ask_why(turn, "return", tap.pairing, tap.shown)


@routes.tap(PairEndTap, Access.COORDINATOR)
async def on_end(turn: Turn, tap: PairEndTap) -> None:
    """结束: ask for the reason."""
    await _ask_why(turn, "end", tap.pairing)


async def _ask_why(turn: Turn, what: str, pairing_id: int, shown: str = "") -> None:
    asked = await turn.run(pairing_form.ask_why, what, pairing_id, shown)
    await turn.toast()
    await turn.send(views.why(turn.voice, asked))


routes.question(WHY, Access.COORDINATOR, pairing_form.ask_why_again, pairing_form.take_why, views.why)
