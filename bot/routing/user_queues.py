"""The order in which what comes in is handled: one person's one after the other, different people's at once.

Nobody takes the others' place. Who has more waiting than a share is parked with the rest, and what is parked goes, in
order, through a narrow gate that all who are parked share. Who waits for a refusal (429) of the own chat to be over
takes no place meanwhile.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog

from bot.routing.incoming import Incoming
from corps.addresses import Address

log = structlog.get_logger()

Read = Callable[[dict[str, Any]], Incoming | None]
"""Reads what a channel brought; None: it says nothing to us."""

Handle = Callable[[Incoming], Awaitable[None]]

SHARE = 12
"""How much of one person may wait without being parked: more than an album brings at once."""

BREATH = 0.02
"""Seconds of rest of the narrow gate after each that went through it: what is parked must not slow down the others."""

_place: ContextVar["Place | None"] = ContextVar("place", default=None)


@asynccontextmanager
async def out_of_the_way() -> AsyncIterator[None]:
    """Give up the place among what is under way for the length of a block: it waits for its own chat alone."""
    place = _place.get()
    if place is None:
        yield
        return
    place.leave()
    try:
        yield
    finally:
        await place.come_back()


def more_is_waiting() -> bool:
    """Tell whether whoever sent what is being handled has sent more, which waits behind it."""
    place = _place.get()
    return place is not None and place.followed


@dataclass(slots=True)
class _Waiting:
    """One that is not handled yet. A parked one is kept as the text it came as, which takes little room."""

    number: int
    incoming: Incoming | None
    done: "asyncio.Future[None]"
    parked: bytes = b""


class Place:
    """What one that is being handled takes: a place among those under way, and the gate if it was parked."""

    def __init__(self, queues: "UserQueues", lane: Collection[_Waiting], gate: asyncio.Lock | None) -> None:
        self._queues = queues
        self._lane = lane
        self._gate = gate
        self._away = 1
        self._taken = False

    @property
    def followed(self) -> bool:
        """Whether the same person's next is there already."""
        return len(self._lane) > 1

    async def come_back(self) -> None:
        """Take the place (again), once all that left it are back."""
        self._away -= 1
        if self._away:
            return
        if self._gate is not None:
            await self._gate.acquire()
            if self._away:  # left again while it waited
                self._gate.release()
                return
        self.take()

    def take(self) -> None:
        """Take the place."""
        self._away, self._taken = 0, True
        self._queues.under_way += 1

    def leave(self) -> None:
        """Give it up; several may, as a toast and a card that go out at once."""
        self._away += 1
        if self._taken:
            self._taken = False
            self._queues.under_way -= 1
            if self._gate is not None:
                self._gate.release()


class UserQueues:
    """Runs what a channel brings: one person's in order, different people's at once. Each has a number there.

    Attributes:
        under_way: How many people's are being handled, but for those who wait for their own chat.
    """

    def __init__(self, read: Read, handle: Handle) -> None:
        self._read = read
        self._handle = handle
        self._lanes: dict[Address | int, deque[_Waiting]] = {}
        self._unfinished: dict[int, _Waiting] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Lock()
        self.under_way = 0

    @property
    def unfinished(self) -> Collection[int]:
        """The numbers of those that are not handled yet."""
        return self._unfinished.keys()

    def knows(self, number: int) -> bool:
        """Tell whether it is not handled yet."""
        return number in self._unfinished

    def parks(self, number: int) -> bool:
        """Tell whether it is parked: it will be a while until it is handled."""
        return number in self._unfinished and bool(self._unfinished[number].parked)

    def admit(self, number: int, raw: dict[str, Any]) -> "asyncio.Future[None]":
        """Handle it behind its sender's earlier ones. The same number twice is one; the result is there at its end."""
        if number in self._unfinished:
            return self._unfinished[number].done
        incoming = self._parse(number, raw)
        key: Address | int = incoming.address if incoming is not None else number
        waiting = _Waiting(number, incoming, asyncio.get_running_loop().create_future())
        self._unfinished[number] = waiting
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = deque((waiting,))
            place = Place(self, lane, None)
            place.take()
            worker = asyncio.create_task(self._work(key, lane, place))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
            return waiting.done
        if len(lane) >= SHARE or lane[-1].parked:
            waiting.incoming, waiting.parked = None, json.dumps(raw).encode()
        lane.append(waiting)
        return waiting.done

    def _parse(self, number: int, raw: dict[str, Any]) -> Incoming | None:
        try:
            return self._read(raw)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not stop the others
            log.error("update.malformed", update=number, error=type(error).__name__)
            return None

    async def _work(self, key: Address | int, lane: deque[_Waiting], place: Place) -> None:
        while lane:
            waiting = lane[0]
            try:
                # A task of its own, so that what is set in its context ends with it.
                await asyncio.create_task(self._run(place, waiting))
                if waiting.parked:
                    await asyncio.sleep(BREATH)
            finally:
                place.leave()
                lane.popleft()
                self._unfinished.pop(waiting.number, None)
                waiting.done.set_result(None)
            if lane:
                place = Place(self, lane, self._gate if lane[0].parked else None)
                await place.come_back()
        del self._lanes[key]

    async def _run(self, place: Place, waiting: _Waiting) -> None:
        _place.set(place)
        incoming = waiting.incoming
        if waiting.parked:
            incoming = self._parse(waiting.number, json.loads(waiting.parked))
        if incoming is None:
            return
        try:
            await self._handle(incoming)
        except Exception as error:
            log.error("update.lost_handler", update=incoming.key, exc_info=error)

    async def settle(self, seconds: float) -> None:
        """Wait for what is not handled yet, `seconds` at most."""
        if self._unfinished:
            await asyncio.wait([waiting.done for waiting in self._unfinished.values()], timeout=seconds)
