"""/export: the year's ledger as a spreadsheet; a leader's is the own team's."""

import asyncio

from bot.access import Access
from bot.callbacks.export import LedgerTap
from bot.documents.spreadsheet import write_workbook
from bot.routing.message_input import read_year
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import ledger as views
from bot.views.screen import Screen
from corps.records import ledger

routes = Routes()


@routes.command("export", Access.LEADER)
async def export(turn: Turn) -> None:
    """Send the ledger of the year typed after the command; ask for the year when there are several."""
    years = await turn.run(ledger.years)
    typed = read_year(turn.text)
    if typed is None and len(years) > 1:
        await turn.send(views.years_screen(turn.voice, years))
        return
    await _send(turn, typed or years[0])


@routes.tap(LedgerTap, Access.LEADER)
async def on_year(turn: Turn, tap: LedgerTap) -> None:
    """Send the ledger of a year."""
    await _send(turn, tap.year)


async def _send(turn: Turn, year: int) -> None:
    found = await turn.run(ledger.export, year)
    await turn.toast(turn.voice("ledger.making"))
    content = await asyncio.to_thread(write_workbook, views.ledger_sheets(turn.voice, found))
    await turn.send(
        Screen(views.caption(turn.voice, found), document=content, filename=views.file_name(turn.voice, found))
    )
