"""/quota: the five lines of the 五个10, of this year or a past one."""

import re

from bot.access import Access
from bot.callbacks.quota import QuotaYearTap
from bot.routes import Routes
from bot.turn import Turn
from bot.views.quota import quota_screen
from corps import quotas

routes = Routes()


@routes.command("quota", Access.ANYONE, in_groups=True)
async def quota(turn: Turn) -> None:
    """Show this year's lines, or those of the year typed after the command."""
    year = re.fullmatch(r"(20\d\d)年?", turn.text)
    result = await turn.run(quotas.tally_for, int(year[1]) if year else None)
    await turn.send(quota_screen(turn.voice, result))


@routes.tap(QuotaYearTap, Access.ANYONE, in_groups=True)
async def on_year(turn: Turn, tap: QuotaYearTap) -> None:
    """Show the lines of another year."""
    result = await turn.run(quotas.tally_for, tap.year)
    await turn.show(quota_screen(turn.voice, result))
