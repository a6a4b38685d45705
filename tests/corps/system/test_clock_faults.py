"""A clock that was wrong, by minutes or by years, delays nothing that was owed while it was."""

import datetime as dt

import pytest

from corps import repeats
from corps.attendance import report_requests
from corps.delivery import leasing
from corps.notices import LEASE
from corps.notices.kinds import Kind
from corps.quotas import digests
from corps.sql import first_time
from corps.system import alarms, backups
from corps.system.alarms import Beat, Watched
from models import Handled
from models.enums import NoticeState
from tests.base import Corps
from tests.corps.delivery.notices import owe, rows, take

WRONG = [
    dt.timedelta(minutes=5),
    dt.timedelta(hours=7),
    dt.timedelta(days=3),
    dt.timedelta(days=400),
    dt.timedelta(days=9000),
]


def put_right(corps: Corps, wrong: dt.timedelta) -> None:
    """Set the clock right, as the bot does when it notices, or when it starts."""
    corps.clock.push(-wrong)
    corps.run(leasing.put_back)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_was_owed_meanwhile_goes_out_at_once(corps: Corps, wrong: dt.timedelta) -> None:
    zhang = corps.member("张明")
    corps.clock.push(wrong)
    owe(corps, Kind.ADMITTED, zhang)
    put_right(corps, wrong)
    assert [parcel[0].address.number for parcel in take(corps)] == [zhang]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_was_to_wait_ten_minutes_waits_no_longer_than_that(corps: Corps, wrong: dt.timedelta) -> None:
    zhang = corps.member("张明")
    corps.clock.push(wrong)
    owe(corps, Kind.ADMITTED, zhang, due_at=corps.clock.now() + dt.timedelta(minutes=10))
    put_right(corps, wrong)
    corps.clock.push(dt.timedelta(minutes=10) + min(wrong, dt.timedelta(days=1)))
    assert len(take(corps)) == 1


@pytest.mark.parametrize("wrong", WRONG)
def test_a_lease_of_a_wrong_clock_ends(corps: Corps, wrong: dt.timedelta) -> None:
    zhang = corps.member("张明")
    corps.clock.push(wrong)
    owe(corps, Kind.ADMITTED, zhang)
    take(corps)
    put_right(corps, wrong)
    assert corps.run(leasing.reclaim, {0}) == 1
    assert rows(corps)[0].state is NoticeState.OWED
    take(corps)
    assert corps.run(leasing.reclaim, {0}) == 0, "a lease of now is left alone"
    corps.clock.push(LEASE)
    assert corps.run(leasing.reclaim, {0}) == 1


@pytest.mark.parametrize("wrong", WRONG)
def test_what_stands_still_is_found_late_and_the_backup_is_due(corps: Corps, wrong: dt.timedelta) -> None:
    corps.clock.push(wrong)
    corps.run(alarms.beat, [Beat("sweep"), Beat(Watched.BACKUP)])
    put_right(corps, wrong)
    corps.clock.push(dt.timedelta(days=1, hours=12))
    late = corps.run(alarms.troubles, {"sweep": dt.timedelta(minutes=15)}, dt.timedelta(minutes=15))
    assert [trouble.name for trouble in late] == ["sweep"]
    assert corps.run(backups.due)


@pytest.mark.parametrize("wrong", WRONG)
def test_the_digest_of_a_clock_that_was_wrong_at_its_first_start_comes(corps: Corps, wrong: dt.timedelta) -> None:
    corps.coordinator()
    corps.clock.push(wrong)
    corps.run(digests.owe_digests, None)
    put_right(corps, wrong)
    corps.run(digests.owe_digests, None)
    corps.clock.set_wall("2026-12-07 09:01")
    assert corps.run(digests.owe_digests, corps.instant("2026-12-07 09:00")) == 1


def test_what_was_done_once_in_a_future_is_open_again_but_does_not_go_twice(corps: Corps) -> None:
    """The week's digest in 2028, the last request of a report: done by a wrong clock, owed again in its time."""
    years = dt.timedelta(days=800)
    corps.clock.push(years)
    assert corps.run(lambda s, at: first_time(s, at, "quota:2029-W06"))
    assert corps.run(lambda s, at: first_time(s, at, "sandbox:sample"))
    put_right(corps, years)
    assert corps.run(lambda s, at: first_time(s, at, "quota:2029-W06"))
    assert not corps.run(lambda s, at: first_time(s, at, "sandbox:sample")), "it says what the database is"


def test_a_report_is_asked_for_again_though_the_first_request_was_in_a_future(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    corps.publish(wang)
    corps.clock.set_wall("2026-12-05 17:00")
    corps.clock.push(dt.timedelta(days=20))
    corps.run(report_requests.owe_report_requests)
    put_right(corps, dt.timedelta(days=20))
    corps.run(report_requests.owe_report_requests)
    corps.clock.push(report_requests.REPORT_AGAIN)
    corps.run(report_requests.owe_report_requests)
    assert corps.told(Kind.REPORT_REQUEST) == {wang, leader}


def test_a_true_clock_leaves_everything_as_it_is(corps: Corps) -> None:
    zhang = corps.member("张明")
    due = corps.clock.now() + dt.timedelta(hours=5)
    owe(corps, Kind.ADMITTED, zhang, due_at=due)
    corps.run(alarms.beat, [Beat("sweep")])
    assert corps.run(lambda s, at: first_time(s, at, "quota:2026-W49"))
    put_right(corps, dt.timedelta())
    assert rows(corps)[0].due_at == due
    assert not corps.run(lambda s, at: first_time(s, at, "quota:2026-W49"))


def test_what_a_wrong_clock_has_handled_is_forgotten_in_its_time_all_the_same(corps: Corps) -> None:
    years = dt.timedelta(days=800)
    corps.clock.push(years)
    corps.run(lambda s, at: s.add(Handled(key="a tap", at=at.now)))
    put_right(corps, years)
    assert corps.run(repeats.forget_old) == 0
    corps.clock.push(repeats.REMEMBERED * 2)
    assert corps.run(repeats.forget_old) == 1
