"""Everything that is owed, in every channel: a worker each, and what is looked after for all of them together."""

import asyncio
import datetime as dt
from collections.abc import Mapping

import structlog

from bot.delivery.sender import Sender
from bot.delivery.worker import DeliveryWorker
from bot.runtime.database import Database
from corps.delivery import leasing
from models.lock import Lead

log = structlog.get_logger()

PUT_BACK = dt.timedelta(minutes=1)
"""From how much on a clock that goes backwards is minded; less passes by itself."""


class Delivery:
    """Delivers what is owed. One for the whole process; `run` is called at every tick. `senders`: one a channel.

    A channel that is cut or slow holds up no other.
    """

    def __init__(self, senders: Mapping[str, Sender], database: Database) -> None:
        self._database = database
        self._last = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.workers = {
            channel: DeliveryWorker(
                channel, sender, database, {name: one for name, one in senders.items() if name != channel}
            )
            for channel, sender in senders.items()
        }

    @property
    def flying(self) -> int:
        """How many messages are on their way."""
        return sum(worker.flying for worker in self.workers.values())

    async def begin(self, lead: Lead | None = None) -> None:
        """Take back what a process that died has left unrecorded. Only for who alone delivers from now on.

        `lead` is the right to; nothing is taken or begun once it is another's. Raises DBAPIError while the database
        can't be used.
        """
        for worker in self.workers.values():
            await worker.begin(lead)
        again = await self._database.run(leasing.reclaim)
        await self._database.run(leasing.put_back)
        if again:
            log.warning("delivery.possibly_doubled", notices=again)

    async def run(self) -> None:
        """Deliver what is due until nothing more is, or every queue has to wait (the next tick looks again).

        Called again meanwhile, it sets to work whoever has ended: a long queue in one channel is no other's.
        """
        await self._database.run(
            leasing.reclaim, {notice for worker in self.workers.values() for notice in worker.mine()}
        )
        await self._database.run(leasing.expire)
        await self._mind_the_clock()
        await asyncio.gather(*(worker.run() for worker in self.workers.values()))

    async def _mind_the_clock(self) -> None:
        """See whether the machine's clock was put back, and do not let what is owed wait for it."""
        now, last = self._database.clock.now(), self._last
        self._last = now
        if last - now > PUT_BACK:
            log.warning("clock.put_back", seconds=round((last - now).total_seconds()))
            await self._database.run(leasing.put_back)

    async def stop(self) -> None:
        """Begin nothing more, wait for the answers under way, and write all of it down. Takes seconds at most."""
        await asyncio.gather(*(worker.stop() for worker in self.workers.values()))
