"""Visits of a pairing (走访): when, who went, then the report; and what is agreed with a partner."""

from bot.access import Access
from bot.callbacks.pairings import TermsTap, VisitDoneTap, VisitorTap, VisitPageTap, VisitTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import reports as report_views
from bot.views.pairings import pairing_card
from bot.views.planning import visits as views
from corps.conversations import Conversation
from corps.visits import visit_form
from corps.visits.visit_form import KIND, TERMS, VisitStand

routes = Routes()


@routes.tap(VisitTap, Access.LEADER)
async def on_visit(turn: Turn, tap: VisitTap) -> None:
    """走访: ask when it was."""
    stand = await turn.run(visit_form.begin, tap.pairing)
    await turn.toast()
    await turn.send(views.question(turn.voice, stand))


routes.form(KIND, Access.LEADER, visit_form.ask_again, visit_form.take, views.question)


@routes.tap(VisitorTap, Access.LEADER)
async def on_visitor(turn: Turn, tap: VisitorTap) -> None:
    """Somebody went, or did not."""
    await _show_or_old(turn, await turn.run(visit_form.choose, tap.member, went=tap.went), tap.page)


@routes.tap(VisitPageTap, Access.LEADER)
async def on_page(turn: Turn, tap: VisitPageTap) -> None:
    """Show another page of the team."""
    await _show_or_old(turn, await turn.run(visit_form.turn), tap.page)


async def _show_or_old(turn: Turn, stand: VisitStand | None, page: int) -> None:
    if stand is None:
        await turn.refuse_old_screen()
        return
    await turn.show(views.question(turn.voice, stand, page))


@routes.tap(VisitDoneTap, Access.LEADER)
async def on_done(turn: Turn, _tap: VisitDoneTap) -> None:
    """选好了: the visit stands, and its report is asked for."""
    await turn.pass_gate()
    word = turn.voice("visit.word").unescape()
    stand = await turn.run(visit_form.record, word, turn.key)
    await turn.show(report_views.question_screen(turn.voice, stand), turn.voice("toast.done"))


@routes.redraw(VisitDoneTap)
async def redraw_question(turn: Turn, _tap: VisitDoneTap) -> None:
    """Take the buttons away: nothing is being recorded any more."""
    await turn.rebutton(())


@routes.tap(TermsTap, Access.LEADER)
async def on_terms(turn: Turn, tap: TermsTap) -> None:
    """Ask for the contact, what is agreed, or the last day."""
    stand = await turn.run(visit_form.ask_terms, tap.pairing, tap.field)
    await turn.toast()
    await turn.send(views.terms_question(turn.voice, stand))


async def show_terms(turn: Turn, conversation: Conversation) -> None:
    """Ask for it again."""
    stand = await turn.run(visit_form.ask_terms_again, conversation)
    await turn.send(views.terms_question(turn.voice, stand))


@routes.conversation(TERMS, Access.LEADER, show_terms)
async def take_terms(turn: Turn, conversation: Conversation) -> None:
    """Take the answer."""
    stand = await turn.run(visit_form.take_terms, conversation, turn.text, turn.key)
    if stand.card is not None:
        await turn.send(pairing_card(turn.voice, stand.card, turn.voice("visit.kept")))
    else:
        await turn.send(views.terms_question(turn.voice, stand))
