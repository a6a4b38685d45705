"""Runs each operation in one transaction, in a thread beside the event loop.

SQLite allows one writer, so its operations wait for one thread instead of for each other's locks;
PostgreSQL gets several threads and locks rows. While the database can't be used (locked by a backup,
the disk full, the server away) an operation waits and tries again: it has done nothing, and nothing is lost.
"""

import asyncio
import contextlib
import copy
import datetime as dt
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from bot.runtime.backup import KEEP_DAYS, database_file, last_copy_goes
from bot.runtime.clock import Clock
from bot.runtime.erased_list import ErasedList, erased_list_of
from bot.runtime.forgetting import Forgetting
from corps.membership.erasure import ERASED
from corps.moment import Moment, Policy
from models.engine import hang_up

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

_IN_HAND = 3
"""Operations given to each thread: one that it does, the others so that it never waits for the next."""

_TRIES = 4
_RETRYABLE = {"40001", "40P01"}
"""PostgreSQL's serialization failure and deadlock: the transaction did nothing, and may run again
(https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html)."""


PATIENCE = 60.0
"""Seconds an operation waits for a database that can't be used; then the person is told to try again later."""

LAST_ANSWERS = 3.0
"""Seconds that the end waits for a PostgreSQL that is silent."""

FIRST_WAIT = 0.25
LONGEST_WAIT = 5.0
"""Seconds between two tries."""

_PASSING = ("database is locked", "database or disk is full", "disk i/o error", "unable to open database file")
"""SQLite's messages for trouble that ends by itself (https://sqlite.org/rescode.html)."""

_AWAY = ("08", "53", "57", "55P03")
"""PostgreSQL's error classes for trouble that ends by itself: connection, out of resources, operator's intervention
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


def passes_by_itself(error: DBAPIError) -> bool:
    """Tell whether an operation failed because the database can't be used just now."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_AWAY)
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return any(words in str(error.orig).lower() for words in _PASSING)
    return True


class Database:
    """Runs operations of the corps: opens a transaction, runs, commits; rolls back on any exception.

    Args:
        engine: The database.
        clock: Tells each operation when it happens.
        policy: The corps' habits.
        erased: Where it is kept who has been erased; beside an SQLite file unless given.
    """

    def __init__(self, engine: Engine, clock: Clock, policy: Policy, erased: ErasedList | None = None) -> None:
        if erased is None and engine.dialect.name == "sqlite":
            erased = erased_list_of(engine.url)
        self.engine = engine
        self.forgetting = Forgetting(engine, erased)
        self.keep_days = KEEP_DAYS
        self.clock = clock
        self.policy = policy
        self.patience = PATIENCE
        self.looks_only = False
        self._asked: list[Callable[[Session, Moment], Any]] | None = None
        self._found: asyncio.Future[list[Any]] | None = None
        self.trouble = ""
        self.waiting = 0
        workers = 1 if engine.dialect.name == "sqlite" else 8
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="database")
        self._queue = asyncio.Semaphore(workers * _IN_HAND)

    def looking(self) -> "Database":
        """Return the same database for who only looks: whatever an operation writes is taken back at its end."""
        looking = copy.copy(self)
        looking.looks_only = True
        return looking

    def at_a_glance(self) -> "Database":
        """Return the same for one page: what its parts ask at the same moment is looked up in one transaction."""
        page = self.looking()
        page._asked = []  # noqa: SLF001 - it is one of us
        return page

    async def run(
        self, operation: Callable[Concatenate[Session, Moment, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `operation(session, moment, …)` in one transaction in a worker thread, and return its result."""
        if self._asked is not None:
            return await self._with_others(self._asked, lambda session, at: operation(session, at, *args, **kwargs))
        return await self._persist(partial(self.run_now, operation, *args, **kwargs), self._queue)

    async def _with_others(
        self, asked: list[Callable[[Session, Moment], Any]], operation: Callable[[Session, Moment], T]
    ) -> T:
        """Look it up together with all that is asked before the event loop comes to it."""
        if self._found is None:
            self._found = asyncio.ensure_future(self._look(asked))
        asked.append(operation)
        place = len(asked) - 1
        found: T | _Raised = (await self._found)[place]
        if isinstance(found, _Raised):
            raise found.error
        return found

    async def _look(self, asked: list[Callable[[Session, Moment], Any]]) -> list[Any]:
        self._asked, self._found = [], None
        return await self._persist(partial(self.run_now, _each, asked), self._queue)

    def last_copy_goes(self) -> dt.date | None:
        """Return by which day no backup holds any more what the database holds no more; None if none holds it now.

        Of PostgreSQL's backups nothing is known: the day is `dt.date.max`.
        """
        file = database_file(self.engine.url)
        if file is None:
            return dt.date.max if self.engine.dialect.name != "sqlite" else None
        return last_copy_goes(file, self.keep_days)

    async def finish_forgetting(self) -> None:
        """Do what erasing somebody still owes to the files, if it could not be done at once."""
        if self.forgetting.owed:
            await self._persist(self.forgetting.finish, self._queue)

    async def run_first(
        self, operation: Callable[Concatenate[Session, Moment, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do the same before all that waits: for a short write that much else depends on."""
        return await self._persist(partial(self.run_now, operation, *args, **kwargs), contextlib.nullcontext())

    async def _persist(self, work: Callable[[], T], queue: AbstractAsyncContextManager[None]) -> T:
        """Do the work in its turn; wait and try again while the database can't be used."""
        loop, waits = asyncio.get_running_loop(), _Waits(self)
        try:
            while True:
                try:
                    async with queue:
                        return await loop.run_in_executor(self._threads, work)
                except DBAPIError as error:
                    if not passes_by_itself(error) or waits.spent > self.patience:
                        raise
                    await waits.one_more(str(error.orig))
        finally:
            waits.end()

    def run_now(self, operation: Callable[Concatenate[Session, Moment, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the same in the calling thread: for the start, and for tests."""
        for attempt in range(1, _TRIES + 1):
            try:
                with Session(self.engine, expire_on_commit=False) as session:  # its end takes back what is not kept
                    result = operation(session, Moment(self.clock.now(), self.policy), *args, **kwargs)
                    if not self.looks_only:
                        session.commit()
            except DBAPIError as error:
                if attempt == _TRIES or getattr(error.orig, "sqlstate", None) not in _RETRYABLE:
                    raise
            else:
                if session.info.get(ERASED) and not self.looks_only:
                    self.forgetting.after_erasing()
                return result
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Wait for the operation under way, a few seconds at most, and close the database."""
        late = threading.Timer(LAST_ANSWERS, hang_up, [self.engine])
        late.start()
        self._threads.shutdown(wait=True)
        late.cancel()
        self.engine.dispose()


@dataclass(frozen=True)
class _Raised:
    """What one of several operations raised."""

    error: Exception


def _each(session: Session, at: Moment, operations: Sequence[Callable[[Session, Moment], Any]]) -> list[Any]:
    """Return the result of each; one that raises leaves the others as they are. A DBAPIError ends them all."""
    found: list[Any] = []
    for operation in operations:
        try:
            found.append(operation(session, at))
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            found.append(_Raised(error))
    return found


class _Waits:
    """One operation's waits for a database that can't be used. `trouble` is set while any operation waits."""

    def __init__(self, database: Database) -> None:
        self._desk = database
        self._begun = time.monotonic()
        self._next = FIRST_WAIT
        self._is_waiting = False

    @property
    def spent(self) -> float:
        """Seconds since the operation began."""
        return time.monotonic() - self._begun

    async def one_more(self, reason: str) -> None:
        """Wait before the next try, a little longer each time."""
        if not self._is_waiting:
            self._is_waiting = True
            self._desk.waiting += 1
        if not self._desk.trouble:
            log.error("database.unusable", reason=reason)
        self._desk.trouble = reason
        await asyncio.sleep(self._next * random.uniform(0.8, 1.2))
        self._next = min(LONGEST_WAIT, self._next * 2)

    def end(self) -> None:
        """The operation has ended, in whatever way; with the last one that waited, the trouble is over."""
        if not self._is_waiting:
            return
        self._desk.waiting -= 1
        if self._desk.waiting == 0:
            self._desk.trouble = ""
            log.warning("database.usable_again")
