"""The last error handler: what nobody caught is logged without anything personal, and the person is told."""

import structlog

from bot import texts
from bot.routing.channel import ChannelError, SpentError, UnreachableError
from bot.routing.turn import Turn
from bot.views.screen import Screen

log = structlog.get_logger()


async def guarded(turn: Turn, screen: Screen) -> None:
    """Answer with a sentence: on a tap as an alert to be closed, otherwise as a message. Never raises."""
    try:
        if turn.tapped:
            await turn.toast(screen.text, alert=True)
        else:
            await turn.send(screen)
    except SpentError:
        log.info("answer.spared")
    except UnreachableError:
        log.info("answer.unreachable")
    except ChannelError as error:
        log.warning("answer.failed", error=str(error))


async def report(turn: Turn, error: Exception) -> None:
    """Log an unexpected error and tell the person that it is known and what to do."""
    log.error("update.failed", update=turn.key, exc_info=error)
    language = turn.database.policy.language
    await guarded(turn, Screen(texts.say(language, "door.failed")))


async def close_tap(turn: Turn) -> None:
    """Answer a tap that no handler answered, so that the button stops turning. Never raises."""
    try:
        await turn.toast()
    except ChannelError as error:
        log.warning("tap.unanswered", error=str(error))
