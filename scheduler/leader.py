"""Which process leads: of all on one database one ticks and delivers; when it dies, another takes over."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError

from models.lock import Lead
from scheduler.adapter import Intake
from scheduler.jobs import JobContext, miss_photos

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two checks of the lock: how soon a dead leader is replaced."""


class Leader:
    """Begins and ends what only the leader does. `begun` is set once it leads for the first time.

    Args:
        lead: The right to lead.
        context: What the jobs work with.
        scheduler: The timetable, not yet started.
        intakes: Take in what comes where only one process may; none for channels in which all do.
    """

    def __init__(
        self,
        lead: Lead,
        context: JobContext,
        scheduler: AsyncIOScheduler,
        intakes: Sequence[Intake] = (),
    ) -> None:
        self._lead = lead
        self._bench = context
        self._scheduler = scheduler
        self._intakes = intakes
        self._asking: asyncio.Task[bool] | None = None
        self._taking_in: list[asyncio.Task[None]] = []
        self.leads = False
        self.begun = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Watch the lock until `stop`; then finish and release it. Raises what the poller raises."""
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
        holds = await self._asked()
        if holds and not self.leads:
            await self._step_up()
        elif not holds and self.leads:
            log.warning("lead.lost")
            await self._step_down()

    async def _asked(self) -> bool:
        """Return whether the lead is held. A database that does not answer is waited for only while it is fresh."""
        if self._asking is None:
            self._asking = asyncio.create_task(asyncio.to_thread(self._lead.hold))
        asking = self._asking
        while not asking.done():
            await asyncio.wait([asking], timeout=LOOK_EVERY)
            if self.leads and not self._lead.is_fresh():
                return False
            if not self.leads:
                break
        if not asking.done():
            return False
        self._asking = None
        return await asking

    async def _rest(self, stop: asyncio.Event) -> None:
        """Wait for the next check, for `stop`, or for the end of the poller, which is an error."""
        stopping = asyncio.create_task(stop.wait())
        awaited: set[asyncio.Task[Any]] = {stopping, *self._taking_in}
        await asyncio.wait(awaited, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for task in self._taking_in:
            if task.done():
                await task

    async def _step_up(self) -> None:
        try:
            await self._bench.outgoing.begin(self._lead)
            await miss_photos(self._bench)
        except DBAPIError as error:
            log.error("lead.not_taken", error=type(error).__name__)  # the next check tries again
            return
        self.leads = True
        self.begun.set()
        self._taking_in = [asyncio.create_task(intake.run()) for intake in self._intakes]
        self._scheduler.resume()
        log.info("lead.taken")

    async def _step_down(self) -> None:
        if not self.leads:
            return
        self.leads = False
        self._scheduler.pause()
        await asyncio.gather(self._take_in_no_more(), self._bench.outgoing.stop())

    async def _take_in_no_more(self) -> None:
        if self._taking_in:
            await asyncio.gather(*(intake.stop() for intake in self._intakes))
            await asyncio.wait(self._taking_in)
            self._taking_in = []
