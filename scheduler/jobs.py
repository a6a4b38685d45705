"""Small jobs that time causes: offers lapse, reminders and requests are owed, messages are delivered."""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlmodel import Session

from bot.delivery.delivery import Delivery
from bot.delivery.sender import Sender
from bot.routing.channel import Channel, ChannelError, RejectedError
from bot.routing.files import Files
from bot.runtime.backup import BackupError, database_file, make_backup
from bot.runtime.crontab import last_fire
from bot.runtime.database import Database
from corps import groups, ratings, repeats
from corps.addresses import Address
from corps.attendance import photos, report_requests, roll_form
from corps.broadcasts import timing
from corps.imports import importing
from corps.moment import Moment
from corps.own_hours import own_services
from corps.pages import devices
from corps.publicity import objections, openings
from corps.quotas import digests
from corps.records import mailed_entries
from corps.rotation import rotation_notices
from corps.signups import last_calls, reminders, vacancy_calls, waitlist
from corps.system import alarms, backups
from corps.system.alarms import Beat, Watched
from corps.visits import reminders as visit_reminders

log = structlog.get_logger()


@dataclass
class JobContext:
    """What jobs work with: the channels by name, what answers in each and what delivers."""

    database: Database
    channels: Mapping[str, Channel]
    senders: Mapping[str, Sender]
    files: Files
    digest_cron: str = "0 9 * * mon"
    alarm_after: dt.timedelta = dt.timedelta(minutes=15)
    keep_days: int = 14
    outgoing: Delivery = field(init=False)

    def __post_init__(self) -> None:
        """Set up what delivers owed messages."""
        self.outgoing = Delivery(self.senders, self.database)

    def channel_of(self, address: Address) -> Channel:
        """Return the channel of an address. Raises RejectedError for one that this installation no longer has."""
        if address.channel not in self.channels:
            raise RejectedError("NoSuchChannel")
        return self.channels[address.channel]


Operation = Callable[[Session, Moment], object]


class Owing:
    """A sweep that only owes messages: operations on the database, in this order. `name` is that of its heartbeat."""

    def __init__(self, name: str, operations: Callable[[JobContext], Sequence[Operation]]) -> None:
        self.__name__ = name
        self.operations = operations

    async def __call__(self, context: JobContext) -> None:
        """Do them, each in a transaction of its own: one that fails takes back nothing of the others."""
        for operation in self.operations(context):
            await context.database.run(operation)


def _always(name: str, *operations: Operation) -> Owing:
    return Owing(name, lambda _context: operations)


def _digests(context: JobContext) -> Sequence[Operation]:
    """Owe the weekly digests once their hour has passed, even if the program did not run at that hour."""
    clock = context.database.clock
    fired = last_fire(context.digest_cron, clock.zone_info, clock.now(), digests.USEFUL)
    return (lambda session, at: digests.owe_digests(session, at, fired),)


def _entries(context: JobContext) -> Sequence[Operation]:
    """Owe the calendar's entries to whoever is written to by mail, where theirs are not as they should be."""
    return (mailed_entries.owe_entries,) if context.database.policy.mail else ()


lapse_offers = _always("lapse_offers", waitlist.lapse)
owe_reminders = _always("owe_reminders", reminders.owe_reminders)
owe_report_requests = _always("owe_report_requests", report_requests.owe_report_requests)
owe_ratings = _always("owe_ratings", ratings.owe_ratings)
owe_openings = _always("owe_openings", openings.owe_openings)
owe_calls = _always("owe_calls", vacancy_calls.owe_calls, last_calls.owe_last_calls)
owe_visit_reminders = _always("owe_visit_reminders", visit_reminders.owe_visit_reminders)
owe_rotation_reminders = _always("owe_rotation_reminders", rotation_notices.owe_reminders)
owe_digests = Owing("owe_digests", _digests)
start_broadcasts = _always("start_broadcasts", timing.start_due)
owe_calendar_entries = Owing("owe_calendar_entries", _entries)


async def forget_repeats(context: JobContext) -> None:
    """Forget which taps have been handled, once no channel brings them again; and names after their time."""
    await context.database.run(repeats.forget_old)
    await context.database.run(roll_form.forget_guests)
    await context.database.run(own_services.forget_old)
    await context.database.run(objections.forget_old)
    await context.database.run(importing.forget_unconfirmed)
    await context.database.run(devices.tidy)


async def deliver_due(context: JobContext) -> None:
    """Deliver what is due until nothing more is; one chat's messages in order, different chats' at once."""
    await context.outgoing.run()


async def keep_photos(context: JobContext) -> None:
    """Fetch the photos of reports that have come in, and delete the files that nothing needs any more."""
    for wanted in await context.database.run(photos.due):
        outcome = await context.files.keep(wanted.attachment)
        await context.database.run(photos.record, wanted.id, outcome)
        if not isinstance(outcome, photos.Kept):
            log.warning("photo.not_kept", photo=wanted.id, outcome=type(outcome).__name__, reason=outcome.reason)
    done = await context.database.run(photos.to_delete)
    for name in done:
        await asyncio.to_thread(context.files.store.delete, name)
    if done:
        await context.database.run(photos.deleted, done)


async def look_into_groups(context: JobContext) -> None:
    """Ask who is in the groups that get cards: whoever is not gets them alone. What can't be asked is asked again."""
    for group in await context.database.run(groups.to_look_into):
        try:
            channel = context.channel_of(group.address)
            inside = [own for own, person in group.people if await channel.is_in(group.address, person)]
        except ChannelError as error:
            log.info("group.not_seen", group=group.address.short, reason=str(error))
        else:
            await context.database.run(groups.note_inside, group.address, inside)


async def miss_photos(context: JobContext) -> None:
    """Fetch again the photos whose files are missing, as after a restore from an older backup."""
    lost = await context.database.run(photos.missing, context.files.store.has)
    if lost:
        log.warning("photo.missing", photos=lost)


async def back_up(context: JobContext) -> None:
    """Back up the SQLite file if last night's backup is still missing. PostgreSQL has its own tools for that."""
    await context.database.finish_forgetting()
    file = database_file(context.database.engine.url)
    if file is None or not await context.database.run(backups.due):
        return
    clock, error = context.database.clock, ""
    try:
        made = await asyncio.to_thread(
            make_backup, file, clock.wall(clock.now()), context.keep_days, context.files.store
        )
        log.info("backup.made", file=made.name)
    except BackupError as failed:
        error = str(failed)
        log.error("backup.failed", error=error)
    await context.database.run(alarms.beat, [Beat(Watched.BACKUP, error)])
