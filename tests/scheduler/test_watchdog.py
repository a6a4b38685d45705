"""The sweeps under watch: one that fails hides nothing, a heartbeat costs no write a tick, and sleep is no alarm."""

import asyncio
import datetime as dt
from dataclasses import dataclass

import pytest
from sqlmodel import select

from corps.notices.kinds import Kind
from models import Pulse
from scheduler import watchdog
from scheduler.jobs import JobContext
from scheduler.watchdog import GRACE, WRITE_EVERY, Watchdog
from tests.base import Corps
from tests.corps.delivery.notices import rows
from tests.stage import unplugged

QUARTER = dt.timedelta(minutes=15)


@dataclass
class Day:
    """A day of the corps: a clock on the wall, one in the machine, and two sweeps."""

    corps: Corps
    seconds: float = 1000.0
    broken: bool = False
    swept: int = 0

    def __post_init__(self) -> None:
        """Set up the watch over both."""
        context = unplugged(self.corps.database, alarm_after=QUARTER)
        self.watch = Watchdog(context, (self.owe_something, self.owe_more), lambda: self.seconds)

    async def owe_something(self, _bench: JobContext) -> None:
        if self.broken:
            raise ZeroDivisionError

    async def owe_more(self, _bench: JobContext) -> None:
        self.swept += 1

    async def passes(self, seconds: float) -> None:
        self.seconds += seconds
        self.corps.clock.push(dt.timedelta(seconds=seconds))
        await self.watch.tick()

    def pulse(self, name: str) -> Pulse | None:
        return self.corps.run(lambda s, _at: s.exec(select(Pulse).where(Pulse.name == name)).first())


@pytest.fixture
def day(corps: Corps) -> Day:
    """A day on which a coordinator is there."""
    corps.coordinator()
    return Day(corps)


async def test_one_sweep_that_fails_does_not_keep_the_next_from_running(day: Day) -> None:
    day.broken = True
    await day.passes(2)
    assert day.swept == 1
    pulse = day.pulse("owe_something")
    assert pulse is not None
    assert (pulse.error, pulse.ok_at) == ("ZeroDivisionError", None)


async def test_a_sweep_that_hangs_is_cut_short_and_counts_as_failed(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "JOB_PATIENCE", 0.01)

    async def hangs(_bench: JobContext) -> None:
        await asyncio.Event().wait()

    day.watch._sweeps = (hangs, day.owe_more)
    await day.passes(2)
    assert day.swept == 1
    pulse = day.pulse("hangs")
    assert pulse is not None
    assert pulse.error == "TimeoutError"


async def test_heartbeats_are_written_once_a_minute_or_when_they_change(day: Day) -> None:
    await day.passes(2)
    first = day.pulse("owe_something")
    await day.passes(2)
    again = day.pulse("owe_something")
    assert first is not None
    assert again is not None
    assert again.ran_at == first.ran_at
    day.broken = True
    await day.passes(2)
    assert (day.pulse("owe_something") or first).error == "ZeroDivisionError"
    day.broken = False
    await day.passes(WRITE_EVERY)
    assert (day.pulse("owe_something") or first).error == ""


async def test_a_sweep_that_fails_for_long_is_told_once_and_its_end_too(day: Day) -> None:
    await day.passes(2)
    day.broken = True
    for _ in range(20):
        await day.passes(60)
    assert len(rows(day.corps, Kind.ALARM)) == 1
    day.broken = False
    for _ in range(3):
        await day.passes(60)
    assert len(rows(day.corps, Kind.ALARM_OVER)) == 1


async def test_waking_from_a_long_sleep_alarms_nobody(day: Day) -> None:
    await day.passes(2)
    day.corps.clock.push(dt.timedelta(days=2))
    for _ in range(int(GRACE)):
        await day.passes(2)
    assert rows(day.corps, Kind.ALARM) == []
