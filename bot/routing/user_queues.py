"""The order in which updates are handled: one person's one after the other, different people's at once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from telegram import Bot, Update

log = structlog.get_logger()

Handle = Callable[[Update], Awaitable[None]]


class UserQueues:
    """Runs updates: one person's in order, different people's at once."""

    def __init__(self, bot: Bot, handle: Handle) -> None:
        self._bot = bot
        self._handle = handle
        self._tails: dict[int, asyncio.Task[None]] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    @property
    def under_way(self) -> int:
        """How many updates are not handled yet."""
        return len(self._running)

    @property
    def unfinished(self) -> Collection[int]:
        """The ids of the updates that are not handled yet."""
        return self._running.keys()

    def knows(self, update_id: int) -> bool:
        """Tell whether the update is under way already."""
        return update_id in self._running

    def admit(self, raw: dict[str, Any]) -> asyncio.Task[None]:
        """Start handling a raw update behind its sender's earlier ones; the same update twice is one task."""
        update_id = int(raw["update_id"])
        if update_id in self._running:
            return self._running[update_id]
        update = self._parse(raw)
        lane = _lane(update) if update else -update_id
        task = asyncio.create_task(self._run(update, self._tails.get(lane)))
        self._running[update_id] = self._tails[lane] = task
        task.add_done_callback(lambda _: self._done(update_id, lane, task))
        return task

    def _parse(self, raw: dict[str, Any]) -> Update | None:
        try:
            return Update.de_json(raw, self._bot)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not stop the others
            log.error("update.malformed", update=raw.get("update_id"), error=type(error).__name__)
            return None

    async def _run(self, update: Update | None, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if update is None:
            return
        try:
            await self._handle(update)
        except Exception as error:
            log.error("update.lost_handler", update=update.update_id, exc_info=error)

    def _done(self, update_id: int, lane: int, task: asyncio.Task[None]) -> None:
        self._running.pop(update_id, None)
        if self._tails.get(lane) is task:
            del self._tails[lane]

    async def settle(self, seconds: float) -> None:
        """Wait for what is under way, `seconds` at most."""
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=seconds)


def _lane(update: Update) -> int:
    if update.effective_user is not None:
        return update.effective_user.id
    return update.effective_chat.id if update.effective_chat else -update.update_id
