"""The hand on the sandbox's clock: it hurries, it skips the night, it never goes back."""

import asyncio
import datetime as dt

import pytest

from bot.runtime.sandbox_control import LONGEST_LOOK, SandboxControl
from corps import sample
from corps.moment import Policy, Quiet
from corps.sample import Cast
from tests.base import ROSTER, Corps


@pytest.fixture
def control(corps: Corps) -> SandboxControl:
    """A hand on a corps with quiet hours."""
    corps.database.policy = Policy(zone=corps.clock, quiet=Quiet(dt.time(22), dt.time(7, 30)))
    return SandboxControl(corps.database, ROSTER)


async def test_the_sandbox_opens_in_the_daytime_as_it_is(control: SandboxControl, corps: Corps) -> None:
    cast = await control.open()
    assert corps.clock.wall(corps.clock.now()) == dt.datetime.fromisoformat("2026-12-02 10:00")
    assert control.now().utcoffset() == dt.timedelta(hours=8)
    assert len(cast.players) == 20


@pytest.mark.parametrize(
    ("wall", "opens"),
    [
        ("2026-12-02 23:10", "2026-12-03 09:00"),
        ("2026-12-03 04:00", "2026-12-03 09:00"),
        ("2026-12-03 07:30", "2026-12-03 07:30"),
    ],
)
async def test_at_night_it_opens_on_the_next_morning(
    control: SandboxControl, corps: Corps, wall: str, opens: str
) -> None:
    corps.clock.set_wall(wall)
    await control.open()
    assert corps.clock.wall(corps.clock.now()) == dt.datetime.fromisoformat(opens)


async def test_the_clock_goes_on_where_the_corps_stood(control: SandboxControl, corps: Corps) -> None:
    corps.clock.set_wall("2026-12-09 15:00")
    await control.open()
    last = corps.run(sample.last_moment)
    corps.clock.set_wall("2026-12-02 10:00")
    await control.open()
    assert corps.clock.now() >= last - dt.timedelta(hours=3)
    assert corps.clock.wall(corps.clock.now()).date() == dt.date(2026, 12, 9)


async def test_a_leap_has_what_is_due_done_at_once(control: SandboxControl, corps: Corps) -> None:
    done: list[dt.datetime] = []

    async def hurry() -> None:
        done.append(corps.clock.wall(corps.clock.now()))

    await control.advance(dt.timedelta(hours=1))
    control.take(hurry)
    await control.advance(dt.timedelta(days=1))
    await control.advance_to_monday()
    assert done[-2:] == [dt.datetime.fromisoformat("2026-12-03 11:00"), dt.datetime.fromisoformat("2026-12-07 09:00")]


async def test_to_the_next_thing_is_by_quarters_of_an_hour_until_somebody_is_told_something(
    control: SandboxControl, corps: Corps
) -> None:
    done: list[dt.datetime] = []
    told_at = dt.datetime.fromisoformat("2026-12-03 02:45")

    def wall() -> dt.datetime:
        return corps.clock.wall(corps.clock.now())

    async def hurry() -> None:
        done.append(wall())

    async def count() -> int:
        return 7 + (wall() >= told_at)

    corps.clock.set_wall("2026-12-02 10:07")
    control.take(hurry, count)
    await control.advance_to_next()
    assert done[-1] == told_at
    await control.advance_to_next()
    assert done[-1] - told_at == LONGEST_LOOK, "when nothing comes, it looks no further"


async def test_a_reset_tells_the_stage_before_anything_is_sent(control: SandboxControl, corps: Corps) -> None:
    order: list[str] = []

    def on_stage(cast: Cast) -> None:
        order.append(f"stage of {len(cast.players)}")

    async def hurry() -> None:
        order.append("hurry")

    await control.open()
    control.on_stage = on_stage
    control.take(hurry)
    await control.reset()
    assert order[-2:] == ["stage of 20", "hurry"] or order == ["stage of 20", "hurry", "hurry"]


async def test_a_stop_ends_what_is_being_done_before_the_database_closes(control: SandboxControl) -> None:
    begun, ended = asyncio.Event(), []

    async def all_that_is_due() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    control.take(all_that_is_due)
    await begun.wait()
    await control.let_go()
    assert ended
