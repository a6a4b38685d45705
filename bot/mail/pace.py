"""How fast mail is sent: a burst, then one a second. Providers treat faster mail as spam."""

import asyncio
import time
from collections.abc import Callable

A_MINUTE = 60
BURST = 20


class Pace:
    """A bucket of `burst` turns that fills at `a_minute`."""

    def __init__(
        self, a_minute: float = A_MINUTE, burst: int = BURST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._every = 60.0 / a_minute
        self._ahead = burst * self._every
        self._clock = clock
        self._next = clock() - self._ahead

    async def turn(self) -> None:
        """Wait for the next turn."""
        now = self._clock()
        self._next = max(self._next, now - self._ahead) + self._every
        if self._next > now:
            await asyncio.sleep(self._next - now)
