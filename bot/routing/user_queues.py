"""The order in which what comes in is handled: one person's one after the other, different people's at once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog

from bot.routing.incoming import Incoming
from corps.addresses import Address

log = structlog.get_logger()

Read = Callable[[dict[str, Any]], Incoming | None]
"""Reads what a channel brought; None: it says nothing to us."""

Handle = Callable[[Incoming], Awaitable[None]]


class UserQueues:
    """Runs what a channel brings: one person's in order, different people's at once. Each has a number there."""

    def __init__(self, read: Read, handle: Handle) -> None:
        self._read = read
        self._handle = handle
        self._tails: dict[Address, asyncio.Task[None]] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    @property
    def under_way(self) -> int:
        """How many are not handled yet."""
        return len(self._running)

    @property
    def unfinished(self) -> Collection[int]:
        """The numbers of those that are not handled yet."""
        return self._running.keys()

    def knows(self, number: int) -> bool:
        """Tell whether it is under way already."""
        return number in self._running

    def admit(self, number: int, raw: dict[str, Any]) -> asyncio.Task[None]:
        """Start handling it behind its sender's earlier ones; the same number twice is one task."""
        if number in self._running:
            return self._running[number]
        incoming = self._parse(number, raw)
        lane = incoming.address if incoming is not None else None
        before = self._tails.get(lane) if lane is not None else None
        task = self._running[number] = asyncio.create_task(self._run(incoming, before))
        if lane is not None:
            self._tails[lane] = task
        task.add_done_callback(lambda _: self._done(number, lane, task))
        return task

    def _parse(self, number: int, raw: dict[str, Any]) -> Incoming | None:
        try:
            return self._read(raw)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not stop the others
            log.error("update.malformed", update=number, error=type(error).__name__)
            return None

    async def _run(self, incoming: Incoming | None, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if incoming is None:
            return
        try:
            await self._handle(incoming)
        except Exception as error:
            log.error("update.lost_handler", update=incoming.key, exc_info=error)

    def _done(self, number: int, lane: Address | None, task: asyncio.Task[None]) -> None:
        self._running.pop(number, None)
        if lane is not None and self._tails.get(lane) is task:
            del self._tails[lane]

    async def settle(self, seconds: float) -> None:
        """Wait for what is under way, `seconds` at most."""
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=seconds)
