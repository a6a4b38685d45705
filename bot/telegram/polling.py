"""Long polling: updates are acknowledged to Telegram only once they are handled, or safely in our own keeping.

Telegram counts an update as received when `getUpdates` is called with a higher offset
(https://core.telegram.org/bots/api#getupdates). The library's own updater raises the offset before anything is
handled, and loses what it holds when it dies. Here the offset is the lowest update not yet handled: after a
crash Telegram repeats what was under way, and every operation is safe twice.

Telegram gives at most a hundred updates that are not acknowledged, so in a rush the ones behind would wait for the
slowest of a hundred. When it gives a whole hundred, or while anything is parked, what the poll brought is written into
our inbox (one write) before it is acknowledged; what lies there after a crash is handled first at the next start.

While a flood lasts Telegram answers each poll at once, and whoever taps meanwhile would wait for the next to arrive,
a whole trip to Telegram. So several polls are on their way then, one behind the other; none is held there, as Telegram
would end it for the next. What two of them bring is taken once.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.routing.user_queues import Handle, UserQueues
from bot.runtime.database import Database
from bot.runtime.settings import SettingsError
from bot.telegram.calls import TOKEN_REFUSED, call, seconds_of
from bot.telegram.inbox import Inbox
from bot.telegram.raw_updates import fault, number_of
from bot.telegram.updates import reader

log = structlog.get_logger()

T = TypeVar("T")

WINDOW = 100
"""The most updates Telegram gives at a time."""

AT_ONCE = 400
"""The most updates under way: while so many are, the others wait at Telegram."""

LONG_POLL = 50
"""Seconds Telegram may hold a poll while there is nothing new."""

HELD_POLL = 2
"""The same while what is in our own keeping is being handled: it is forgotten between two polls."""

REPOLL = 0.02
RAREST_LOOK = 0.25
"""Seconds between looks while updates are under way: Telegram answers a poll at once then, news or not.
While nothing moves (an answer that cannot get out) the looks become rarer."""

CROWD = 100
"""A flood: so many new updates within a second, some of them parked. The next poll finds more, and is not held."""

AT_A_TIME = 4
"""Polls on their way at the same time while a flood lasts."""

APART = 0.025
"""Seconds between two of them at least; where one takes no longer than that, one at a time is soon enough."""

LAST_UPDATES = 4.0
LAST_RECEIPT = 2.0
"""Seconds that the end waits for updates under way, and for Telegram to take note of them."""

ANOTHER_POLLS = "another program takes this bot's updates (a second Tongxin, or a webhook): stop one of them"
"""What a 409 means."""

KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]


class Poller:
    """Long polling, with the offset behind what is neither handled nor kept.

    `opened` is set once Telegram has told who the bot is; None: it is known.
    """

    def __init__(self, bot: Bot, handle: Handle, database: Database, opened: asyncio.Event | None = None) -> None:
        self._bot = bot
        self._opened = opened
        self._inbox = Inbox(database)
        self._lanes = UserQueues(reader(bot), handle, self._inbox.fetch)
        self._rush: list[dict[str, Any]] = []
        self._repoll = REPOLL
        self._moved = False
        self._next = 0
        self._taken: set[int] = set()
        self._progress = asyncio.Event()
        self._stopping = asyncio.Event()
        self._turn = self._answered_at = 0.0
        self._trip = LONG_POLL * 1.0
        self._newest: deque[float] = deque(maxlen=CROWD)
        self._asked_from: list[int] = []
        self._keeping = asyncio.Lock()
        self._between: set[asyncio.Task[None]] = set()

    @property
    def offset(self) -> int:
        """The lowest update neither handled nor kept: everything below it is acknowledged by the next poll."""
        held_back = (update_id for update_id in self._lanes.unfinished if not self._inbox.holds(update_id))
        return min(held_back, default=self._next)

    @property
    def _all_held(self) -> bool:
        """Whether all that is not handled is in our own keeping: then a poll may wait for what is new."""
        return self.offset == self._next

    async def run(self) -> None:
        """Poll until `stop`. Waits out a Telegram that is away; raises SettingsError when the token is wrong."""
        failures = 0
        self._stopping.clear()
        self._answered_at = asyncio.get_running_loop().time()
        if self._opened is not None:
            await self._unless_stopped(self._opened.wait())
        await self._unless_stopped(self._take_over())
        await self._unless_stopped(self._inbox.resume(self._admit, self._lanes))
        while not self._stopping.is_set():
            try:
                await self._poll_once()
                failures = 0
            except InvalidToken:
                raise SettingsError(TOKEN_REFUSED) from None
            except TelegramError as error:
                failures += 1
                await self._wait_out(error, failures)
        for look in self._between:
            look.cancel()
        await self._lanes.settle(LAST_UPDATES)
        with contextlib.suppress(TelegramError, TimeoutError):
            await asyncio.wait_for(self._last_receipt(), LAST_RECEIPT)

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
        await self._unless_stopped(self._keep_rush())
        wait = HELD_POLL if self._lanes.unfinished else LONG_POLL
        wait = wait if self._all_held and not self._crowded else 0
        self._look_between(wait)
        try:
            await self._unless_stopped(self._ask_in_turn(wait))
        except Conflict:
            if not self._between:
                raise
            self._newest.clear()  # ended by one of our own: the flood is over
        await self._until_worth_asking()

    async def _keep_rush(self) -> None:
        async with self._keeping:
            rush, self._rush = self._rush, []
            await self._inbox.turn_over(rush, self._lanes.unfinished)
            self._lanes.laid_by(raw["update_id"] for raw in rush if self._inbox.holds(raw["update_id"]))

    def _take_in(self, batch: list[Any]) -> None:
        """Start on what a poll brought. Raises NetworkError when nothing of it is an update: asked ever more rarely."""
        updates = [raw for raw in batch if number_of(raw) is not None]
        for raw in updates:
            self._take(raw)
        if len(batch) >= WINDOW or self._lanes.parked:
            self._rush += updates
        if batch and not updates:
            raise NetworkError("updates without a number")

    @property
    def _crowded(self) -> bool:
        """Whether a flood lasts, and Telegram is far enough away for more than one poll."""
        full = len(self._newest) == CROWD and asyncio.get_running_loop().time() - self._newest[0] < 1
        return full and self._lanes.parked > 0 and self._has_room and self._trip > APART

    @property
    def _has_room(self) -> bool:
        return self._lanes.under_way <= AT_ONCE - WINDOW

    def _look_between(self, wait: int) -> None:
        """Have more polls on their way while a flood lasts."""
        while self._crowded and not wait and len(self._between) < AT_A_TIME - 1:
            look = asyncio.create_task(self._look())
            self._between.add(look)
            look.add_done_callback(self._between.discard)

    async def _look(self) -> None:
        """Poll while a flood lasts. If that is refused, it has to be seen anew before there are more of these."""
        try:
            while self._crowded and not self._stopping.is_set():
                await self._keep_rush()
                await self._ask_in_turn(0)
        except TelegramError:
            self._newest.clear()

    async def _ask_in_turn(self, wait: int) -> None:
        """Ask: in a flood at the same distance from the others, else when the others are back, as Telegram holds it."""
        if self._crowded:
            now = asyncio.get_running_loop().time()
            self._turn = max(now, self._turn + max(APART, self._trip / AT_A_TIME))
            await asyncio.sleep(self._turn - now)
        elif wait and self._between:
            await asyncio.wait(self._between)
        await self._ask(wait)

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do the work unless `stop` comes first; return what it returns, None if it was cut short."""
        working, stopped = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not working.done():
            working.cancel()
            return None
        return await working

    async def _until_worth_asking(self) -> None:
        """Wait until there is room for more, and, but in a rush, until it is time for another look."""
        time = asyncio.get_running_loop().time
        self._repoll = REPOLL if self._moved else min(RAREST_LOOK, self._repoll * 2)
        self._moved = False
        look_at = time() if self._rush or self._all_held or self._crowded else time() + self._repoll
        while self._lanes.unfinished and not self._stopping.is_set():
            if self._has_room and time() >= look_at:
                return
            self._progress.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._progress.wait(), timeout=REPOLL)

    def _take(self, raw: dict[str, Any]) -> None:
        """Start on an update, unless it comes again because it is not acknowledged yet.

        Ids rise but for a quiet week, after which Telegram begins anew at any number.
        """
        update_id = raw["update_id"]
        known = update_id in self._taken
        if not known or update_id >= self._next:  # a poll that was overtaken brings what is long behind us
            self._next = update_id + 1
        if known:
            return
        self._newest.append(asyncio.get_running_loop().time())
        if wrong := fault(raw):
            log.warning("update.passed_over", update=update_id, why=wrong)
            self._taken.add(update_id)
        else:
            self._admit(raw)

    def _admit(self, raw: dict[str, Any]) -> None:
        self._taken.add(raw["update_id"])
        self._moved = True
        self._lanes.admit(raw["update_id"], raw).add_done_callback(lambda _: self._moves_on())

    def _moves_on(self) -> None:
        self._moved = True
        self._progress.set()

    async def _last_receipt(self) -> None:
        """Forget what is handled, and let Telegram forget it."""
        await self._inbox.turn_over([], self._lanes.unfinished)
        await self._call(self.offset, 0, limit=1)

    async def _ask(self, wait: int) -> None:
        """Poll, and start on what comes: in one step, as what another poll may still bring is known until then."""
        offset, time = self.offset, asyncio.get_running_loop().time
        self._asked_from.append(offset)
        lowest, asked_at = min(self._asked_from), time()
        self._taken = {update_id for update_id in self._taken if update_id >= lowest}
        try:
            answer = await self._call(offset, wait)
            self._answered_at = time()
            self._trip = min(self._answered_at - asked_at, self._trip * 1.05)
            self._take_in(answer if isinstance(answer, list) else [])
        finally:
            self._asked_from.remove(offset)

    async def _call(self, offset: int, wait: int, limit: int = WINDOW) -> object:
        """Return the raw updates: one that does not parse must not take its batch along."""
        parameters = {"offset": offset, "limit": limit, "timeout": wait, "allowed_updates": KINDS}
        return await call(self._bot, "getUpdates", parameters, read_timeout=wait + 10)

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
