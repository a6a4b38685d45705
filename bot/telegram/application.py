"""Puts Telegram's side together: the library's bot over our transport, and our dispatcher in front of our handlers."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.robots.wire import Robots
from bot.routing.dispatcher import Dispatcher
from bot.routing.files import Files
from bot.routing.incoming import Incoming
from bot.routing.routes import Routes
from bot.routing.user_queues import UserQueues
from bot.runtime.database import Database
from bot.runtime.files import FileStore
from bot.runtime.metrics import Metrics
from bot.runtime.settings import Settings, SettingsError
from bot.runtime.tasks import with_beside
from bot.telegram.call_middleware import CallMiddleware, answering
from bot.telegram.calls import TOKEN_REFUSED
from bot.telegram.channel import TelegramChannel
from bot.telegram.circuit_breaker import CircuitBreaker
from bot.telegram.inbox import Inbox
from bot.telegram.menu import offer_default_menu
from bot.telegram.polling import Poller
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.sender import TelegramSender
from bot.telegram.transport import AiohttpRequest
from bot.telegram.updates import reader

log = structlog.get_logger()

LONGEST_WAIT = 30.0
"""Seconds between two greetings while Telegram is away."""


@dataclass(frozen=True)
class Outbound:
    """What every call to Telegram shares: its limits, whether Telegram can be reached, and the counters."""

    limiter: RateLimiter = field(default_factory=RateLimiter)
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    metrics: Metrics = field(default_factory=Metrics)


class App:
    """Telegram with all its parts: `bot` makes the calls, `channel` answers, `sender` delivers what is owed.

    `intake` polls, in the process that leads; it is None with a webhook. `files` are those of all channels. `opened` is
    set once Telegram has told who the bot is: nothing goes out before.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        routes: Routes,
        files: Files,
        request: BaseRequest | None,
        outbound: Outbound,
        robots: Robots | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._commands = routes.commands
        self._requests = (request or AiohttpRequest(settings.proxy_url), AiohttpRequest(settings.proxy_url))
        self.bot: ExtBot[Any] = ExtBot(
            settings.bot_token,
            base_url=f"{settings.bot_api_url}/bot",
            base_file_url=f"{settings.bot_api_url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
            rate_limiter=CallMiddleware(outbound.limiter, outbound.breaker, outbound.metrics),
        )
        self.files = files
        self.channel = TelegramChannel(self.bot, files)
        files.channels[self.channel.name] = self.channel
        self._breaker = outbound.breaker
        self.opened = asyncio.Event()
        self.sender = TelegramSender(self.bot, database, files, outbound.limiter, outbound.breaker, self.opened)
        self._dispatcher = Dispatcher(self.channel, database, routes, outbound.metrics, robots)
        self.intake = None if settings.webhook_url else Poller(self.bot, self.handle, database, self.opened)

    @property
    def about(self) -> dict[str, str]:
        """What the log says when it has started."""
        return {"bot": self.bot.username, "way": "polling" if self.intake is not None else "webhook"}

    @property
    def age(self) -> float:
        """For how many seconds Telegram has not answered a poll; with a webhook, has taken no message."""
        return self.intake.age if self.intake is not None else self._breaker.away_for

    async def initialize(self) -> None:
        """Open the connections and ask who the bot is. Raises TelegramError, SettingsError for a wrong token."""
        try:
            await self.bot.initialize()
        except InvalidToken:
            raise SettingsError(TOKEN_REFUSED) from None
        self.opened.set()

    async def greet(self) -> None:
        """Connect to Telegram; try again until it can be reached. Raises SettingsError for a wrong token."""
        wait = 1.0
        while True:
            try:
                return await self.initialize()
            except TelegramError as error:
                name, at = type(error).__name__, self._settings.bot_api_shown
                log.warning("start.waiting_for_telegram", at=at, error=name, seconds=wait)
                await asyncio.sleep(wait)
                wait = min(LONGEST_WAIT, wait * 2)

    async def shutdown(self) -> None:
        """Close the connections, also where a stop came while they were being opened: the library closes none then."""
        await self.bot.shutdown()
        for request in self._requests:
            await request.shutdown()

    async def handle(self, incoming: Incoming) -> None:
        """Handle one thing that came in. Never raises."""
        answering.set(True)
        await self._dispatcher.handle(incoming)

    async def beside(self, leads: asyncio.Event) -> None:
        """Offer everybody's menu and, by webhook, take in what Telegram brings."""
        await self.opened.wait()
        app = self._database.policy.app_url
        menu = offer_default_menu(self.bot, self._settings.language, self._commands, app)
        if self.intake is None:
            await with_beside(self._take_hooks(leads), menu)
        else:
            await menu

    async def _take_hooks(self, leads: asyncio.Event) -> None:
        """Open our door to Telegram, and tell it where the door is."""
        from bot.runtime.http_server import HttpServer, open_door
        from bot.telegram.webhook import WebhookReceiver, announce

        settings = self._settings
        host, _, port = settings.webhook_listen.rpartition(":")
        inbox = Inbox(self._database)
        queues = UserQueues(reader(self.bot), self.handle, inbox.fetch)
        hook = WebhookReceiver(queues, settings.webhook_secret, urlsplit(settings.webhook_url).path, inbox)
        told = announce(self.bot, settings.webhook_url, settings.webhook_secret)
        door = open_door(host, int(port), "WEBHOOK_LISTEN")
        try:
            await with_beside(HttpServer(hook.app).run(door), told, self._empty_inbox(inbox, queues, leads))
        finally:
            await queues.settle(5)

    async def _empty_inbox(self, inbox: Inbox, queues: UserQueues, leads: asyncio.Event) -> None:
        """Handle what polling left behind, in one process: the one that leads."""
        await leads.wait()
        await inbox.empty(queues)


def build_application(
    settings: Settings,
    database: Database,
    routes: Routes,
    request: BaseRequest | None = None,
    outbound: Outbound | None = None,
    files: Files | None = None,
    robots: Robots | None = None,
) -> App:
    """Return Telegram's side, wired and not yet started. Tests hand in a `request` of their own."""
    files = files or Files(FileStore(settings.files), {})
    return App(settings, database, routes, files, request, outbound or Outbound(), robots)
