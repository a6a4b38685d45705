"""/activities: what is open to me, then the rest, by week; filters, pages, and the way to each card."""

from bot.access import Access
from bot.callbacks.activities import FilterTap, ListTap, OpenTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.activities import filter_screen, list_screen
from bot.views.new_activity import preview_or_card
from bot.views.screen import Screen
from corps.activities import cautions, listing
from corps.activities.listing import Choice

routes = Routes()


@routes.command("activities", Access.MEMBER)
async def list_activities(turn: Turn) -> None:
    """Show what is coming."""
    await turn.show(await _listed(turn, Choice()))


async def _listed(turn: Turn, choice: Choice) -> Screen:
    found = await turn.run(listing.browse, choice)
    return list_screen(turn.voice, found)


@routes.tap(ListTap, Access.MEMBER)
async def on_list(turn: Turn, tap: ListTap) -> None:
    """Turn a page, or show another list."""
    await turn.show(await _listed(turn, Choice(tap.shelf, tap.category, tap.team, tap.page)))


@routes.tap(FilterTap, Access.MEMBER)
async def on_filter(turn: Turn, tap: FilterTap) -> None:
    """Offer what to filter by."""
    categories, teams = await turn.run(listing.filters)
    choice = Choice(tap.shelf, tap.category, tap.team)
    await turn.show(filter_screen(turn.voice, choice, categories, teams, by_team=tap.by_team))


@routes.tap(OpenTap, Access.MEMBER)
async def on_open(turn: Turn, tap: OpenTap) -> None:
    """Open a card from the list; 返回 leads to the same page and filter. A draft is opened to be published."""
    card, found = await turn.run(cautions.see_with_cautions, tap.activity)
    back = ListTap(tap.shelf, tap.category, tap.team, tap.page)
    await turn.show(preview_or_card(turn.voice, card, found, back))
