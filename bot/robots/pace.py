"""How fast each robot may send: the platform's own limits, kept by us so that it never has to refuse."""

import datetime as dt
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from corps.addresses import Address
from corps.robots import DINGTALK, FEISHU, WECOM


@dataclass(frozen=True)
class Limits:
    """At most so many messages in so many seconds; `refused`: how long a robot waits after a refusal, in seconds."""

    windows: tuple[tuple[int, float], ...]
    refused: float = 60.0


LIMITS = {
    WECOM: Limits(((20, 60.0),)),
    DINGTALK: Limits(((20, 60.0),), refused=600.0),
    FEISHU: Limits(((100, 60.0), (5, 1.0))),
}
"""钉钉 lets nothing through for ten minutes after one message too many."""

SPARE = 0.5
"""Seconds that are kept beyond a window: clocks and lines differ a little."""

CROWDED = dt.timedelta(minutes=30)
STEPS_ASIDE = 12.0
"""飞书 is crowded at each full and half hour: so many seconds of it are left to others."""


class Pace:
    """The pace of all robots of one platform. `now` is a clock that only goes forward, in seconds."""

    def __init__(self, channel: str, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = LIMITS[channel]
        self._now = now
        self._sent: defaultdict[Address, deque[float]] = defaultdict(deque)
        self._until: dict[Address, float] = {}

    def sends(self, robot: Address) -> None:
        """A message goes out now."""
        sent = self._sent[robot]
        sent.append(self._now())
        while len(sent) > max(most for most, _ in self._limits.windows):
            sent.popleft()

    def said(self, robot: Address) -> None:
        """The message that went out last was answered: the platform may count it from now, not from when it left."""
        if sent := self._sent[robot]:
            sent[-1] = self._now()

    def pause(self, robot: Address, seconds: float = 0) -> float:
        """Make a robot wait after a refusal, by default as long as its platform asks. Returns the seconds."""
        seconds = seconds or self._limits.refused
        self._until[robot] = max(self._until.get(robot, 0), self._now() + seconds)
        return seconds

    def resting(self) -> frozenset[Address]:
        """Return the robots that may say nothing at this moment."""
        now = self._now()
        self._until = {robot: until for robot, until in self._until.items() if until > now}
        full = {
            robot for robot, sent in self._sent.items() if any(_is_full(sent, now, *w) for w in self._limits.windows)
        }
        return frozenset({*self._until, *full})


def _is_full(sent: deque[float], now: float, most: int, seconds: float) -> bool:
    return len(sent) >= most and sent[-most] > now - seconds - SPARE


def steps_aside(channel: str, wall: dt.datetime) -> float:
    """Return for how many seconds a platform is left alone at that wall-clock time: it is crowded."""
    if channel != FEISHU:
        return 0.0
    into = (wall - wall.replace(minute=0, second=0, microsecond=0)) % CROWDED
    return max(0.0, STEPS_ASIDE - into.total_seconds())
