"""/notices: how the messages stand, what did not arrive, and 重试."""

from bot.access import Access
from bot.callbacks.notice_status import OutboxTap, RetryTap, SentTodayTap, TroubleTap, UnreachableTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import notice_status as views
from corps.delivery import status

routes = Routes()


@routes.command("notices", Access.COORDINATOR)
async def notices(turn: Turn) -> None:
    """Show how the notices stand."""
    found = await turn.run(status.standing)
    await turn.send(views.standing_screen(turn.voice, found))


@routes.tap(OutboxTap, Access.COORDINATOR)
async def on_standing(turn: Turn, _tap: OutboxTap) -> None:
    """Show it again, as it is now."""
    found = await turn.run(status.standing)
    await turn.show(views.standing_screen(turn.voice, found))


@routes.tap(TroubleTap, Access.COORDINATOR)
async def on_troubles(turn: Turn, tap: TroubleTap) -> None:
    """Show a page of what failed or expired."""
    found = await turn.run(status.troubles, tap.page, views.A_PAGE)
    await turn.show(views.troubles_screen(turn.voice, found))


@routes.tap(SentTodayTap, Access.COORDINATOR)
async def on_sent(turn: Turn, tap: SentTodayTap) -> None:
    """Show a page of what went out today, and by which way."""
    found = await turn.run(status.sent_today, tap.page, views.SENT_A_PAGE)
    await turn.show(views.sent_screen(turn.voice, found))


@routes.tap(RetryTap, Access.COORDINATOR)
async def on_retry(turn: Turn, tap: RetryTap) -> None:
    """重试: owe the message once more, and show what is left of the list."""
    found = await turn.run(status.retry_and_list, tap.notice, tap.page, views.A_PAGE, tap.shown)
    await turn.show(views.troubles_screen(turn.voice, found), turn.voice("outbox.retried"))


@routes.redraw(RetryTap)
async def redraw_troubles(turn: Turn, tap: RetryTap) -> None:
    """Show what has failed as it is now."""
    found = await turn.run(status.troubles, tap.page, views.A_PAGE)
    await turn.show(views.troubles_screen(turn.voice, found))


@routes.tap(UnreachableTap, Access.COORDINATOR)
async def on_unreachable(turn: Turn, tap: UnreachableTap) -> None:
    """Show who cannot be reached."""
    people = await turn.run(status.unreachable)
    await turn.show(views.unreachable_screen(turn.voice, people, tap.page))
