"""/audit: who changed what, newest first."""

from bot.access import Access
from bot.callbacks.audit import AuditTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import audit as views
from corps.records import audit_log
from corps.records.audit_log import About

routes = Routes()


@routes.command("audit", Access.COORDINATOR)
async def audit(turn: Turn) -> None:
    """Show the newest changes, or those about the person or activity typed after the command."""
    if turn.text:
        found = await turn.run(audit_log.search, turn.text)
        if len(found) == 1:
            await _show(turn, found[0].about, 0)
        else:
            await turn.send(views.matches_screen(turn.voice, turn.text, found))
        return
    await _show(turn, About(), 0)


@routes.tap(AuditTap, Access.COORDINATOR)
async def on_page(turn: Turn, tap: AuditTap) -> None:
    """Show a page of changes."""
    await _show(turn, views.about_of(tap), tap.page)


async def _show(turn: Turn, about: About, page: int) -> None:
    found = await turn.run(audit_log.read, about, page, views.A_PAGE)
    await turn.show(views.trail_screen(turn.voice, found, about))
