"""Small jobs, each one step of time: lapse, remind, ask, deliver."""

import asyncio
import datetime as dt
from dataclasses import dataclass, field

import structlog
from telegram import Bot

from bot.delivery.worker import Outgoing
from bot.runtime.backup import BackupError, database_file, make_backup
from bot.runtime.crontab import last_fire
from bot.runtime.database import Desk
from bot.telegram.circuit_breaker import Line
from bot.telegram.rate_limiter import Pace
from corps.attendance import report_requests
from corps.broadcasts import timing
from corps.quotas import digests
from corps.signups import reminders, vacancy_calls, waitlist
from corps.system import alarms, backups
from corps.system.alarms import Beat, Watched

log = structlog.get_logger()


@dataclass
class Bench:
    """What jobs work with."""

    bot: Bot
    desk: Desk
    digest_cron: str = "0 9 * * mon"
    pace: Pace = field(default_factory=Pace)
    line: Line = field(default_factory=Line)
    alarm_after: dt.timedelta = dt.timedelta(minutes=15)
    keep_days: int = 14
    outgoing: Outgoing = field(init=False)

    def __post_init__(self) -> None:
        """Set up the line of owed messages."""
        self.outgoing = Outgoing(self.bot, self.desk, self.pace, self.line)


async def lapse_offers(bench: Bench) -> None:
    """End the offers whose deadline has passed."""
    await bench.desk.run(waitlist.lapse)


async def owe_reminders(bench: Bench) -> None:
    """Owe the reminder rounds that have come due."""
    await bench.desk.run(reminders.owe_reminders)


async def owe_report_requests(bench: Bench) -> None:
    """Ask for the reports of what has ended."""
    await bench.desk.run(report_requests.owe_report_requests)


async def owe_calls(bench: Bench) -> None:
    """Call for the places that are still free."""
    await bench.desk.run(vacancy_calls.owe_calls)


async def owe_digests(bench: Bench) -> None:
    """Owe the weekly digests when their crontab line has fired, even if nobody was awake to see it."""
    clock = bench.desk.clock
    fired = last_fire(bench.digest_cron, clock.zone_info, clock.now(), digests.USEFUL)
    await bench.desk.run(digests.owe_digests, fired)


async def start_broadcasts(bench: Bench) -> None:
    """Start the scheduled broadcasts whose hour has come."""
    await bench.desk.run(timing.start_due)


async def deliver_due(bench: Bench) -> None:
    """Deliver what is due until nothing more is; one chat's messages in order, different chats' at once."""
    await bench.outgoing.run()


async def back_up(bench: Bench) -> None:
    """Back up the SQLite file if last night's backup is not there yet. PostgreSQL has tools of its own."""
    database = database_file(bench.desk.engine.url)
    if database is None or not await bench.desk.run(backups.due):
        return
    clock, error = bench.desk.clock, ""
    try:
        made = await asyncio.to_thread(make_backup, database, clock.wall(clock.now()), bench.keep_days)
        log.info("backup.made", file=made.name)
    except BackupError as failed:
        error = str(failed)
        log.error("backup.failed", error=error)
    await bench.desk.run(alarms.beat, [Beat(Watched.BACKUP, error)])
