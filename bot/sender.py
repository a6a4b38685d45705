"""The way out: deliver one notice, and say how it ended.

The order of the cases matters: `BadRequest` is a `NetworkError`, and a message Telegram refuses must not be
tried again; a `TimedOut` may follow a message that did arrive, so a retry can repeat it, never lose it.
"""

import datetime as dt
import random

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.desk import Desk
from bot.pace import Pace
from bot.revise import edit_or_send
from bot.turn import send_screen
from bot.views.notices import notice_screen
from bot.views.voice import Voice
from bot.waits import seconds_of
from corps import group_losses, groups, notices
from corps.notice_facts import load

_FIRST_RETRY = 5
_LONGEST_RETRY = 900


async def deliver(bot: Bot, desk: Desk, pace: Pace, due: notices.Due) -> notices.Outcome:
    """Send one notice to its chat, unless what it is about is no longer so."""
    await pace.turn(due.chat_id)
    facts = await desk.run(load, due)
    if facts is None:
        return notices.Moot("no longer so")
    screen = notice_screen(Voice(due.language, desk.clock), due, facts)
    try:
        if facts.copy is not None and facts.copy.edits is not None:
            return notices.Sent(await edit_or_send(bot, due.chat_id, facts.copy.edits, screen))
        message = await send_screen(bot, due.chat_id, screen)
    except ChatMigrated as moved:
        await desk.run(groups.moved, due.chat_id, moved.new_chat_id)
        return notices.RetryLater(desk.clock.now(), "the group became a supergroup")
    except TelegramError as error:
        if isinstance(error, Forbidden) and due.chat_id < 0:
            await desk.run(group_losses.lose, due.chat_id)
        return _ended(desk, pace, due, error)
    return notices.Sent(message.message_id)


def _ended(desk: Desk, pace: Pace, due: notices.Due, error: TelegramError) -> notices.Outcome:
    now = desk.clock.now()
    match error:
        case RetryAfter():
            pace.pause(due.chat_id, seconds_of(error))
            return notices.RetryLater(now + dt.timedelta(seconds=seconds_of(error) + 0.5), "429")
        case Forbidden():
            return notices.GiveUp(error.message, unreachable=True)
        case BadRequest():
            return notices.GiveUp(error.message, unreachable="chat not found" in error.message.lower())
        case NetworkError():
            return notices.RetryLater(now + _backoff(due.attempts), type(error).__name__)
        case _:
            return notices.GiveUp(error.message)


def _backoff(attempts: int) -> dt.timedelta:
    """Return how long to wait before the next try: longer each time, never two at the same moment."""
    seconds = min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** (attempts - 1))
    return dt.timedelta(seconds=seconds * random.uniform(0.8, 1.2))
