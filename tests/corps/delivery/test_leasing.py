"""The rows behind what is owed: whose turn it is, what ends unsent, and how each end is written down."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import Engine, update
from sqlmodel import col

from corps import notices
from corps.addresses import telegram
from corps.changes import change_notices
from corps.delivery import leasing
from corps.moment import Quiet
from corps.notices import GiveUp, Moot, Moved, RetryLater, Sent
from corps.notices.declarations import declared
from corps.notices.kinds import Kind
from models import Notice
from models.enums import NoticeState
from tests.base import Corps, found_corps
from tests.corps.delivery.notices import end, in_, kinds, owe, rows, take


def test_a_cancellation_overtakes_the_digests_owed_before_it(corps: Corps) -> None:
    people = [corps.member(f"成员{n}") for n in range(5)]
    owe(corps, Kind.QUOTA, *people)
    corps.clock.push(in_(1))
    owe(corps, Kind.CANCELLED, people[4], urgent=True)
    assert kinds(take(corps, limit=1)) == [[Kind.CANCELLED]]


def test_only_as_many_are_leased_as_are_asked_for_and_one_a_chat(corps: Corps) -> None:
    people = [corps.member(f"成员{n}") for n in range(9)]
    owe(corps, Kind.QUOTA, *people, key="a")
    owe(corps, Kind.QUOTA, *people, key="b")
    parcels = take(corps, limit=4)
    assert [parcel[0].address.number for parcel in parcels] == people[:4]
    assert all(len(parcel) == 1 for parcel in parcels)
    assert [row.state for row in rows(corps)].count(NoticeState.LEASED) == 4


def test_a_chat_that_must_rest_is_passed_over(corps: Corps) -> None:
    first, second = corps.member("张明"), corps.member("李红")
    owe(corps, Kind.QUOTA, first, second)
    assert [parcel[0].address.number for parcel in take(corps, resting=frozenset({first}))] == [second]


def test_a_group_that_must_rest_is_passed_over_though_no_person_must(corps: Corps) -> None:
    corps.run(
        notices.owe, [notices.Owed(Kind.QUOTA, f"g{number}", None, group=telegram(number)) for number in (-5, -6)]
    )
    assert [parcel[0].address.number for parcel in take(corps, resting=frozenset({-5}))] == [-6]


def test_one_chat_with_a_hundred_notices_does_not_hide_the_others(corps: Corps) -> None:
    busy, other = corps.member("张明"), corps.member("李红")
    for number in range(100):
        owe(corps, Kind.QUOTA, busy, key=f"a{number}")
    owe(corps, Kind.QUOTA, other, key="b")
    assert {parcel[0].address.number for parcel in take(corps, 8)} == {busy}
    assert {parcel[0].address.number for parcel in take(corps, 8, frozenset({busy}))} == {other}


def test_what_is_not_due_yet_or_waits_for_its_next_try_is_left(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"), due_at=corps.clock.now() + in_(1))
    waiting = corps.member("李红")
    owe(corps, Kind.QUOTA, waiting)
    end(corps, take(corps), RetryLater(corps.clock.now() + in_(2), "TimedOut"))
    corps.clock.push(in_(1))
    assert len(take(corps)) == 1
    corps.clock.push(in_(1))
    assert [parcel[0].address.number for parcel in take(corps)] == [waiting]


def test_a_message_that_arrived_is_sent_with_its_id_and_time(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"))
    end(corps, take(corps), Sent("77"))
    (row,) = rows(corps)
    assert (row.state, row.message_id, row.sent_at, row.attempts) == (NoticeState.SENT, "77", corps.clock.now(), 1)


def test_the_eighth_blamed_failure_is_the_last_and_keeps_its_reason(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"))
    for _ in range(leasing.MAX_ATTEMPTS):
        assert rows(corps)[0].state is NoticeState.OWED
        end(corps, take(corps), RetryLater(corps.clock.now(), "TimedOut"))
    (row,) = rows(corps)
    assert (row.state, row.error) == (NoticeState.FAILED, "TimedOut")


def test_a_failure_of_the_line_uses_up_no_attempt(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"))
    for _ in range(3 * leasing.MAX_ATTEMPTS):
        end(corps, take(corps), RetryLater(corps.clock.now(), "NetworkError", blame=False))
    (row,) = rows(corps)
    assert (row.state, row.attempts) == (NoticeState.OWED, 0)


def test_a_retry_keeps_the_hour_since_which_it_is_owed(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"))
    begun = rows(corps)[0].due_at
    corps.clock.push(in_(1))
    end(corps, take(corps), RetryLater(corps.clock.now() + in_(1), "429", blame=False))
    assert rows(corps)[0].due_at == begun


def test_no_answer_at_all_counts_as_possibly_doubled(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"), corps.member("李红"))
    first, second = take(corps)
    end(corps, [first], RetryLater(corps.clock.now(), "TimedOut", maybe=True))
    end(corps, [second], RetryLater(corps.clock.now(), "502"))
    assert corps.run(leasing.possibly_doubled) == 1


def test_what_a_process_left_behind_is_owed_again_and_counted(corps: Corps) -> None:
    people = [corps.member(f"成员{n}") for n in range(5)]
    owe(corps, Kind.QUOTA, *people)
    take(corps, limit=2)
    assert corps.run(leasing.reclaim) == 2
    assert {row.state for row in rows(corps)} == {NoticeState.OWED}
    assert corps.run(leasing.possibly_doubled) == 2


def test_a_lease_that_ran_out_is_taken_back_but_not_from_who_still_holds_it(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"), corps.member("李红"))
    held, lost = take(corps)
    assert corps.run(leasing.reclaim, {held[0].id}) == 0
    corps.clock.push(notices.LEASE)
    assert corps.run(leasing.reclaim, {held[0].id}) == 1
    assert {row.id: row.state for row in rows(corps)} == {
        held[0].id: NoticeState.LEASED,
        lost[0].id: NoticeState.OWED,
    }


def test_what_is_taken_while_another_run_looks_for_lost_leases_is_not_lost(corps: Corps) -> None:
    """A long queue in one channel: each tick sets the others to work, and looks beside them."""
    owe(corps, Kind.QUOTA, corps.member("张明"))
    looked_from = corps.clock.now()
    corps.clock.push(dt.timedelta(seconds=1))
    take(corps)
    assert corps.run(lambda session, at: leasing.reclaim(session, replace(at, now=looked_from), ())) == 0
    assert rows(corps)[0].state is NoticeState.LEASED


def test_what_was_taken_and_not_begun_goes_back_without_a_mark(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"))
    (parcel,) = take(corps)
    corps.run(leasing.release, [parcel[0].id])
    (row,) = rows(corps)
    assert (row.state, row.maybe_twice) == (NoticeState.OWED, False)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_expires_visibly_when_its_use_is_over(corps: Corps, kind: Kind) -> None:
    owe(corps, kind, corps.member("张明"))
    assert rows(corps)[0].expires_at == corps.clock.now() + declared(kind).keeps
    corps.clock.push(declared(kind).keeps)
    assert take(corps) == []
    corps.run(leasing.expire)
    assert rows(corps)[0].state is NoticeState.EXPIRED


def test_what_expires_between_two_takes_is_not_sent(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"), expires_at=corps.clock.now() + in_(1))
    corps.clock.push(in_(1))
    assert take(corps) == []
    assert rows(corps)[0].state is NoticeState.EXPIRED


def test_a_group_that_became_a_supergroup_gets_its_messages_under_the_new_id(corps: Corps) -> None:
    both = [notices.Owed(Kind.QUOTA, key, None, group=telegram(-5)) for key in ("a", "b")]
    corps.run(notices.owe, both)
    owe(corps, Kind.QUOTA, li := corps.member("李红"))
    end(corps, take(corps, limit=1), Moved(telegram(-100123)))
    assert [corps.to(row) for row in rows(corps)] == [-100123, -100123, li]
    assert {row.state for row in rows(corps)} == {NoticeState.OWED}


def test_an_end_is_written_once_whoever_comes_second(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"))
    parcels = take(corps)
    end(corps, parcels, Sent("5"))
    end(corps, parcels, GiveUp("too late"))
    assert rows(corps)[0].state is NoticeState.SENT


def test_a_kind_that_this_version_does_not_know_ends_and_blocks_nobody(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"), corps.member("李红"))

    corps.run(lambda s, _at: s.connection().execute(update(Notice).where(col(Notice.id) == 1).values(kind="telepathy")))
    assert len(take(corps)) == 1
    assert [row.state for row in rows(corps)] == [NoticeState.FAILED, NoticeState.LEASED]


def test_moot_ones_are_cancelled_with_the_reason(corps: Corps) -> None:
    owe(corps, Kind.QUOTA, corps.member("张明"))
    end(corps, take(corps), Moot("no longer so"))
    (row,) = rows(corps)
    assert (row.state, row.error) == (NoticeState.CANCELLED, "no longer so")


@pytest.fixture
def quiet_corps(engine: Engine) -> Corps:
    """A corps that sleeps from ten to half past seven."""
    return found_corps(engine, Quiet(dt.time(22), dt.time(7, 30)))


def test_a_digest_owed_before_the_quiet_hours_and_delayed_waits_till_morning(quiet_corps: Corps) -> None:
    corps = quiet_corps
    corps.clock.set_wall("2026-12-02 21:59")
    owe(corps, Kind.QUOTA, corps.member("张明"))
    corps.clock.set_wall("2026-12-02 22:01")
    assert take(corps) == []
    assert (corps.run(leasing.is_anything_due), corps.run(leasing.count_said)) == (False, 0)
    corps.clock.set_wall("2026-12-03 07:29")
    assert take(corps) == []
    corps.clock.set_wall("2026-12-03 07:30")
    assert (corps.run(leasing.is_anything_due), corps.run(leasing.count_said)) == (True, 1)
    assert len(take(corps)) == 1


def test_an_urgent_cancellation_goes_out_at_night_and_takes_the_reminder_along(quiet_corps: Corps) -> None:
    corps = quiet_corps
    corps.clock.set_wall("2026-12-02 21:59")
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang, corps.plan(starts="2026-12-03 08:00", ends="2026-12-03 10:00"))
    corps.clock.set_wall("2026-12-02 23:00")
    owe(corps, Kind.CANCELLED, zhang, activity_id=activity, urgent=True)
    assert kinds(take(corps)) == [[Kind.CANCELLED, Kind.CARD]]


def test_what_is_owed_at_night_is_due_in_the_morning(quiet_corps: Corps) -> None:
    corps = quiet_corps
    corps.clock.set_wall("2026-12-02 23:00")
    owe(corps, Kind.QUOTA, corps.member("张明"))
    assert rows(corps)[0].due_at == corps.instant("2026-12-03 07:30")


def test_a_clock_that_is_put_back_holds_up_nothing_that_was_to_go_at_once(corps: Corps) -> None:
    """What was meant for a later time keeps it; a pause that the old clock wrote down ends."""
    at_once, tried, later = (corps.member(name) for name in ("张明", "李红", "陈刚"))
    owe(corps, Kind.ADMITTED, at_once, tried)
    owe(corps, Kind.ADMITTED, later, due_at=corps.clock.now() + in_(1 / 6))
    [parcel] = take(corps, resting=frozenset({at_once}))
    end(corps, [parcel], RetryLater(corps.clock.now() + in_(1 / 12), "NetworkError"))
    corps.clock.push(in_(-1))
    assert take(corps) == []
    corps.run(leasing.put_back)
    assert [parcel[0].address.number for parcel in take(corps)] == [at_once, tried]
    assert rows(corps)[-1].due_at == corps.clock.now() + in_(7 / 6)


def test_word_of_a_change_does_not_wait_for_a_clock_that_was_put_back(corps: Corps) -> None:
    """It was to settle for ten seconds, or two minutes while the fields are open again; not for an hour."""
    zhang, li = corps.member("张明"), corps.member("李红")
    owe(corps, Kind.CHANGED, zhang, due_at=corps.clock.now() + change_notices.SETTLES)
    owe(corps, Kind.CHANGED, li, due_at=corps.clock.now() + change_notices.HOLDS)
    corps.clock.push(in_(-1))
    corps.run(leasing.put_back)
    assert [parcel[0].address.number for parcel in take(corps)] == [zhang, li]
