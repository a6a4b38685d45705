"""Whose fault it is that a message does not go out: its own, or Telegram's. Only the first uses up its attempts."""

import pytest

from corps.delivery import leasing
from corps.notices.kinds import Kind
from models.enums import NoticeState
from tests.base import Corps
from tests.corps.delivery.notices import in_, owe, rows
from tests.stage import Player, Stage

ROUNDS = 2 * leasing.MAX_ATTEMPTS


async def people(stage: Stage, corps: Corps, count: int) -> list[Player]:
    """Let some members in."""
    return [await stage.enter(corps.member(f"成员{number}"), f"成员{number}") for number in range(count)]


async def tries(stage: Stage, corps: Corps, rounds: int = ROUNDS) -> None:
    """Let what is owed be tried again and again, as hours pass."""
    for _ in range(rounds):
        stage.outbound.breaker._held_until = 0.0
        await stage.tick()
        corps.clock.push(in_(0.3))


@pytest.mark.parametrize("count", [1, 2])
async def test_what_always_fails_and_is_all_there_is_fails_with_its_reason(
    stage: Stage, corps: Corps, count: int
) -> None:
    """Nothing else is owed that could show that Telegram is there. It is asked."""
    poison = await people(stage, corps, count)
    stage.sandbox.api.faults.order({"method": "sendMessage", "status": 500, "times": -1})
    owe(corps, Kind.ADMITTED, *(player.id for player in poison))
    await tries(stage, corps, 2 * ROUNDS)
    assert {(row.state, row.attempts) for row in rows(corps)} == {(NoticeState.FAILED, leasing.MAX_ATTEMPTS)}
    assert {row.error for row in rows(corps)} == {"NetworkError"}


async def test_a_message_alone_in_hours_without_telegram_keeps_its_attempts(stage: Stage, corps: Corps) -> None:
    (zhang,) = await people(stage, corps, 1)
    stage.sandbox.api.faults.order({"method": "*", "status": 502, "times": -1})
    owe(corps, Kind.ADMITTED, zhang.id)
    await tries(stage, corps)
    (row,) = rows(corps)
    assert row.state is NoticeState.OWED
    assert row.attempts <= 2, "only before it is plain that the line is down"
    stage.sandbox.api.faults.clear()
    await tries(stage, corps, 1)
    assert len(zhang.from_bot()) == 1


async def test_when_messages_to_many_fail_telegram_is_to_blame_whatever_else_it_answers(
    stage: Stage, corps: Corps
) -> None:
    crowd = await people(stage, corps, 3)
    stage.sandbox.api.faults.order({"method": "sendMessage", "status": 502, "times": -1})
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    await tries(stage, corps)
    assert {row.state for row in rows(corps)} == {NoticeState.OWED}
    assert max(row.attempts for row in rows(corps)) <= 2


async def test_a_reply_that_gets_through_shows_that_messages_do(stage: Stage, corps: Corps) -> None:
    """Three that always fail hide behind one another, until somebody else is answered."""
    *poison, zhang = await people(stage, corps, 4)
    for player in poison:
        order = {"method": "sendMessage", "chat_id": player.id, "status": 500, "times": -1}
        stage.sandbox.api.faults.order(order)
    owe(corps, Kind.ADMITTED, *(player.id for player in poison))
    for _ in range(3 * ROUNDS):
        await zhang.types("/quota")
        await tries(stage, corps, 1)
    assert {row.state for row in rows(corps)} == {NoticeState.FAILED}
