"""What is owed, on its way over real HTTP: trouble of one message, of one chat, of the whole line."""

import sqlite3
from collections.abc import Collection

import pytest
from sqlalchemy.exc import DataError, OperationalError
from sqlmodel import col, select

from bot.delivery import worker
from bot.delivery.delivery import Delivery
from bot.views import notices as views
from corps.addresses import TELEGRAM
from corps.delivery import leasing
from corps.mailbox.mailboxes import MAIL
from corps.notices.kinds import Kind
from corps.signups import signups
from models import Notice, Slot
from models.enums import NoticeState
from tests.base import Corps
from tests.corps.delivery.notices import in_, owe, rows
from tests.stage import Player, Stage


async def people(stage: Stage, corps: Corps, count: int) -> list[Player]:
    """Let some members in."""
    return [await stage.enter(corps.member(f"成员{number}"), f"成员{number}") for number in range(count)]


def states(corps: Corps, kind: Kind) -> list[NoticeState]:
    return [row.state for row in rows(corps, kind)]


def last_slot(corps: Corps, activity: int) -> int:
    """Return the last slot of an activity: the volunteers'."""
    return corps.run(lambda s, _at: s.exec(select(Slot.id).where(Slot.activity_id == activity)).all())[-1] or 0


async def test_a_hundred_people_each_get_their_message_once(stage: Stage, corps: Corps) -> None:
    crowd = await people(stage, corps, 100)
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    await stage.tick()
    await stage.tick()
    assert {len(player.from_bot()) for player in crowd} == {1}
    assert set(states(corps, Kind.ADMITTED)) == {NoticeState.SENT}
    assert corps.run(leasing.possibly_doubled) == 0


async def test_one_that_breaks_its_view_fails_with_the_reason_and_blocks_nobody(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang, *crowd = await people(stage, corps, 4)
    corps.publish(corps.coordinator())

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a view with a slip")

    monkeypatch.setitem(views._VIEWS, Kind.CARD, broken)
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    await stage.tick()
    assert {len(player.from_bot()) for player in crowd} == {1}
    failed = rows(corps, Kind.CARD)
    assert {row.state for row in failed} == {NoticeState.FAILED}
    assert "ZeroDivisionError" in failed[0].error
    assert wang.from_bot() == []


async def test_one_whose_facts_cannot_be_read_fails_alone(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, *crowd = await people(stage, corps, 4)
    owe(corps, Kind.JOIN_REQUEST, odd.id)  # its subject names no applicant
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    await stage.tick()
    assert {len(player.from_bot()) for player in crowd} == {1}
    (row,) = rows(corps, Kind.JOIN_REQUEST)
    assert (row.state, "KeyError" in row.error) == (NoticeState.FAILED, True)


async def test_facts_that_the_database_refuses_to_read_fail_and_those_it_cannot_read_now_wait(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    (zhang,) = await people(stage, corps, 1)
    trouble = {"for ever": DataError("SELECT", {}, ValueError("no integer")), "now": _locked()}
    for what, error in trouble.items():

        def broken(*_: object, _error: Exception = error) -> None:
            raise _error

        monkeypatch.setattr(worker, "open_all", broken)
        owe(corps, Kind.ADMITTED, zhang.id, key=what)
        corps.database.patience = 0.0
        await stage.tick()
    assert [(row.state, row.attempts) for row in rows(corps)] == [(NoticeState.FAILED, 1), (NoticeState.OWED, 0)]


def _locked() -> OperationalError:
    return OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))


async def test_a_429_pauses_its_chat_alone_and_is_waited_out(stage: Stage, corps: Corps) -> None:
    one, *crowd = await people(stage, corps, 5)
    stage.sandbox.api.faults.order({"method": "sendMessage", "chat_id": one.id, "status": 429, "retry_after": 40})
    owe(corps, Kind.ADMITTED, one.id, *(player.id for player in crowd))
    await stage.tick()
    assert {len(player.from_bot()) for player in crowd} == {1}
    assert one.from_bot() == []
    corps.clock.push(in_(1 / 60))
    stage.outbound.limiter._chats.clear()
    await stage.tick()
    assert len(one.from_bot()) == 1
    assert rows(corps)[0].attempts == 1, "a 429 is not the message's fault"


async def test_when_several_chats_get_429_at_once_everything_holds(stage: Stage, corps: Corps) -> None:
    crowd = await people(stage, corps, worker.IN_FLIGHT + 40)
    stage.sandbox.api.faults.order({"method": "sendMessage", "status": 429, "retry_after": 30, "times": -1})
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    await stage.tick()
    assert stage.outbound.breaker.wait() > 25
    asked = len(stage.sandbox.api.calls.since(0, "sendMessage"))
    assert asked <= worker.IN_FLIGHT, "only those under way when it became plain"
    assert set(states(corps, Kind.ADMITTED)) == {NoticeState.OWED}


async def test_a_server_in_trouble_for_long_uses_up_nobodys_attempts(stage: Stage, corps: Corps) -> None:
    crowd = await people(stage, corps, 30)
    stage.sandbox.api.faults.order({"method": "sendMessage", "status": 502, "times": -1})
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    for _ in range(12):
        await stage.tick()
        stage.outbound.breaker._held_until = 0.0
        corps.clock.push(in_(1 / 60))
    assert max(row.attempts for row in rows(corps)) <= 1, "only before it is plain that the line is down"
    stage.sandbox.api.faults.clear()
    stage.outbound.breaker._held_until = 0.0
    await stage.tick()
    corps.clock.push(in_(1 / 60))
    await stage.tick()
    assert {len(player.from_bot()) for player in crowd} == {1}


async def test_a_message_that_always_fails_alone_is_given_up_in_the_end(stage: Stage, corps: Corps) -> None:
    poison, other = await people(stage, corps, 2)
    stage.sandbox.api.faults.order({"method": "sendMessage", "chat_id": poison.id, "status": 500, "times": -1})
    owe(corps, Kind.JOIN_REQUEST, poison.id, subject={"applicant": 0})
    owe(corps, Kind.ADMITTED, poison.id)
    for number in range(2 * leasing.MAX_ATTEMPTS):
        owe(corps, Kind.ADMITTED, other.id, key=f"q{number}")
        await stage.tick()
        stage.outbound.breaker._held_until = 0.0
        corps.clock.push(in_(0.3))
    (row,) = [row for row in rows(corps, Kind.ADMITTED) if corps.to(row) == poison.id]
    assert row.state is NoticeState.FAILED
    assert len(other.from_bot()) == 2 * leasing.MAX_ATTEMPTS


async def test_a_connection_cut_before_acceptance_repeats_and_arrives_once(stage: Stage, corps: Corps) -> None:
    (zhang,) = await people(stage, corps, 1)
    stage.sandbox.api.faults.order({"method": "sendMessage", "drop": "before"})
    owe(corps, Kind.ADMITTED, zhang.id)
    await stage.tick()
    corps.clock.push(in_(0.1))
    await stage.tick()
    assert len(zhang.from_bot()) == 1


async def test_a_connection_cut_after_acceptance_is_counted_as_possibly_doubled(stage: Stage, corps: Corps) -> None:
    (zhang,) = await people(stage, corps, 1)
    stage.sandbox.api.faults.order({"method": "sendMessage", "drop": "after"})
    owe(corps, Kind.ADMITTED, zhang.id)
    await stage.tick()
    corps.clock.push(in_(0.1))
    await stage.tick()
    assert len(zhang.from_bot()) == 2, "at least once: nobody can know that the first one arrived"
    assert corps.run(leasing.possibly_doubled) == 1


async def test_what_telegram_refuses_is_failed_with_its_sentence(stage: Stage, corps: Corps) -> None:
    (zhang,) = await people(stage, corps, 1)
    stage.sandbox.api.faults.order({"method": "sendMessage", "status": 400, "description": "Bad Request: too odd"})
    owe(corps, Kind.ADMITTED, zhang.id)
    await stage.tick()
    (row,) = rows(corps)
    assert (row.state, row.error) == (NoticeState.FAILED, "Too odd")


async def test_the_leader_hears_in_one_message_who_cannot_be_reached(stage: Stage, corps: Corps) -> None:
    leader = await stage.enter(corps.leader("赵联络"))
    crowd = await people(stage, corps, 3)
    for player in crowd[:2]:
        stage.sandbox.world.block(player.id, blocked=True)
    await stage.settled()
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    await stage.tick()
    assert leader.from_bot() == []
    corps.clock.push(in_(0.2))
    await stage.tick()
    assert len(leader.from_bot()) == 1
    assert "成员0、成员1" in leader.reads()
    await crowd[0].starts()
    await stage.tick()
    assert "欢迎加入" in crowd[0].reads_all()


async def test_two_activities_make_one_reminder_with_a_button_each(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    for title, starts in (("上午讲座", "2026-12-05 09:00"), ("下午义诊", "2026-12-05 14:00")):
        activity = corps.publish(wang.id, corps.plan(title, starts, starts.replace(":00", ":50")))
        corps.do(zhang.id, signups.sign_up, last_slot(corps, activity))
    await stage.tick()
    before = len(zhang.from_bot())
    # Asleep over the night: both reminders of the day before come due at once.
    await stage.at("2026-12-04 15:00")
    assert len(zhang.from_bot()) == before + 1
    assert "2 场活动" in zhang.reads()
    assert "上午讲座" in zhang.reads()
    assert "志愿者" in zhang.reads()
    await zhang.taps("下午义诊")
    assert "您已报名" in zhang.reads()


async def test_nobody_is_told_what_they_did_themselves(stage: Stage, corps: Corps) -> None:
    wang_id = corps.person("王统筹", "民盟", leader=True, coordinator=True)
    wang = await stage.enter(wang_id)
    corps.publish(wang_id)
    await stage.tick()
    assert wang.from_bot() == []
    assert (
        corps.run(lambda s, _at: s.exec(select(Notice).where(Notice.member_id == corps.member_id(wang_id))).all()) == []
    )


async def test_what_a_process_took_and_did_not_begin_is_given_back_when_it_ends(stage: Stage, corps: Corps) -> None:
    crowd = await people(stage, corps, 30)
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    await stage.context.outgoing.stop()
    await stage.context.outgoing.run()
    assert {row.state for row in rows(corps)} == {NoticeState.OWED}
    await stage.context.outgoing.begin()
    await stage.tick()
    assert {len(player.from_bot()) for player in crowd} == {1}


async def test_who_is_written_to_elsewhere_by_now_is_left_to_that_channel_and_is_not_lost(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang = await stage.enter(corps.member("张明"))
    owe(corps, Kind.ADMITTED, zhang.id)
    telegram, real, looked = stage.context.senders[TELEGRAM], leasing._in_channels_but, list[object]()

    def before_the_choice(others: Collection[str]) -> object:
        looked.append(others)
        return real(others) if len(looked) > 1 else col(Notice.member_id).is_not(None)

    monkeypatch.setattr(leasing, "_in_channels_but", before_the_choice)
    await Delivery({TELEGRAM: telegram, MAIL: telegram}, corps.database).workers[MAIL].run()
    assert states(corps, Kind.ADMITTED) == [NoticeState.OWED]
    await stage.tick()
    assert len(zhang.from_bot()) == 1
