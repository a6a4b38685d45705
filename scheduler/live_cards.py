"""Keeps cards in chats up to date: senders' live cards and counts in groups of a broadcast, and activities' cards."""

import hashlib

import structlog

from bot.delivery.sender import Sender
from bot.routing.channel import BusyError, ChannelError, MessageRef, RejectedError
from bot.texts.voice import Voice
from bot.views.broadcast_copy import copy_rows
from bot.views.broadcast_progress import hour_came, standing_card
from bot.views.notices import followed_card, newer_below, outdated_card
from corps.broadcasts import group_copies, live_cards
from corps.broadcasts.group_copies import GroupCopy
from corps.broadcasts.live_cards import LiveCard, SpentCard
from corps.delivery import shown_cards
from corps.delivery.shown_cards import Followed
from scheduler.jobs import JobContext

log = structlog.get_logger()


async def refresh_cards(context: JobContext) -> None:
    """Update each live card that has changed and was not edited very recently; delete those whose time is over."""
    for spent in await context.database.run(live_cards.spent):
        await _take_down(context, spent)
    for card in await context.database.run(live_cards.due):
        try:
            await _refresh(context, card)
        except RejectedError as error:
            log.info("card.lost", broadcast=card.broadcast_id, error=str(error))
            await context.database.run(live_cards.lost, card.broadcast_id)
        except ChannelError as error:
            log.info("card.later", broadcast=card.broadcast_id, error=str(error))


async def _take_down(context: JobContext, card: SpentCard) -> None:
    screen = hour_came(Voice(card.language, context.database.clock), card.broadcast_id, card.when)
    try:
        await context.channel_of(card.address).edit(MessageRef(card.address, card.message_id), screen)
    except RejectedError as error:
        log.info("card.lost", broadcast=card.broadcast_id, error=str(error))
    except ChannelError as error:
        log.info("card.later", broadcast=card.broadcast_id, error=str(error))
        return
    await context.database.run(live_cards.taken_down, card.broadcast_id)


async def _refresh(context: JobContext, card: LiveCard) -> None:
    screen = standing_card(Voice(card.language, context.database.clock), card.standing)
    digest = hashlib.sha256(repr(screen).encode()).hexdigest()[:40]
    channel, chat, message_id = context.channel_of(card.address), card.address, card.message_id
    if message_id is None:
        message_id = (await channel.send(chat, screen)).id
    elif digest != card.digest and not await channel.edit(MessageRef(chat, message_id), screen):
        await context.database.run(live_cards.lost, card.broadcast_id)
        return
    await context.database.run(live_cards.shown, card, message_id, digest)


async def refresh_activity_cards(context: JobContext) -> None:
    """Keep the activities' cards in chats true, a few at a time; one that reads as before is left alone."""
    changed = 0
    for card in await context.database.run(shown_cards.due):
        sender = context.senders.get(card.address.channel)
        if sender is None or card.address in sender.resting() or changed >= shown_cards.AT_ONCE:
            continue
        try:
            changed += await _follow(context, card, sender)
        except BusyError as error:
            sender.pause(card.address, error.seconds)
        except RejectedError as error:
            log.info("card.lost", activity=card.activity_id, error=str(error))
            await context.database.run(shown_cards.lost, card)
        except ChannelError as error:
            log.info("card.later", activity=card.activity_id, error=str(error))


async def _follow(context: JobContext, card: Followed, sender: Sender) -> bool:
    """Draw one card anew if it reads otherwise by now. Returns whether the message was changed."""
    channel, message = context.channel_of(card.address), MessageRef(card.address, card.message_id)
    if not await context.database.run(shown_cards.stands, card):
        return False
    voice = Voice(card.reader.language, context.database.clock)
    if card.old or card.card is None:
        sender.begin(card.address)  # a group's twenty a minute are for edits as well
        if card.card is None:
            await channel.rebutton(message, newer_below(voice, card.activity_id))
        else:
            await channel.edit(message, outdated_card(voice, card.card))
        await context.database.run(shown_cards.drawn, card, "")
        return True
    screen = followed_card(voice, card, card.card, channel.limits)
    if screen.digest != card.digest:
        sender.begin(card.address)
        if not await channel.edit(message, screen):
            await context.database.run(shown_cards.lost, card)
            return True
    await context.database.run(shown_cards.drawn, card, screen.digest)
    return screen.digest != card.digest


async def refresh_group_counts(context: JobContext) -> None:
    """Show in the groups how many have confirmed. A group that was written to just now waits for the next round."""
    for copy in await context.database.run(group_copies.due):
        sender = context.senders.get(copy.address.channel)
        if sender is None or copy.address in sender.resting():
            continue
        sender.begin(copy.address)  # a group's twenty a minute are for edits as well
        try:
            await _recount(context, copy)
        except BusyError as error:
            sender.pause(copy.address, error.seconds)
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
    await context.channel_of(copy.address).rebutton(MessageRef(copy.address, copy.message_id), rows)
