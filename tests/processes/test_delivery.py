"""A flood of messages through trouble: killed, refused, cut, shut out. Everybody gets each message."""

import asyncio
import signal
from pathlib import Path

import pytest

from corps.notice_kinds import Kind
from models.words import NoticeState
from tests.conftest import SERVER
from tests.processes.town import Town, town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="the line is the same on both")]

PER_SECOND = 30


async def everybody(here: Town, seconds: float) -> None:
    """Wait until everybody's message is recorded as sent."""
    await until(lambda: here.sent() == len(here.people), seconds, f"{here.states()}\n{here.log()[-3000:]}")


async def test_a_thousand_people_at_telegrams_pace_with_no_refusal(tmp_path: Path) -> None:
    async with town(tmp_path, 1000, limits=True) as here:
        here.owe_all()
        here.start()
        await everybody(here, 90)
        times = [row.sent_at for row in here.rows() if row.sent_at is not None]
        took = (max(times) - min(times)).total_seconds()
        assert took <= 1.05 * 1000 / PER_SECOND
        assert (await here.call("state"))["limits"]["refused"] == 0
        assert set((await here.arrived()).values()) == {1}


async def test_killed_three_times_in_a_flood_to_a_thousand(tmp_path: Path) -> None:
    async with town(tmp_path, 1000) as here:
        here.owe_all()
        held = 0
        for number, reached in enumerate((150, 400, 700), start=1):
            bot = here.start()
            await until(lambda much=reached: here.sent() >= much, 60, here.log(number))  # type: ignore[misc]
            bot.send_signal(signal.SIGKILL)
            bot.wait()
            held += here.states().get(NoticeState.LEASED, 0)
        here.start()
        await everybody(here, 90)
        counts = await here.arrived()
        assert min(counts.values()) >= 1
        twice = sum(count - 1 for count in counts.values())
        shown = sum(row.maybe_twice for row in here.rows())
        assert twice <= shown == held


async def test_long_429s_are_waited_out_by_those_chats_alone(tmp_path: Path) -> None:
    async with town(tmp_path, 120) as here:
        for person in here.people[:2]:
            await here.trouble(method="sendMessage", chat_id=person, status=429, retry_after=40)
        here.owe_all()
        here.start()
        took = await until(lambda: here.sent() >= 118, 39, f"nobody else waits for them: {here.log()}")
        assert here.sent() == 118
        await everybody(here, 60 - took)
        assert set((await here.arrived()).values()) == {1}
        assert {row.attempts for row in here.rows()} == {1}, "a 429 is nobody's fault"


async def test_a_general_429_stops_everything_for_as_long_as_telegram_says(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        await here.trouble(method="sendMessage", status=429, retry_after=5, times=6)
        here.owe_all()
        here.start()
        await everybody(here, 60)
        calls = await here.call("calls?method=sendMessage")
        assert sum(not call["ok"] for call in calls) <= 8, "no hammering at a door that is shut"


async def test_502_for_a_while_costs_nobody_a_message(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        await here.trouble(method="sendMessage", status=502, times=-1)
        here.owe_all()
        here.start()
        await asyncio.sleep(12)
        tried = len(await here.call("calls?method=sendMessage"))
        assert tried < 40, "the line rests ever longer"
        await here.no_trouble()
        await everybody(here, 90)
        assert set((await here.arrived()).values()) == {1}
        assert not any(row.maybe_twice for row in here.rows()), "a 502 is an answer"


async def test_connections_dropped_before_and_after_accepting(tmp_path: Path) -> None:
    async with town(tmp_path, 90) as here:
        for person in here.people[:20]:
            await here.trouble(method="sendMessage", chat_id=person, drop="before")
        for person in here.people[20:40]:
            await here.trouble(method="sendMessage", chat_id=person, drop="after")
        here.owe_all()
        here.start()
        await everybody(here, 120)
        counts = await here.arrived()
        assert min(counts.values()) == 1
        assert sum(count - 1 for count in counts.values()) <= sum(row.maybe_twice for row in here.rows())
        assert all(counts[person] == 1 for person in here.people[40:])


async def test_a_telegram_out_of_reach_is_waited_for_and_blamed_on_no_message(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        here.start()
        await until(lambda: "lead.taken" in here.log(), 20, here.log())
        await here.gate.shut()
        here.owe_all()
        await here.says(here.people[5], "/quota")
        await asyncio.sleep(15)
        assert here.sent() == 0
        assert all(row.attempts <= 2 for row in here.rows())
        await here.gate.open()
        await everybody(here, 90)
        assert "公益讲座" in (await here.answer(here.people[5], 2))[0]


async def test_it_starts_while_telegram_is_out_of_reach_and_is_there_when_it_returns(tmp_path: Path) -> None:
    async with town(tmp_path, 3) as here:
        await here.gate.shut()
        here.owe_all()
        here.start()
        await until(lambda: "waiting_for_telegram" in here.log(), 20, here.log())
        await here.gate.open()
        await everybody(here, 60)


async def test_asleep_for_a_while_it_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, 90) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 20, 30, here.log())
        bot.send_signal(signal.SIGSTOP)
        await asyncio.sleep(5)
        bot.send_signal(signal.SIGCONT)
        await everybody(here, 60)
        assert set((await here.arrived()).values()) == {1}


async def test_a_cancellation_overtakes_a_flood_of_digests(tmp_path: Path) -> None:
    async with town(tmp_path, 300) as here:
        here.owe_all()
        here.start()
        await until(lambda: here.sent() >= 20, 30, here.log())
        before = here.sent()
        here.owe_all(Kind.JOIN_REQUEST, "urgent")
        await until(lambda: any(row.kind == "join_request" and row.attempts for row in here.rows()), 10, "it waits")
        assert here.sent() - before < 60
