"""What runs when, in one list. APScheduler only ticks; rows and their keys decide what is due."""

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import ParamSpec

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from corps.delivery import leasing
from corps.moment import Moment
from scheduler import jobs
from scheduler.jobs import JobContext
from scheduler.live_cards import refresh_activity_cards, refresh_cards, refresh_group_counts
from scheduler.live_codes import refresh_codes
from scheduler.watchdog import Watchdog

P = ParamSpec("P")

SWEEPS: tuple[Callable[[JobContext], Awaitable[None]], ...] = (
    jobs.lapse_offers,
    jobs.forget_repeats,
    jobs.owe_reminders,
    jobs.owe_report_requests,
    jobs.owe_ratings,
    jobs.owe_openings,
    jobs.owe_calls,
    jobs.owe_visit_reminders,
    jobs.owe_rotation_reminders,
    jobs.owe_digests,
    jobs.start_broadcasts,
    jobs.owe_calendar_entries,
    refresh_cards,
    refresh_group_counts,
    refresh_activity_cards,
)
"""What each tick looks for, in this order, before it delivers what is due."""

PHOTO_LOOK = 5
"""Seconds between two looks whether a photo is to be fetched."""
PATIENCE = 20.0
"""Seconds that a leap of the sandbox's clock waits for what is due to be out; LOOK_AGAIN: between two looks."""

LOOK_AGAIN = 0.1

GROUP_LOOK = 5
"""Seconds between two looks whether somebody is to be looked for in a group."""

CODE_LOOK = 5
"""Seconds between two looks whether a code that is shown on site is of an earlier half minute."""

BACKUP_LOOK = 60
"""Seconds between two checks whether the nightly backup is due."""


def build_scheduler(context: JobContext, tick_seconds: float) -> AsyncIOScheduler:
    """Return the scheduler, not yet started: jobs that sweep and watch, deliver, keep photos and codes, back up."""
    watch = Watchdog(context, SWEEPS)
    scheduler = AsyncIOScheduler(timezone=context.database.clock.zone_info)
    every = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler.add_job(_in_order(watch.tick), "interval", seconds=tick_seconds, id="sweep", **every)
    # One channel may be at it for minutes (mail goes slowly): the next tick sets the others to work, so there may be
    # a run for each channel and one that looks.
    deliver = every | {"max_instances": len(context.senders) + 1}
    scheduler.add_job(
        _in_order(jobs.deliver_due), "interval", args=[context], seconds=tick_seconds, id="deliver", **deliver
    )
    scheduler.add_job(_in_order(jobs.keep_photos), "interval", args=[context], seconds=PHOTO_LOOK, id="photos", **every)
    scheduler.add_job(
        _in_order(jobs.look_into_groups), "interval", args=[context], seconds=GROUP_LOOK, id="groups", **every
    )
    scheduler.add_job(_in_order(refresh_codes), "interval", args=[context], seconds=CODE_LOOK, id="codes", **every)
    scheduler.add_job(_in_order(jobs.back_up), "interval", args=[context], seconds=BACKUP_LOOK, id="backup", **every)
    return scheduler


def _in_order(job: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
    """Let a stop end a job without a word: APScheduler takes that for the job's failure."""

    @functools.wraps(job)
    async def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await job(*args, **kwargs)

    return run


async def sweep(context: JobContext) -> None:
    """Run every sweep once; one that fails does not keep the others from running."""
    await Watchdog(context, SWEEPS).sweep()


async def hurry(context: JobContext) -> None:
    """Sweep now and deliver all that is due, without waiting for the tick: the clock was moved (sandbox only).

    Whoever has just been written to rests for a second, so it looks again until all is out, for `PATIENCE` at most.
    """
    await sweep(context)
    await jobs.deliver_due(context)
    until = asyncio.get_running_loop().time() + PATIENCE
    while await context.database.run(leasing.is_anything_due) and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(LOOK_AGAIN)
        await jobs.deliver_due(context)


async def look(context: JobContext) -> int:
    """Owe what is owed by now, and return how many messages have gone out or may go out: more if something is due.

    All in one transaction: the sandbox asks so for each quarter of an hour until there is something.
    """
    steps = [step for sweep in SWEEPS if isinstance(sweep, jobs.Owing) for step in sweep.operations(context)]
    return await context.database.run(_owe, steps)


def _owe(session: Session, at: Moment, steps: Sequence[jobs.Operation]) -> int:
    for step in steps:
        step(session, at)
    return leasing.count_said(session, at)
