"""Small jobs, each one step of time: lapse, remind, ask, deliver."""

import asyncio
from dataclasses import dataclass, field

import structlog
from telegram import Bot

from bot.crontab import last_fire
from bot.desk import Desk
from bot.pace import Pace
from bot.sender import deliver
from corps import broadcast_timing, calls, digests, notices, reminders, waitlist
from corps.notices import Due

log = structlog.get_logger()

BATCH = 60
"""How many notices are taken at a time: two seconds' worth of Telegram's overall limit."""


@dataclass
class Bench:
    """What jobs work with."""

    bot: Bot
    desk: Desk
    digest_cron: str = "0 9 * * mon"
    pace: Pace = field(default_factory=Pace)


async def lapse_offers(bench: Bench) -> None:
    """End the offers whose deadline has passed."""
    await bench.desk.run(waitlist.lapse)


async def owe_reminders(bench: Bench) -> None:
    """Owe the reminder rounds that have come due."""
    await bench.desk.run(reminders.owe_reminders)


async def owe_report_requests(bench: Bench) -> None:
    """Ask for the reports of what has ended."""
    await bench.desk.run(reminders.owe_report_requests)


async def owe_calls(bench: Bench) -> None:
    """Call for the places that are still free."""
    await bench.desk.run(calls.owe_calls)


async def owe_digests(bench: Bench) -> None:
    """Owe the weekly digests when their crontab line has fired, even if nobody was awake to see it."""
    clock = bench.desk.clock
    fired = last_fire(bench.digest_cron, clock.zone_info, clock.now(), digests.USEFUL)
    await bench.desk.run(digests.owe_digests, fired)


async def start_broadcasts(bench: Bench) -> None:
    """Start the scheduled broadcasts whose hour has come."""
    await bench.desk.run(broadcast_timing.start_due)


async def deliver_due(bench: Bench) -> None:
    """Deliver what is due until nothing more is; one chat's notices in order, different chats' at once."""
    while batch := await bench.desk.run(notices.take_due, BATCH):
        await asyncio.gather(*(_deliver_one(bench, due) for due in batch))


async def _deliver_one(bench: Bench, due: Due) -> None:
    try:
        outcome = await deliver(bench.bot, bench.desk, bench.pace, due)
    except Exception as error:
        log.error("notice.failed", notice=due.id, kind=due.kind.value, exc_info=error)
        outcome = notices.GiveUp(f"{type(error).__name__}: {error}"[:300])
    await bench.desk.run(notices.record, [(due.id, outcome)])
