"""Shows commands, links and questions on a page without changing anything: nothing is stored."""

from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from bot.access import Access, Denied
from bot.callbacks import Payload
from bot.routing.channel import ChannelError
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.routing.routes import Routes, Tap
from bot.routing.turn import Turn
from bot.runtime.database import Database
from bot.views import fallbacks
from bot.views.screen import Screen
from corps import conversations
from corps.addresses import Address
from corps.conversations import Conversation
from corps.moment import Moment
from corps.refusals import Refused
from web.channel import Glance
from web.statuses import status_of


@dataclass(frozen=True)
class Sight:
    """The screens to show, and the HTTP status of their page."""

    screens: tuple[Screen, ...]
    status: int = 200


class Glances:
    """Finds what the bot would answer, without storing anything."""

    def __init__(self, url: str, database: Database, files: Files, routes: Routes) -> None:
        self._url = url
        self._database = database.looking()
        self._files = files
        self._routes = routes

    async def command(self, address: Address, name: str, text: str = "") -> Sight:
        """Return what a command shows."""
        route = self._routes.commands[name]
        return await self._look(address, route.needs, route.handler, text)

    async def link(self, address: Address, prefix: str, code: str) -> Sight:
        """Return what a deep link shows."""
        route = self._routes.links[prefix]
        return await self._look(address, route.needs, route.handler, code)

    async def tap(self, address: Address, payload: Payload) -> Sight:
        """Return what a button shows; for buttons that change nothing."""
        route = self._routes.taps[type(payload)]
        return await self._look(address, route.needs, partial(_pressed, route.handler, payload), "")

    async def question(self, address: Address) -> Sight:
        """Return the question that waits for the person's answer, if any."""
        found = await self._database.run(_open, address)
        route = self._routes.conversations.get(found.kind) if found is not None else None
        if found is None or route is None:
            return Sight(())
        return await self._look(address, route.needs, route.show, "", found)

    async def _look(
        self, address: Address, needs: Access, handler: object, text: str, conversation: Conversation | None = None
    ) -> Sight:
        channel = Glance(self._url, self._database, self._files)
        turn = Turn(Incoming("0", address, address), channel, self._database, needs, self._routes.commands)
        turn.text = text
        try:
            assert callable(handler)  # noqa: S101 - a route holds a handler
            await (handler(turn) if conversation is None else handler(turn, conversation))
        except Denied as denied:
            turn.known_as(denied.actor)
            return Sight((fallbacks.denied(turn.voice, denied),), status_of(denied))
        except Refused as no:
            return Sight((fallbacks.refused(turn.voice, no),), status_of(no))
        except ChannelError as error:
            return Sight((), status_of(error))
        return Sight(tuple(channel.screens))


async def _pressed(handler: Tap, payload: Payload, turn: Turn) -> None:
    await handler(turn, payload)


def _open(session: Session, _at: Moment, address: Address) -> Conversation | None:
    return conversations.find_open(session, address)
