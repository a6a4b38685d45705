"""One thing that came in and its answer: who it is from, what it needs, and the ways to reply.

A handler calls `run` to do something for its person (through the gate, in one transaction), then `show`s a
screen: on a tap the message that was tapped changes, otherwise a new message is sent.
"""

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Collection, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from markupsafe import Markup, escape
from sqlmodel import Session

from bot.access import Access, Denied, admit
from bot.callbacks import Payload, PayloadError, parse
from bot.callbacks.activities import ListTap
from bot.callbacks.mine import MineTap
from bot.robots.wire import Robots
from bot.routing.channel import (
    BusyError,
    Channel,
    ChannelError,
    MessageRef,
    RejectedError,
    SpentError,
    UnreachableError,
)
from bot.routing.incoming import Incoming
from bot.routing.patience import Outsiders
from bot.routing.user_queues import more_is_waiting
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.screen import Row, Screen
from corps import audit, conversations, repeats
from corps.addresses import Address
from corps.broadcasts.content import TextLimits
from corps.delivery import shown_cards
from corps.moment import Moment
from corps.notices import CardShown
from corps.parsing.lengths import units
from corps.people import Actor
from corps.refusals import Refused

WAYS_BACK = (ListTap, MineTap)
"""Where 返回 on a card leads."""

OF_CARDS = frozenset(
    kind.TAG
    for kind in Payload.kinds.values()
    if {"activity", "slot", "sign_up"} & {field.name for field in dataclasses.fields(kind)}
)
"""The tags of payloads that may stand under a card."""

P = ParamSpec("P")
T = TypeVar("T")
PayloadT = TypeVar("PayloadT", bound=Payload)


class Turn:
    """Something being handled. `text` is what was typed (after the command, if there was one).

    `commands` are the names of all commands there are, `outsiders` the patience with who is not in the corps.
    `robots` talk to groups elsewhere. `undone` is why it was not done, once that is known.
    """

    def __init__(
        self,
        incoming: Incoming,
        channel: Channel,
        database: Database,
        needs: Access,
        commands: Collection[str] = (),
        outsiders: Outsiders | None = None,
        robots: Robots | None = None,
    ) -> None:
        self.incoming = incoming
        self.channel = channel
        self.database = database
        self.needs = needs
        self.text = incoming.text
        self.commands = commands
        self._outsiders = outsiders or Outsiders()
        self.robots = robots or Robots()
        self.leaves_conversation = False
        self.below = False
        self.answered = False
        self.undone: Exception | None = None
        self._begun = False
        self._actor: Actor | None = None

    @property
    def address(self) -> Address:
        """Whoever sent it."""
        return self.incoming.address

    @property
    def key(self) -> str:
        """What is the same when the channel brings it a second time."""
        return self.incoming.key

    @property
    def full_name(self) -> str:
        """The sender's name at the channel."""
        return self.incoming.name

    @property
    def chat(self) -> Address:
        """The chat it came from."""
        return self.incoming.chat

    @property
    def in_group(self) -> bool:
        """Whether it comes from a group, where everybody reads the answer."""
        return self.incoming.in_group

    @property
    def tapped(self) -> bool:
        """Whether it is a tap on a button."""
        return bool(self.incoming.tap)

    @property
    def message_id(self) -> str:
        """The message that was sent, or that carries the tapped button; empty when there is none."""
        return self.incoming.message.id if self.incoming.message is not None else ""

    @property
    def actor(self) -> Actor:
        """Who it is, as the gate found them in the last `run`."""
        if self._actor is None:
            raise RuntimeError("a handler must pass the gate (run) before it answers")
        return self._actor

    @property
    def voice(self) -> Voice:
        """The voice for this person."""
        return Voice(self.actor.language, self.database.clock)

    @property
    def room_voice(self) -> Voice:
        """The voice for whoever reads the chat: the person's own in private, the corps' in a group."""
        return Voice(self.database.policy.language, self.database.clock) if self.in_group else self.voice

    def under_finger(self, kind: type[PayloadT]) -> PayloadT | None:
        """Return the first payload of that kind under the tapped message: where 返回 on a card leads, say."""
        return next(iter(self.all_under_finger(kind)), None)

    def all_under_finger(self, kind: type[PayloadT]) -> list[PayloadT]:
        """Return the payloads of that kind under the tapped message."""
        message = self.incoming.message
        found = []
        for data in message.payloads if self.tapped and message is not None else ():
            with contextlib.suppress(PayloadError):
                payload = parse(data)
                found += [payload] if isinstance(payload, kind) else []
        return found

    @property
    def limits(self) -> TextLimits:
        """How much text a message of this channel holds."""
        return self.channel.limits

    def link_to(self, kind: str = "", code: str = "") -> str:
        """Return the link that opens the bot in this channel, see `Channel.link_to`."""
        return self.channel.link_to(kind, code)

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the links that lead to the same in each channel there is, see `Channel.links_to`."""
        return self.channel.links_to(kind, code)

    async def run(
        self, operation: Callable[Concatenate[Session, Actor, Moment, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Pass the gate and run `operation(session, actor, moment, …)`, in one transaction.

        Raises Denied when the person may not, Refused when the corps says no, and RepeatedError when what came in has
        changed something before; nothing is written then.
        """

        def work(session: Session, at: Moment) -> tuple[Actor, T]:
            self._actor = admit(session, at, self.address, self.needs)
            if not self._begun:
                repeats.demand_new(session, self.address, self.key)
            if self.leaves_conversation:
                conversations.set_aside(session, self.address)
            try:
                result = operation(session, self._actor, at, *args, **kwargs)
            except Refused as no:
                audit.say_who(session, self._actor, no)
                raise
            repeats.note_if_changed(session, at, self.address, self.key)
            return self._actor, result

        try:
            self._actor, result = await self.database.run(work)
        except (Denied, Refused):
            if (
                self.leaves_conversation
            ):  # taken back with the rest, but any command leaves, refused or not (docs/rules.md, rule 6)
                await self.database.run(_leave, self.address)
                self.leaves_conversation = False
            raise
        self.leaves_conversation, self._begun = False, True
        return result

    async def pass_gate(self) -> None:
        """Pass the gate and do nothing: the answer needs no more than to know who it is."""
        await self.run(_nothing)

    async def forget_conversation(self) -> str | None:
        """Leave the open conversation and forget what was said. Returns its kind, None when nothing was open."""
        return await self.run(_forget)

    def known_as(self, actor: Actor) -> None:
        """Take over who the gate turned away, so that the answer is in their language."""
        self._actor = actor

    def repeated(self) -> None:
        """Take it that it has been handled before: what follows only shows."""
        self._begun = True

    async def refuse_old_button(self) -> None:
        """Say that the button leads nowhere any more."""
        await self.toast(self.voice("door.old_button"), alert=True)

    async def refuse_old_screen(self) -> None:
        """Say that about a question that is not open any more, and take its buttons away: none of them leads on."""
        await self.refuse_old_button()
        await self.rebutton(())

    async def show(self, screen: Screen, toast: Markup | str = "") -> None:
        """Change the message that was tapped to the screen, or send it when nothing was tapped; answer the tap, too.

        With `below` set the message that was tapped stays as it is.
        """
        if not self.tapped or self.below:
            await self.toast(toast)
            await self.send(screen)
            return
        await asyncio.gather(self.toast(toast), self._edit(screen))

    async def send(self, screen: Screen) -> MessageRef:
        """Send the screen as a new message, and return it. Raises SpentError for an outsider who asks without end."""
        outside = self._actor is not None and not self._actor.is_member
        if outside and not self._outsiders.allow(self.address, followed=more_is_waiting()):
            raise SpentError("spent")
        sent = await self.channel.send(self.chat, screen)
        await self._note(sent, screen)
        return sent

    async def take_out(self) -> bool:
        """Take what was said out of the chat: it holds a secret. Returns False where it stays."""
        return await self.channel.delete(MessageRef(self.chat, self.message_id))

    async def send_by(self, address: Address, screen: Screen) -> None:
        """Send a screen to an address of another channel, such as a code to a mailbox. Raises ChannelError."""
        await self.channel.send_by(address, screen)

    async def show_photo(self, screen: Screen) -> MessageRef:
        """Change the photo that was tapped to a screen with another photo, or send it. Returns the message."""
        await self.toast()
        if self.message_id:
            there = MessageRef(self.chat, self.message_id)
            with contextlib.suppress(RejectedError):  # it is no photo, or gone
                if await self.channel.edit(there, screen, new_photo=True):
                    return there
        return await self.send(screen)

    def demand_last_unasked(self) -> None:
        """Texts that answer no question are answered once, however many were sent together. Raises SpentError."""
        if more_is_waiting() or not (self.actor.is_member or self._outsiders.allow_idle(self.address)):
            raise SpentError("spent")

    async def send_each(self, screens: Sequence[Screen]) -> list[int]:
        """Send several screens with a file each. Returns the places of those whose file can't be given out (now)."""
        lost = []
        for place, screen in enumerate(screens):
            try:
                await self.send(screen)
            except (UnreachableError, BusyError):
                raise
            except ChannelError:
                lost.append(place)
        return lost

    async def send_privately(self, screen: Screen) -> bool:
        """Send the screen to the person's own chat, wherever they spoke. Returns False when it can not be."""
        try:
            sent = await self.channel.send(self.address, screen)
        except RejectedError:  # never begun, or blocked: the toast has to do
            return False
        await self._note(sent, screen)
        return True

    async def rebutton(self, rows: tuple[Row, ...], message_id: str = "") -> None:
        """Change only the buttons of a message here (default: the one that was tapped)."""
        message_id = message_id or (self.message_id if self.tapped else "")
        if message_id:
            with contextlib.suppress(RejectedError):  # the same buttons, or a message that is gone: nothing to do
                await self.channel.rebutton(MessageRef(self.chat, message_id), rows)

    async def toast(self, text: Markup | str = "", *, alert: bool = False) -> None:
        """Answer a tap with a short line; with `alert` the person has to close it. Only the first answer counts."""
        if not self.tapped or self.answered:
            return
        self.answered = True
        plain = text.striptags() if isinstance(text, Markup) else text
        with contextlib.suppress(RejectedError):  # the tap is too old to be answered: what it did stands, and is shown
            await self.channel.toast(self.incoming, plain, alert=alert)
        if units(plain) > self.limits.toast:
            await self.send(Screen(escape(plain)))

    async def offer_menu(self, person: Actor) -> None:
        """Offer somebody the commands of their role, in their language."""
        await self.channel.offer_menu(person, self.commands)

    async def _edit(self, screen: Screen) -> None:
        under = self.incoming.message
        fits = under is not None and under.editable and not (screen.photo or screen.document)
        message = MessageRef(self.chat, self.message_id)
        if not fits or not await self.channel.edit(message, screen):
            await self.send(screen)
        elif under is not None:
            await self._note(message, screen, before=under.payloads)

    async def _note(self, message: MessageRef, screen: Screen, before: tuple[str, ...] = ()) -> None:
        """Note which activity's card a message shows, so that it is kept true, or that it shows none any more.

        `before` are the payloads that stood below it: without one of a card it has shown none. What was only looked at
        has no number, and is not kept true.
        """
        if not message.id:
            return
        runs = self._actor is not None and (self._actor.is_leader or self._actor.is_coordinator)
        if screen.shows and self._actor is not None:
            way = next((b.payload for row in screen.rows for b in row if isinstance(b.payload, WAYS_BACK)), None)
            back = way.pack() if way is not None else ""
            card = CardShown(screen.shows, screen.digest, runs or message.chat != self.address, screen.heading, back)
            await self.database.run(shown_cards.note, message.chat, message.id, card)
        elif any(data.partition(":")[0] in OF_CARDS for data in before):
            await self.database.run(shown_cards.note, message.chat, message.id, None)


def _leave(session: Session, _at: Moment, address: Address) -> None:
    conversations.set_aside(session, address)


def _nothing(_session: Session, _actor: Actor, _at: Moment) -> None:
    """Only pass the gate."""


def _forget(session: Session, actor: Actor, _at: Moment) -> str | None:
    return conversations.drop(session, actor.address)
