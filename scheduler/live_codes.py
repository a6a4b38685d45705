"""Keeps the rotating codes in leaders' chats fresh by edits, one each half minute, while they are open."""

import structlog

from bot.routing.channel import BusyError, ChannelError, MessageRef, RejectedError
from bot.texts.voice import Voice
from bot.views.onsite import code_over_screen, code_screen
from corps.attendance import codes
from corps.attendance.codes import StandingCode
from scheduler.jobs import JobContext

log = structlog.get_logger()


async def refresh_codes(context: JobContext) -> None:
    """Draw each code of an earlier half minute anew; one that can't be reached now waits for the next look."""
    for shown in await context.database.run(codes.due):
        sender = context.senders.get(shown.address.channel)
        if sender is None or shown.address in sender.resting():
            continue
        try:
            await _redraw(context, shown)
        except BusyError as error:
            sender.pause(shown.address, error.seconds)
        except RejectedError as error:
            log.info("code.lost", activity=shown.activity_id, error=str(error))
            await context.database.run(codes.lost, shown)
        except ChannelError as error:
            log.info("code.later", activity=shown.activity_id, error=str(error))


async def _redraw(context: JobContext, shown: StandingCode) -> None:
    channel, voice = context.channel_of(shown.address), Voice(shown.reader.language, context.database.clock)
    screen = (
        code_over_screen(voice, shown.activity_id, shown.title, channel.links_to)
        if shown.code is None
        else code_screen(voice, shown.code, channel.links_to)
    )
    stands = await channel.edit(MessageRef(shown.address, shown.message_id), screen, new_photo=True)
    await context.database.run(codes.drawn if stands else codes.lost, shown)
