"""One operation, one transaction, off the event loop.

SQLite has one writer, so its operations wait in line for one thread instead of for each other's locks;
PostgreSQL gets several threads and sorts it out by row.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.clock import Clock
from corps.moment import Moment, Policy

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 4
_RETRYABLE = {"40001", "40P01"}
"""PostgreSQL's serialization failure and deadlock: the transaction did nothing, and may run again
(https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html)."""


class Desk:
    """Runs operations of the corps: opens a transaction, runs, commits; rolls back on any exception."""

    def __init__(self, engine: Engine, clock: Clock, policy: Policy) -> None:
        self.engine = engine
        self.clock = clock
        self.policy = policy
        workers = 1 if engine.dialect.name == "sqlite" else 8
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="desk")

    async def run(
        self, operation: Callable[Concatenate[Session, Moment, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `operation(session, moment, …)` in one transaction in a worker thread, and return its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self.run_now(operation, *args, **kwargs))

    def run_now(self, operation: Callable[Concatenate[Session, Moment, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the same in the calling thread: for the start, and for tests."""
        for attempt in range(1, _TRIES + 1):
            try:
                with Session(self.engine, expire_on_commit=False) as session, session.begin():
                    return operation(session, Moment(self.clock.now(), self.policy), *args, **kwargs)
            except DBAPIError as error:
                if attempt == _TRIES or getattr(error.orig, "sqlstate", None) not in _RETRYABLE:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Wait for the operation under way and let go of the database."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()
