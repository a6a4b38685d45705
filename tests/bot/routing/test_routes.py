"""What the menu offers is answered, nothing is answered by two, and every conversation can be reached."""

import re

import pytest

import handlers
from bot import texts
from bot.access import Access
from bot.callbacks.common import NothingTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.telegram import menu
from bot.texts.voice import Voice
from bot.views import menu as menu_view
from corps.addresses import telegram
from corps.moment import Zone
from corps.parsing.words import commands_named
from corps.people import Actor
from models.enums import MemberStatus
from tests.base import StoppedClock

ROUTES = handlers.routes()
LEVELS = [(Access.MEMBER, False), (Access.LEADER, True), (Access.COORDINATOR, False), (Access.COORDINATOR, True)]


def person(level: Access, *, leads: bool) -> Actor:
    """Return somebody of that level."""
    coordinates = level is Access.COORDINATOR
    return Actor(telegram(1), 1, "某", 1, "某队", MemberStatus.ACTIVE, is_leader=leads, is_coordinator=coordinates)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_label_of_the_menu_can_be_typed(language: str) -> None:
    voice = Voice(language, StoppedClock())
    for level, leads in LEVELS:
        somebody = person(level, leads=leads)
        for row in menu_view.menu(voice, somebody):
            for button in row:
                meant = ROUTES.command_meant(commands_named(button.label), somebody)
                assert f"m:{meant}" == (button.payload.pack() if button.payload else ""), button.label


MEANT_FOR = {
    Access.ANYONE: {"start", "help", "cancel"},
    Access.MEMBER: {"activities", "mine", "settings"},
    Access.LEADER: {"team", "today", "new", "broadcast", "export"},
    Access.COORDINATOR: {"teams", "verify", "pairings", "notices", "audit", "numbers", "plan", "handin", "import"},
}
"""Who a command is for (docs/rules.md, rule 4). /quota and /settings may be open wider."""

OF_OWN_TEAM = ("pairings", "export", "broadcast", "new")
"""Commands of coordinators that leaders have too, for their own team."""


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize(("level", "leads"), LEVELS)
def test_a_menu_is_as_telegram_takes_it(level: Access, leads: bool, language: str) -> None:
    offered = menu.commands_for(person(level, leads=leads), language, ROUTES.commands)
    names = [command.command for command in offered]
    assert len(names) == len(set(names)) <= 100
    for command in offered:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.command)
        assert 1 <= len(command.description) <= 256


@pytest.mark.parametrize(("level", "leads"), LEVELS)
def test_every_command_of_the_menu_is_answered_for_that_role(level: Access, leads: bool) -> None:
    for command in menu.commands_for(person(level, leads=leads), "zh", ROUTES.commands):
        route = ROUTES.commands[command.command]
        assert route.needs <= level, f"/{command.command} is offered to somebody who may not use it"


def test_a_menu_offers_only_commands_that_exist() -> None:
    coordinator = person(Access.COORDINATOR, leads=True)
    offered = menu.commands_for(coordinator, "zh", {"teams", "help", "nothing"})
    assert [command.command for command in offered] == ["teams", "help"]


def test_a_menu_follows_the_role() -> None:
    def names(who: Actor | None) -> set[str]:
        return {command.command for command in menu.commands_for(who, "zh", ROUTES.commands)}

    assert "team" in names(person(Access.LEADER, leads=True)) - names(person(Access.MEMBER, leads=False))
    assert "teams" in names(person(Access.COORDINATOR, leads=False)) - names(person(Access.LEADER, leads=True))
    assert names(None) == names(person(Access.MEMBER, leads=False))


def test_a_command_needs_the_role_that_it_is_meant_for() -> None:
    for needs, names in MEANT_FOR.items():
        for name in names:
            assert name in ROUTES.commands, f"/{name} is not there"
            assert ROUTES.commands[name].needs <= needs
            if needs is Access.COORDINATOR and name not in OF_OWN_TEAM:
                assert ROUTES.commands[name].needs is needs, f"/{name} is for coordinators"
    assert {"join", "act", "in"} <= set(ROUTES.links)


def test_every_menu_button_has_a_command_behind_it() -> None:
    zone: Zone = StoppedClock()
    everything = Actor(telegram(1), 1, "某", 1, "某队", MemberStatus.ACTIVE, is_leader=True, is_coordinator=True)
    for actor in (everything, Actor(telegram(2))):
        for row in menu_view.menu(Voice("zh", zone), actor):
            for button in row:
                name = getattr(button.payload, "name", "")
                assert name in ROUTES.commands, button.label


def test_two_handlers_of_one_thing_are_refused_at_the_start() -> None:
    async def answer(_turn: Turn) -> None:
        """Answer."""

    async def tapped(_turn: Turn, _tap: NothingTap) -> None:
        """Answer a tap."""

    one, other = Routes(), Routes()
    for routes in (one, other):
        routes.command("x", Access.ANYONE)(answer)
    with pytest.raises(ValueError, match="two handlers"):
        one.include(other)
    with pytest.raises(ValueError, match="two handlers"):
        one.command("x", Access.MEMBER)(answer)
    one.tap(NothingTap, Access.ANYONE)(tapped)
    with pytest.raises(ValueError, match="two handlers"):
        one.tap(NothingTap, Access.ANYONE)(tapped)


def test_every_handler_says_what_it_does() -> None:
    tables = (ROUTES.commands, ROUTES.links, ROUTES.taps)
    handlers_of = [route.handler for table in tables for route in table.values()]
    handlers_of += [route.take for route in ROUTES.conversations.values()]
    assert [handler.__name__ for handler in handlers_of if not handler.__doc__] == []
