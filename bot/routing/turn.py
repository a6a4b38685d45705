"""One update and its answer: who it is from, what it needs, and the ways to reply.

A handler calls `run` to do something for its person (through the gate, in one transaction), then `show`s a
screen: on a tap the message under the finger changes, otherwise a new message is sent.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from typing import Concatenate, ParamSpec, TypeVar

from markupsafe import Markup
from sqlmodel import Session
from telegram import Bot, CallbackQuery, InputFile, Message, Update
from telegram.error import BadRequest

from bot.access import Access, Denied, admit
from bot.callbacks import Payload, PayloadError, parse
from bot.runtime.database import Database
from bot.telegram.calls import call
from bot.telegram.messages import _edited, send_screen
from bot.texts.voice import Voice
from bot.views.screen import Row, Screen
from corps import conversations
from corps.addresses import Address, telegram
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Refused

P = ParamSpec("P")
T = TypeVar("T")
PayloadT = TypeVar("PayloadT", bound=Payload)

TOAST_MAX = 200
"""https://core.telegram.org/bots/api#answercallbackquery"""


class Turn:
    """An update being handled. `text` is what was typed (after the command, if there was one).

    `commands` are the names of all commands there are.
    """

    def __init__(
        self,
        update: Update,
        bot: Bot,
        database: Database,
        needs: Access,
        text: str = "",
        commands: Collection[str] = (),
    ) -> None:
        self.update = update
        self.bot = bot
        self.database = database
        self.needs = needs
        self.text = text
        self.commands = commands
        self.leaves_conversation = False
        self.below = False
        self.answered = False
        self._actor: Actor | None = None

    @property
    def telegram_id(self) -> int:
        """The sender's Telegram id."""
        user = self.update.effective_user
        return user.id if user else 0

    @property
    def address(self) -> Address:
        """Whoever sent it."""
        return telegram(self.telegram_id)

    @property
    def key(self) -> str:
        """What is the same when the channel brings it a second time."""
        return str(self.update.update_id)

    @property
    def full_name(self) -> str:
        """The sender's name at Telegram."""
        user = self.update.effective_user
        return user.full_name if user else ""

    @property
    def chat_id(self) -> int:
        """The chat the update came from."""
        chat = self.update.effective_chat
        return chat.id if chat else self.telegram_id

    @property
    def chat(self) -> Address:
        """The chat the update came from."""
        return telegram(self.chat_id)

    @property
    def message(self) -> Message | None:
        """The message that was sent, or that carries the tapped button."""
        return self.update.effective_message

    @property
    def query(self) -> CallbackQuery | None:
        """The tap, if it was one."""
        return self.update.callback_query

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

    def under_finger(self, kind: type[PayloadT]) -> PayloadT | None:
        """Return the first payload of that kind under the tapped message: where 返回 leads on a card, say."""
        message = self.query.message if self.query else None
        if not isinstance(message, Message) or message.reply_markup is None:
            return None
        for row in message.reply_markup.inline_keyboard:
            for button in row:
                with contextlib.suppress(PayloadError):
                    if isinstance(found := parse(str(button.callback_data or "")), kind):
                        return found
        return None

    @property
    def room_voice(self) -> Voice:
        """The voice for whoever reads the chat: the person's own in private, the corps' in a group."""
        return Voice(self.database.policy.language, self.database.clock) if self.in_group else self.voice

    async def run(
        self, operation: Callable[Concatenate[Session, Actor, Moment, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Pass the gate and run `operation(session, actor, moment, …)`, in one transaction.

        Raises Denied when the person may not, and Refused when the corps says no; nothing is written then.
        """

        def work(session: Session, at: Moment) -> tuple[Actor, T]:
            self._actor = admit(session, at, self.address, self.needs)
            if self.leaves_conversation:
                conversations.set_aside(session, self.address)
            return self._actor, operation(session, self._actor, at, *args, **kwargs)

        try:
            self._actor, result = await self.database.run(work)
        except (Denied, Refused):
            if (
                self.leaves_conversation
            ):  # taken back with the rest, but any command leaves, refused or not (docs/rules.md, rule 6)
                await self.database.run(_leave, self.address)
                self.leaves_conversation = False
            raise
        self.leaves_conversation = False
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

    async def show(self, screen: Screen, toast: Markup | str = "") -> None:
        """Put the screen under the finger (on a tap) or send it; a tap is answered at the same time.

        With `below` set the message under the finger stays as it is.
        """
        if self.query is None or self.below:
            await self.toast(toast)
            await self.send(screen)
            return
        await asyncio.gather(self.toast(toast), self._edit(screen))

    async def send(self, screen: Screen) -> Message:
        """Send the screen as a new message, and return it."""
        return await send_screen(self.bot, self.chat_id, screen)

    @property
    def in_group(self) -> bool:
        """Whether it comes from a group, where everybody reads the answer."""
        return self.chat_id < 0

    async def rebutton(self, rows: tuple[Row, ...]) -> None:
        """Change only the buttons of the message under the finger, whatever it shows."""
        if self.query is None or self.query.message is None:
            return
        with contextlib.suppress(BadRequest):  # the same buttons, or a message that is gone: nothing to do
            await self.bot.edit_message_reply_markup(
                self.chat_id, self.query.message.message_id, reply_markup=Screen(Markup(), rows).keyboard()
            )

    async def send_file(self, name: str, content: bytes, caption: Markup) -> None:
        """Send a file with a line below it."""
        file = InputFile(content, filename=name)
        await self.bot.send_document(self.chat_id, file, caption=str(caption), parse_mode="HTML")

    async def toast(self, text: Markup | str = "", *, alert: bool = False) -> None:
        """Answer a tap with a short line; with `alert` the person has to close it. Only the first answer counts."""
        if self.query is None or self.answered:
            return
        self.answered = True
        plain = text.striptags() if isinstance(text, Markup) else text
        try:
            await self.bot.answer_callback_query(self.query.id, plain[:TOAST_MAX] or None, show_alert=alert)
        except BadRequest:
            # The tap is older than Telegram keeps it ("query is too old"): what it did stands, the card shows it.
            return

    async def _edit(self, screen: Screen) -> None:
        message = self.query.message if self.query else None
        if not isinstance(message, Message) or message.text is None or screen.photo or screen.document:
            await self.send(screen)
            return
        try:
            await call(self.bot, "editMessageText", _edited(message, screen))
        except BadRequest as error:
            if "not modified" in error.message.lower():
                return
            if "message to edit not found" in error.message.lower() or "can't be edited" in error.message.lower():
                await self.send(screen)
                return
            raise


def _leave(session: Session, _at: Moment, address: Address) -> None:
    conversations.set_aside(session, address)


def _nothing(_session: Session, _actor: Actor, _at: Moment) -> None:
    """Only pass the gate."""


def _forget(session: Session, actor: Actor, _at: Moment) -> str | None:
    return conversations.drop(session, actor.address)
