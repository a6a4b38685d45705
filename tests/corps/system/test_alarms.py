"""The coordinators hear once that something stopped, and once that it goes on."""

import datetime as dt

import pytest
from sqlalchemy import Engine

from corps import member_addresses
from corps.addresses import TELEGRAM, Address, telegram
from corps.delivery import leasing
from corps.mailbox.mailboxes import MAIL
from corps.moment import Quiet
from corps.notices import RetryLater, reachability
from corps.notices.kinds import Kind
from corps.system import alarms, backups
from corps.system.alarms import Beat, Late, Watched
from models.enums import NoticeState
from tests.base import Corps, found_corps
from tests.corps.delivery.notices import end, in_, owe, rows, take

QUARTER = dt.timedelta(minutes=15)
JOBS = {"owe_reminders": QUARTER}


def found(corps: Corps) -> list[str]:
    return [trouble.name for trouble in corps.run(alarms.troubles, JOBS, QUARTER)]


def tell(corps: Corps) -> tuple[list[str], list[str]]:
    return corps.run(lambda s, at: alarms.tell(s, at, alarms.troubles(s, at, JOBS, QUARTER)))


def test_a_job_that_runs_is_no_trouble(corps: Corps) -> None:
    for _ in range(5):
        corps.run(alarms.beat, [Beat("owe_reminders")])
        corps.clock.push(QUARTER)
        assert found(corps) == []


def test_a_job_that_stopped_or_only_fails_is_late(corps: Corps) -> None:
    corps.run(alarms.beat, [Beat("owe_reminders")])
    corps.clock.push(QUARTER)
    corps.run(alarms.beat, [Beat("owe_reminders", "OperationalError")])
    assert found(corps) == []
    corps.clock.push(dt.timedelta(seconds=1))
    assert found(corps) == ["owe_reminders"]


def test_a_job_that_never_ended_well_is_late_too(corps: Corps) -> None:
    corps.run(alarms.beat, [Beat("owe_reminders", "KeyError")])
    corps.clock.push(QUARTER * 2)
    assert found(corps) == ["owe_reminders"]


def test_a_message_due_for_too_long_is_trouble_even_while_it_is_tried_again(corps: Corps) -> None:
    owe(corps, Kind.CARD, corps.member("张明"))
    for _ in range(16):
        end(corps, take(corps), RetryLater(corps.clock.now(), "NetworkError", blame=False))
        corps.clock.push(dt.timedelta(minutes=1))
    assert found(corps) == [Watched.OUTBOX]


def test_a_long_queue_is_given_the_time_that_telegrams_limits_take(corps: Corps) -> None:
    zhang = corps.member("张明")
    for number in range(90):
        owe(corps, Kind.CARD, zhang, key=f"k{number}")
    corps.clock.push(QUARTER + dt.timedelta(seconds=2))
    assert found(corps) == []
    corps.clock.push(dt.timedelta(seconds=2))
    assert found(corps) == [Watched.OUTBOX]


def test_coordinators_are_told_once_and_again_when_it_is_over(corps: Corps) -> None:
    people = [corps.coordinator("王统筹"), corps.coordinator("李统筹")]
    corps.member("张明")
    corps.run(alarms.beat, [Beat("owe_reminders")])
    corps.clock.push(QUARTER * 2)
    assert tell(corps) == (["owe_reminders"], [])
    assert tell(corps) == ([], [])
    assert [corps.to(row) for row in rows(corps, Kind.ALARM)] == people
    assert corps.run(alarms.alarmed) == ["owe_reminders"]
    take(corps)
    corps.run(alarms.beat, [Beat("owe_reminders")])
    assert tell(corps) == ([], ["owe_reminders"])
    assert tell(corps) == ([], [])
    assert [corps.to(row) for row in rows(corps, Kind.ALARM_OVER)] == people
    assert corps.run(alarms.alarmed) == []


def test_who_has_not_read_of_it_before_it_was_over_reads_one_message(corps: Corps) -> None:
    corps.coordinator()
    corps.run(alarms.beat, [Beat("owe_reminders")])
    corps.clock.push(QUARTER * 2)
    tell(corps)
    corps.run(alarms.beat, [Beat("owe_reminders")])
    tell(corps)
    assert [row.state for row in rows(corps, Kind.ALARM)] == [NoticeState.CANCELLED]
    assert [row.state for row in rows(corps, Kind.ALARM_OVER)] == [NoticeState.OWED]


def test_a_second_incident_is_told_again(corps: Corps) -> None:
    corps.coordinator()
    for _ in range(2):
        corps.run(alarms.beat, [Beat("owe_reminders")])
        tell(corps)
        corps.clock.push(QUARTER * 2)
        tell(corps)
    assert len(rows(corps, Kind.ALARM)) == 2


def test_an_alarm_that_waits_is_not_itself_a_reason_for_alarm(corps: Corps) -> None:
    corps.coordinator()
    corps.run(lambda s, at: alarms.tell(s, at, [Late("owe_reminders", at.now)]))
    corps.clock.push(QUARTER * 2)
    assert Watched.OUTBOX not in found(corps)


@pytest.fixture
def quiet_corps(engine: Engine) -> Corps:
    """A corps that sleeps from ten to half past seven."""
    return found_corps(engine, Quiet(dt.time(22), dt.time(7, 30)))


def test_what_quiet_hours_hold_is_not_late(quiet_corps: Corps) -> None:
    corps = quiet_corps
    corps.clock.set_wall("2026-12-02 21:55")
    owe(corps, Kind.CARD, corps.member("张明"))
    corps.clock.set_wall("2026-12-03 02:00")
    assert found(corps) == []
    corps.clock.set_wall("2026-12-03 07:31")
    assert Watched.OUTBOX in found(corps), "it was due before the night, and has been late since"


def test_the_backup_is_due_once_a_night_even_when_nobody_was_awake(corps: Corps) -> None:
    assert not corps.run(backups.due), "the first look only takes note of the hour"
    corps.clock.set_wall("2026-12-03 03:29")
    assert not corps.run(backups.due)
    corps.clock.set_wall("2026-12-03 03:30")
    assert corps.run(backups.due)
    corps.run(alarms.beat, [Beat(Watched.BACKUP)])
    corps.clock.set_wall("2026-12-04 03:29")
    assert not corps.run(backups.due)
    corps.clock.set_wall("2026-12-05 11:00")
    assert corps.run(backups.due), "slept through the night: made up for in the morning"


def test_a_backup_that_failed_is_tried_again_after_a_while(corps: Corps) -> None:
    corps.run(backups.due)
    corps.clock.set_wall("2026-12-03 03:30")
    corps.run(alarms.beat, [Beat(Watched.BACKUP, "disk full")])
    assert not corps.run(backups.due)
    corps.clock.push(in_(0.2))
    assert corps.run(backups.due)


def test_a_door_that_is_full_is_told_and_one_that_no_longer_is_needs_no_beat(corps: Corps) -> None:
    """Nobody knocks for days: that is no trouble. Too many do: that is, until they are gone."""
    corps.coordinator()
    patience = {"door": dt.timedelta(seconds=30)}
    corps.run(alarms.beat, [Beat(Watched.DOOR)])
    corps.clock.push(dt.timedelta(days=3))
    assert corps.run(alarms.troubles, patience, dt.timedelta(minutes=15)) == []
    corps.run(alarms.beat, [Beat(Watched.DOOR, "full")])
    since = corps.clock.now()
    assert corps.run(alarms.troubles, patience, dt.timedelta(minutes=15)) == [], "until now it was well"
    corps.clock.push(dt.timedelta(seconds=31))
    [late] = corps.run(alarms.troubles, patience, dt.timedelta(minutes=15))
    assert (late.name, late.error, late.since) == ("door", "full", since)
    assert corps.run(alarms.tell, [late]) == (["door"], [])
    assert len(corps.owed(Kind.ALARM)) == 1
    corps.run(alarms.beat, [Beat(Watched.DOOR)])
    assert corps.run(alarms.troubles, patience, dt.timedelta(minutes=15)) == []


def by_mail_first(corps: Corps, person: int) -> None:
    """Let somebody who has Telegram prefer mail."""
    mailbox = Address(MAIL, f"{person}@example.org")
    corps.run(lambda s, at: member_addresses.add(s, at, corps.member_id(person), mailbox))
    corps.run(lambda s, _at: member_addresses.prefer(s, corps.member_id(person), mailbox))


def taken_by(corps: Corps, channel: str) -> list[tuple[Kind, str]]:
    """Return what the worker of a channel takes, and where it would send it."""
    others = {MAIL, TELEGRAM} - {channel}
    parcels = corps.run(leasing.take_due, 10, frozenset(), others)
    return [(due.kind, due.address.channel) for parcel in parcels for due in parcel]


def mail_is_down(corps: Corps, hours: float = 1) -> dict[str, dt.timedelta]:
    """Let mail not be taken for so long; return the patience with it."""
    return is_down(corps, Watched.MAIL, hours)


def is_down(corps: Corps, channel: Watched, hours: float = 1) -> dict[str, dt.timedelta]:
    """Let a channel be down for so long; return the patience with it."""
    corps.run(alarms.beat, [Beat(channel)])
    for _ in range(2):
        corps.run(alarms.beat, [Beat(channel, "no answer")])
        corps.clock.push(in_(hours / 2))
    return {channel.value: QUARTER}


def test_that_mail_is_down_is_not_told_by_mail_and_what_else_is_owed_waits_there(corps: Corps) -> None:
    wang = corps.coordinator()
    by_mail_first(corps, wang)
    patience = mail_is_down(corps)
    owe(corps, Kind.CARD, wang)
    corps.run(lambda s, at: alarms.tell(s, at, alarms.troubles(s, at, patience, QUARTER)))
    assert taken_by(corps, TELEGRAM) == [(Kind.ALARM, TELEGRAM)]
    assert taken_by(corps, MAIL) == [(Kind.CARD, MAIL)]
    corps.run(alarms.beat, [Beat(Watched.MAIL)])
    corps.run(lambda s, at: alarms.tell(s, at, alarms.troubles(s, at, patience, in_(9))))
    assert taken_by(corps, TELEGRAM) == []


def test_one_process_alone_sends_each_by_its_own_way(corps: Corps) -> None:
    wang = corps.coordinator()
    by_mail_first(corps, wang)
    owe(corps, Kind.CARD, wang)
    corps.run(lambda s, at: alarms.tell(s, at, [Late("mail", at.now, channel=MAIL)]))
    went = [[(due.kind, due.address.channel) for due in parcel] for _ in range(2) for parcel in take(corps)]
    assert went == [[(Kind.ALARM, TELEGRAM)], [(Kind.CARD, MAIL)]]


def test_who_has_only_mail_hears_of_it_by_mail_once_it_works(corps: Corps) -> None:
    wang = corps.coordinator()
    by_mail_first(corps, wang)
    corps.run(reachability.lost, telegram(wang), "blocked")
    corps.run(lambda s, at: alarms.tell(s, at, [Late("mail", at.now, channel=MAIL)]))
    assert (Kind.ALARM, MAIL) in taken_by(corps, MAIL)


def test_that_messages_are_stuck_is_told_by_another_way_than_they_are_stuck_in(corps: Corps) -> None:
    wang = corps.coordinator()
    by_mail_first(corps, wang)
    owe(corps, Kind.CARD, corps.member("张明"))
    corps.clock.push(in_(1))
    assert [(late.name, late.channel) for late in corps.run(alarms.troubles, JOBS, QUARTER)] == [("outbox", TELEGRAM)]
    owe(corps, Kind.CARD, wang, key="own", due_at=corps.clock.now() - in_(2))
    (late,) = corps.run(alarms.troubles, JOBS, QUARTER)
    assert late.channel == MAIL
    corps.run(lambda s, at: alarms.tell(s, at, [late]))
    assert (Kind.ALARM, TELEGRAM) in taken_by(corps, TELEGRAM)


def told(corps: Corps, patience: dict[str, dt.timedelta]) -> tuple[list[str], list[str]]:
    """Tell of what is late now; return what began and what is over."""
    return corps.run(lambda s, at: alarms.tell(s, at, alarms.troubles(s, at, patience, QUARTER)))


def test_that_telegram_is_away_is_told_once_by_another_way_and_so_is_that_it_is_back(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    by_mail_first(corps, wang)
    corps.run(lambda s, _at: member_addresses.prefer(s, corps.member_id(wang), telegram(wang)))
    owe(corps, Kind.CARD, corps.member("张明"))
    patience = is_down(corps, Watched.TELEGRAM)
    assert told(corps, patience) == (["telegram"], []), "that messages are stuck in it is the same trouble"
    assert told(corps, patience) == ([], [])
    assert taken_by(corps, MAIL) == [(Kind.ALARM, MAIL)]
    assert {corps.to(row) for row in rows(corps, Kind.ALARM) if row.state is NoticeState.OWED} == {li}
    corps.run(alarms.beat, [Beat(Watched.TELEGRAM)])
    assert told(corps, patience) == ([], ["telegram"]), "what waited an hour is on its way, and not late"
    assert {row.state for row in rows(corps, Kind.ALARM) if corps.to(row) == li} == {NoticeState.CANCELLED}
    assert len(rows(corps, Kind.ALARM_OVER)) == 2
    corps.clock.push(QUARTER * 2)
    assert told(corps, patience) == ([Watched.OUTBOX], []), "but if it still waits then, it is"


def test_what_was_told_as_stuck_is_not_called_well_when_its_channel_turns_out_to_be_away(corps: Corps) -> None:
    corps.coordinator()
    owe(corps, Kind.CARD, corps.member("张明"))
    corps.clock.push(QUARTER * 2)
    assert told(corps, {}) == ([Watched.OUTBOX], [])
    assert told(corps, is_down(corps, Watched.TELEGRAM)) == (["telegram"], [])
