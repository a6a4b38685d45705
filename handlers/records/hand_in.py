"""/handin: the hours as an official platform wants them, what is still missing, and what has been entered there."""

import asyncio

from bot.access import Access
from bot.callbacks.hand_in import HandInFileTap, HandInMarkTap, HandInTap, HandInUnmarkTap
from bot.documents.platform_files import PlatformFileError, read_platforms
from bot.routing.message_input import read_year
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import hand_in as views
from corps.records import hand_in, ledger
from corps.records.platforms import Platform
from corps.refusals import Reason, Refused

routes = Routes()


@routes.command("handin", Access.COORDINATOR)
async def handin(turn: Turn) -> None:
    """Show the platforms; a year may be typed after the command."""
    years = await turn.run(ledger.years)
    try:
        platforms = await asyncio.to_thread(read_platforms)
    except PlatformFileError as error:
        await turn.show(views.broken_screen(turn.voice, str(error)))
        return
    await turn.show(views.platforms_screen(turn.voice, platforms, read_year(turn.text) or years[0]))


def _platform(code: str) -> Platform:
    try:
        return read_platforms()[code]
    except (KeyError, PlatformFileError):
        raise Refused(Reason.GONE) from None


@routes.redraw("platform")
@routes.tap(HandInTap, Access.COORDINATOR)
async def on_year(turn: Turn, tap: HandInTap) -> None:
    """Show how a year stands with a platform."""
    await turn.pass_gate()
    found = await turn.run(hand_in.look, _platform(tap.platform), tap.year)
    await turn.show(views.year_screen(turn.voice, found))


@routes.tap(HandInFileTap, Access.COORDINATOR)
async def on_file(turn: Turn, tap: HandInFileTap) -> None:
    """Send the file, with 已录入 below it."""
    await turn.pass_gate()
    found = await turn.run(hand_in.file, _platform(tap.platform), tap.year)
    await turn.toast(turn.voice("ledger.making"))
    await turn.send(await asyncio.to_thread(views.file_screen, turn.voice, found))


@routes.tap(HandInMarkTap, Access.COORDINATOR)
async def on_mark(turn: Turn, tap: HandInMarkTap) -> None:
    """已录入: note that what is shown was entered on the platform."""
    await turn.pass_gate()
    found = await turn.run(hand_in.mark, _platform(tap.platform), tap.year, tap.shown)
    await turn.rebutton(())
    await turn.toast(turn.voice("toast.done"))
    await turn.send(views.year_screen(turn.voice, found, turn.voice("handin.marked")))


@routes.tap(HandInUnmarkTap, Access.COORDINATOR)
async def on_unmark(turn: Turn, tap: HandInUnmarkTap) -> None:
    """撤回录入: note that it was not."""
    await turn.pass_gate()
    found = await turn.run(hand_in.unmark, _platform(tap.platform), tap.year, tap.shown)
    await turn.show(views.year_screen(turn.voice, found, turn.voice("handin.unmarked")), turn.voice("toast.done"))
