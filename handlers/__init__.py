"""Conversations: one file each; parse → one operation → view → reply. No rule, no SQL, no sentence."""

from bot.access import Access
from bot.callbacks.common import MenuBelowTap, MenuTap
from bot.routing.asked_words import asked_words
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.joining import welcome
from handlers import (
    activities,
    audit,
    briefs,
    broadcast,
    broadcast_correction,
    broadcast_progress,
    calendars,
    cancelling,
    certificates,
    editing,
    export,
    groups,
    mine,
    new_activity,
    notice_status,
    numbers,
    on_behalf,
    onsite,
    own_hours,
    pages,
    pairings,
    plan,
    publicity,
    quota,
    ratings,
    reports,
    rotation,
    said,
    settings,
    signup,
    start,
    team_progress,
    teams,
    today,
    visits,
)
from handlers.doors import robots
from handlers.records import hand_in, imports

MODULES = (
    start,
    today,
    new_activity,
    signup,
    reports,
    quota,
    plan,
    publicity,
    numbers,
    teams,
    team_progress,
    settings,
    pages,
    activities,
    mine,
    calendars,
    certificates,
    briefs,
    editing,
    cancelling,
    on_behalf,
    onsite,
    own_hours,
    ratings,
    pairings,
    visits,
    rotation,
    notice_status,
    export,
    imports,
    hand_in,
    audit,
    broadcast,
    broadcast_progress,
    broadcast_correction,
    groups,
    robots,
    said,
)


def routes() -> Routes:
    """Return every handler there is. Raises ValueError when two answer the same."""
    every = Routes()
    for module in MODULES:
        every.include(module.routes)
    every.include(asked_words(every.commands))

    @every.tap(MenuTap, Access.ANYONE)
    async def on_menu(turn: Turn, tap: MenuTap) -> None:
        """Do what the command behind a menu button does: its own needs hold."""
        await do_command(turn, tap.name)

    @every.tap(MenuBelowTap, Access.ANYONE)
    async def on_menu_below(turn: Turn, tap: MenuBelowTap) -> None:
        """Do the same, and leave the message with the button as it is."""
        turn.below = True
        await do_command(turn, tap.name)

    @every.redraw(MenuTap)
    async def redraw_menu(turn: Turn, _tap: MenuTap) -> None:
        """Show the menu of what the person may do by now."""
        await turn.pass_gate()
        await turn.show(welcome(turn.voice, turn.actor))

    async def do_command(turn: Turn, name: str) -> None:
        route = every.commands.get(name)
        if route is None:
            await turn.pass_gate()
            await turn.refuse_old_button()
            return
        turn.needs, turn.leaves_conversation = route.needs, True
        await route.handler(turn)

    return every
