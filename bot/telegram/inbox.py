"""The updates that this bot has taken from Telegram and stored (`corps.system.inbox`), but not handled yet."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from bot.routing.user_queues import UserQueues
from bot.runtime.database import Database
from corps.system import inbox

log = structlog.get_logger()

DATABASE_AWAY = 5.0
"""Seconds between two tries to read what a former process left, while the database can't be used."""

LEFT_OVER = 300.0
"""Seconds that what a former process left may take."""


class Inbox:
    """The kept updates of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written: set[int] = set()
        self._kept: set[int] = set()

    def holds(self, update_id: int) -> bool:
        """Tell whether the update survives a crash by our own keeping."""
        return update_id in self._kept

    async def fetch(self, update_id: int) -> dict[str, Any] | None:
        """Bring back an update that is kept; None if it is kept no more."""
        return await self._database.run(inbox.find, update_id)

    async def left(self, after: int = -1) -> list[dict[str, Any]]:
        """Return the first of what a process before this one kept and did not handle, once the database can be read."""
        while True:
            try:
                return await self._database.run(inbox.left, after)
            except DBAPIError as error:
                log.error("inbox.unreadable", error=type(error).__name__, seconds=DATABASE_AWAY)
                await asyncio.sleep(DATABASE_AWAY)

    async def resume(self, admit: Callable[[dict[str, Any]], object], queues: UserQueues) -> None:
        """Admit what a process before this one kept and did not handle, in order."""
        count, raws = 0, await self.left()
        while raws:
            there = [raw["update_id"] for raw in raws]
            self._written.update(there)
            self._kept.update(there)
            for raw in raws:
                admit(raw)
            queues.laid_by(there)
            count += len(raws)
            raws = await self.left(there[-1])
        if count:
            log.warning("inbox.left_over", updates=count)

    async def turn_over(self, rush: Sequence[dict[str, Any]], unfinished: Collection[int]) -> None:
        """Keep what is unfinished of a rush, forget what is finished, in one write; none if there is nothing to write.

        While the database can't be used nothing more is held than before.
        """
        keep = [raw for raw in rush if raw["update_id"] in unfinished and not self.holds(raw["update_id"])]
        forget = {update_id for update_id in self._written if update_id not in unfinished}
        if not keep and not forget:
            return
        kept = {raw["update_id"] for raw in keep}
        # Noted first: a write whose end is never learnt (a stop, a lost connection) may still have been done.
        self._written |= kept
        try:
            await self._database.run_first(inbox.turn_over, keep, forget)
        except DBAPIError as error:
            log.error("inbox.not_written", error=type(error).__name__)
        else:
            self._kept = (self._kept | kept) - forget
            self._written -= forget

    async def empty(self, queues: UserQueues) -> None:
        """Handle what polling left, for a process that is brought its updates by a webhook."""
        await self.resume(lambda raw: queues.admit(raw["update_id"], raw), queues)
        await queues.settle(LEFT_OVER)
        await self.turn_over([], queues.unfinished)
