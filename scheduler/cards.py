"""The senders' live cards are kept true while a broadcast goes out and is confirmed."""

import hashlib

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.revise import edit_screen
from bot.turn import send_screen
from bot.views.broadcast_card import standing_card
from bot.views.voice import Voice
from corps import broadcast_cards
from corps.broadcast_cards import LiveCard
from scheduler.jobs import Bench

log = structlog.get_logger()


async def refresh_cards(bench: Bench) -> None:
    """Show each live card anew that has changed and has rested long enough."""
    for card in await bench.desk.run(broadcast_cards.due):
        try:
            await _refresh(bench, card)
        except (Forbidden, BadRequest) as error:
            log.info("card.lost", broadcast=card.broadcast_id, error=type(error).__name__)
            await bench.desk.run(broadcast_cards.lost, card.broadcast_id)
        except TelegramError as error:
            log.info("card.later", broadcast=card.broadcast_id, error=type(error).__name__)


async def _refresh(bench: Bench, card: LiveCard) -> None:
    screen = standing_card(Voice(card.language, bench.desk.clock), card.standing)
    digest = hashlib.sha256(repr(screen).encode()).hexdigest()[:40]
    message_id = card.message_id
    if message_id is None:
        message_id = (await send_screen(bench.bot, card.chat_id, screen)).message_id
    elif digest != card.digest and not await edit_screen(bench.bot, card.chat_id, message_id, screen):
        await bench.desk.run(broadcast_cards.lost, card.broadcast_id)
        return
    await bench.desk.run(broadcast_cards.shown, card, message_id, digest)
