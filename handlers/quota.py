"""/quota: the five lines of the 五个10, of this year or another one, and what counts in each."""

import asyncio

from bot.access import Access, level
from bot.callbacks.quota import QuotaLineTap, QuotaPictureTap, QuotaYearTap
from bot.documents.five import five_png
from bot.routing.message_input import read_year
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.planning import five
from bot.views.quota import line_screen, quota_screen
from bot.views.screen import Screen
from corps.quotas import quota_lines, tally, year_picture
from corps.quotas.tally import Quota

routes = Routes()


@routes.command("quota", Access.MEMBER, in_groups=True)
async def quota(turn: Turn) -> None:
    """Show this year's lines, or those of the year typed after the command."""
    await turn.send(_screen(turn, await turn.run(tally.tally_for, read_year(turn.text))))


@routes.tap(QuotaYearTap, Access.MEMBER, in_groups=True)
async def on_year(turn: Turn, tap: QuotaYearTap) -> None:
    """Show the lines of another year."""
    await turn.show(_screen(turn, await turn.run(tally.tally_for, tap.year)))


def _screen(turn: Turn, result: Quota) -> Screen:
    """Leaders and coordinators may look into a line, in their own chat."""
    return quota_screen(turn.voice, result, detail=not turn.in_group and level(turn.actor) >= Access.LEADER)


@routes.tap(QuotaPictureTap, Access.LEADER)
async def on_picture(turn: Turn, tap: QuotaPictureTap) -> None:
    """图片: below the message, with the same in words."""
    found = await turn.run(year_picture.take, tap.year)
    await turn.toast(turn.voice("ledger.making"))
    drawn = await asyncio.to_thread(five_png, five.drawing(turn.voice, found))
    await turn.send(Screen(five.caption(turn.voice, found), photo=drawn))
    await turn.send(five.twin(turn.voice, found))


@routes.tap(QuotaLineTap, Access.LEADER)
async def on_line(turn: Turn, tap: QuotaLineTap) -> None:
    """Show what counts in one line."""
    found = await turn.run(quota_lines.contents, tap.year, tap.category)
    await turn.show(line_screen(turn.voice, found, tap.page))
