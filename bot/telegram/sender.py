"""Sends one owed message by Telegram, and says how it ended.

The order of the cases matters: `BadRequest` is a `NetworkError`, and a message Telegram refuses must not be
tried again; a `TimedOut` may follow a message that did arrive, so a retry can repeat it, never lose it.
"""

import asyncio
import datetime as dt
import random
from dataclasses import replace
from functools import partial

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.delivery.sender import Deliver
from bot.routing.channel import ChannelError, RejectedError, TooLargeError
from bot.routing.files import Files
from bot.runtime.database import Database
from bot.telegram.call_middleware import owed
from bot.telegram.calls import seconds_of
from bot.telegram.circuit_breaker import CircuitBreaker
from bot.telegram.formatting import TEXT_LIMITS
from bot.telegram.messages import edit_or_send, send_screen
from bot.telegram.rate_limiter import RateLimiter, Slot
from bot.telegram.transport import CutError
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from bot.views.screen import Screen
from corps import groups, notices
from corps.addresses import TELEGRAM, Address, telegram
from corps.broadcasts.copies import Copy
from corps.delivery.notice_facts import Facts, Letter
from corps.membership import group_binding
from models.enums import Failure

UNKNOWN = 1.0
"""Seconds between two looks whether Telegram has told the bot its name: links in messages need it."""

_FIRST_RETRY = 5
_LONGEST_RETRY = 900

_SAYS = (
    ("blocked", Failure.BLOCKED),
    ("deactivated", Failure.DEACTIVATED),
    ("initiate conversation", Failure.NEVER_STARTED),
    ("chat not found", Failure.NEVER_STARTED),
    ("peer_id_invalid", Failure.NEVER_STARTED),
    ("not enough rights", Failure.NO_RIGHTS),
    ("chat_write_forbidden", Failure.NO_RIGHTS),
)
"""What Telegram says when it refuses, and what it means (https://core.telegram.org/bots/api#making-requests)."""

_GONE = (Failure.BLOCKED, Failure.DEACTIVATED, Failure.NEVER_STARTED)
"""The meanings of a `BadRequest` about a person who can't be written to."""


class TelegramSender:
    """Delivers owed messages within Telegram's limits, and stops while Telegram cannot be reached.

    `opened` is set once Telegram has told who the bot is; None: it is known.
    """

    def __init__(
        self,
        bot: Bot,
        database: Database,
        files: Files,
        limiter: RateLimiter,
        breaker: CircuitBreaker,
        opened: asyncio.Event | None = None,
    ) -> None:
        self._bot = bot
        self._files = files
        self._database = database
        self._limiter = limiter
        self._breaker = breaker
        self._opened = opened

    @property
    def down(self) -> bool:
        """Whether the last messages all failed: one is tried at a time."""
        return self._breaker.down

    def wait(self) -> float:
        """Return for how many seconds nothing may go out."""
        unknown = self._opened is not None and not self._opened.is_set()
        return max(self._breaker.wait(), UNKNOWN if unknown else 0.0)

    async def turn(self) -> Deliver:
        """Wait for the next moment to send at, and return what sends one message then."""
        return partial(self._take_turn, await self._limiter.turn())

    async def _take_turn(self, slot: Slot, letter: Letter) -> notices.Outcome:
        """Deliver one message, in the room that it was given, and free that room afterwards."""
        owed.set(slot)
        try:
            return await self.deliver(letter)
        finally:
            self._limiter.end(slot)

    def resting(self) -> frozenset[Address]:
        """Return the chats that may not be written to at this moment."""
        return frozenset(telegram(chat) for chat in self._limiter.resting())

    def begin(self, chat: Address) -> None:
        """Something that nobody waits for goes out to this chat now."""
        self._limiter.begin(chat.number)

    async def copy(self, letter: Letter) -> None:
        """Do nothing: what other channels delivered is not repeated in Telegram."""

    def pause(self, chat: Address, seconds: float) -> None:
        """Leave one chat alone for a while: Telegram said so."""
        self._limiter.pause(chat.number, seconds)

    async def deliver(self, letter: Letter) -> notices.Outcome:
        """Send one message to its chat. Never raises what Telegram says: that is an outcome."""
        due, facts = letter.due, letter.facts
        if facts is None:
            return notices.Moot(notices.NO_LONGER_SO)
        screen = notice_screen(Voice(due.language, self._database.clock), due, facts, letter.more, TEXT_LIMITS)
        try:
            brought = await self._files.brought(screen, TELEGRAM)
            message_id = await self._put(due.address.number, brought, facts.find(Copy))
        except ChannelError as error:
            return _without_file(self._database.clock.now(), due, error)
        except TelegramError as error:
            self._tell(due, error)
            outcome = _ended(self._database.clock.now(), due, error)
            await self._mind_group(due, outcome)
            return await self._blameless(outcome, error)
        self._breaker.succeeded()
        return notices.Sent(str(message_id), _card(due, facts, screen))

    async def _put(self, chat_id: int, screen: Screen, copy: Copy | None) -> int:
        """Send a screen, or put it into the message that it corrects. Returns the message's id."""
        if copy is not None and copy.edits is not None:
            return await edit_or_send(self._bot, chat_id, int(copy.edits), screen, new_photo=copy.new_photo)
        return int((await send_screen(self._bot, chat_id, screen))["message_id"])

    async def _mind_group(self, due: notices.Due, outcome: notices.Outcome) -> None:
        """Let the tie of a team's group follow where the group went, or end where it, or the bot in it, is no more."""
        if isinstance(outcome, notices.Moved):
            await self._database.run(groups.moved, due.address, outcome.address)
        elif isinstance(outcome, notices.GiveUp) and outcome.unreachable and due.member_id is None:
            await self._database.run(group_binding.lose, due.address)

    async def _blameless(self, outcome: notices.Outcome, error: TelegramError) -> notices.Outcome:
        """While Telegram is away no message is to blame: else an hour without Telegram would fail them all.

        One that fails all alone, while Telegram answers other calls, is: it would else be tried until it expires.
        """
        if isinstance(outcome, notices.RetryLater) and isinstance(error, NetworkError):
            blame = not self._breaker.down or (self._breaker.suspicious and await self._answers())
            return replace(outcome, blame=blame)
        return outcome

    async def _answers(self) -> bool:
        """Ask Telegram for something that has nothing to do with any message."""
        try:
            await self._bot.get_me()
        except TelegramError as error:
            return isinstance(error, RetryAfter)
        return True

    def _tell(self, due: notices.Due, error: TelegramError) -> None:
        """Tell the limiter and the breaker what Telegram said."""
        match error:
            case RetryAfter():
                self._limiter.refused(due.address.number, seconds_of(error) + 0.5)
                self._breaker.refused(due.address.number, seconds_of(error) + 0.5)
            case BadRequest() | Forbidden() | ChatMigrated():
                self._breaker.succeeded()
            case NetworkError():
                self._breaker.failed(due.address.number)


def _card(due: notices.Due, facts: Facts, screen: Screen) -> notices.CardShown | None:
    """Return the card that a message shows, if it shows one; a group, and who runs things, follows who signs up."""
    if not screen.shows:
        return None
    watches = due.member_id is None or facts.actor.is_leader or facts.actor.is_coordinator
    return notices.CardShown(screen.shows, screen.digest, watches, notice_id=due.id)


def _ended(now: dt.datetime, due: notices.Due, error: TelegramError) -> notices.Outcome:
    failure = meaning(error)
    match error:
        case RetryAfter():
            again = now + dt.timedelta(seconds=seconds_of(error) + 0.5)
            return notices.RetryLater(again, "429", blame=False, failure=failure)
        case ChatMigrated():
            return notices.Moved(telegram(error.new_chat_id))
        case Forbidden():
            return notices.GiveUp(error.message, unreachable=True, failure=failure)
        case BadRequest():
            return notices.GiveUp(error.message, unreachable=failure in _GONE, failure=failure)
        case NetworkError():
            again, unanswered = now + _backoff(due.attempts + 1), isinstance(error, TimedOut | CutError)
            return notices.RetryLater(again, type(error).__name__, maybe=unanswered, failure=failure)
        case _:
            return notices.GiveUp(error.message, failure=failure)


def meaning(error: TelegramError) -> Failure:
    """Return what an error means for the message that met it: decided here, and asked nowhere else."""
    said = error.message.lower()
    match error:
        case RetryAfter():
            return Failure.TOO_MANY
        case BadRequest() | Forbidden():
            return next((failure for words, failure in _SAYS if words in said), Failure.OTHER)
        case NetworkError():
            return Failure.NETWORK
        case _:
            return Failure.OTHER


def _without_file(now: dt.datetime, due: notices.Due, error: ChannelError) -> notices.Outcome:
    """Return how a message ends whose picture or file could not be had."""
    if isinstance(error, RejectedError | TooLargeError):
        return notices.GiveUp(f"file: {error}")
    return notices.RetryLater(now + _backoff(due.attempts + 1), f"file: {error}")


def _backoff(attempts: int) -> dt.timedelta:
    """Return how long to wait before the next try: longer each time, never two at the same moment."""
    seconds = min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** (attempts - 1))
    return dt.timedelta(seconds=seconds * random.uniform(0.8, 1.2))
