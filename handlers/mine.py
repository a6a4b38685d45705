"""/mine: my places, this year's past ones, and my service hours."""

from bot.access import Access
from bot.callbacks.mine import MineTap, MyHoursTap, OpenMineTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.cards import activity_card
from bot.views.mine import mine_screen
from bot.views.records import service_hours as hours_views
from corps.activities import cards
from corps.records import mine as corps_mine
from corps.records import service_hours

routes = Routes()


@routes.command("mine", Access.MEMBER)
async def mine(turn: Turn) -> None:
    """Show what I hold, and my hours."""
    found = await turn.run(corps_mine.mine)
    await turn.show(mine_screen(turn.voice, found))


@routes.tap(MineTap, Access.MEMBER)
async def on_mine(turn: Turn, tap: MineTap) -> None:
    """Turn a page, or between what is to come and what is past."""
    found = await turn.run(corps_mine.mine, past=tap.past, page=tap.page)
    await turn.show(mine_screen(turn.voice, found))


@routes.tap(OpenMineTap, Access.MEMBER)
async def on_open_mine(turn: Turn, tap: OpenMineTap) -> None:
    """Open a card from /mine."""
    card = await turn.run(cards.see, tap.activity)
    await turn.show(activity_card(turn.voice, card, back=MineTap(tap.past, tap.page)))


@routes.tap(MyHoursTap, Access.MEMBER)
async def on_my_hours(turn: Turn, _tap: MyHoursTap) -> None:
    """Show my hours by year and category."""
    hours = await turn.run(service_hours.own)
    await turn.show(hours_views.own_screen(turn.voice, hours))
