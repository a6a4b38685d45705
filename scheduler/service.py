"""The running bot: takes updates in, leads if it is its turn, shows how it is, and ends in good order."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.routing.routes import Routes
from bot.routing.user_queues import UserQueues
from bot.runtime.database import Database
from bot.runtime.health import Health, Vitals
from bot.runtime.http_server import HttpServer, bind
from bot.runtime.settings import Settings, SettingsError
from bot.telegram.application import App, Outbound, build_application
from bot.telegram.inbox import Inbox
from bot.telegram.menu import offer_default_menu
from bot.telegram.polling import Poller
from bot.telegram.updates import reader
from bot.telegram.webhook import WebhookReceiver, announce
from models.lock import Lead
from scheduler.jobs import JobContext
from scheduler.leader import Leader
from scheduler.timetable import build_scheduler

log = structlog.get_logger()


class Service:
    """One process of the bot. `lead` is the right to tick and deliver on its database; `begun` is told when it runs."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        routes: Routes,
        lead: Lead,
        begun: Callable[[JobContext], None] | None = None,
    ) -> None:
        self._settings = settings
        self._desk = database
        self._routes = routes
        self._lead = lead
        self._begun_hook = begun
        self._begun = time.monotonic()
        self._gauges = Outbound()
        self._poller: Poller | None = None
        self._duty: Leader | None = None
        self._bench: JobContext | None = None
        self._greeted = False

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then finish what is under way.

        Raises:
            SettingsError: Telegram does not know the token, or a port is taken.
        """
        beside = [self._show_health()] if self._settings.health_port else []
        await _beside(self._work(stop), *beside)

    async def _work(self, stop: asyncio.Event) -> None:
        application = build_application(self._settings, self._desk, self._routes, outbound=self._gauges)
        if not await _unless(stop, application.greet()):
            return
        self._greeted = True
        try:
            await self._serve(application, stop)
        finally:
            await application.shutdown()

    async def _serve(self, application: App, stop: asyncio.Event) -> None:
        hooked = bool(self._settings.webhook_url)
        beside = [offer_default_menu(application.bot, self._settings.language, self._routes.commands)]
        if hooked:
            beside.append(self._take_hooks(application))
        else:
            self._poller = Poller(application.bot, application.handle, self._desk)
        self._bench = self._build_bench(application)
        timetable = build_scheduler(self._bench, self._settings.tick_seconds)
        self._duty = Leader(self._lead, self._bench, timetable, self._poller)
        log.info("started", bot=application.bot.username, way="webhook" if hooked else "polling")
        if self._begun_hook is not None:
            self._begun_hook(self._bench)
        await _beside(self._duty.run(stop), *beside)

    def _build_bench(self, app: App) -> JobContext:
        return JobContext(
            self._desk,
            app.channel,
            app.sender,
            app.files,
            self._settings.quota_digest_cron,
            dt.timedelta(minutes=self._settings.alarm_minutes),
            self._settings.backup_keep_days,
        )

    async def _take_hooks(self, application: App) -> None:
        """Open our door to Telegram, and tell it where the door is."""
        host, _, port = self._settings.webhook_listen.rpartition(":")
        queues = UserQueues(reader(application.bot), application.handle)
        hook = WebhookReceiver(queues, self._settings.webhook_secret, urlsplit(self._settings.webhook_url).path)
        told = announce(application.bot, self._settings.webhook_url, self._settings.webhook_secret)
        door = _open(host, int(port), "WEBHOOK_LISTEN")
        try:
            await _beside(HttpServer(hook.app).run(door), told, self._empty_inbox(queues))
        finally:
            await queues.settle(5)

    async def _empty_inbox(self, queues: UserQueues) -> None:
        """Handle what polling left behind, in one process: the one that leads."""
        if self._duty is not None:
            await self._duty.begun.wait()
        await Inbox(self._desk).empty(queues)

    async def _show_health(self) -> None:
        """Serve the health pages from the first moment on: a start that waits for Telegram is to be seen."""
        port = self._settings.health_port
        vitals = Vitals(self._desk, self._gauges.metrics, self._poll_age, self._leads, self._flying)
        await HttpServer(Health(vitals).app).run(_open("127.0.0.1", port, "HEALTH_PORT"))

    def _poll_age(self) -> float | None:
        """Return for how many seconds Telegram has not answered; None where another process asks it."""
        if not self._greeted:
            return time.monotonic() - self._begun
        return self._poller.age if self._poller is not None and self._leads() else None

    def _leads(self) -> bool:
        return self._duty is not None and self._duty.leads

    def _flying(self) -> int:
        return self._bench.outgoing.flying if self._bench is not None else 0


def _open(host: str, port: int, setting: str) -> Any:  # noqa: ANN401 - a socket
    try:
        return bind(host, port)
    except OSError as error:
        raise SettingsError(f"{setting}: 端口 {port} 用不了 (port not available)") from error


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work unless `stop` comes first. Returns whether it was done; raises what it raises."""
    doing, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait([doing, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not doing.done():
        doing.cancel()
        return False
    await doing
    return True


async def _beside(work: Coroutine[Any, Any, None], *others: Coroutine[Any, Any, None]) -> None:
    """Run the work with others beside it, which end with it. Whatever any of them raises ends them all."""
    working = asyncio.create_task(work)
    tasks = {working, *(asyncio.create_task(other) for other in others)}
    waiting = set(tasks)
    try:
        while not working.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
