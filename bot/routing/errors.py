"""The last resort: what nobody caught is logged without anything personal, and the person is told."""

import structlog
from telegram.error import Forbidden, TelegramError

from bot import texts
from bot.routing.turn import Turn
from bot.views.screen import Screen

log = structlog.get_logger()


async def guarded(turn: Turn, screen: Screen) -> None:
    """Answer with a sentence: on a tap as an alert to be closed, otherwise as a message. Never raises."""
    try:
        if turn.query is not None:
            await turn.toast(screen.text, alert=True)
        else:
            await turn.send(screen)
    except Forbidden:
        log.info("answer.unreachable")
    except TelegramError as error:
        log.warning("answer.failed", error=type(error).__name__)


async def report(turn: Turn, error: Exception) -> None:
    """Log an unexpected error and tell the person that it is known and what to do."""
    log.error("update.failed", update=turn.update.update_id, exc_info=error)
    language = turn.database.policy.language
    await guarded(turn, Screen(texts.say(language, "door.failed")))


async def close_tap(turn: Turn) -> None:
    """Answer a tap that no handler answered, so that the button stops turning. Never raises."""
    try:
        await turn.toast()
    except TelegramError as error:
        log.warning("tap.unanswered", error=type(error).__name__)
