"""Whether Telegram can be reached. Trouble of one chat is that chat's; trouble of all chats stops all sending.

A refusal (429) is trouble of all only if nothing gets through in between, and costs a moment then; all of them wait
in full when Telegram asks for longer than its limit by the second can explain.

While Telegram is away nothing is tried but one message now and then, and no notice is blamed for it: an hour
without Telegram must not use up anybody's attempts. But when it was only ever one chat or two that failed, and
Telegram answers when it is asked something else, Telegram is not what is wrong.
"""

import asyncio
import random
from collections.abc import Callable

TOGETHER = 1.0
DIFFERENT_CHATS = 3
"""So many chats refused (429) within so many seconds, or without an answer, and nothing that gets through: it is not
these chats."""

BY_THE_SECOND = 3.5
"""The longest wait, in seconds, that the limit over a second explains. Who asks for more has shut the door."""

MOMENT = 0.25
"""Seconds of silence at first while everything is refused; twice as long each time."""
FAILURES = 3
"""How many sends must fail in a row before Telegram counts as away."""

FIRST_WAIT = 1.0
LONGEST_WAIT = 15.0


class CircuitBreaker:
    """Is told how each send ended, and says for how long nothing may be sent. `clock`: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._refused: list[tuple[float, int]] = []
        self._silences = 0
        self._failures = 0
        self._failed: set[int] = set()
        self._held_until = 0.0
        self._failing_since = 0.0

    @property
    def away_for(self) -> float:
        """For how many seconds nothing has got through; 0 while something does."""
        return self._clock() - self._failing_since if self.down else 0.0

    @property
    def down(self) -> bool:
        """Whether the last sends all failed: try one at a time."""
        return self._failures >= FAILURES

    @property
    def suspicious(self) -> bool:
        """Whether so few chats have failed, since the last success, that these may be what is wrong."""
        return len(self._failed) < DIFFERENT_CHATS

    def wait(self) -> float:
        """Return for how many seconds nothing may go out."""
        return max(0.0, self._held_until - self._clock())

    def succeeded(self) -> None:
        """Telegram answered: sending goes on."""
        self._failures = 0
        self._failed.clear()
        self._refused.clear()
        self._silences = 0

    def refused(self, chat_id: int, seconds: float) -> None:
        """Telegram said 429 to an owed message. Several chats at once, and nothing that passes, hold everything."""
        now = self._clock()
        self._refused = [(at, chat) for at, chat in self._refused if now - at <= TOGETHER] + [(now, chat_id)]
        if len({chat for _, chat in self._refused}) < DIFFERENT_CHATS:
            return
        if seconds > BY_THE_SECOND:
            self._held_until = max(self._held_until, now + seconds)
        elif now >= self._held_until:
            self._held_until = now + min(seconds, MOMENT * 2.0**self._silences)
            self._silences += 1

    def failed(self, chat_id: int) -> None:
        """No answer, or a 5xx. From the third in a row on, wait longer each time, never two processes alike."""
        if not self._failures:
            self._failing_since = self._clock()
        self._failures += 1
        self._failed.add(chat_id)
        if self.down and self.wait() == 0.0:
            doubling = FIRST_WAIT * 2.0 ** min(self._failures - FAILURES, 6)
            wait = min(LONGEST_WAIT, doubling) * random.uniform(0.8, 1.2)
            self._held_until = self._clock() + wait
