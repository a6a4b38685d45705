"""Puts Telegram's side together: the library's bot over our transport, and our dispatcher in front of our handlers."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.routing.dispatcher import Dispatcher
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.routing.routes import Routes
from bot.runtime.database import Database
from bot.runtime.files import FileStore
from bot.runtime.metrics import Metrics
from bot.runtime.settings import Settings, SettingsError
from bot.telegram.call_middleware import CallMiddleware, answering
from bot.telegram.calls import TOKEN_REFUSED
from bot.telegram.channel import TelegramChannel
from bot.telegram.circuit_breaker import CircuitBreaker
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.sender import TelegramSender
from bot.telegram.transport import AiohttpRequest

log = structlog.get_logger()

LONGEST_WAIT = 30.0
"""Seconds between two greetings while Telegram is away."""


@dataclass(frozen=True)
class Outbound:
    """What all that goes out shares: the pace it keeps, the state of the line, the counters."""

    pace: RateLimiter = field(default_factory=RateLimiter)
    line: CircuitBreaker = field(default_factory=CircuitBreaker)
    metrics: Metrics = field(default_factory=Metrics)


@dataclass(frozen=True)
class App:
    """Telegram's side, wired. `bot` makes the calls, `channel` answers, `sender` delivers what is owed.

    `files` are the installation's.
    """

    bot: ExtBot[Any]
    channel: TelegramChannel
    sender: TelegramSender
    dispatcher: Dispatcher
    files: Files

    async def initialize(self) -> None:
        """Open the connections and greet Telegram. Raises SettingsError for a wrong token, TelegramError otherwise."""
        try:
            await self.bot.initialize()
        except InvalidToken:
            raise SettingsError(TOKEN_REFUSED) from None

    async def greet(self) -> None:
        """Say hello to Telegram, for as long as it takes to be there. Raises SettingsError for a wrong token."""
        wait = 1.0
        while True:
            try:
                return await self.initialize()
            except TelegramError as error:
                name, at = type(error).__name__, self.bot.base_url.rpartition("/bot")[0]
                log.warning("start.waiting_for_telegram", at=at, error=name, seconds=wait)
                await asyncio.sleep(wait)
                wait = min(LONGEST_WAIT, wait * 2)

    async def shutdown(self) -> None:
        """Close the connections."""
        await self.bot.shutdown()

    async def handle(self, incoming: Incoming) -> None:
        """Handle one thing that came in. Never raises."""
        answering.set(True)
        await self.dispatcher.handle(incoming)


def build_application(
    settings: Settings,
    database: Database,
    routes: Routes,
    request: BaseRequest | None = None,
    outbound: Outbound | None = None,
) -> App:
    """Return Telegram's side, wired and not yet started. Tests hand in a `request` of their own."""
    outbound = outbound or Outbound()
    bot = ExtBot(
        settings.bot_token,
        base_url=f"{settings.bot_api_url}/bot",
        base_file_url=f"{settings.bot_api_url}/file/bot",
        request=request or AiohttpRequest(settings.proxy_url),
        get_updates_request=AiohttpRequest(settings.proxy_url),
        rate_limiter=CallMiddleware(outbound.pace, outbound.line, outbound.metrics),
    )
    files = Files(FileStore(settings.files), {})
    channel = TelegramChannel(bot, files)
    files.channels[channel.name] = channel
    sender = TelegramSender(bot, database, files, outbound.pace, outbound.line)
    return App(bot, channel, sender, Dispatcher(channel, database, routes, outbound.metrics), files)
