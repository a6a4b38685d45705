"""Updates that wait for the bot, and the two ways it gets them."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sandbox.errors import Refused, conflict

IDS_A_SECOND = 1_000
MAX_POLL_SECONDS = 50
MAX_BATCH = 100
# Telegram leaves these out unless the bot asks for them by name.
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ON = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True, slots=True)
class Update:
    """One update; updates with the same `key` (the chat's id) keep their order."""

    id: int
    kind: str
    payload: dict[str, Any]
    key: int

    def wire(self) -> dict[str, Any]:
        """Return the Bot API's `Update`."""
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """The queue of one bot. Ids begin at `first_id`, by default above those of any earlier start.

    Attributes:
        pending: Updates not yet confirmed, oldest first.
        allowed: Kinds that the bot asked for; empty means all but `UNASKED`.
        webhook: Whether a webhook is set, so that polling is refused.
        on_new: Called after each new update (the webhook's courier listens here).
    """

    def __init__(self, first_id: int | None = None) -> None:
        self.pending: deque[Update] = deque()
        self.allowed: frozenset[str] = frozenset()
        self.webhook = False
        self.on_new: Callable[[], None] | None = None
        self._next_id = _rising() if first_id is None else first_id
        self._poll: asyncio.Future[None] | None = None

    def add(self, kind: str, payload: dict[str, Any], key: int) -> int | None:
        """Queue an update and return its id, or None if the bot did not ask for its kind."""
        if kind not in self.allowed if self.allowed else kind in UNASKED:
            return None
        update = Update(self._next_id, kind, payload, key)
        self._next_id += 1
        self.pending.append(update)
        if self._poll:
            _wake(self._poll)
        if self.on_new:
            self.on_new()
        return update.id

    def confirm(self, offset: int) -> None:
        """Forget what a poll with this `offset` confirms; a negative one keeps that many from the end."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while offset > 0 and self.pending and self.pending[0].id < offset:
            self.pending.popleft()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Answer one `getUpdates`: at once if something waits, else when something comes or time is up.

        Args:
            offset: Confirms all updates below it; negative: see `confirm`.
            limit: The most updates to return, 1 to 100.
            seconds: How long to wait, at most 50.

        Raises:
            Refused: 409, while a webhook is set, or as soon as another poll or a webhook takes over.
        """
        if self.webhook:
            raise conflict(_WEBHOOK_ON)
        self.end_poll(conflict(_OTHER_POLL))
        self.confirm(offset)
        if not self.pending and seconds > 0:
            await self._wait(min(seconds, MAX_POLL_SECONDS))
        return [update.wire() for update in islice(self.pending, limit)]

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        poll: asyncio.Future[None] = loop.create_future()
        self._poll = poll
        timer = loop.call_later(seconds, _wake, poll)
        try:
            await poll
        finally:
            timer.cancel()
            if self._poll is poll:
                self._poll = None

    def end_poll(self, reason: Refused | None = None) -> None:
        """End the poll that waits, if any: with an empty answer, or refused for `reason`."""
        if self._poll and reason and not self._poll.done():
            self._poll.set_exception(reason)
        elif self._poll:
            _wake(self._poll)

    def clear(self) -> None:
        """Forget all pending updates; ids go on rising, because the bot remembers its offset."""
        self.pending.clear()


def _rising() -> int:
    """Return an id above those of an earlier start: the bot may still remember those."""
    return int(time.time() * IDS_A_SECOND)


def _wake(poll: asyncio.Future[None]) -> None:
    if not poll.done():
        poll.set_result(None)
