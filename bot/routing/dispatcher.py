"""Takes what came in to its handler, and answers when there is none, when it may not, or when it fails."""

import contextlib
import re

import structlog
from sqlmodel import Session

from bot.access import Access, Denied
from bot.callbacks import Payload, PayloadError, parse
from bot.robots.wire import Robots
from bot.routing import errors
from bot.routing.channel import Channel, ChannelError, SpentError
from bot.routing.incoming import Event, Incoming
from bot.routing.patience import Outsiders
from bot.routing.routes import Route, Routes
from bot.routing.turn import Turn
from bot.runtime.database import Database
from bot.runtime.metrics import Metrics
from bot.views import fallbacks
from bot.views.menu import pressed
from bot.views.screen import Screen
from corps import conversations
from corps.addresses import Address
from corps.membership import joining
from corps.moment import Moment
from corps.parsing.words import commands_named
from corps.people import Actor, recognise
from corps.refusals import Refused
from corps.repeats import RepeatedError

log = structlog.get_logger()

_LINK = re.compile(r"(?P<prefix>[a-z]+)-(?P<rest>[A-Za-z0-9_-]+)")


class Dispatcher:
    """One for a channel: `handle` takes anything that comes in and never raises."""

    def __init__(
        self,
        channel: Channel,
        database: Database,
        routes: Routes,
        metrics: Metrics | None = None,
        robots: Robots | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._channel = channel
        self._database = database
        self._routes = routes
        self._outsiders = Outsiders()
        self._robots = robots or Robots()

    async def handle(self, incoming: Incoming) -> Exception | None:
        """Handle one thing: find its handler, run it, answer whatever comes of it.

        Returns why it was not done, which the person has been told; None when it was.
        """
        begun = self._metrics.now()
        commands, outsiders = self._routes.commands, self._outsiders
        turn = Turn(incoming, self._channel, self._database, Access.ANYONE, commands, outsiders, self._robots)
        try:
            await self._go(turn)
        except Denied as denied:
            turn.undone = denied
            turn.known_as(denied.actor)
            await errors.guarded(turn, self._denied(turn, denied))
        except Refused as refused:
            turn.undone = refused
            await errors.guarded(turn, fallbacks.refused(turn.voice, refused))
        except SpentError as spent:
            turn.undone = spent
            log.info("answer.spared")
        except RepeatedError:
            log.info("update.repeated")
        except Exception as error:  # noqa: BLE001 - the last resort: one failing update is no wall for the next
            turn.undone = error
            self._metrics.error("handler")
            await errors.report(turn, error)
        finally:
            await errors.close_tap(turn)
            self._metrics.update(incoming.kind, self._metrics.now() - begun)
        return turn.undone

    def _denied(self, turn: Turn, denied: Denied) -> Screen:
        way_out = turn.link_to() if turn.in_group else ""
        return fallbacks.denied(turn.voice, denied, way_out, tapped=turn.tapped)

    async def _go(self, turn: Turn) -> None:
        if turn.tapped:
            await self._tap(turn)
        elif turn.incoming.event is not None:
            await self._event(turn, turn.incoming.event)
        else:
            await self._message(turn)

    async def _event(self, turn: Turn, event: Event) -> None:
        """Something happened that is not said: somebody blocked the bot, it came into a group, the group moved."""
        if (step := self._routes.events.get(event)) is not None:
            await step(turn)

    async def _tap(self, turn: Turn) -> None:
        try:
            payload = parse(turn.incoming.payload)
        except PayloadError as error:
            turn.undone = error
            await turn.pass_gate()
            await turn.refuse_old_button()
            return
        route = self._routes.taps[type(payload)]
        if turn.in_group and not route.in_groups:
            await turn.pass_gate()
            await turn.toast(turn.voice("door.only_private"), alert=True)
            return
        turn.needs = route.needs
        try:
            await route.handler(turn, payload)
        except Refused as no:
            turn.undone = no
            await errors.guarded(turn, fallbacks.refused(turn.voice, no))
            await self._redraw(turn, payload)
        except Denied as denied:
            turn.undone = denied
            turn.known_as(denied.actor)
            await errors.guarded(turn, self._denied(turn, denied))
            await self._redraw(turn, payload, denied=True)
        except RepeatedError:
            turn.repeated()
            await self._redraw(turn, payload)

    async def _redraw(self, turn: Turn, payload: Payload, *, denied: bool = False) -> None:
        """Show what stands now in the place of the card whose button was refused: a dead button is not left behind.

        What is gone, or not for these eyes any more, keeps its words and loses its buttons.
        """
        redraw = self._routes.redraw_of(payload)
        if turn.below or (redraw is None and not denied):
            return
        turn.needs = Access.MEMBER
        with contextlib.suppress(ChannelError):
            try:
                if redraw is not None:
                    await redraw(turn, payload)
                    return
            except (Refused, Denied):
                pass
            if not turn.in_group:
                await turn.rebutton(())

    async def _message(self, turn: Turn) -> None:
        try:
            await self._said(turn)
        except RepeatedError:
            turn.repeated()
            if not turn.in_group:
                await self._said_again(turn)

    async def _said(self, turn: Turn) -> None:
        name = turn.incoming.command or ("" if turn.in_group else pressed(turn.text))
        if turn.incoming.edited:
            await self._edited(turn)
        elif name:
            await self._command(turn, name, turn.incoming.argument)
        elif not turn.in_group:
            await self._conversation(turn)

    async def _edited(self, turn: Turn) -> None:
        """Say to somebody who is being asked something how a changed answer is given, and ask the question again.

        It is not taken for the answer: what is asked now is often another question than the one it was said to.
        """
        if turn.in_group:
            return
        conversation = await turn.run(_find_open)
        route = self._routes.conversations.get(conversation.kind) if conversation else None
        if conversation is None or route is None:
            return
        turn.needs = route.needs
        await turn.send(fallbacks.edited(turn.voice))
        await route.show(turn, conversation)

    async def _said_again(self, turn: Turn) -> None:
        """Show where it stands when words come a second time that have done what they do: the answer may be lost."""
        conversation = await turn.run(_find_said, turn.key)
        route = self._routes.conversations.get(conversation.kind) if conversation else None
        if conversation is None:
            view = fallbacks.nothing_asked if turn.actor.is_member else fallbacks.help_screen
            await turn.send(view(turn.voice, turn.actor))
        elif route is None:
            await self._unasked(turn)
        else:
            turn.needs = route.needs
            await route.show(turn, conversation)

    async def _command(self, turn: Turn, name: str, rest: str) -> None:
        route = self._routes.commands.get(name)
        link = _LINK.fullmatch(rest) if name == "start" else None
        if link is not None and link["prefix"] in self._routes.links:
            route, rest = self._routes.links[link["prefix"]], link["rest"]
        if turn.in_group and (route is None or not route.in_groups):
            await self._in_group(turn, route)
            return
        turn.leaves_conversation = name != "cancel" and not turn.in_group
        if name == "start":
            await self._database.run(_is_back, turn.address)
        if route is None:
            await turn.pass_gate()
            await turn.send(fallbacks.unknown_command(turn.voice, turn.actor))
            return
        turn.text, turn.needs = rest, route.needs
        await route.handler(turn)

    async def _in_group(self, turn: Turn, route: Route | None) -> None:
        """In a group, only our own commands get an answer: the way to the private chat."""
        if route is None:
            return
        await turn.pass_gate()
        await turn.send(fallbacks.only_private(turn.voice, turn.link_to()))

    async def _conversation(self, turn: Turn) -> None:
        """Take typed text, a photo or a sticker as the answer to the open question, if there is one."""
        for pattern, taken in self._routes.words.items():
            if pattern.fullmatch(turn.text) and await taken(turn):
                return
        conversation = await turn.run(_find_open)
        route = self._routes.conversations.get(conversation.kind) if conversation else None
        if conversation is None or route is None:
            await self._unasked(turn)
            return
        turn.needs = route.needs
        await route.take(turn, conversation)

    async def _unasked(self, turn: Turn) -> None:
        """Do what words name that nobody asked for, or say what can be done with them; to outsiders how to get in."""
        words = commands_named(turn.text) if turn.actor.is_member else ()
        name = self._routes.command_meant(words, turn.actor)
        if name:
            await self._command(turn, name, "")
        else:
            await self._routes.unasked[None](turn)


def _is_back(session: Session, at: Moment, address: Address) -> None:
    """Whoever presses START, or opens any link to us, can be written to: even if the link leads nowhere."""
    joining.note_reach(session, recognise(session, at, address), at, reachable=True)


def _find_open(session: Session, actor: Actor, _at: Moment) -> conversations.Conversation | None:
    return conversations.find_open(session, actor.address)


def _find_said(session: Session, actor: Actor, _at: Moment, key: str) -> conversations.Conversation | None:
    """Return the conversation that has taken in what came under that key, else the one whose question is open."""
    return conversations.find_answered(session, actor.address, key) or _find_open(session, actor, _at)
