"""简报: a verified activity, or a month, as a Word file for the office."""

import asyncio

from bot.access import Access
from bot.callbacks.briefs import BriefTap, MonthBriefTap
from bot.routing.pictures import pictures_for_paper
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import briefs as views
from corps.records import briefs
from corps.records.briefs import Brief

routes = Routes()


@routes.tap(BriefTap, Access.LEADER)
async def on_activity(turn: Turn, tap: BriefTap) -> None:
    """Send the brief of an activity."""
    await _send(turn, await turn.run(briefs.of_activity, tap.activity))


@routes.tap(MonthBriefTap, Access.COORDINATOR)
async def on_month(turn: Turn, tap: MonthBriefTap) -> None:
    """Send the brief of a month."""
    await _send(turn, await turn.run(briefs.of_month, tap.year, tap.month))


async def _send(turn: Turn, brief: Brief) -> None:
    await turn.toast(turn.voice("brief.making"))
    photos = await pictures_for_paper(turn.channel, brief.photos)
    await turn.send(await asyncio.to_thread(views.brief_screen, turn.voice, brief, photos))
