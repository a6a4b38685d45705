"""Sees every call to Telegram: counts it, takes the room for it, and repeats a reply that met trouble.

It is the library's rate limiter in form only: what is owed has waited for its turn before, and a reply to a person
goes before all of that.
"""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import BaseRateLimiter

from bot.routing.user_queues import out_of_the_way
from bot.runtime.metrics import Metrics
from bot.telegram.calls import seconds_of
from bot.telegram.circuit_breaker import CircuitBreaker
from bot.telegram.rate_limiter import RateLimiter, Slot
from bot.telegram.transport import CutError

log = structlog.get_logger()

answering: ContextVar[bool] = ContextVar("answering", default=False)
"""Set where an update is handled: somebody waits for what is said there."""

owed: ContextVar[Slot | None] = ContextVar("owed", default=None)
"""Set by the delivery worker in the task that sends one: the room that its first call has waited for."""

SENDS = frozenset(("sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "copyMessage", "forwardMessage"))
"""The calls that put a message into a chat."""

EDITS = frozenset(("editMessageText", "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup"))
"""The calls that change one: they share the limit over all."""

PATIENCE = 30.0
"""The longest 429 that a reply waits out; TRIES: how often."""

TRIES = 3

ANSWERS = SENDS | {"answerCallbackQuery", "editMessageText", "editMessageCaption", "editMessageMedia"}
"""What people see of what they did: its effect is in the database already, so an answer that is lost misleads."""

REPEATABLE = ANSWERS - SENDS
"""The answers that may be given twice with nothing to show for it: they are repeated when no answer came in time."""

REST = (0.5, 2.0, 5.0, 10.0)
"""Seconds between the tries of an answer that met a 5xx, or a line that is cut; the last of them again and again."""

LAST_TRY = 20
"""After about three minutes nobody waits for an answer any more. Until then its update is not acknowledged, so that
a process that ends meanwhile answers after its next start."""


class CallMiddleware(BaseRateLimiter[dict[str, Any]]):
    """Passes each call of the library's bot on: within the limits, counted, and repeated after trouble."""

    def __init__(self, limiter: RateLimiter, breaker: CircuitBreaker, metrics: Metrics) -> None:
        self._limiter = limiter
        self._breaker = breaker
        self._metrics = metrics

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401 - the library's signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: dict[str, Any] | None,  # noqa: ARG002 - the library's signature
    ) -> Any:  # noqa: ANN401 - the library's signature
        """Make the call. Raises what the Bot API raises."""
        for attempt in itertools.count(1):
            hurried = self._limiter.rests(_chat(data))
            try:
                async with self._room(endpoint, _chat(data)):
                    answer = await self._timed(callback, args, kwargs, endpoint)
            except (RetryAfter, NetworkError) as error:
                wait = None if owed.get() else self._wait(error, endpoint, attempt, _chat(data), hurried=hurried)
                if wait is None:
                    raise
                log.info("reply.waits", method=endpoint, seconds=wait, error=type(error).__name__)
                async with out_of_the_way():
                    await asyncio.sleep(wait)
            else:
                if endpoint in SENDS:
                    self._breaker.succeeded()
                return answer
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _room(self, endpoint: str, chat_id: int) -> AsyncIterator[None]:
        """Hold the room for a call, if it needs any. A message that is owed has it already."""
        if endpoint not in SENDS | EDITS:
            yield
            return
        slot = owed.get()
        if slot is None:
            if endpoint in SENDS:
                self._limiter.begin(chat_id)
            slot = await self._limiter.answer(message=endpoint in SENDS)
        elif slot.used:
            slot = self._limiter.take(message=endpoint in SENDS)
        slot.used, answered = True, True
        try:
            yield
        except (TimedOut, CutError):
            answered = False
            raise
        finally:
            self._limiter.end(slot, answered=answered)

    def _wait(self, error: TelegramError, endpoint: str, attempt: int, chat_id: int, *, hurried: bool) -> float | None:
        """Return for how many seconds a reply waits before it is tried again; None when it is not."""
        if isinstance(error, RetryAfter):
            wait = seconds_of(error)
            if attempt >= TRIES or wait > PATIENCE:
                return None
            self._limiter.refused(chat_id, wait, hurried=hurried)
            return wait
        # A refusal stays one; a try that was cut may have arrived, and is repeated less often for that. So may one that
        # Telegram has held for as long as we wait: a message would stand there twice, an edit or a toast would not.
        again = answering.get() and endpoint in ANSWERS and not isinstance(error, BadRequest)
        if isinstance(error, TimedOut) and endpoint not in REPEATABLE:
            return None
        tries = TRIES if isinstance(error, CutError | TimedOut) else LAST_TRY
        return REST[min(attempt, len(REST)) - 1] * random.uniform(0.8, 1.2) if again and attempt < tries else None

    async def _timed(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401 - passed on
        kwargs: dict[str, Any],
        endpoint: str,
    ) -> Any:  # noqa: ANN401 - passed on
        begun, outcome = self._metrics.now(), "ok"
        try:
            return await callback(*args, **kwargs)
        except TelegramError as error:
            outcome = type(error).__name__
            raise
        finally:
            self._metrics.call(endpoint, outcome, self._metrics.now() - begun)


def _chat(data: dict[str, Any]) -> int:
    """Return the chat a call is about; 0 when it is about none, or about a channel by name."""
    chat = data.get("chat_id", 0)
    return chat if isinstance(chat, int) else 0
