"""/today: what waits for a leader or a coordinator; a member is shown the own places instead."""

from bot.access import Access
from bot.callbacks.today import TodayTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import today as views
from bot.views.mine import mine_screen
from corps import today as corps_today
from corps.records import mine

routes = Routes()


@routes.command("today", Access.MEMBER)
async def today(turn: Turn) -> None:
    """Show what waits for me."""
    found = await turn.run(corps_today.see)
    if not found.office:
        await turn.send(views.for_member(turn.voice, mine_screen(turn.voice, await turn.run(mine.mine))))
        return
    await turn.send(views.screen(turn.voice, turn.actor, found))


@routes.tap(TodayTap, Access.LEADER)
async def on_today(turn: Turn, tap: TodayTap) -> None:
    """Show a page of one matter, or all of it again as it is now."""
    found = await turn.run(corps_today.see)
    await turn.show(views.page(turn.voice, turn.actor, found, tap.matter, tap.page))
