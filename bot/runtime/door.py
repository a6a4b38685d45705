"""Limits for clients that have not shown a secret yet: connections, bytes of a header, seconds, bytes of a body.

Whoever holds a connection open without sending a whole request is the first to go when the door is full, so that those
who come with one get in.
"""

import contextlib
import functools
import ipaddress
import time
import weakref
from collections.abc import Callable
from typing import Protocol

import structlog

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


class Guest(Protocol):
    """What the door counts and closes: one connection, as `bot.runtime.http_server.GuardedProtocol` is."""

    @property
    def is_idle(self) -> bool:
        """Whether no request of this connection is being answered."""

    def put_out(self) -> None:
        """End the connection at once."""


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
        self._inside: dict[Guest, str] = {}
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

    def lets_in(self, guest: Guest, address: str) -> bool:
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

    def oldest_idle(self) -> Guest | None:
        """Return who has been inside longest of those for whom nothing is being answered."""
        return next((guest for guest in self._inside if guest.is_idle), None)

    def leaves(self, guest: Guest) -> None:
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


@functools.lru_cache(1024)
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
