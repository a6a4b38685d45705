"""Tells the page what happens, at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import contextmanager, suppress
from typing import Any

_MOST_WAITING = 10_000


class Events:
    """A hub: every listener hears every event published while it listens."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[dict[str, Any] | None]] = set()

    @property
    def heard(self) -> bool:
        """Whether anybody listens; spare the work of describing an event if not."""
        return bool(self._queues)

    def publish(self, event: dict[str, Any]) -> None:
        """Give an event to all listeners; one that is too far behind is cut off, and its page loads again."""
        for queue in tuple(self._queues):
            if queue.qsize() >= _MOST_WAITING:
                self._queues.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    async def listen(self, silence: float = 15.0) -> AsyncIterator[dict[str, Any] | None]:
        """Yield events from now on; None after `silence` seconds without one, so that a dead connection is noticed."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        with self._joined(queue):
            yield None
            while queue in self._queues or not queue.empty():
                event = None
                with suppress(TimeoutError):
                    event = await asyncio.wait_for(queue.get(), silence)
                    if event is None:
                        return
                yield event

    def close(self) -> None:
        """End all listening."""
        for queue in tuple(self._queues):
            self._queues.discard(queue)
            queue.put_nowait(None)

    @contextmanager
    def _joined(self, queue: asyncio.Queue[dict[str, Any] | None]) -> Any:  # noqa: ANN401
        self._queues.add(queue)
        try:
            yield
        finally:
            self._queues.discard(queue)
