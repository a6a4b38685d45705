"""The way in: updates are acknowledged to Telegram only once they are handled.

Telegram counts an update as received when `getUpdates` is called with a higher offset
(https://core.telegram.org/bots/api#getupdates). The library's own updater raises the offset before anything is
handled, and loses what it holds when it dies. Here the offset is the lowest update not yet handled: after a
crash Telegram repeats what was under way, and every operation is safe twice.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.raw import call
from bot.waits import seconds_of

log = structlog.get_logger()

Handle = Callable[[Update], Awaitable[None]]

WINDOW = 100
"""The most updates Telegram gives at a time, and so the most that are under way."""

LONG_POLL = 50
"""Seconds Telegram may hold a poll while there is nothing new."""

REPOLL = 0.02
"""Seconds between looks while updates are under way: Telegram answers a poll at once then, news or not."""

LAST_UPDATES = 4.0
LAST_RECEIPT = 2.0
"""Seconds that the end waits for updates under way, and for Telegram to take note of them."""

ANOTHER_POLLS = "another program takes this bot's updates (a second Tongxin, or a webhook): stop one of them"
"""What a 409 means."""

HALF_WINDOW = 0.15
"""Seconds to wait at most until half a window is handled, before what is handled is acknowledged anyway."""

KINDS = ["message", "callback_query", "my_chat_member"]


class Lanes:
    """Runs updates: one person's in order, different people's at once."""

    def __init__(self, bot: Bot, handle: Handle) -> None:
        self._bot = bot
        self._handle = handle
        self._tails: dict[int, asyncio.Task[None]] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    @property
    def under_way(self) -> int:
        """How many updates are not handled yet."""
        return len(self._running)

    @property
    def lowest(self) -> int | None:
        """The lowest update id not handled yet."""
        return min(self._running, default=None)

    def knows(self, update_id: int) -> bool:
        """Tell whether the update is under way already."""
        return update_id in self._running

    def admit(self, raw: dict[str, Any]) -> asyncio.Task[None]:
        """Start handling a raw update behind its sender's earlier ones; the same update twice is one task."""
        update_id = int(raw["update_id"])
        if update_id in self._running:
            return self._running[update_id]
        update = self._parse(raw)
        lane = _lane(update) if update else -update_id
        task = asyncio.create_task(self._run(update, self._tails.get(lane)))
        self._running[update_id] = self._tails[lane] = task
        task.add_done_callback(lambda _: self._done(update_id, lane, task))
        return task

    def _parse(self, raw: dict[str, Any]) -> Update | None:
        try:
            return Update.de_json(raw, self._bot)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not stop the others
            log.error("update.malformed", update=raw.get("update_id"), error=type(error).__name__)
            return None

    async def _run(self, update: Update | None, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if update is None:
            return
        try:
            await self._handle(update)
        except Exception as error:
            log.error("update.lost_handler", update=update.update_id, exc_info=error)

    def _done(self, update_id: int, lane: int, task: asyncio.Task[None]) -> None:
        self._running.pop(update_id, None)
        if self._tails.get(lane) is task:
            del self._tails[lane]

    async def settle(self, seconds: float) -> None:
        """Wait for what is under way, `seconds` at most."""
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=seconds)


def _lane(update: Update) -> int:
    if update.effective_user is not None:
        return update.effective_user.id
    return update.effective_chat.id if update.effective_chat else -update.update_id


class Poller:
    """Long polling, with the offset behind what is handled."""

    def __init__(self, bot: Bot, handle: Handle) -> None:
        self._bot = bot
        self._lanes = Lanes(bot, handle)
        self._next = 0
        self._taken: set[int] = set()
        self._progress = asyncio.Event()
        self._stopping = asyncio.Event()
        self._answered_at = 0.0

    @property
    def offset(self) -> int:
        """The lowest update not handled yet: everything below it is acknowledged by the next poll."""
        lowest = self._lanes.lowest
        return self._next if lowest is None else lowest

    async def run(self) -> None:
        """Poll until `stop`. Waits out a Telegram that is away; raises InvalidToken when the token is wrong."""
        failures = 0
        self._stopping.clear()
        self._answered_at = asyncio.get_running_loop().time()
        await self._take_over()
        while not self._stopping.is_set():
            try:
                await self._poll_once()
                failures = 0
            except InvalidToken:
                raise
            except TelegramError as error:
                failures += 1
                await self._wait_out(error, failures)
        await self._lanes.settle(LAST_UPDATES)
        with contextlib.suppress(TelegramError, TimeoutError):
            await asyncio.wait_for(self._ask(wait=0, limit=1), LAST_RECEIPT)

    @property
    def age(self) -> float:
        """Return for how many seconds Telegram has not answered a poll."""
        return asyncio.get_running_loop().time() - self._answered_at

    async def _take_over(self) -> None:
        """Call off a webhook: while one is set, Telegram answers every poll with 409."""
        with contextlib.suppress(TelegramError):
            await self._bot.delete_webhook()

    async def stop(self) -> None:
        """Take in nothing more; `run` ends once what is under way is handled and acknowledged."""
        self._stopping.set()

    async def _poll_once(self) -> None:
        busy = self._lanes.under_way > 0
        call = asyncio.create_task(self._ask(wait=0 if busy else LONG_POLL, limit=WINDOW))
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([call, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not call.done():
            call.cancel()
            return
        batch = await call
        for raw in batch:
            if isinstance(raw, dict) and isinstance(raw.get("update_id"), int):
                self._take(raw)
        await self._until_worth_asking(full=len(batch) >= WINDOW)

    async def _until_worth_asking(self, *, full: bool) -> None:
        """Wait while a poll would only repeat what we have.

        Telegram gives the first hundred that are not acknowledged. When it gave as many (`full`), the next poll can
        bring something new only for what it acknowledges: half a window at a time keeps both sides busy, and what
        is handled is not held back for the rest when the rest takes long.
        """
        time = asyncio.get_running_loop().time
        look_at = time() + (HALF_WINDOW if full else REPOLL)
        while self._lanes.under_way and not self._stopping.is_set():
            self._progress.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._progress.wait(), timeout=REPOLL)
            left = len(self._unacknowledged())
            if (full and left <= WINDOW // 2) or (left < WINDOW and time() >= look_at):
                return

    def _unacknowledged(self) -> set[int]:
        """Return the updates that the next poll does not acknowledge; forget the others."""
        offset = self.offset
        return {update_id for update_id in self._taken if update_id >= offset}

    def _take(self, raw: dict[str, Any]) -> None:
        """Start on an update, unless it comes again because it is not acknowledged yet.

        Ids rise but for a quiet week, after which Telegram begins anew at any number.
        """
        update_id = raw["update_id"]
        if update_id in self._taken:
            return
        self._taken.add(update_id)
        self._next = update_id + 1
        self._lanes.admit(raw).add_done_callback(lambda _: self._progress.set())

    async def _ask(self, wait: int, limit: int) -> list[Any]:
        self._taken = self._unacknowledged()
        parameters = {"offset": self.offset, "limit": limit, "timeout": wait, "allowed_updates": KINDS}
        # The raw updates: one that does not parse must not take its batch along.
        answer = await call(self._bot, "getUpdates", parameters, read_timeout=wait + 10)
        self._answered_at = asyncio.get_running_loop().time()
        return answer if isinstance(answer, list) else []

    async def _wait_out(self, error: TelegramError, failures: int) -> None:
        seconds = min(30.0, 0.5 * 2 ** min(failures, 6))
        if isinstance(error, RetryAfter):
            seconds = max(seconds, seconds_of(error))
        hint = ANOTHER_POLLS if isinstance(error, Conflict) else "Telegram is away"
        if isinstance(error, Conflict) and "webhook" in error.message.lower():
            await self._take_over()
        log.warning("intake.waiting", why=hint, error=type(error).__name__, seconds=seconds)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), timeout=seconds)
