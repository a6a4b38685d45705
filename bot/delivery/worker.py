"""The queue of owed messages: takes a few at a time, keeps the channel's limits, records how they ended.

It rolls: while some are on their way the next are taken and begun, so that a slow answer holds up nobody else.
What was begun and not recorded is what a crash may repeat; that is never more than `IN_FLIGHT` messages.
"""

import asyncio
import contextlib
import datetime as dt
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.delivery.sender import Deliver, Sender
from bot.runtime.database import Database, passes_by_itself
from corps import notices, robots
from corps.addresses import Address
from corps.delivery import leasing
from corps.delivery.leasing import AT_A_TIME, Parcel
from corps.delivery.notice_facts import Letter, open_all
from corps.moment import Moment
from models.lock import Lead

log = structlog.get_logger()

IN_FLIGHT = 64
"""The most messages on their way: enough for the full pace at two seconds an answer."""

LOOK_AGAIN = 0.25
"""Seconds between two looks while all that is left is on its way."""

LAST_ANSWERS = 3.0
LAST_WORDS = 6.0
"""Seconds that the end waits for answers under way, and in all, should the database be away."""

DATABASE_PAUSE = dt.timedelta(seconds=5)
"""How long a message waits whose facts could not be read because the database was away."""

Ends = list[tuple[int, notices.Outcome]]


class DeliveryWorker:
    """Delivers what is owed to those who are written to in one channel. `others` have workers of their own."""

    def __init__(
        self, channel: str, sender: Sender, database: Database, others: Mapping[str, Sender] | None = None
    ) -> None:
        self._channel = channel
        self._others = others or {}
        self._whose = _Whose(frozenset(self._others), channel if channel in robots.CHANNELS else "")
        self._sender = sender
        self._database = database
        self._waiting: deque[Letter] = deque()
        self._flying: dict[asyncio.Task[None], Letter] = {}
        self._ended: Ends = []
        self._running = asyncio.Lock()
        self._stopping = False
        self._lead: Lead | None = None

    @property
    def flying(self) -> int:
        """How many messages are on their way."""
        return len(self._flying)

    def mine(self) -> set[int]:
        """Return the notices that this process has taken and not recorded yet."""
        held = [*self._waiting, *self._flying.values()]
        return {notice for letter in held for notice in letter.ids} | {notice for notice, _ in self._ended}

    async def begin(self, lead: Lead | None = None) -> None:
        """Give back what a `run` still holds that `stop` gave up on; from now on `run` delivers."""
        async with self._running:
            self._stopping, self._lead = False, lead
            await self._give_back()

    async def run(self) -> None:
        """Deliver what is due until nothing more is, or the queue has to wait (the next tick looks again).

        Nothing happens while it is at it already: it takes by itself what comes due meanwhile.
        """
        if self._running.locked():
            return
        async with self._running:
            while not self._stopping and await self._step():
                pass

    async def _step(self) -> bool:
        """Take, begin or wait for one thing. Returns False when there is nothing to do now."""
        if self._lead is not None and not self._lead.is_fresh():
            return False  # another may deliver by now; whoever watches the lead ends this one
        if self._sender.wait() > 0:
            await self._give_back()
        elif not self._waiting:
            alone = not self._flying
            await self._turn_over()
            if not self._waiting and alone and not self._ended:
                return False
        if self._waiting:
            deliver = await self._sender.turn()
            self._start(self._waiting.popleft(), deliver)
        elif self._flying:
            await asyncio.wait(self._flying, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        return self._sender.wait() == 0 or bool(self._flying or self._ended)

    async def _turn_over(self) -> None:
        """Record what has ended and take the next few, with what they say. While the channel is away, one alone."""
        room = min(AT_A_TIME, IN_FLIGHT - len(self._flying))
        if self._sender.down:
            room = 0 if self._flying else 1
        ended = list(self._ended)
        resting = {*self._sender.resting(), *(letter.due.address for letter in self._flying.values())}
        number = self._lead.number if self._lead is not None else None
        parcels = await self._database.run(_record_and_take, ended, room, resting, self._whose, number)
        del self._ended[: len(ended)]
        for letter in await self._open(parcels):
            self._ended += [(notice, notices.Moot(notices.NO_LONGER_SO)) for notice in letter.moot]
            if letter.facts is not None and letter.due.address.channel == self._channel:
                self._waiting.append(letter)
            elif letter.facts is not None and letter.due.address.channel in self._others:  # it is theirs by now
                self._ended += [(notice, self._not_mine()) for notice in letter.ids]
            elif letter.facts is not None:  # a channel that this installation no longer has
                self._ended += [(notice, notices.GiveUp("no such channel", unreachable=True)) for notice in letter.ids]

    def _not_mine(self) -> notices.Outcome:
        return notices.RetryLater(self._database.clock.now(), "another channel's", blame=False)

    async def _open(self, parcels: list[Parcel]) -> list[Letter]:
        """Look up what the parcels say: all at once, or, when one of them fails, each for itself."""
        if not parcels:
            return []
        try:
            return await self._database.run(open_all, parcels)
        except Exception:  # noqa: BLE001 - one of them; the loop below finds out which
            return [letter for parcel in parcels for letter in await self._open_one(parcel)]

    async def _open_one(self, parcel: Parcel) -> list[Letter]:
        try:
            return await self._database.run(open_all, [parcel])
        except Exception as error:
            log.error("notice.unreadable", notice=parcel[0].id, kind=parcel[0].kind.value, exc_info=error)
            outcome: notices.Outcome = notices.GiveUp(f"{type(error).__name__}: {error}")
            if isinstance(error, DBAPIError) and passes_by_itself(error):
                outcome = notices.RetryLater(self._database.clock.now() + DATABASE_PAUSE, "database", blame=False)
            self._ended += [(due.id, outcome) for due in parcel]
            return []

    def _start(self, letter: Letter, deliver: Deliver) -> None:
        self._sender.begin(letter.due.address)
        task = asyncio.create_task(self._send(letter, deliver))
        self._flying[task] = letter
        task.add_done_callback(self._flying.pop)

    async def _send(self, letter: Letter, deliver: Deliver) -> None:
        try:
            outcome = await deliver(letter)
        except Exception as error:
            log.error("notice.failed", notice=letter.due.id, kind=letter.due.kind.value, exc_info=error)
            outcome = notices.GiveUp(f"{type(error).__name__}: {error}")
        self._ended += [(notice, outcome) for notice in letter.ids]
        if isinstance(outcome, notices.Sent):
            for other in self._others.values():
                await other.copy(letter)

    async def _give_back(self) -> None:
        """Record what has ended, and give back what was taken and not begun."""
        ended, given = list(self._ended), [notice for letter in self._waiting for notice in letter.ids]
        if ended or given:
            await self._database.run(_record_and_release, ended, given)
        del self._ended[: len(ended)]
        self._waiting.clear()

    async def stop(self) -> None:
        """Begin nothing more, wait for the answers under way, and write all of it down.

        Takes seconds, also while the database is away: what is not written down then may go out twice.
        """
        self._stopping = True
        try:
            async with asyncio.timeout(LAST_WORDS):
                await self._end()
        except (TimeoutError, DBAPIError) as error:
            log.error("delivery.not_recorded", error=type(error).__name__, notices=len(self.mine()))

    async def _end(self) -> None:
        async with self._running:
            if self._flying:
                await asyncio.wait(self._flying, timeout=LAST_ANSWERS)
            await self._give_back()


@dataclass(frozen=True)
class _Whose:
    """Whose messages a worker takes: of nobody in `others`; of the groups of one channel alone."""

    others: frozenset[str]
    rooms_of: str


def _record_and_take(
    session: Session,
    at: Moment,
    ended: Sequence[tuple[int, notices.Outcome]],
    room: int,
    resting: Collection[Address],
    whose: "_Whose",
    number: dt.datetime | None,
) -> list[Parcel]:
    leasing.record(session, at, ended)
    if room <= 0:
        return []
    try:
        with session.begin_nested() if number is not None else contextlib.nullcontext():
            parcels = leasing.take_due(session, at, room, resting, whose.others, whose.rooms_of)
            # Last, so that whoever renews the lead does not wait for what was locked on the way.
            leasing.demand_lead(session, number)
    except leasing.DeposedError:
        return []
    return parcels


def _record_and_release(
    session: Session, at: Moment, ended: Sequence[tuple[int, notices.Outcome]], given: list[int]
) -> None:
    leasing.record(session, at, ended)
    leasing.release(session, at, given)
