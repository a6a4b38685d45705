"""A broadcast that waits for its hour."""

import datetime as dt

import pytest

from corps.broadcasts import broadcasts, compose_form, timing
from corps.broadcasts.timing import read_hour, usual_hours
from corps.moment import Moment, Quiet
from corps.notices.kinds import Kind
from corps.parsing.times import Half
from corps.refusals import Reason
from models.enums import BroadcastState
from tests.base import Corps
from tests.corps.broadcasts.steps import CARD, keys, prepared, refused, standing


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


def at_hour(corps: Corps, by: int, wall: str) -> int:
    """Schedule a broadcast and return its id."""
    preview = prepared(corps, by)
    corps.do(by, timing.schedule, preview.id, preview.revision, corps.instant(wall), CARD)
    return preview.id


def test_a_scheduled_broadcast_starts_at_its_hour_once(corps: Corps, wang: int) -> None:
    corps.member("张明")
    at_hour(corps, wang, "2026-12-03 08:00")
    assert corps.run(timing.start_due) == 0
    newcomer = corps.member("新来的")
    corps.clock.set_wall("2026-12-03 08:00")
    assert corps.run(timing.start_due) == 1
    assert corps.run(timing.start_due) == 0
    assert any(key.endswith(f":{corps.member_id(newcomer)}") for key in keys(corps, Kind.BROADCAST))


def test_a_scheduled_broadcast_that_was_slept_over_for_a_day_is_marked_missed(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = at_hour(corps, wang, "2026-12-03 08:00")
    corps.clock.set_wall("2026-12-05 08:00")
    corps.run(timing.start_due)
    assert standing(corps, wang, broadcast).state is BroadcastState.MISSED
    assert keys(corps, Kind.BROADCAST) == []


def test_a_past_hour_is_refused_and_a_cancelled_one_never_starts(corps: Corps, wang: int) -> None:
    corps.member("张明")
    with refused(Reason.PAST_TIME):
        at_hour(corps, wang, "2026-12-01 08:00")
    broadcast = at_hour(corps, wang, "2026-12-03 08:00")
    corps.do(wang, broadcasts.cancel, broadcast)
    corps.clock.set_wall("2026-12-03 08:01")
    assert corps.run(timing.start_due) == 0


def test_taking_a_scheduled_broadcast_back_to_change_it_stops_its_clock(corps: Corps, wang: int) -> None:
    corps.member("张明")
    broadcast = at_hour(corps, wang, "2026-12-03 08:00")
    corps.do(wang, compose_form.reopen, broadcast)
    corps.clock.set_wall("2026-12-03 08:01")
    assert corps.run(timing.start_due) == 0


def test_hours_are_read_as_typed_and_the_usual_ones_are_decent_and_to_come(corps: Corps) -> None:
    at = Moment(corps.clock.now(), corps.database.policy)
    assert read_hour("明早8点", at, Half()) == corps.instant("2026-12-03 08:00")
    assert isinstance(read_hour("明天上午8点到9点", at, Half()), Half)
    assert isinstance(read_hour("马上", at, Half()), Half)
    assert usual_hours(at)[0] == corps.instant("2026-12-02 19:00")
    quiet = Quiet(dt.time(18), dt.time(7))
    late = Moment(corps.instant("2026-12-02 18:50"), type(at.policy)(zone=corps.clock, quiet=quiet))
    assert [corps.clock.wall(hour).hour for hour in usual_hours(late)] == [8, 8]
