"""Telegram's speed limits: over all, to one chat, to one group. It counts what goes out, and learns what passes.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a second over
all, one a second to a chat, 20 a minute to a group. That edits share the first one is said by people at Telegram and
stands nowhere, so messages and edits are counted together, in any second, and whether more of both pass is tried now
and then: a step up while nothing is refused, a large one down at a refusal, and the level that was refused is left
alone for a while. Messages alone never exceed the number that is stated.

Owed messages wait for room, evenly spaced. Answers to people go before them: they wait for room a blink of an eye,
and longer only while Telegram refuses more.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

STATED = 30
"""Messages in any second: what Telegram states."""

WINDOW = 1.004
"""Seconds in which so many may pass: the second, and a margin."""

PER_CHAT = 1.05
PER_GROUP = 3.05
"""Seconds between two messages."""

CATCH_UP = 0.1
"""Seconds' worth of messages that may follow at once after the line stood still (a slow database, say)."""

GIVE_WAY = 2.0
"""Seconds that answers may push the next owed message back at most: they must not stop the line."""

BLINK = 0.2
"""Seconds an answer waits for room; while Telegram refuses more, up to PATIENCE."""

PATIENCE = 20.0
REFUSING = 5.0
"""Seconds after a refusal for which Telegram counts as refusing more."""

LEAST = 3.0
CUT = 0.9
"""What is left of the room at a refusal, once a MOMENT at most."""

MOMENT = 1.0
RECOVERS = 1.0
FIRST_TRIES = 0.1
TRIES_AGAIN = 1 / 60
"""Room gained a second while all of it is used: up to what has passed before; beyond it at first, and once refused."""

_LOOK = 0.02
_QUICKEST_OF = 64
_ENOUGH = 25
_SURELY = 0.9
_FORGET_ABOVE = 5_000


@dataclass(eq=False, slots=True)
class Slot:
    """Room for one call that puts something into a chat: a message or an edit. `used`: the call is made."""

    message: bool
    begun: float
    used: bool = True
    ended: bool = False


class RateLimiter:
    """Hands out room to send. One for the whole process.

    A call takes room from its beginning until a second after Telegram saw it: at the latest when its answer came,
    less most of the time that the quickest of the last calls took. So a jitter on the way hardly brings one too many.

    Args:
        room: Messages and edits in any second, to begin with.
        per_chat: Seconds between two messages to one person.
        per_group: Seconds between two messages to one group.
        clock: Monotonic seconds; by default the event loop's.
    """

    def __init__(
        self,
        room: float = STATED,
        per_chat: float = PER_CHAT,
        per_group: float = PER_GROUP,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._stated = room
        self._room = room
        self._passes = room
        self._tries = FIRST_TRIES
        self._per_chat = per_chat
        self._per_group = per_group
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._next = 0.0
        self._chats: dict[int, float] = {}
        self._open = {True: 0, False: 0}
        self._leaving: list[tuple[float, bool]] = []
        self._durations: deque[float] = deque(maxlen=_QUICKEST_OF)
        self._answers = 0
        self._in_turn = asyncio.Lock()
        self._used_at = 0.0
        self._refusals: list[tuple[float, int]] = []
        self._cut_at = self._refused_at = float("-inf")

    @property
    def room(self) -> float:
        """Messages and edits in any second that are let out at present."""
        return self._room

    @property
    def load(self) -> int:
        """How many messages and edits count in this second."""
        self._let_go()
        return self._open[True] + self._open[False]

    async def turn(self) -> Slot:
        """Wait until an owed message may go out, and take the room for it."""
        wait = self.owed_wait()
        while wait > 0:
            await asyncio.sleep(min(wait, _LOOK))
            wait = self.owed_wait()
        return self.take_owed()

    async def answer(self, *, message: bool) -> Slot:
        """Take the room for an answer to somebody, after a wait if there is none: a short one as a rule."""
        until = self._clock() + self._patience()
        self._answers += 1
        try:
            if self._clock() < until:
                async with self._in_turn:
                    wait = self._full_for(message=message)
                    while wait > 0 and self._clock() < until:
                        await asyncio.sleep(min(wait, _LOOK))
                        wait = self._full_for(message=message)
            return self.take_answer(message=message)
        finally:
            self._answers -= 1

    def _patience(self) -> float:
        if self._clock() - self._refused_at < REFUSING:
            return PATIENCE
        return BLINK if self._answers < 2 else 0.0  # noqa: PLR2004 - behind two it would not be its turn by then

    def owed_wait(self) -> float:
        """Return for how many seconds no owed message may go out; what answers wait for is theirs."""
        full = self._full_for(message=True)
        if full > 0:
            self._grow()
        waiting = _LOOK if self._answers else 0.0
        return max(full, waiting, self._next - self._clock())

    def take_owed(self) -> Slot:
        """Take the room for an owed message, and set the moment of the next."""
        self._next = max(self._next, self._clock() - CATCH_UP) + 1 / self._room
        slot = self.take(message=True)
        slot.used = False
        return slot

    def take_answer(self, *, message: bool) -> Slot:
        """Take the room for an answer even if there is none: owed messages wait longer for it."""
        now = self._clock()
        self._next = min(max(self._next, now - CATCH_UP) + 1 / self._room, now + GIVE_WAY)
        return self.take(message=message)

    def take(self, *, message: bool) -> Slot:
        """Take room for one call, there or not."""
        self._open[message] += 1
        return Slot(message, self._clock())

    def end(self, slot: Slot, *, answered: bool = True) -> None:
        """Let the room of a call go, a second after Telegram saw it; at once if it was never made.

        `answered`: whether Telegram said anything; only then is it known how long the way takes.
        """
        if slot.ended:
            return
        slot.ended = True
        now = self._clock()
        if not slot.used:
            self._open[slot.message] -= 1
            return
        if answered:
            self._durations.append(now - slot.begun)
        way = _SURELY * min(self._durations) if len(self._durations) >= _ENOUGH else 0.0
        heapq.heappush(self._leaving, (now - way + WINDOW, slot.message))

    def _let_go(self) -> None:
        now = self._clock()
        while self._leaving and self._leaving[0][0] <= now:
            _, message = heapq.heappop(self._leaving)
            self._open[message] -= 1

    def _full_for(self, *, message: bool) -> float:
        """Return for how many seconds there is no room; a guess as long as only answers to come can tell."""
        full = self.load >= int(self._room) or (message and self._open[True] >= min(int(self._room), self._stated))
        if not full:
            return 0.0
        return max(self._leaving[0][0] - self._clock(), 0.001) if self._leaving else _LOOK

    def _grow(self) -> None:
        """Gain a little room for the time in which all of it was used."""
        now = self._clock()
        used, self._used_at = min(now - self._used_at, 2 / self._room), now
        if self.load >= int(self._room):
            rate = RECOVERS if self._room < self._passes else self._tries
            self._room += used * rate

    def refused(self, chat_id: int, seconds: float, *, hurried: bool = False) -> None:
        """Telegram said 429: leave that chat alone for so long, and, unless it is that chat's affair, send less.

        `hurried`: it was written to faster than one chat may be.
        """
        now = self._clock()
        self.pause(chat_id, seconds)
        if hurried:
            return
        self._refusals = [(at, chat) for at, chat in self._refusals if now - at < MOMENT] + [(now, chat_id)]
        several = len({chat for _, chat in self._refusals}) > 1
        if not several and self.load < CUT * self._room:
            return
        self._refused_at = now
        if now - self._cut_at >= MOMENT:
            self._cut_at, self._tries = now, TRIES_AGAIN
            self._passes = max(LEAST, min(self._passes, self.load - 1.0))
            self._room = max(LEAST, self._room * CUT)

    def begin(self, chat_id: int) -> None:
        """A message goes out to this chat now."""
        self.pause(chat_id, self._per_group if chat_id < 0 else self._per_chat)

    def pause(self, chat_id: int, seconds: float) -> None:
        """Leave one chat alone for a while."""
        until = self._clock() + seconds
        self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), until)

    def rests(self, chat_id: int) -> bool:
        """Tell whether a chat may not be written to at this moment."""
        return self._chats.get(chat_id, 0.0) > self._clock()

    def resting(self) -> frozenset[int]:
        """Return the chats that may not be written to at this moment."""
        now = self._clock()
        resting = frozenset(chat for chat, until in self._chats.items() if until > now)
        if len(self._chats) > _FORGET_ABOVE:
            self._chats = {chat: until for chat, until in self._chats.items() if chat in resting}
        return resting
