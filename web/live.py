"""Updates of open pages: one stream of server-sent events for each browser, which says what to load again.

One look at the database every few seconds serves all streams. A stream ends when its browser is put out or the person
may see something else by now; the browser asks again, and is judged anew.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.runtime.database import Database
from corps.addresses import Address
from corps.board import pulse
from corps.board.pulse import Pulse, Role
from web.visitors import Visitor

log = structlog.get_logger()

PAUSE = 2.0
"""Seconds between two looks."""

COMMENT = 20.0
"""Seconds of silence after which an empty line is sent, so that no proxy closes the connection."""

MOST, A_DEVICE, A_PERSON = 100, 2, 6
"""The most streams at the same time: in all, of one browser (an old page may still close while a new one opens), and
of one person, so that nobody takes everybody's."""

DEEDS = frozenset({"wait", "five", "month", "year", "people", "register", "audit"})
DELIVERY = frozenset({"wait", "people", "broadcasts"})
MESSAGES = "messages"


@dataclass(eq=False)
class Listener:
    """One stream: whose it is, the role when it began, and the events still to be sent."""

    device: int
    address: Address
    role: Role
    stands: asyncio.Event = field(default_factory=asyncio.Event)
    rings: asyncio.Event = field(default_factory=asyncio.Event)
    parts: set[str] = field(default_factory=set)
    over: bool = False

    def hear(self, before: Pulse, now: Pulse) -> None:
        """Add the events for what has changed between two looks; the first look is what the stream begins with."""
        self.stands.set()
        if self.device not in now.inside or now.roles.get(self.address) != self.role:
            self.end()
            return
        if self.role.leads or self.role.coordinates:
            self.parts |= DEEDS if now.deeds != before.deeds else frozenset()
            self.parts |= DELIVERY if now.delivery != before.delivery else frozenset()
        if self.address in before.roles and before.messages.get(self.address) != now.messages.get(self.address):
            self.parts.add(MESSAGES)
        if self.parts:
            self.rings.set()

    def end(self) -> None:
        """Let the stream end."""
        self.over = True
        self.stands.set()
        self.rings.set()


class Live:
    """All streams of this process. `pause`: seconds between looks; `comment`: of silence before an empty line."""

    def __init__(self, database: Database) -> None:
        self.pause, self.comment = PAUSE, COMMENT
        self._database = database.looking()
        self._listeners: set[Listener] = set()
        self._watching: asyncio.Task[None] | None = None
        self._joined = asyncio.Event()

    def __len__(self) -> int:
        """Return how many streams there are."""
        return len(self._listeners)

    async def answer(self, _request: Request, visitor: Visitor) -> Response:
        """Open a stream for a signed-in member; answer 403 to others.

        204 (do not ask again) if the browser or the person has enough, 503 if there are too many.

        It begins after a first look: every later change is sent.
        """
        if visitor.visit is None or not visitor.actor.is_member:
            return Response(status_code=403)
        theirs = [one.device for one in self._listeners if one.address == visitor.address]
        if len(theirs) >= A_PERSON or theirs.count(visitor.visit.device) >= A_DEVICE:
            return Response(status_code=204)
        if len(self._listeners) >= MOST:
            return Response(status_code=503, headers={"retry-after": "60"})
        listener = Listener(visitor.visit.device, visitor.address, pulse.role_of(visitor.actor))
        self._listeners.add(listener)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        self._joined.set()
        try:
            await listener.stands.wait()
        except asyncio.CancelledError:
            self.leave(listener)
            raise
        return _Stream(self, listener)

    def close(self) -> None:
        """End all streams, because the process stops."""
        for listener in self._listeners:
            listener.end()

    def leave(self, listener: Listener) -> None:
        """Forget a stream that has ended."""
        self._listeners.discard(listener)

    async def lines(self, listener: Listener) -> AsyncIterator[str]:
        """Yield the lines of a stream."""
        yield "retry: 5000\n\n"
        while not listener.over:
            try:
                async with asyncio.timeout(self.comment):
                    await listener.rings.wait()
            except TimeoutError:
                yield ":\n\n"
                continue
            listener.rings.clear()
            parts, listener.parts = listener.parts, set()
            if parts:
                yield f"data: {' '.join(sorted(parts))}\n\n"

    async def _watch(self) -> None:
        """Look every few seconds while somebody listens."""
        before: Pulse | None = None
        while self._listeners:
            self._joined.clear()
            there = list(self._listeners)
            try:
                asked = {one.device for one in there}, {one.address for one in there}
                now = await self._database.run(pulse.feel, *asked)
            except Exception as error:
                log.warning("live.not_seen", exc_info=error)
            else:
                for listener in there:
                    listener.hear(before or now, now)
                before = now
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.pause):
                    await self._joined.wait()


class _Stream(StreamingResponse):
    """The HTTP answer that stays open; it ends when the browser disconnects."""

    def __init__(self, live: Live, listener: Listener) -> None:
        told = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(live.lines(listener), headers=told, media_type="text/event-stream")
        self._live, self._listener = live, listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send lines until one of the two sides ends it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.leave(self._listener)
