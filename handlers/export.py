"""/export: the ledger of a year, or of days, teams and categories, as a spreadsheet; a leader's is the own team's."""

import asyncio
import contextlib

from bot.access import Access
from bot.callbacks.export import LedgerTap
from bot.documents.spreadsheet import write_workbook
from bot.routing.aside import aside
from bot.routing.channel import ChannelError, MessageRef
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import ledger as views
from bot.views.screen import Screen
from corps.records import ledger, ledger_people, ledger_scope
from corps.records.ledger_scope import Scope
from handlers.records import ledger_file

routes = Routes()
FEW = 2_000
"""A file of fewer rows is there at once: a process of its own would only take longer."""


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
    scope = await turn.run(ledger.note_export, asked)
    await turn.toast(turn.voice("ledger.making"))
    if await turn.run(ledger_people.count_entries, scope) < FEW:
        found, total, people = await turn.run(ledger_people.with_people, scope)
        sheets = views.ledger_sheets(turn.voice, found, total, people)
        content, name = await asyncio.to_thread(write_workbook, sheets), views.file_name(turn.voice, found)
        await turn.send(views.sent(turn.voice, views.caption(turn.voice, found), content, name))
        return
    line = _Line(turn)
    values = {"scope": ledger_scope.frozen(scope)}
    written = await aside(turn.database, turn.actor, ledger_file.TARGET, values, line.tell)
    await line.end()
    await turn.send(ledger_file.screen(turn.voice, written))


class _Line:
    """The line in the chat that says how far a long export is: edited now and then, never often."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._message: MessageRef | None = None
        self._said = 0

    async def tell(self, done: int, total: int) -> None:
        """Say how far it is, each fifth of it once."""
        part = min(5, 5 * done // max(1, total))
        if part <= self._said:
            return
        self._said = part
        screen = Screen(self._turn.voice("ledger.progress", done=done, total=total))
        with contextlib.suppress(ChannelError):
            if self._message is None:
                self._message = await self._turn.send(screen)
            else:
                await self._turn.channel.edit(self._message, screen)

    async def end(self) -> None:
        """Say that it is done."""
        if self._message is not None:
            with contextlib.suppress(ChannelError):
                await self._turn.channel.edit(self._message, Screen(self._turn.voice("ledger.made")))
