"""/activities: what is open to me, then the rest, by week; filters, pages, and the way to each card."""

import datetime as dt

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.activities import FilterTap, ListTap, OpenTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.activities import filter_screen, list_screen
from bot.views.cards import activity_card
from bot.views.new_activity import preview
from bot.views.screen import Screen
from corps.activities import cards, cautions
from corps.activities.cards import Card
from corps.activities.cautions import Caution
from corps.activities.listing import Choice, Listing, browse
from corps.moment import Moment
from corps.people import Actor
from corps.teams import CategoryName, TeamName, list_categories, list_teams
from models.enums import ActivityState

routes = Routes()


@routes.command("activities", Access.MEMBER)
async def list_activities(turn: Turn) -> None:
    """Show what is coming."""
    await turn.show(await _listed(turn, Choice()))


async def _listed(turn: Turn, choice: Choice) -> Screen:
    listing, now = await turn.run(_browse, choice)
    return list_screen(turn.voice, listing, now)


def _browse(session: Session, actor: Actor, at: Moment, choice: Choice) -> tuple[Listing, dt.datetime]:
    return browse(session, actor, at, choice), at.now


@routes.tap(ListTap, Access.MEMBER)
async def on_list(turn: Turn, tap: ListTap) -> None:
    """Turn a page, or show another list."""
    await turn.show(await _listed(turn, Choice(tap.shelf, tap.category, tap.team, tap.page)))


@routes.tap(FilterTap, Access.MEMBER)
async def on_filter(turn: Turn, tap: FilterTap) -> None:
    """Offer what to filter by."""
    categories, teams = await turn.run(_names)
    choice = Choice(tap.shelf, tap.category, tap.team)
    await turn.show(filter_screen(turn.voice, choice, categories, teams, by_team=tap.by_team))


def _names(session: Session, _actor: Actor, _at: Moment) -> tuple[list[CategoryName], list[TeamName]]:
    categories = [c for c in list_categories(session) if c.counts != "pairing"]
    return [CategoryName.of(c) for c in categories], list_teams(session)


@routes.tap(OpenTap, Access.MEMBER)
async def on_open(turn: Turn, tap: OpenTap) -> None:
    """Open a card from the list; 返回 leads to the same page and filter. A draft is opened to be published."""
    card, cautions = await turn.run(see_with_cautions, tap.activity)
    back = ListTap(tap.shelf, tap.category, tap.team, tap.page)
    if card.state is ActivityState.DRAFT:
        await turn.show(preview(turn.voice, card, cautions, back=back))
        return
    await turn.show(activity_card(turn.voice, card, back=back))


def see_with_cautions(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, tuple[Caution, ...]]:
    """Return a card, and for a draft what to look at twice before it is published."""
    card = cards.see(session, actor, at, activity_id)
    draft = card.state is ActivityState.DRAFT
    return card, cautions.cautions(session, at, activity_id) if draft else ()
