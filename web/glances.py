"""Shows commands, links and questions on a page without changing anything: nothing is stored."""

from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from bot.access import Access, Denied
from bot.routing.channel import ChannelError
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.routing.routes import Answer, Routes, Step
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
    """Finds what the bot would answer, without storing anything.

    Several questions `at` one database (`Database.at_a_glance`) share one transaction.
    """

    def __init__(self, url: str, database: Database, files: Files, routes: Routes) -> None:
        self._url = url
        self._database = database.looking()
        self._files = files
        self._routes = routes

    async def command(self, address: Address, name: str, text: str = "", at: Database | None = None) -> Sight:
        """Return what a command shows."""
        route = self._routes.commands[name]
        return await self._look(address, route.needs, route.handler, text, at)

    async def link(self, address: Address, prefix: str, code: str, at: Database | None = None) -> Sight:
        """Return what a deep link shows."""
        route = self._routes.links[prefix]
        return await self._look(address, route.needs, route.handler, code, at)

    async def question(self, address: Address, at: Database) -> Sight:
        """Return the question that waits for the person's answer, if any."""
        found = await at.run(_open, address)
        route = self._routes.conversations.get(found.kind) if found is not None else None
        if found is None or route is None:
            return Sight(())
        return await self._look(address, route.needs, partial(_asked, route.show, found), "", at)

    async def _look(self, address: Address, needs: Access, handler: Step, text: str, at: Database | None) -> Sight:
        channel = Glance(self._url, self._database, self._files)
        turn = Turn(Incoming("0", address, address), channel, at or self._database, needs, self._routes.commands)
        turn.text = text
        turn.repeated()  # nothing is done that might have been done before
        try:
            await handler(turn)
        except Denied as denied:
            turn.known_as(denied.actor)
            return Sight((fallbacks.denied(turn.voice, denied),), status_of(denied))
        except Refused as no:
            return Sight((fallbacks.refused(turn.voice, no),), status_of(no))
        except ChannelError as error:
            return Sight((), status_of(error))
        return Sight(tuple(channel.screens))


async def _asked(show: Answer, conversation: Conversation, turn: Turn) -> None:
    await show(turn, conversation)


def _open(session: Session, _at: Moment, address: Address) -> Conversation | None:
    return conversations.find_open(session, address)
