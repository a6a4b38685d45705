"""Moves the clock and resets the sample corps when the sandbox asks. It does not know the sandbox itself."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

from sqlalchemy import Engine

from bot.runtime.database import Database
from bot.runtime.settings import SettingsError
from corps import sample
from corps.sample import Cast
from corps.system.roster import Roster

QUARTER = dt.timedelta(minutes=15)
LONGEST_LOOK = dt.timedelta(days=7, hours=12)
"""How far ahead the next thing is looked for: once a week there is a digest."""

MORNING = dt.time(9)
"""When the sandbox opens if it is started in the quiet hours: at night nothing would be seen to arrive."""


class SandboxControl:
    """Moves the bot's clock, and has what falls due done at once.

    Args:
        database: What operations run on; its clock is moved.
        roster: The teams and categories that a new sample corps begins with.

    Attributes:
        on_stage: Is told the cast when the sample corps begins anew.
    """

    def __init__(self, database: Database, roster: Roster) -> None:
        self._database = database
        self._roster = roster
        self._do_what_is_due: Callable[[], Awaitable[None]] | None = None
        self._count_what_is_due: Callable[[], Awaitable[int]] | None = None
        self._hurrying: asyncio.Task[None] | None = None
        self.on_stage: Callable[[Cast], None] | None = None

    async def open(self) -> Cast:
        """Wake the sample corps, or make it; its clock goes on where it stood. Returns who can be played."""
        last = await self._database.run(sample.last_moment)
        self._database.clock.push(max(dt.timedelta(), last - self._database.clock.now()))
        self._skip_the_night()
        await self._database.run(sample.wake, self._roster)
        return await self._database.run(sample.cast)

    def now(self) -> dt.datetime:
        """Return the present in the corps' zone, aware."""
        return self._database.clock.now().astimezone(self._database.clock.zone_info)

    async def advance(self, by: dt.timedelta) -> None:
        """Move the bot's clock forward, and do what is due by then."""
        self._database.clock.push(by)
        await self._hurry()

    async def advance_to_monday(self) -> None:
        """Move the bot's clock to the next Monday, 09:00, and do what is due by then."""
        await self.advance(self._database.clock.until_monday(MORNING))

    async def advance_to_next(self) -> None:
        """Move the bot's clock on, quarter by quarter, until somebody is to be told something; a week at most."""
        before = await self._count()
        for _ in range(LONGEST_LOOK // QUARTER):
            wall = self._database.clock.wall(self._database.clock.now())
            self._database.clock.push(QUARTER - dt.timedelta(minutes=wall.minute % 15, seconds=wall.second))
            if await self._count() > before:
                break
        await self._hurry()

    async def reset(self) -> None:
        """Bring the sample corps back, and the clock to the present."""
        self._database.clock.settle()
        self._skip_the_night()
        await self._database.run(sample.begin_anew, self._roster)
        cast = await self._database.run(sample.cast)
        if self.on_stage is not None:
            self.on_stage(cast)
        await self._hurry()

    def take(
        self,
        do_what_is_due: Callable[[], Awaitable[None]],
        count_what_is_due: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        """Take what does all that is due, now that the bot runs, and use it at once: the chats fill.

        Take, too, what counts the messages that were or are due: the way to find the next thing.
        """
        self._do_what_is_due, self._count_what_is_due = do_what_is_due, count_what_is_due
        self._hurrying = asyncio.create_task(self._hurry())

    async def let_go(self) -> None:
        """Let what is being done end before the database closes: it can do nothing more."""
        self._do_what_is_due = None
        if self._hurrying is not None:
            self._hurrying.cancel()
            await asyncio.wait([self._hurrying])

    async def _hurry(self) -> None:
        if self._do_what_is_due is not None:
            await self._do_what_is_due()

    async def _count(self) -> int:
        return 0 if self._count_what_is_due is None else await self._count_what_is_due()

    def _skip_the_night(self) -> None:
        """In the quiet hours, go on to the morning."""
        clock, quiet = self._database.clock, self._database.policy.quiet
        wall = clock.wall(clock.now())
        if quiet is None or not quiet.covers(wall.time()):
            return
        opens = max(MORNING, quiet.ends)
        day = wall.date() if wall.time() < opens else wall.date() + dt.timedelta(days=1)
        clock.push(clock.instant(dt.datetime.combine(day, opens)) - clock.now())


def demand_sample(engine: Engine) -> None:
    """Raise SettingsError if a real corps lives in the database: the sandbox must not touch it."""
    with engine.connect() as connection:
        if sample.is_taken(connection):
            raise SettingsError(
                "DATABASE_URL 指向的数据库里已有真实成员，沙盒不会碰它：请填好 BOT_TOKEN，或换一个 DATABASE_URL "
                "(this database holds a real corps: set BOT_TOKEN, or another DATABASE_URL for the sandbox)"
            )


def refuse_sample(engine: Engine) -> None:
    """Raise SettingsError if the sample corps lives in the database: its people are made up, their ids are not."""
    with engine.connect() as connection:
        if sample.is_sample(connection):
            raise SettingsError(
                "DATABASE_URL 指向的是沙盒的示例数据，不能接到真的 Telegram 上：请换一个 DATABASE_URL "
                "(this database holds the sandbox's sample corps; set another DATABASE_URL)"
            )
