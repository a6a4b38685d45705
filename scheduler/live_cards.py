"""The senders' live cards, and the counts in groups, are kept true while a broadcast goes out and is confirmed."""

import hashlib

import structlog

from bot.routing.channel import BusyError, ChannelError, MessageRef, RejectedError
from bot.texts.voice import Voice
from bot.views.broadcast_copy import copy_rows
from bot.views.broadcast_progress import standing_card
from corps.broadcasts import group_copies, live_cards
from corps.broadcasts.group_copies import GroupCopy
from corps.broadcasts.live_cards import LiveCard
from scheduler.jobs import JobContext

log = structlog.get_logger()


async def refresh_cards(context: JobContext) -> None:
    """Show each live card anew that has changed and has rested long enough."""
    for card in await context.database.run(live_cards.due):
        try:
            await _refresh(context, card)
        except RejectedError as error:
            log.info("card.lost", broadcast=card.broadcast_id, error=str(error))
            await context.database.run(live_cards.lost, card.broadcast_id)
        except ChannelError as error:
            log.info("card.later", broadcast=card.broadcast_id, error=str(error))


async def _refresh(context: JobContext, card: LiveCard) -> None:
    screen = standing_card(Voice(card.language, context.database.clock), card.standing)
    digest = hashlib.sha256(repr(screen).encode()).hexdigest()[:40]
    chat, message_id = card.address, card.message_id
    if message_id is None:
        message_id = (await context.channel.send(chat, screen)).id
    elif digest != card.digest and not await context.channel.edit(MessageRef(chat, message_id), screen):
        await context.database.run(live_cards.lost, card.broadcast_id)
        return
    await context.database.run(live_cards.shown, card, message_id, digest)


async def refresh_group_counts(context: JobContext) -> None:
    """Show in the groups how many have confirmed. A group that was written to just now waits for the next look."""
    for copy in await context.database.run(group_copies.due):
        if copy.address in context.sender.resting():
            continue
        try:
            await _recount(context, copy)
        except BusyError as error:
            context.sender.pause(copy.address, error.seconds)
            continue
        except RejectedError as error:
            # The message or the group is gone, or shows it already: looked at again when the count changes.
            log.info("count.not_shown", notice=copy.notice_id, error=str(error))
        except ChannelError as error:
            log.info("count.later", notice=copy.notice_id, error=str(error))
            continue
        await context.database.run(group_copies.shown, copy.notice_id, copy.count)


async def _recount(context: JobContext, copy: GroupCopy) -> None:
    voice = Voice(context.database.policy.language, context.database.clock)
    rows = copy_rows(voice, copy.broadcast_id, acknowledged=False, for_leader=True, count=copy.count)
    context.sender.begin(copy.address)  # a group's twenty a minute are for edits as well
    await context.channel.rebutton(MessageRef(copy.address, copy.message_id), rows)
