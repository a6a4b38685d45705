"""The order in which what comes in is handled: one person's in one chat one after the other, all others' at once.

Nobody takes the others' place. Who sends more than a share is parked with the rest, and what is parked goes, in order,
through a narrow gate that all who are parked share, and that gives way to all others. Who waits for a refusal (429) of
the own chat to be over takes no place meanwhile. Of what is parked only so much stays in memory: the rest lies in the
channel's keeping until its turn comes.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog

from bot.routing.incoming import Incoming
from bot.routing.patience import Patience
from corps.addresses import Address

log = structlog.get_logger()

Read = Callable[[dict[str, Any]], Incoming | None]
"""Reads what a channel brought; None: it says nothing to us."""

Handle = Callable[[Incoming], Awaitable[None]]

Fetch = Callable[[int], Awaitable[dict[str, Any] | None]]
"""Brings back what the channel's keeping has under a number; None if it has it no more."""

SHARE = 12
"""How much of one person may wait without being parked: more than an album brings at once."""

ONE_BY_ONE = (40, 1.0)
"""How many one person may send one after the other without being parked, and seconds until there is one more."""

BREATH = 0.02
"""Seconds of rest of the narrow gate before each that goes through it: what is parked must not slow down the others."""

GIVES_WAY = 5
"""Breaths for which it waits at most while others are being handled."""

IN_MEMORY = 2_000
"""How many parked ones stay in memory; those beyond are brought back from the channel's keeping."""

_Key = tuple[Address | int, Address | None]

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
    """One that is not handled yet. A parked one is kept as the text it came as; empty while others keep it."""

    number: int
    incoming: Incoming | None
    done: "asyncio.Future[None]"
    parked: bool = False
    body: bytes = b""


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
            await self._queues.give_way()
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
    """Runs what a channel brings: one person's of one chat in order, others' at once. Each has a number there.

    Args:
        read: Reads what the channel brings.
        handle: Handles it.
        fetch: Brings back what was `laid_by`; without it all stays in memory.
        share: What each person may send without being parked.

    Attributes:
        under_way: How many people's are being handled, but for those who wait for their own chat.
        parked: How many are parked; `in_memory`: how many of them lie here.
    """

    def __init__(self, read: Read, handle: Handle, fetch: Fetch | None = None, share: Patience | None = None) -> None:
        self._read = read
        self._handle = handle
        self._fetch = fetch
        self._share = share or Patience(*ONE_BY_ONE)
        self.parked = self.in_memory = 0
        self._lanes: dict[_Key, deque[_Waiting]] = {}
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
        return number in self._unfinished and self._unfinished[number].parked

    def laid_by(self, numbers: Iterable[int]) -> None:
        """Learn that the channel's keeping has these: the parked ones among them need no room here beyond the most."""
        for number in numbers:
            waiting = self._unfinished.get(number)
            if self._fetch is not None and self.in_memory > IN_MEMORY and waiting is not None and waiting.body:
                waiting.body = b""
                self.in_memory -= 1

    async def give_way(self) -> None:
        """Yield to the event loop once, and a few times more while others are being handled."""
        for _ in range(GIVES_WAY):
            await asyncio.sleep(BREATH)
            if not self.under_way:
                return

    def admit(self, number: int, raw: dict[str, Any]) -> "asyncio.Future[None]":
        """Handle it behind its sender's earlier ones. The same number twice is one; the result is there at its end."""
        if number in self._unfinished:
            return self._unfinished[number].done
        incoming = self._parse(number, raw)
        who: Address | int = incoming.address if incoming is not None else number
        # What someone does in a group may wait for the group's own limit; their private chat must not.
        key = who, incoming.chat if incoming is not None else None
        waiting = _Waiting(number, incoming, asyncio.get_running_loop().create_future())
        self._unfinished[number] = waiting
        lane = self._lanes.get(key, ())
        if not self._share.allows(who) or len(lane) >= SHARE or (lane and lane[-1].parked):
            waiting.incoming, waiting.parked, waiting.body = None, True, json.dumps(raw).encode()
            self.parked += 1
            self.in_memory += 1
        if isinstance(lane, deque):
            lane.append(waiting)
        else:
            self._begin(key, waiting)
        return waiting.done

    def _begin(self, key: _Key, waiting: _Waiting) -> None:
        lane = self._lanes[key] = deque((waiting,))
        place = Place(self, lane, self._gate if waiting.parked else None)
        if not waiting.parked:
            place.take()
        worker = asyncio.create_task(self._work(key, lane, place))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    def _parse(self, number: int, raw: dict[str, Any]) -> Incoming | None:
        try:
            return self._read(raw)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not stop the others
            log.error("update.malformed", update=number, error=type(error).__name__)
            return None

    async def _work(self, key: _Key, lane: deque[_Waiting], place: Place) -> None:
        while lane:
            waiting = lane[0]
            if waiting.parked:
                await place.come_back()
            try:
                # A task of its own, so that what is set in its context ends with it.
                await asyncio.create_task(self._run(place, waiting))
            finally:
                place.leave()
                lane.popleft()
                self._unfinished.pop(waiting.number, None)
                self.parked -= waiting.parked
                self.in_memory -= bool(waiting.body)
                waiting.done.set_result(None)
            if lane:
                place = Place(self, lane, self._gate if lane[0].parked else None)
                if not lane[0].parked:
                    place.take()
        del self._lanes[key]

    async def _run(self, place: Place, waiting: _Waiting) -> None:
        _place.set(place)
        incoming = await self._unpark(waiting) if waiting.parked else waiting.incoming
        if incoming is None:
            return
        try:
            await self._handle(incoming)
        except Exception as error:
            log.error("update.lost_handler", update=incoming.key, exc_info=error)

    async def _unpark(self, waiting: _Waiting) -> Incoming | None:
        try:
            if waiting.body or self._fetch is None:
                raw = json.loads(waiting.body)
            else:
                raw = await self._fetch(waiting.number)
        except Exception as error:
            log.error("update.lost_handler", update=waiting.number, exc_info=error)
            return None
        return None if raw is None else self._parse(waiting.number, raw)

    async def settle(self, seconds: float) -> None:
        """Wait for what is not handled yet, `seconds` at most."""
        if self._unfinished:
            await asyncio.wait([waiting.done for waiting in self._unfinished.values()], timeout=seconds)
