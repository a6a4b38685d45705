"""Limits for clients that have not shown a secret yet: connections, bytes of a header, seconds, bytes of a body.

Whoever holds a connection open without sending a whole request is the first to go when the door is full, so that those
who come with one get in.
"""

import asyncio
import contextlib
import ipaddress
import time
import weakref
from collections.abc import Callable
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = structlog.get_logger()

CONNECTIONS = 512
"""Open at once. Telegram opens at most a hundred, a reverse proxy about as many as it has requests."""

PER_ADDRESS = 128
"""Of them from one address, unless it is this machine's own: there a reverse proxy speaks for everybody."""

SHARE_OF_FILES = 2
"""The connections of all doors take at most this part of the files that the process may have open: a half."""

HEAD_BYTES = 16_384
HEAD_SECONDS = 10.0
"""For all that comes before a body."""

BODY_BYTES = 1_100_000
BODY_SECONDS = 30.0
"""For a body; the application behind may bear less."""

READ_SECONDS = 60.0
"""For somebody to take in some more of an answer that waits to be read."""

PIECE = 16_384
"""What is given to the parser at once: between two of them the bounds are looked at."""

SAY_EVERY = 60.0
"""Seconds between two lines in the log that say that the door is full, and for so long it counts as full."""


_DOORS: "weakref.WeakSet[Door]" = weakref.WeakSet()


def is_any_full() -> bool:
    """Tell whether any socket of this process refused or cut off a connection in the last minute."""
    return any(door.is_full for door in _DOORS)


class Door:
    """The limits of one listening socket, and its open connections."""

    def __init__(
        self,
        connections: int = 0,
        clock: Callable[[], float] = time.monotonic,
        body_bytes: int = 0,
        body_seconds: float = 0.0,
    ) -> None:
        self.body_bytes, self.body_seconds = body_bytes, body_seconds
        self._most = connections or min(CONNECTIONS, _files() // SHARE_OF_FILES)
        self._clock = clock
        self._inside: dict[GuardedProtocol, str] = {}
        self._said_at = self._full_at = float("-inf")
        self._turned_away = 0
        _DOORS.add(self)

    def __len__(self) -> int:
        """Return how many connections are open."""
        return len(self._inside)

    @property
    def is_full(self) -> bool:
        """Whether a connection was refused, or cut off to make room for another, in the last minute."""
        return self._clock() - self._full_at < SAY_EVERY

    def protocol(self, *args: Any, **kwargs: Any) -> "GuardedProtocol":  # noqa: ANN401 - as uvicorn makes one
        """Return the protocol of a new connection."""
        return GuardedProtocol(self, *args, **kwargs)

    def lets_in(self, guest: "GuardedProtocol", address: str) -> bool:
        """Tell whether there is room for one more; an idle connection is cut off to make it."""
        address = network_of(address)
        if not _is_ours(address) and sum(other == address for other in self._inside.values()) >= PER_ADDRESS:
            self._is_full_now("one address")
            return False
        is_full = len(self._inside) >= self._most
        if is_full or sum(map(len, _DOORS)) >= _files() // SHARE_OF_FILES:
            self._is_full_now("all")
            doors = (self,) if is_full else (self, *_DOORS)
            idle = next(filter(None, (door.oldest_idle() for door in doors)), None)
            if idle is None:
                return False
            idle.put_out()
        self._inside[guest] = address
        return True

    def oldest_idle(self) -> "GuardedProtocol | None":
        """Return who has been inside longest of those for whom nothing is being answered."""
        return next((guest for guest in self._inside if guest.is_idle), None)

    def leaves(self, guest: "GuardedProtocol") -> None:
        """A connection has ended."""
        self._inside.pop(guest, None)

    def _is_full_now(self, who: str) -> None:
        now = self._full_at = self._clock()
        self._turned_away += 1
        if now - self._said_at >= SAY_EVERY:
            log.warning("door.full", connections=len(self._inside), of=who, turned_away=self._turned_away)
            self._said_at, self._turned_away = now, 0


def _files() -> int:
    """Return how many files the process may have open."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return max(soft, 64) if soft != resource.RLIM_INFINITY else CONNECTIONS * SHARE_OF_FILES
    return CONNECTIONS * SHARE_OF_FILES


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the first half, as one line is given all of that."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.is_loopback:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False).network_address)


def _is_ours(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True  # a socket of this machine has no address


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, held to the limits of a `Door`."""

    def __init__(self, door: Door, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as uvicorn makes one
        super().__init__(*args, **kwargs)
        self._door = door
        self._in_body = False
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no request of this connection is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def pause_writing(self) -> None:
        """The buffer for the answer is full: end the connection if the client does not read for too long."""
        super().pause_writing()
        self._unread = self.loop.call_later(READ_SECONDS, self.put_out)

    def resume_writing(self) -> None:
        """The client reads again: go on writing."""
        super().resume_writing()
        self._reads_on()

    def put_out(self) -> None:
        """End the connection at once."""
        self._door.leaves(self)
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let the connection in, or end it at once."""
        super().connection_made(transport)
        if self._door.lets_in(self, self.client[0] if self.client else ""):
            self._within(HEAD_SECONDS)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection has ended."""
        self._door.leaves(self)
        self._at_ease()
        self._reads_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hand the bytes on piece by piece, as long as the bounds hold."""
        for begin in range(0, len(data), PIECE):
            if self.parser is None or self.transport.is_closing():
                return
            piece = data[begin : begin + PIECE]
            self._bytes += len(piece)
            if self._bytes > (self._door.body_bytes or BODY_BYTES if self._in_body else HEAD_BYTES + PIECE):
                self._refuse(413 if self._in_body else 431)
                return
            super().data_received(piece)

    def on_message_begin(self) -> None:
        """Count anew, and look at the clock: a request begins."""
        super().on_message_begin()
        if self._timer is None:
            self._within(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """The header is whole: what comes now is a body."""
        self._in_body, self._bytes = True, 0
        self._within(self._door.body_seconds or BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: what comes now is the next one."""
        self._in_body, self._bytes = False, 0
        self._at_ease()
        super().on_message_complete()

    def _within(self, seconds: float) -> None:
        self._at_ease()
        self._timer = self.loop.call_later(seconds, self._refuse, 408)

    def _at_ease(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _reads_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _refuse(self, status: int) -> None:
        """End the connection, with a word if no answer has been begun."""
        self._at_ease()
        if self._in_body or not self.is_idle:
            self.transport.abort()
            return
        self.transport.write(b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % _WORDS[status])
        self.transport.close()
        # Whoever does not read the answer is not waited for.
        self.loop.call_later(1.0, self.transport.abort)


_WORDS = {408: b"408 Request Timeout", 413: b"413 Content Too Large", 431: b"431 Request Header Fields Too Large"}
