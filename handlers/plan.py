"""/plan 排一排: proposals for what is missing in the 五个10; accepted, exchanged, or never for this team."""

from markupsafe import Markup

from bot.access import Access
from bot.callbacks.plan import (
    PlanAcceptTap,
    PlanAfreshTap,
    PlanAnotherTap,
    PlanBringBackTap,
    PlanNeverTap,
    PlanSuitsTap,
    PlanTap,
)
from bot.routing.message_input import read_year
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.solver.solver import solve
from bot.views.planning import plan as views
from corps.planning import plan_answers, plans

routes = Routes()


@routes.command("plan", Access.COORDINATOR)
async def plan(turn: Turn) -> None:
    """Show what is proposed for this year, or for the year typed after the command."""
    await _show(turn, None if turn.tapped else read_year(turn.text))


@routes.tap(PlanTap, Access.COORDINATOR)
async def on_plan(turn: Turn, tap: PlanTap) -> None:
    """Show one of the proposals."""
    await _show(turn, tap.year, tap.number)


async def _show(turn: Turn, year: int | None, number: int = 0, toast: Markup | str = "") -> None:
    """Search for what is missing, and show the proposals."""
    search = await turn.run(plans.look, year)
    found = await turn.run(plans.keep, search, await solve(search.problem))
    await turn.show(views.screen(turn.voice, found, number), toast)


@routes.tap(PlanAcceptTap, Access.COORDINATOR)
async def on_accept(turn: Turn, tap: PlanAcceptTap) -> None:
    """采纳: it becomes a draft."""
    await turn.pass_gate()
    words = turn.room_voice("plan.no_place").unescape(), turn.room_voice("plan.role").unescape()
    done = await turn.run(plans.accept, tap.proposal, *words)
    await turn.show(views.accepted(turn.voice, done), turn.voice("toast.done"))


@routes.tap(PlanAnotherTap, Access.COORDINATOR)
async def on_another(turn: Turn, tap: PlanAnotherTap) -> None:
    """换一个: put another option in the place of a proposal."""
    await _show(turn, await turn.run(plans.take_another, tap.proposal), tap.number, turn.voice("toast.done"))


@routes.tap(PlanNeverTap, Access.COORDINATOR)
async def on_never(turn: Turn, tap: PlanNeverTap) -> None:
    """不排这个分团: plan the team of a proposal no more."""
    await _show(turn, await turn.run(plans.never, tap.proposal), tap.number, turn.voice("toast.done"))


@routes.tap(PlanBringBackTap, Access.COORDINATOR)
async def on_bring_back(turn: Turn, tap: PlanBringBackTap) -> None:
    """恢复: let a team that was left out be proposed again."""
    await _show(turn, await turn.run(plans.bring_back, tap.proposal), 0, turn.voice("toast.done"))


@routes.tap(PlanAfreshTap, Access.COORDINATOR)
async def on_afresh(turn: Turn, tap: PlanAfreshTap) -> None:
    """重新排: plan the year anew."""
    await _show(turn, await turn.run(plans.afresh, tap.year), 0, turn.voice("toast.done"))


@routes.tap(PlanSuitsTap, Access.LEADER)
async def on_suits(turn: Turn, tap: PlanSuitsTap) -> None:
    """合适 or 不合适: take the leader's answer about a proposal."""
    done = await turn.run(plan_answers.answer, tap.proposal, suits=tap.suits)
    await turn.show(views.asked(turn.voice, done), turn.voice("toast.done"))


@routes.redraw(PlanSuitsTap)
async def redraw_question(turn: Turn, tap: PlanSuitsTap) -> None:
    """Show what the team was asked, and what was answered."""
    found = await turn.run(plan_answers.see_answer, tap.proposal)
    await turn.show(views.asked(turn.voice, found))


@routes.redraw(PlanAcceptTap)
async def redraw_accepted(turn: Turn, tap: PlanAcceptTap) -> None:
    """Show what became of it, if it was accepted; else the plan as it is now."""
    done = await turn.run(plan_answers.see_accepted, tap.proposal)
    await (turn.show(views.accepted(turn.voice, done)) if done is not None else redraw(turn, tap))


@routes.redraw(PlanAnotherTap, PlanNeverTap, PlanBringBackTap)
async def redraw(turn: Turn, tap: PlanAcceptTap | PlanAnotherTap | PlanNeverTap | PlanBringBackTap) -> None:
    """Show the plan as it is now."""
    await _show(turn, await turn.run(plans.year_of, tap.proposal))
