"""The way out: deliver one message, and say how it ended.

The order of the cases matters: `BadRequest` is a `NetworkError`, and a message Telegram refuses must not be
tried again; a `TimedOut` may follow a message that did arrive, so a retry can repeat it, never lose it.
"""

import datetime as dt
import random
from dataclasses import replace

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.runtime.database import Database
from bot.telegram.calls import seconds_of
from bot.telegram.circuit_breaker import CircuitBreaker
from bot.telegram.messages import edit_or_send, send_screen
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.transport import CutError
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from corps import groups, notices
from corps.addresses import telegram
from corps.delivery.notice_facts import Letter
from corps.membership import group_binding

_FIRST_RETRY = 5
_LONGEST_RETRY = 900

_GONE = ("chat not found", "user is deactivated", "peer_id_invalid")
"""What Telegram says in a `BadRequest` about a person who can't be written to."""


async def deliver(
    bot: Bot, database: Database, pace: RateLimiter, line: CircuitBreaker, letter: Letter
) -> notices.Outcome:
    """Send one message to its chat. Never raises what Telegram says: that is an outcome."""
    due, facts = letter.due, letter.facts
    if facts is None:
        return notices.Moot("no longer so")
    screen = notice_screen(Voice(due.language, database.clock), due, facts, letter.more)
    try:
        if facts.copy is not None and facts.copy.edits is not None:
            edits, new_photo = int(facts.copy.edits), facts.copy.new_photo
            message_id = await edit_or_send(bot, due.address.number, edits, screen, new_photo=new_photo)
        else:
            message_id = (await send_screen(bot, due.address.number, screen)).message_id
    except TelegramError as error:
        _tell(pace, line, due, error)
        outcome = _ended(database.clock.now(), due, error)
        await _mind_group(database, due, outcome)
        return await _blameless(bot, line, outcome, error)
    line.succeeded()
    return notices.Sent(str(message_id))


async def _mind_group(database: Database, due: notices.Due, outcome: notices.Outcome) -> None:
    """Let the tie of a team's group follow where the group went, or end where it, or the bot in it, is no more."""
    if isinstance(outcome, notices.Moved):
        await database.run(groups.moved, due.address, outcome.address)
    elif isinstance(outcome, notices.GiveUp) and outcome.unreachable and due.member_id is None:
        await database.run(group_binding.lose, due.address)


async def _blameless(bot: Bot, line: CircuitBreaker, outcome: notices.Outcome, error: TelegramError) -> notices.Outcome:
    """While the line is down no message is to blame: else an hour without Telegram would fail them all.

    One that fails all alone, while Telegram answers other calls, is: it would else be tried until it expires.
    """
    if isinstance(outcome, notices.RetryLater) and isinstance(error, NetworkError):
        blame = not line.down or (line.suspicious and await _answers(bot))
        return replace(outcome, blame=blame)
    return outcome


async def _answers(bot: Bot) -> bool:
    """Ask Telegram for something that has nothing to do with any message."""
    try:
        await bot.get_me()
    except TelegramError as error:
        return isinstance(error, RetryAfter)
    return True


def _tell(pace: RateLimiter, line: CircuitBreaker, due: notices.Due, error: TelegramError) -> None:
    """Let the pace and the line know what Telegram said."""
    match error:
        case RetryAfter():
            pace.refused(due.address.number, seconds_of(error) + 0.5)
            line.refused(due.address.number, seconds_of(error) + 0.5)
        case BadRequest() | Forbidden() | ChatMigrated():
            line.succeeded()
        case NetworkError():
            line.failed(due.address.number)


def _ended(now: dt.datetime, due: notices.Due, error: TelegramError) -> notices.Outcome:
    match error:
        case RetryAfter():
            return notices.RetryLater(now + dt.timedelta(seconds=seconds_of(error) + 0.5), "429", blame=False)
        case ChatMigrated():
            return notices.Moved(telegram(error.new_chat_id))
        case Forbidden():
            return notices.GiveUp(error.message, unreachable=True)
        case BadRequest():
            return notices.GiveUp(error.message, unreachable=any(word in error.message.lower() for word in _GONE))
        case NetworkError():
            unanswered = isinstance(error, TimedOut | CutError)
            return notices.RetryLater(now + _backoff(due.attempts + 1), type(error).__name__, maybe=unanswered)
        case _:
            return notices.GiveUp(error.message)


def _backoff(attempts: int) -> dt.timedelta:
    """Return how long to wait before the next try: longer each time, never two at the same moment."""
    seconds = min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** (attempts - 1))
    return dt.timedelta(seconds=seconds * random.uniform(0.8, 1.2))
