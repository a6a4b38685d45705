"""/import: members and activities from an Excel file: looked at first, then all or nothing, undone within a day."""

import asyncio
import hashlib

from bot.access import Access
from bot.callbacks.imports import ImportConfirmTap, ImportTemplateTap, ImportUndoTap
from bot.documents import sheet_reading
from bot.documents.office_parts import OfficeError, OfficeTrouble
from bot.routing.received import NotReceivedError, received
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import imports as views
from corps.attachments import AttachmentKind
from corps.conversations import Conversation
from corps.imports import importing
from corps.imports.importing import KIND

routes = Routes()


@routes.command("import", Access.COORDINATOR)
async def import_(turn: Turn) -> None:
    """Say how it goes, and wait for a file."""
    last = await turn.run(importing.begin, turn.key)
    await turn.show(views.begin_screen(turn.voice, last))


@routes.tap(ImportTemplateTap, Access.COORDINATOR)
async def on_template(turn: Turn, _tap: ImportTemplateTap) -> None:
    """Send the empty table."""
    await turn.pass_gate()
    await turn.toast()
    await turn.send(await asyncio.to_thread(views.template_screen, turn.voice))


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Show again what waits for 确认导入, or that a file is waited for."""
    shown = await turn.run(importing.see_again, conversation)
    screen = views.shown_screen(turn.voice, shown, ()) if shown else views.trouble_screen(turn.voice, None)
    await turn.send(screen)


@routes.conversation(KIND, Access.COORDINATOR, show_question)
async def take_file(turn: Turn, _conversation: Conversation) -> None:
    """Take the file, and show what it would change."""
    file = turn.incoming.file(AttachmentKind.DOCUMENT)
    await turn.pass_gate()
    if file is None:
        await turn.send(views.trouble_screen(turn.voice, None))
        return
    try:
        content = await received(turn, file, sheet_reading.MOST_BYTES)
        sheets = [(one.name, one.rows) for one in await asyncio.to_thread(sheet_reading.read_workbook, content)]
    except NotReceivedError as error:
        trouble = OfficeTrouble.TOO_LARGE if error.too_large else OfficeTrouble.NOT_FETCHED
        await turn.send(views.trouble_screen(turn.voice, trouble))
        return
    except OfficeError as error:
        await turn.send(views.trouble_screen(turn.voice, error.trouble))
        return
    digest = hashlib.sha256(content).hexdigest()
    shown = await turn.run(importing.take, sheets, digest, file.name, turn.key)
    await turn.send(await asyncio.to_thread(views.shown_screen, turn.voice, shown, sheets))


@routes.tap(ImportConfirmTap, Access.COORDINATOR)
async def on_confirm(turn: Turn, tap: ImportConfirmTap) -> None:
    """确认导入: enter what the file says, as shown."""
    done = await turn.run(importing.apply, tap.file, tap.shown)
    await turn.show(views.done_screen(turn.voice, done), turn.voice("toast.done"))


@routes.redraw(ImportConfirmTap)
async def redraw_shown(turn: Turn, _tap: ImportConfirmTap) -> None:
    """Show what waits now, or where it begins."""
    shown = await turn.run(importing.see_again)
    if shown is not None:
        await turn.show(views.shown_screen(turn.voice, shown, ()))
        return
    found = await turn.run(importing.latest)
    await turn.show(views.begin_screen(turn.voice, found))


@routes.tap(ImportUndoTap, Access.COORDINATOR)
async def on_undo(turn: Turn, tap: ImportUndoTap) -> None:
    """撤回导入: take back what a file has brought in."""
    done = await turn.run(importing.undo, tap.file)
    last = await turn.run(importing.latest)
    await turn.show(views.begin_screen(turn.voice, last, views.undone(turn.voice, done)), turn.voice("toast.done"))


@routes.redraw(ImportUndoTap)
async def redraw_undo(turn: Turn, _tap: ImportUndoTap) -> None:
    """Show what can be undone now."""
    found = await turn.run(importing.latest)
    await turn.show(views.begin_screen(turn.voice, found))
