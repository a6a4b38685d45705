"""Telegram's sending limits, off until asked for: about 30 a second in all, 1 a second a chat, 20 a minute a group.

Telegram states the one over all as "about 30 messages a second", and one of its maintainers says that edits count
too. So there are two readings: the strict one allows 30 messages and edits together in any one second; the lenient one
counts messages only, with a token bucket.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import bad, too_many

STRICT = "strict"
LENIENT = "lenient"
READINGS = (STRICT, LENIENT)

OVERALL_PER_SECOND = 30
CHAT_BURST = 3.0
GROUP_PER_MINUTE = 20.0
# What puts a message into a chat; answers and deletions go by wider limits that Telegram never states.
SENDS = frozenset(
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
EDITS = frozenset(("editmessagetext", "editmessagecaption", "editmessagemedia", "editmessagereplymarkup"))


@dataclass(slots=True)
class Bucket:
    """A token bucket: `per_second` tokens are added each second, up to its size."""

    size: float
    per_second: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Return the seconds until there is a token; 0 if there is one now."""
        self.level = min(self.size, self.level + (now - self.at) * self.per_second)
        self.at = now
        return max(0.0, (1.0 - self.level) / self.per_second)

    def take(self, _now: float) -> None:
        """Take one token out."""
        self.level -= 1.0


class Window:
    """A sliding window: a limit for any span of one second."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._passed: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return the seconds until one more message is allowed; 0 if it is allowed now."""
        while self._passed and self._passed[0] <= now - 1.0:
            self._passed.popleft()
        return 0.0 if len(self._passed) < self._most else self._passed[0] + 1.0 - now

    def take(self, now: float) -> None:
        """Count one message."""
        self._passed.append(now)


class Limits:
    """Counts messages and refuses those above the limits.

    Args:
        on: Whether it refuses at all.
        clock: Monotonic seconds; limits hold in real time, whatever the corps' clock says.
        reading: One of `READINGS`.

    Attributes:
        refused: How many calls were refused since the start.
    """

    def __init__(self, *, on: bool, clock: Callable[[], float], reading: str = STRICT) -> None:
        self.on = on
        self.refused = 0
        self._reading = reading
        self._clock = clock
        self._overall = self._new_overall()
        self._chats: dict[str, Bucket] = {}
        self._groups: dict[str, Bucket] = {}

    @property
    def reading(self) -> str:
        """The reading that is in use: one of `READINGS`."""
        return self._reading

    def read(self, reading: str) -> None:
        """Use another reading from now on.

        Raises:
            Refused: 400, if there is no such reading.
        """
        if reading not in READINGS:
            raise bad(f"the reading of the limits is one of {', '.join(READINGS)}")
        if reading != self._reading:
            self._reading = reading
            self._overall = self._new_overall()

    def check(self, method: str, chat_id: object) -> None:
        """Count a call, or refuse it; `method` is in lower case.

        Raises:
            Refused: 429 with the seconds to wait, if a limit is reached.
        """
        if not self.on:
            return
        counters: list[Bucket | Window] = []
        if method in SENDS:
            counters = [self._overall, *self._of_chat(str(chat_id))]
        elif method in EDITS and self._reading == STRICT:
            counters = [self._overall]
        now = self._clock()
        wait = max((counter.wait(now) for counter in counters), default=0.0)
        if wait > 0:
            self.refused += 1
            raise too_many(max(1, math.ceil(wait)))
        for counter in counters:
            counter.take(now)

    def page(self) -> dict[str, object]:
        """Return the limits and the number of refused calls, as the page reads them."""
        return {"on": self.on, "reading": self._reading, "refused": self.refused}

    def _of_chat(self, key: str) -> list[Bucket]:
        buckets = [self._chats.get(key) or self._chats.setdefault(key, self._full(CHAT_BURST, 1.0))]
        if key.startswith("-"):
            group = self._groups.get(key)
            if group is None:
                group = self._groups[key] = self._full(GROUP_PER_MINUTE, GROUP_PER_MINUTE / 60)
            buckets.append(group)
        return buckets

    def _new_overall(self) -> Bucket | Window:
        strict = self._reading == STRICT
        return Window(OVERALL_PER_SECOND) if strict else self._full(OVERALL_PER_SECOND, OVERALL_PER_SECOND)

    def _full(self, size: float, per_second: float) -> Bucket:
        return Bucket(size, per_second, size, self._clock())
