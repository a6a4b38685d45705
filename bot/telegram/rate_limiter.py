"""Telegram's speed limits for what goes out by itself: over all, to one chat, to one group.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a second over
all, one a second to a chat, 20 a minute to a group. Owed messages are spaced evenly, just below the limit.
Replies to people never wait here; each one is noted, and the next owed message goes out that much later.
"""

import asyncio
from collections.abc import Callable

OVERALL = 1 / 29.5
PER_CHAT = 1.05
PER_GROUP = 3.05
"""Seconds between two messages."""

CATCH_UP = 0.4
"""Seconds' worth of messages that may follow at once after the line stood still (a slow database, say)."""

GIVE_WAY = 2.0
"""Seconds that replies may push the next owed message back at most: they must not stop the line."""

_FORGET_ABOVE = 5_000


class RateLimiter:
    """Hands out moments to send at. One for the whole process.

    Args:
        overall: Seconds between two messages over all; 0 for tests that need not wait.
        per_chat: Seconds between two messages to one person.
        per_group: Seconds between two messages to one group.
        clock: Monotonic seconds; by default the event loop's.
    """

    def __init__(
        self,
        overall: float = OVERALL,
        per_chat: float = PER_CHAT,
        per_group: float = PER_GROUP,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._gap = overall
        self._per_chat = per_chat
        self._per_group = per_group
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._next = 0.0
        self._chats: dict[int, float] = {}

    def reserve(self) -> float:
        """Take the next moment over all, and return how many seconds away it is."""
        now = self._clock()
        at = max(self._next, now - CATCH_UP)
        self._next = at + self._gap
        return max(0.0, at - now)

    async def slot(self) -> None:
        """Wait for the next moment over all."""
        wait = self.reserve()
        if wait > 0:
            await asyncio.sleep(wait)

    def begin(self, chat_id: int) -> None:
        """An owed message goes out to this chat now."""
        self._hold(chat_id, self._per_group if chat_id < 0 else self._per_chat)

    def note(self, chat_id: int) -> None:
        """A reply has gone out past the line: what is owed gives way."""
        now = self._clock()
        self._next = min(max(self._next, now - CATCH_UP) + self._gap, now + GIVE_WAY)
        self.begin(chat_id)

    def pause(self, chat_id: int, seconds: float) -> None:
        """Leave one chat alone for a while: Telegram said so."""
        self._hold(chat_id, seconds)

    def _hold(self, chat_id: int, seconds: float) -> None:
        until = self._clock() + seconds
        self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), until)

    def resting(self) -> frozenset[int]:
        """Return the chats that may not be written to at this moment."""
        now = self._clock()
        resting = frozenset(chat for chat, until in self._chats.items() if until > now)
        if len(self._chats) > _FORGET_ABOVE:
            self._chats = {chat: until for chat, until in self._chats.items() if chat in resting}
        return resting
