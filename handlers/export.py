"""/export: the ledger of a year, or of days, teams and categories, as a spreadsheet; a leader's is the own team's."""

import asyncio

from bot.access import Access
from bot.callbacks.export import LedgerTap
from bot.documents.spreadsheet import write_workbook
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import ledger as views
from bot.views.screen import Screen
from corps.records import ledger, ledger_scope
from corps.records.ledger_scope import Scope

routes = Routes()


@routes.command("export", Access.LEADER)
async def export(turn: Turn) -> None:
    """Send the ledger of what was typed after the command; ask for the year when nothing was, and there are several."""
    asked = await turn.run(ledger_scope.read_scope, turn.text)
    if asked.unread:
        await turn.send(views.unread_screen(turn.voice, asked.unread))
        return
    years = await turn.run(ledger.years)
    if asked.scope is None and len(years) > 1:
        await turn.send(views.years_screen(turn.voice, years))
        return
    await _send(turn, asked.scope or years[0])


@routes.tap(LedgerTap, Access.LEADER)
async def on_year(turn: Turn, tap: LedgerTap) -> None:
    """Send the ledger of a year."""
    await _send(turn, tap.year)


async def _send(turn: Turn, asked: Scope | int) -> None:
    found = await turn.run(ledger.export, asked)
    await turn.toast(turn.voice("ledger.making"))
    content = await asyncio.to_thread(write_workbook, views.ledger_sheets(turn.voice, found))
    await turn.send(
        Screen(views.caption(turn.voice, found), document=content, filename=views.file_name(turn.voice, found))
    )
