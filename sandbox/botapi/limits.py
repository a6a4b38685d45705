"""Telegram's limits on sending, on request: 30 a second over all, 1 a second a chat, 20 a minute a group."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import too_many

OVERALL_PER_SECOND = 30.0
CHAT_BURST = 3.0
GROUP_PER_MINUTE = 20.0
# What puts a message into a chat; edits, answers and deletions go by wider limits that Telegram never states.
COUNTED = frozenset(
    (
        "sendmessage",
        "sendphoto",
        "senddocument",
        "sendsticker",
        "sendmediagroup",
        "copymessage",
        "forwardmessage",
    )
)


@dataclass(slots=True)
class Bucket:
    """A bucket of tokens that fills steadily; `per_second` is how fast."""

    size: float
    per_second: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Return how many seconds it takes until a token is there."""
        self.level = min(self.size, self.level + (now - self.at) * self.per_second)
        self.at = now
        return max(0.0, (1.0 - self.level) / self.per_second)


class Limits:
    """Counts messages and refuses those above the limits.

    Args:
        on: Whether it refuses at all.
        clock: Monotonic seconds; limits hold in real time, whatever the corps' clock says.

    Attributes:
        refused: How many calls were refused since the start.
    """

    def __init__(self, *, on: bool, clock: Callable[[], float]) -> None:
        self.on = on
        self.refused = 0
        self._clock = clock
        self._overall = self._full(OVERALL_PER_SECOND, OVERALL_PER_SECOND)
        self._chats: dict[str, Bucket] = {}
        self._groups: dict[str, Bucket] = {}

    def check(self, method: str, chat_id: object) -> None:
        """Let a call through and count it; `method` in small letters.

        Raises:
            Refused: 429, if it is one too many, with the seconds to wait.
        """
        if not self.on or method not in COUNTED:
            return
        key, now = str(chat_id), self._clock()
        buckets = [
            self._overall,
            self._chats.get(key) or self._chats.setdefault(key, self._full(CHAT_BURST, 1.0)),
        ]
        if key.startswith("-"):
            group = self._groups.get(key)
            if group is None:
                group = self._groups[key] = self._full(GROUP_PER_MINUTE, GROUP_PER_MINUTE / 60)
            buckets.append(group)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            self.refused += 1
            raise too_many(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.level -= 1.0

    def _full(self, size: float, per_second: float) -> Bucket:
        return Bucket(size, per_second, size, self._clock())
