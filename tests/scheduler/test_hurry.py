"""A leap of the sandbox's clock is over when all that was due is out, and the next thing is found by counting."""

from typing import Any

import pytest

from corps.notices.kinds import Kind
from corps.signups import reminders, signups, vacancy_calls, waitlist
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


async def test_looking_for_the_next_thing_asks_the_database_once_a_quarter_of_an_hour(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A week has 672 of them: on a busy machine the button rested for minutes when each was a dozen transactions."""
    asked: list[object] = []
    run = corps.database.run

    def counted(operation: Any, *args: Any) -> Any:  # noqa: ANN401 - as the database's
        asked.append(operation)
        return run(operation, *args)

    monkeypatch.setattr(corps.database, "run", counted)
    zhang = corps.member("张明")
    activity = corps.publish(corps.coordinator())
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    before = await timetable.look(stage.context)
    corps.clock.set_wall("2026-12-05 12:00")
    assert await timetable.look(stage.context) > before, "the reminder is owed by then"
    assert not {reminders.owe_reminders, vacancy_calls.owe_calls, waitlist.lapse} & set(asked)
