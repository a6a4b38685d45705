"""Runs the sweeps and watches them: a heartbeat for each, and an alarm when one stops or the queue does not move."""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from corps.system import alarms
from corps.system.alarms import Beat, Late, Watched
from scheduler.jobs import JobContext

log = structlog.get_logger()

JOB_PATIENCE = 120.0
"""Seconds a sweep may take: one that hangs must not stop the others, and must be noticed."""

WRITE_EVERY = 60.0
"""Seconds between two writings of a heartbeat that has not changed."""

GRACE = 90.0
"""Seconds a trouble must last while the program runs: after a sleep of the machine everything is late for a moment."""

BACKUP_PATIENCE = dt.timedelta(hours=25)
DOOR_PATIENCE = dt.timedelta(seconds=30)
CHANNEL_PATIENCE = dt.timedelta(minutes=5)

Sweep = Callable[[JobContext], Awaitable[None]]


class Watchdog:
    """One for the process that leads."""

    def __init__(
        self, context: JobContext, sweeps: Sequence[Sweep], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bench = context
        self._sweeps = sweeps
        self._clock = clock
        self._written: dict[str, tuple[float, str]] = {}
        self._lasting: dict[str, float] = {}

    async def tick(self) -> None:
        """Sweep, store the heartbeats, and report what is late."""
        beats = await self.sweep()
        try:
            await self._write(beats)
            await self._look()
        except Exception as error:
            log.error("watch.failed", exc_info=error)

    async def sweep(self) -> list[Beat]:
        """Run every sweep once; one that fails or hangs does not keep the others from running."""
        return [await self._run(job) for job in self._sweeps]

    async def _run(self, job: Sweep) -> Beat:
        try:
            async with asyncio.timeout(JOB_PATIENCE):
                await job(self._bench)
        except Exception as error:
            log.error("sweep.failed", job=job.__name__, exc_info=error)
            return Beat(job.__name__, type(error).__name__)
        return Beat(job.__name__)

    async def _write(self, beats: Sequence[Beat]) -> None:
        """Write a heartbeat when it has changed, else once a minute: a tick must not cost a write."""
        now = self._clock()
        fresh = [beat for beat in beats if self._is_news(beat, now)]
        if fresh:
            await self._bench.database.run(alarms.beat, fresh)
            self._written |= {beat.name: (now, beat.error) for beat in fresh}

    def _is_news(self, beat: Beat, now: float) -> bool:
        at, error = self._written.get(beat.name, (-WRITE_EVERY, ""))
        return now - at >= WRITE_EVERY or error != beat.error

    async def _look(self) -> None:
        """Find what is late, and tell the coordinators if it stays late for a while."""
        after = self._bench.alarm_after + dt.timedelta(seconds=WRITE_EVERY)
        jobs = {job.__name__: after for job in self._sweeps}
        jobs |= {Watched.BACKUP.value: BACKUP_PATIENCE, Watched.DOOR.value: DOOR_PATIENCE}
        jobs |= dict.fromkeys(alarms.CHANNELS, CHANNEL_PATIENCE)
        found = await self._bench.database.run(alarms.troubles, jobs, self._bench.alarm_after)
        begun, over = await self._bench.database.run(alarms.tell, self._stay(found))
        if begun or over:
            log.warning("alarm", begun=begun, over=over)

    def _stay(self, found: Sequence[Late]) -> list[Late]:
        """Return the troubles that have lasted; one that was gone in between starts again."""
        now = self._clock()
        self._lasting = {trouble.name: self._lasting.get(trouble.name, now) for trouble in found}
        return [trouble for trouble in found if now - self._lasting[trouble.name] >= GRACE]
