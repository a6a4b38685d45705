"""How much each person may have of what all share, and how often one who is not in the corps is answered.

An answer to a stranger costs a message out of the few that Telegram lets through, and a wait in their chat. What they
did is done all the same. Kept in memory, for the last few thousand people.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from corps.addresses import Address

REMEMBERED = 5_000
LONGEST = 900.0
"""Seconds between two answers at most."""

IN_A_RUSH = (1, 30.0)
"""Answers at once, and seconds until the next, for an outsider who has sent more before the first was answered."""

ONE_BY_ONE = (120, 10.0)
"""The same for one who waits for each: enough to join, and to try everything there is."""

TOGETHER = (300, 0.2)
"""The same for all outsiders together: the most that they take of Telegram's limit."""

IDLE = (5, 30.0)
IDLE_TOGETHER = (60, 0.5)
"""The same for words that nobody has asked for, which get the same sentence each time."""


@dataclass(slots=True)
class _Answers:
    left: float
    at: float
    pause: float
    pressed: bool = False


class Patience:
    """Answers that each person has left: so many at once, one more after each pause, which grows while they go on.

    Args:
        at_once: How many answers may follow one another.
        pause: Seconds until there is one more; each that is given while they go on makes the next twice as long.
        clock: Monotonic seconds.
    """

    def __init__(self, at_once: int, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = float(at_once)
        self._pause = pause
        self._clock = clock
        self._people: OrderedDict[Hashable, _Answers] = OrderedDict()

    def is_tried(self, who: Hashable) -> bool:
        """Tell whether somebody would have to wait for the next answer."""
        return who in self._people and self._now(who).left < 1.0

    def allows(self, who: Hashable) -> bool:
        """Tell whether somebody may be answered, and count it."""
        answers = self._now(who)
        if answers.left < 1.0:
            answers.pressed = True
            return False
        answers.left -= 1.0
        answers.pause = min(LONGEST, answers.pause * 2) if answers.pressed else self._pause
        answers.pressed = False
        return True

    def _now(self, who: Hashable) -> _Answers:
        now = self._clock()
        answers = self._people.setdefault(who, _Answers(self._at_once, now, self._pause))
        self._people.move_to_end(who)
        if len(self._people) > REMEMBERED:
            self._people.popitem(last=False)
        answers.left, answers.at = min(self._at_once, answers.left + (now - answers.at) / answers.pause), now
        return answers


class Outsiders:
    """The patience with all who are not in the corps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._rush = Patience(*IN_A_RUSH, clock)
        self._each = Patience(*ONE_BY_ONE, clock)
        self._all = Patience(*TOGETHER, clock)
        self._idle = Patience(*IDLE, clock)
        self._idle_all = Patience(*IDLE_TOGETHER, clock)

    def allow(self, address: Address, *, followed: bool) -> bool:
        """Tell whether an outsider is answered now, and count it. `followed`: they have sent more meanwhile."""
        if (followed or self._rush.is_tried(address)) and not self._rush.allows(address):
            return False
        return self._each.allows(address) and self._all.allows(None)

    def allow_idle(self, address: Address) -> bool:
        """Tell whether words of theirs that nobody has asked for may be answered now, and count it."""
        return self._idle.allows(address) and self._idle_all.allows(None)
