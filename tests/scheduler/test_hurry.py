"""A leap of the sandbox's clock is over when all that was due is out, and the next thing is found by counting."""

import pytest

from corps.notices.kinds import Kind
from scheduler import timetable
from tests.base import Corps
from tests.corps.delivery.notices import owe
from tests.stage import Stage


async def test_it_waits_also_for_what_rests_because_somebody_has_just_been_written_to(
    stage: Stage, corps: Corps
) -> None:
    zhang = await stage.enter(corps.member("张明"))
    stage.outbound.limiter._per_chat = 0.15
    for key in ("one", "two", "three"):
        owe(corps, Kind.ADMITTED, zhang.id, key=key)
    await timetable.hurry(stage.context)
    assert len(zhang.from_bot()) == 3


async def test_it_waits_no_longer_than_its_patience(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetable, "PATIENCE", 0.3)
    zhang = await stage.enter(corps.member("张明"))
    stage.outbound.limiter.pause(zhang.id, 3600)
    owe(corps, Kind.ADMITTED, zhang.id)
    await timetable.hurry(stage.context)
    assert zhang.from_bot() == []


async def test_what_is_due_is_counted_whether_it_is_out_already_or_not(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    before = await timetable.look(stage.context)
    owe(corps, Kind.ADMITTED, zhang.id)
    due = await timetable.look(stage.context)
    await stage.tick()
    assert (before + 1, before + 1) == (due, await timetable.look(stage.context))
