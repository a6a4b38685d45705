"""Leading: of all processes on one database one ticks and delivers, and another takes over when it dies."""

import asyncio

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError

from bot.telegram.polling import Poller
from models.lock import Lead
from scheduler.jobs import JobContext, miss_photos

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two looks at the lock: how soon a dead leader is replaced."""


class Leader:
    """Begins and ends what only the leader does. `begun` is set once it leads for the first time.

    Args:
        lead: The right to lead.
        bench: What the jobs work with.
        scheduler: The timetable, not yet started.
        poller: Takes updates in, which only one process may do by polling; None with a webhook, where all do.
    """

    def __init__(
        self,
        lead: Lead,
        context: JobContext,
        scheduler: AsyncIOScheduler,
        poller: Poller | None = None,
    ) -> None:
        self._lead = lead
        self._bench = context
        self._scheduler = scheduler
        self._poller = poller
        self._polling: asyncio.Task[None] | None = None
        self.leads = False
        self.begun = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Keep watching the lock until `stop`; then finish and let go. Raises what taking in raises."""
        self._scheduler.start(paused=True)
        try:
            while not stop.is_set():
                await self._look()
                await self._rest(stop)
        finally:
            await self._step_down()
            self._scheduler.shutdown(wait=False)
            await asyncio.to_thread(self._lead.let_go)

    async def _look(self) -> None:
        holds = await asyncio.to_thread(self._lead.hold)
        if holds and not self.leads:
            await self._step_up()
        elif not holds and self.leads:
            log.warning("lead.lost")
            await self._step_down()

    async def _rest(self, stop: asyncio.Event) -> None:
        """Wait for the next look, for `stop`, or for the end of taking in, which is an error."""
        stopping = asyncio.create_task(stop.wait())
        awaited: set[asyncio.Task[object]] = {stopping}
        if self._polling is not None:
            awaited.add(self._polling)
        await asyncio.wait(awaited, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._polling is not None and self._polling.done():
            await self._polling

    async def _step_up(self) -> None:
        try:
            await self._bench.outgoing.begin()
            await miss_photos(self._bench)
        except DBAPIError as error:
            log.error("lead.not_taken", error=type(error).__name__)  # the next look tries again
            return
        self.leads = True
        self.begun.set()
        if self._poller is not None:
            self._polling = asyncio.create_task(self._poller.run())
        self._scheduler.resume()
        log.info("lead.taken")

    async def _step_down(self) -> None:
        if not self.leads:
            return
        self.leads = False
        self._scheduler.pause()
        await asyncio.gather(self._take_in_no_more(), self._bench.outgoing.stop())

    async def _take_in_no_more(self) -> None:
        if self._poller is not None and self._polling is not None:
            await self._poller.stop()
            await asyncio.wait([self._polling])
            self._polling = None
