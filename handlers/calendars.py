"""/calendar and 加到日历: activities for the calendar of one's phone, as files or by an address to subscribe to."""

from bot.access import Access
from bot.callbacks.calendars import CalendarFileTap, CalendarTap, SubscribeTap, UnsubscribeTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import calendars as views
from corps.records import calendars
from corps.records.calendars import Calendar

routes = Routes()


@routes.command("calendar", Access.MEMBER)
async def calendar(turn: Turn) -> None:
    """Show what there is for a calendar."""
    offer = await turn.run(calendars.offer)
    await turn.show(views.offer_screen(turn.voice, offer))


@routes.tap(CalendarTap, Access.MEMBER)
async def on_activity(turn: Turn, tap: CalendarTap) -> None:
    """加到日历: send one activity as a file."""
    await _send(turn, await turn.run(calendars.single, tap.activity))


@routes.tap(CalendarFileTap, Access.MEMBER)
async def on_file(turn: Turn, tap: CalendarFileTap) -> None:
    """Send a calendar as a file."""
    await _send(turn, await turn.run(calendars.calendar, tap.scope))


async def _send(turn: Turn, found: Calendar) -> None:
    if not found.entries:
        await turn.toast(turn.voice("calendar.nothing"), alert=True)
        return
    await turn.show(views.file_screen(turn.voice, found, turn.database.clock.zone_info))


@routes.tap(SubscribeTap, Access.MEMBER)
async def on_subscribe(turn: Turn, tap: SubscribeTap) -> None:
    """Show the secret address of a calendar."""
    feed = await turn.run(calendars.subscribe, tap.scope)
    await turn.show(views.feed_screen(turn.voice, feed))


@routes.tap(UnsubscribeTap, Access.MEMBER)
async def on_unsubscribe(turn: Turn, tap: UnsubscribeTap) -> None:
    """End the address of a calendar."""
    offer = await turn.run(calendars.unsubscribe, tap.scope)
    await turn.show(views.offer_screen(turn.voice, offer, turn.voice("calendar.stopped")))


@routes.redraw(SubscribeTap, UnsubscribeTap)
async def redraw(turn: Turn, _tap: SubscribeTap | UnsubscribeTap) -> None:
    """Show what there is now."""
    await calendar(turn)
