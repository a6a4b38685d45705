"""Who leads ticks and delivers; who does not stands by, and begins when its turn has come."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import OperationalError

from bot.delivery import worker
from corps import notices
from corps.delivery import leasing
from corps.notices.kinds import Kind
from models.enums import NoticeState
from scheduler import leader
from scheduler.leader import Leader
from scheduler.timetable import build_scheduler
from tests.base import Corps
from tests.corps.delivery.notices import owe, rows, take
from tests.stage import unplugged


@dataclass
class Turn:
    """A right to lead that comes and goes as the test says."""

    held: bool = False
    given_back: bool = False
    number: None = None
    stale: bool = False
    hangs: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Answer, until the test says otherwise."""
        self.hangs.set()

    def is_fresh(self) -> bool:
        return not self.stale

    def hold(self) -> bool:
        self.hangs.wait(10)
        return self.held

    def let_go(self) -> None:
        self.given_back = True


@dataclass
class Polls:
    """In place of the poller: notes when it runs."""

    running: bool = False
    starts: int = 0
    _end: asyncio.Event = field(default_factory=asyncio.Event)
    fails: Exception | None = None

    async def run(self) -> None:
        self.starts += 1
        self._end.clear()
        if self.fails is not None:
            raise self.fails
        self.running = True
        await self._end.wait()
        self.running = False

    async def stop(self) -> None:
        self._end.set()


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(90):
        while not done():
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "LOOK_EVERY", 0.01)


def made(corps: Corps, turn: Turn, polls: Polls) -> tuple[Leader, AsyncIOScheduler]:
    context = unplugged(corps.database)
    timetable = build_scheduler(context, 3600)
    return Leader(turn, context, timetable, [polls]), timetable


async def test_it_stands_by_until_the_lead_is_its_own_and_steps_down_when_it_is_lost(corps: Corps) -> None:
    turn, polls, stop = Turn(), Polls(), asyncio.Event()
    one, timetable = made(corps, turn, polls)
    running = asyncio.create_task(one.run(stop))
    await asyncio.sleep(0.05)
    assert not one.leads
    assert polls.starts == 0
    turn.held = True
    await until(lambda: one.leads and polls.running)
    assert timetable.state == 1
    turn.held = False
    await until(lambda: not one.leads and not polls.running)
    assert timetable.state == 2, "paused: another process ticks now"
    turn.held = True
    await until(lambda: one.leads and polls.running)
    stop.set()
    await running
    assert turn.given_back
    assert not polls.running


async def test_who_begins_to_lead_takes_back_what_the_dead_leader_had_begun(corps: Corps) -> None:
    owe(corps, Kind.ADMITTED, corps.member("张明"))
    take(corps)
    stop = asyncio.Event()
    one, _ = made(corps, Turn(held=True), Polls())
    running = asyncio.create_task(one.run(stop))
    await until(lambda: one.leads)
    assert rows(corps)[0].state is NoticeState.OWED
    assert corps.run(leasing.possibly_doubled) == 1
    stop.set()
    await running


async def test_a_poller_that_cannot_go_on_ends_the_process(corps: Corps) -> None:
    one, _ = made(corps, Turn(held=True), Polls(fails=ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        await one.run(asyncio.Event())


def away(*_args: object) -> None:
    """Fail as an operation does whose server has gone."""
    raise OperationalError("UPDATE", {}, sqlite3.OperationalError("unable to open database file"))


async def test_a_stop_while_the_database_is_away_takes_seconds_and_ends_the_taking_in(
    corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LAST_WORDS", 0.2)
    turn, polls, stop = Turn(held=True), Polls(), asyncio.Event()
    one, _ = made(corps, turn, polls)
    running = asyncio.create_task(one.run(stop))
    await until(lambda: one.leads and polls.running)
    one._bench.outgoing.workers["telegram"]._ended.append((1, notices.Sent("7")))
    monkeypatch.setattr(leasing, "record", away)
    stop.set()
    async with asyncio.timeout(90):
        await running
    assert not polls.running
    assert turn.given_back


async def test_the_lead_is_taken_once_the_database_can_be_used(corps: Corps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corps.database, "patience", 0.0)
    turn, polls, stop = Turn(held=True), Polls(), asyncio.Event()
    one, _ = made(corps, turn, polls)
    with monkeypatch.context() as patch:
        patch.setattr(leasing, "reclaim", away)
        running = asyncio.create_task(one.run(stop))
        await asyncio.sleep(0.05)
        assert not one.leads
        assert not polls.running
    await until(lambda: one.leads and polls.running)
    stop.set()
    await running


async def test_what_was_sent_while_the_lead_was_lost_is_recorded_before_anything_is_taken_back(corps: Corps) -> None:
    owe(corps, Kind.ADMITTED, corps.member("张明"))
    take(corps)
    stop = asyncio.Event()
    one, _ = made(corps, Turn(held=True), Polls())
    one._bench.outgoing.workers["telegram"]._ended.append((rows(corps)[0].id or 0, notices.Sent("7")))
    running = asyncio.create_task(one.run(stop))
    await until(lambda: one.leads)
    assert rows(corps)[0].state is NoticeState.SENT
    stop.set()
    await running


async def test_a_new_lead_waits_for_the_line_that_the_last_one_gave_up_on(
    corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the old line had taken is given back, and not sent by both."""
    monkeypatch.setattr(worker, "LAST_WORDS", 0.05)
    line, gate, reached = unplugged(corps.database).outgoing, asyncio.Event(), asyncio.Event()

    async def slow(_parcels: object) -> list[object]:
        reached.set()
        await gate.wait()
        return []

    monkeypatch.setattr(line.workers["telegram"], "_open", slow)
    owe(corps, Kind.ADMITTED, corps.member("张明"))
    old = asyncio.create_task(line.run())
    await reached.wait()
    await line.stop()
    new = asyncio.create_task(line.begin())
    await asyncio.sleep(0.05)
    assert not new.done()
    gate.set()
    await asyncio.gather(old, new)
    assert rows(corps)[0].state is NoticeState.OWED


async def test_a_database_that_does_not_answer_is_waited_for_only_while_the_lead_lasts(corps: Corps) -> None:
    """The question hangs in a thread; what only the leader does ends all the same, and begins again."""
    turn, polls, stop = Turn(held=True), Polls(), asyncio.Event()
    one, _ = made(corps, turn, polls)
    running = asyncio.create_task(one.run(stop))
    await until(lambda: polls.running)
    turn.hangs.clear()
    await asyncio.sleep(0.05)
    assert one.leads, "it is fresh"
    turn.stale = True
    await until(lambda: not polls.running)
    assert not one.leads
    turn.stale = False
    turn.hangs.set()
    await until(lambda: polls.running)
    stop.set()
    await running
