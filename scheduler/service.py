"""The running bot: takes in what comes, leads if no other process does, shows its health, and ends in good order."""

import asyncio
import contextlib
import datetime as dt
import time
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.exc import DBAPIError

from bot.routing.files import Files
from bot.runtime.database import Database
from bot.runtime.door import is_any_full
from bot.runtime.metrics import Metrics
from bot.runtime.settings import Settings
from bot.runtime.tasks import unless, with_beside
from corps.system import alarms
from corps.system.alarms import Beat, Watched
from models.lock import Lead
from scheduler.adapter import Adapter
from scheduler.jobs import JobContext
from scheduler.leader import Leader
from scheduler.timetable import build_scheduler

log = structlog.get_logger()

LOOK_EVERY = 15.0
"""Seconds between two looks whether a door is full, or a channel silent."""


class Service:
    """One process of the bot, with its channels.

    `lead` is the right to tick and deliver on its database; `begun` is told when it runs.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        adapters: Sequence[Adapter],
        lead: Lead,
        metrics: Metrics,
        files: Files,
        begun: Callable[[JobContext], None] | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._adapters = adapters
        self._lead = lead
        self._metrics = metrics
        self._files = files
        self._begun_hook = begun
        self._begun = time.monotonic()
        self._duty: Leader | None = None
        self._bench: JobContext | None = None
        self._greeted = False

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then finish what has begun.

        Raises:
            SettingsError: A channel does not know the token, or a port is taken.
        """
        beside = [self._show_health()] if self._settings.health_port else []
        doors = self._watch(Watched.DOOR, is_any_full, "full")
        telegram = self._watch(Watched.TELEGRAM, self._is_silent, "no answer")
        await with_beside(self._work(stop), doors, telegram, *beside)

    async def _work(self, stop: asyncio.Event) -> None:
        try:
            if await unless(stop, self._greet()):
                self._greeted = True
                await self._serve(stop)
        finally:
            for adapter in self._adapters:
                await adapter.shutdown()

    async def _greet(self) -> None:
        await asyncio.gather(*(adapter.greet() for adapter in self._adapters))

    async def _serve(self, stop: asyncio.Event) -> None:
        self._bench = self._build_bench()
        timetable = build_scheduler(self._bench, self._settings.tick_seconds)
        intakes = [adapter.intake for adapter in self._adapters if adapter.intake is not None]
        self._duty = Leader(self._lead, self._bench, timetable, intakes)
        for adapter in self._adapters:
            log.info("started", **adapter.about)
        if self._begun_hook is not None:
            self._begun_hook(self._bench)
        begun = self._duty.begun
        await with_beside(self._duty.run(stop), *(adapter.beside(begun) for adapter in self._adapters))

    def _build_bench(self) -> JobContext:
        return JobContext(
            self._database,
            {adapter.channel.name: adapter.channel for adapter in self._adapters},
            {adapter.channel.name: adapter.sender for adapter in self._adapters},
            self._files,
            self._settings.quota_digest_cron,
            dt.timedelta(minutes=self._settings.alarm_minutes),
            self._settings.backup_keep_days,
        )

    async def _show_health(self) -> None:
        """Serve the health pages from the beginning, so that a start that waits for a channel can be seen."""
        from bot.routing.feeds import Feeds
        from bot.runtime.health import Health, Vitals
        from bot.runtime.http_server import HttpServer, open_door

        port = self._settings.health_port
        vitals = Vitals(self._database, self._metrics, self._poll_age, self._leads, self._flying, is_any_full)
        pages = Feeds(self._database).routes if self._settings.pages else []
        await HttpServer(Health(vitals, pages).app).run(open_door("127.0.0.1", port, "HEALTH_PORT"))

    async def _watch(self, what: Watched, is_bad: Callable[[], bool | None], error: str) -> None:
        """Write down when something is bad, and when it no longer is: the coordinators are told of what is late.

        None: another process knows.
        """
        written: bool | None = None
        while True:
            bad = is_bad()
            if bad is None:
                written = None
            elif bad or bad != written:
                with contextlib.suppress(DBAPIError):
                    await self._database.run(alarms.beat, [Beat(what, error if bad else "")])
                    written = bad
            await asyncio.sleep(LOOK_EVERY)

    def _is_silent(self) -> bool | None:
        """Tell whether Telegram does not answer this process; None if another process asks it."""
        age = self._poll_age() if self._leads() else None
        return age > alarms.SILENT if age is not None else None

    def _poll_age(self) -> float | None:
        """Return for how many seconds a channel has not answered; None if another process asks it."""
        if not self._greeted:
            return time.monotonic() - self._begun
        ages = [adapter.age for adapter in self._adapters] if self._leads() else []
        return max((age for age in ages if age is not None), default=None)

    def _leads(self) -> bool:
        return self._duty is not None and self._duty.leads

    def _flying(self) -> int:
        return self._bench.outgoing.flying if self._bench is not None else 0
