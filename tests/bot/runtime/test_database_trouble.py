"""A database that can't be used for a while: operations wait, do nothing twice, and go on by themselves."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.runtime.database import LONGEST_WAIT, PATIENCE, _Waits, passes_by_itself
from corps.moment import Moment
from models import Milestone
from tests.base import Corps
from tests.conftest import SERVER


def failing(times: int, words: str) -> tuple[list[int], object]:
    """Return an operation that fails so often with SQLite's words, and the record of its runs."""
    runs: list[int] = []

    def work(session: Session, at: Moment) -> str:
        runs.append(1)
        session.add(Milestone(key=f"try{len(runs)}", at=at.now))
        session.flush()
        if len(runs) <= times:
            raise OperationalError("INSERT …", {}, sqlite3.OperationalError(words))
        return "done"

    return runs, work


@pytest.mark.parametrize("words", ["database is locked", "database or disk is full", "disk I/O error"])
async def test_an_operation_waits_for_a_database_that_comes_back(
    corps: Corps, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    async def at_once(_seconds: float) -> None:
        seen.append(corps.database.trouble)

    monkeypatch.setattr(asyncio, "sleep", at_once)
    runs, work = failing(3, words)
    assert await corps.database.run(work) == "done"  # type: ignore[arg-type]
    assert len(runs) == 4
    assert seen == [words] * 3, "what is wrong can be read while it waits"
    kept = corps.run(lambda s, _at: s.get(Milestone, "try1") or s.get(Milestone, "try3"))
    assert kept is None, "what failed has left nothing behind"
    assert corps.database.trouble == ""


async def test_it_gives_up_after_a_while(corps: Corps, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def at_once(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", at_once)
    monkeypatch.setattr(_Waits, "spent", property(lambda _: sum(slept)))
    runs, work = failing(99, "database or disk is full")
    with pytest.raises(OperationalError):
        await corps.database.run(work)  # type: ignore[arg-type]
    assert PATIENCE < sum(slept) < PATIENCE + 2 * LONGEST_WAIT
    assert len(runs) == len(slept) + 1
    assert (corps.database.trouble, corps.database.waiting) == ("", 0)


async def test_who_stops_waiting_leaves_no_trouble_behind(corps: Corps) -> None:
    _, work = failing(99, "database is locked")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await corps.database.run(work)  # type: ignore[arg-type]
    assert (corps.database.trouble, corps.database.waiting) == ("", 0)


async def test_a_mistake_of_ours_is_not_tried_again(corps: Corps) -> None:
    runs, work = failing(99, "no such table: notices")
    with pytest.raises(OperationalError):
        await corps.database.run(work)  # type: ignore[arg-type]
    assert len(runs) == 1


@pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL (TEST_DATABASE_URL)")
async def test_a_connection_that_the_server_ended_is_replaced(corps: Corps) -> None:
    pid = await corps.database.run(lambda s, _at: s.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())
    assert pid

    def suicide(session: Session, _at: Moment) -> None:
        if runs.append(1) or len(runs) == 1:  # type: ignore[func-returns-value]
            session.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    runs: list[int] = []
    await corps.database.run(suicide)
    assert len(runs) == 2


def test_only_trouble_that_passes_counts_as_such() -> None:
    def error(words: str) -> OperationalError:
        return OperationalError("x", {}, sqlite3.OperationalError(words))

    assert passes_by_itself(error("database is locked"))
    assert not passes_by_itself(error("near SELECT: syntax error"))
