"""/new: a pasted notice or one question at a time, everything back in words, then 确认发布, or 提交 and 批准."""

from bot.access import Access
from bot.callbacks.new_activity import (
    AgainTap,
    BackTap,
    ChooseTap,
    DraftReturnTap,
    DraftTap,
    MonthTap,
    ProposeTap,
    PublishTap,
    ResumeTap,
    TeamsDoneTap,
    TeamToggleTap,
    Ticked,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import new_activity as views
from bot.views.onsite import roll_screen
from corps.activities import cautions, entry_form, proposals
from corps.activities.entry_form import KIND, Stand
from corps.attendance import again, report_form

routes = Routes()


@routes.command("new", Access.LEADER)
async def new(turn: Turn) -> None:
    """Take a pasted notice, go on with what was begun, or ask the first question."""
    stand = await turn.run(entry_form.begin, turn.text, turn.key)
    await turn.send(views.screen(turn.voice, stand))


@routes.tap(ResumeTap, Access.LEADER)
async def on_resume(turn: Turn, tap: ResumeTap) -> None:
    """Go on with what was begun, or start afresh."""
    stand = await turn.run(entry_form.resume, resume=tap.resume)
    await turn.show(views.screen(turn.voice, stand))


routes.form(KIND, Access.LEADER, entry_form.ask_again, entry_form.take, views.screen)


@routes.tap(AgainTap, Access.LEADER)
async def on_again(turn: Turn, tap: AgainTap) -> None:
    """再办一场: all is taken over, and the date asked; the card of the past one stays."""
    stand = await turn.run(again.begin, tap.activity, turn.key)
    await turn.toast()
    await turn.send(views.screen(turn.voice, stand))


@routes.tap(ChooseTap, Access.LEADER)
async def on_choose(turn: Turn, tap: ChooseTap) -> None:
    """Take an answer given by a button; one to a question no longer open changes nothing."""
    await _show_or_old(turn, await turn.run(entry_form.choose, tap.step, tap.typed))


async def _show_or_old(turn: Turn, stand: Stand | None) -> None:
    if stand is None:
        await turn.refuse_old_screen()
        return
    await turn.show(views.screen(turn.voice, stand))


@routes.tap(BackTap, Access.LEADER)
async def on_back(turn: Turn, tap: BackTap) -> None:
    """上一步: ask the question before once more."""
    await _show_or_old(turn, await turn.run(entry_form.back, tap.step))


@routes.tap(MonthTap, Access.LEADER)
async def on_month(turn: Turn, tap: MonthTap) -> None:
    """Turn the calendar."""
    await _show_or_old(turn, await turn.run(entry_form.turn_calendar, tap.year, tap.month))


@routes.tap(TeamToggleTap, Access.LEADER)
async def on_toggle(turn: Turn, tap: TeamToggleTap) -> None:
    """Tick or untick a team."""
    ticked = None if tap.ticked is Ticked.AS_IT_IS else tap.ticked is Ticked.YES
    await _show_or_old(turn, await turn.run(entry_form.tick_team, tap.team, ticked=ticked))


@routes.tap(TeamsDoneTap, Access.LEADER)
async def on_teams_done(turn: Turn, _tap: TeamsDoneTap) -> None:
    """The teams are ticked."""
    await _show_or_old(turn, await turn.run(entry_form.finish_teams))


@routes.tap(PublishTap, Access.COORDINATOR)
async def on_publish(turn: Turn, tap: PublishTap) -> None:
    """确认发布: public from now on; a back-entry goes straight to its report."""
    entry = await turn.run(report_form.publish, tap.activity, tap.shown)
    await turn.show(views.published(turn.voice, entry), views.published_toast(turn.voice, entry))
    if entry.roll is not None:
        await turn.send(roll_screen(turn.voice, entry.roll))


@routes.tap(DraftTap, Access.LEADER)
async def on_draft(turn: Turn, tap: DraftTap) -> None:
    """Show a draft as it is before it is public."""
    card, found = await turn.run(cautions.see_with_cautions, tap.activity)
    await turn.toast()
    await turn.send(views.preview_or_card(turn.voice, card, found))


@routes.tap(ProposeTap, Access.LEADER)
async def on_propose(turn: Turn, tap: ProposeTap) -> None:
    """提交: a leader's draft waits for a coordinator."""
    done = await turn.run(proposals.propose, tap.activity, tap.shown)
    await turn.show(views.proposed(turn.voice, done), turn.voice("toast.done"))


@routes.tap(DraftReturnTap, Access.COORDINATOR)
async def on_send_back(turn: Turn, tap: DraftReturnTap) -> None:
    """退回: ask for the reason."""
    asked = await turn.run(proposals.ask_reason, tap.activity, tap.shown)
    await turn.toast()
    await turn.send(views.return_screen(turn.voice, asked))


routes.question(
    proposals.KIND, Access.COORDINATOR, proposals.ask_reason_again, proposals.take_reason, views.return_screen
)


@routes.redraw(PublishTap, ProposeTap, DraftReturnTap)
async def redraw_draft(turn: Turn, tap: PublishTap) -> None:
    """Show the draft, or what it has become, as it is now."""
    card, found = await turn.run(cautions.see_with_cautions, tap.activity)
    await turn.show(views.preview_or_card(turn.voice, card, found))
