"""A flood of messages through trouble: killed, refused, cut, shut out. Everybody gets each message."""

import asyncio
import contextlib
import datetime as dt
import signal
import time
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from corps.changes import cancelling
from corps.notices.kinds import Kind
from corps.signups import signups
from models.enums import NoticeState
from tests.base import Corps
from tests.conftest import SERVER
from tests.processes.town import PATIENCE, Town, free_port, town, until

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="the line is the same on both")]


async def everybody(here: Town, seconds: float) -> None:
    """Wait until everybody's message is recorded as sent."""
    await until(lambda: here.sent() == len(here.people), seconds, here.story)


async def test_a_thousand_people_at_telegrams_pace_with_no_refusal(tmp_path: Path) -> None:
    async with town(tmp_path, 1000, limits=True) as here:
        here.owe_all()
        here.start()
        await everybody(here, 240)
        assert (await here.call("state"))["limits"]["refused"] == 0
        assert set((await here.arrived()).values()) == {1}


async def test_taps_in_a_broadcast_under_limits_that_count_edits_are_answered_and_hardly_anything_is_refused(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, 600, limits=True) as here:
        here.start()
        here.owe_all()
        taps = 0
        while here.sent() < len(here.people):
            await here.says(here.people[taps % 50], "/quota")
            taps += 1
            await asyncio.sleep(0.5)
        assert (await here.call("state"))["limits"]["refused"] <= (len(here.people) + taps) / 50
        async with asyncio.timeout(PATIENCE):  # every message, and every answer
            while sum((await here.arrived()).values()) < len(here.people) + taps:
                await asyncio.sleep(0.1)
        assert sum((await here.arrived()).values()) == len(here.people) + taps


async def test_killed_three_times_in_a_broadcast_to_a_thousand(tmp_path: Path) -> None:
    """Everybody has it, few have it twice, and its sender reads on the card how many may."""
    async with town(tmp_path, 1001) as here:
        sender, people = here.people[0], here.people[1:]
        bot, held = here.start(), 0
        await here.says(sender, "/broadcast 周六上午九点，磁器口广场集合")
        await here.taps(sender, "全体")
        await here.taps(sender, "确认发送")
        for reached in (150, 400, 700):
            await until(lambda much=reached: here.sent() >= much, 120, here.story)  # type: ignore[misc]
            bot.send_signal(signal.SIGKILL)
            bot.wait()
            held += here.states().get(NoticeState.LEASED, 0)
            bot = here.start()
        await until(lambda: here.sent() == len(people), 150, here.story)
        counts = await here.arrived()
        twice = sum(counts[person] - 1 for person in people)
        assert min(counts[person] for person in people) == 1
        assert twice <= held == sum(row.maybe_twice for row in here.rows()) <= 3 * 64
        card = await here.reads(sender, "已发送 1000")
        assert (f"可能收到两遍：{held} 人" in card) == (held > 0)
        await here.says(sender, "/notices")
        assert f"正在发）：{held} 条" in await here.reads(sender, "今天已发出") or held == 0


async def test_long_429s_are_waited_out_by_those_chats_alone(tmp_path: Path) -> None:
    async with town(tmp_path, 120) as here:
        for person in here.people[:2]:
            await here.trouble(method="sendMessage", chat_id=person, status=429, retry_after=40)
        here.owe_all()
        here.start()
        await everybody(here, 120)
        rows, half = here.rows(), dt.timedelta(seconds=20)
        held, others = (sorted(row.sent_at for row in some if row.sent_at) for some in (rows[:2], rows[2:]))
        assert held[0] - others[0] > half, "as long as Telegram says"
        assert max(after - before for before, after in pairwise(others)) < half, "nobody else waits"
        assert set((await here.arrived()).values()) == {1}
        assert {row.attempts for row in here.rows()} == {1}, "a 429 is nobody's fault"


async def test_a_general_429_stops_everything_for_as_long_as_telegram_says(tmp_path: Path) -> None:
    async with town(tmp_path, 60) as here:
        await here.trouble(method="sendMessage", status=429, retry_after=5, times=6)
        here.owe_all()
        here.start()
        await everybody(here, 120)
        calls = await here.call("calls?method=sendMessage")
        assert sum(not call["ok"] for call in calls) <= 8, "no hammering at a door that is shut"


async def test_two_minutes_of_5xx_cost_nobody_a_message_and_nobody_an_answer(tmp_path: Path) -> None:
    """Every method of Telegram's answers 500 and 502 in turn, for two full minutes in the middle of a flood."""
    async with town(tmp_path, 200) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 40, 120, here.story)
        bot.send_signal(signal.SIGSTOP)  # else it could have sent everything before the last of it is ordered
        for number in range(60):
            await here.trouble(method="*", status=(500, 502)[number % 2], times=-1 if number == 59 else 1)
        bot.send_signal(signal.SIGCONT)
        began, before = time.monotonic(), len(await here.call("calls?method=sendMessage"))
        await here.says(here.people[7], "/quota")
        await until(lambda: time.monotonic() - began >= 120, 150, "two minutes")
        tried = len(await here.call("calls?method=sendMessage")) - before
        assert 5 <= tried <= 60 + 64, "it keeps trying, ever more rarely; what was on its way does not count"
        out = here.sent()
        assert out < 200
        await here.no_trouble()
        await until(lambda: here.sent() == 200, 120, here.story)  # it notices within seconds that Telegram is back
        assert "公益讲座" in (await here.answer(here.people[7], 2))[-1]
        counts = await here.arrived()
        assert counts.pop(here.people[7]) == 2, "the message and the answer"
        assert set(counts.values()) == {1}
        assert not any(row.maybe_twice for row in here.rows()), "a 5xx is an answer"
        assert {row.state for row in here.rows()} == {NoticeState.SENT}


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
        assert {counts[person] for person in here.people[:20]} == {1}, "what never got through is not sent twice"
        assert sum(count - 1 for count in counts.values()) <= sum(row.maybe_twice for row in here.rows())
        assert all(counts[person] == 1 for person in here.people[40:])


async def test_polls_and_taps_cut_before_and_after_accepting(tmp_path: Path) -> None:
    async with town(tmp_path, 12) as here:
        for drop in ("before", "after"):
            await here.trouble(method="getUpdates", drop=drop, times=2)
            await here.trouble(method="sendMessage", chat_id=here.people[2], drop=drop)
        here.start()
        for person in here.people:
            await here.says(person, "/quota")
        for person in here.people:
            await here.reads(person, "公益讲座", 60)
        counts = await here.arrived()
        assert all(counts[person] == 1 for person in here.people if person != here.people[2])
        assert 1 <= counts[here.people[2]] <= 2, "an answer whose receipt was lost may come twice, and is never lost"


async def test_it_starts_while_telegram_is_out_of_reach_and_is_there_when_it_returns(tmp_path: Path) -> None:
    async with town(tmp_path, 3) as here:
        await here.gate.shut()
        here.owe_all()
        here.start()
        await until(lambda: "waiting_for_telegram" in here.log(), PATIENCE, here.story)
        await here.gate.open()
        await everybody(here, 60)


async def test_telegram_out_of_reach_at_the_start_keeps_nobody_from_the_pages(tmp_path: Path) -> None:
    """From the mainland Telegram is not reached without a proxy: who has only the page is not kept waiting for it."""
    async with town(tmp_path, 3) as here:
        await here.gate.shut()
        here.owe_all()
        page = f"127.0.0.1:{free_port()}"
        bot = here.start(WEB_URL=f"http://{page}", WEB_LISTEN=page)
        async with httpx.AsyncClient(trust_env=False) as browser:

            async def opens() -> bool:
                with contextlib.suppress(httpx.TransportError):
                    return (await browser.get(f"http://{page}/")).status_code == 200
                return False

            async with asyncio.timeout(PATIENCE):
                while not await opens():
                    await asyncio.sleep(0.1)
            await until(lambda: "lead.taken" in here.log(), PATIENCE, here.story)
            assert "started bot=" not in here.log()
            await here.gate.open()
            await everybody(here, 60)
            assert set((await here.arrived()).values()) == {1}
            bot.terminate()
            assert await asyncio.to_thread(bot.wait, PATIENCE) == 0
            assert "level=error" not in here.log(), here.log()


async def test_asleep_for_a_while_it_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, 90) as here:
        here.owe_all()
        bot = here.start()
        await until(lambda: here.sent() >= 20, PATIENCE, here.story)
        bot.send_signal(signal.SIGSTOP)
        await asyncio.sleep(5)
        bot.send_signal(signal.SIGCONT)
        await everybody(here, 60)
        assert set((await here.arrived()).values()) == {1}


async def test_a_cancellation_overtakes_a_broadcast_to_everybody(tmp_path: Path) -> None:
    """It is in two days, so not urgent: it goes first by its kind. Its people can read it."""
    async with town(tmp_path, 300) as here:
        corps = Corps(here.database, here.clock)  # type: ignore[arg-type]  # the town's clock runs
        sender, helpers = here.people[0], here.people[len(here.teams()) :: len(here.teams())][:5]
        day = f"{here.clock.now() + dt.timedelta(days=2):%Y-%m-%d}"
        team = here.teams()[0].short_name
        activity = corps.publish(sender, corps.plan("敬老午茶", f"{day} 12:00", f"{day} 14:00", teams=(team,)))
        for person in helpers:
            corps.do(person, signups.sign_up, corps.slot(activity, "志愿者"))
        here.start()
        await here.says(sender, "/broadcast 周六上午九点，磁器口广场集合")
        await here.taps(sender, "全体")
        await here.taps(sender, "确认发送")
        await until(lambda: here.of_kind(Kind.BROADCAST).count(NoticeState.SENT) >= 20, PATIENCE, here.story)
        told = corps.do(sender, cancelling.cancel, activity, "下雨").told
        assert told == len(helpers)
        cancelled = here.clock.now()
        await until(lambda: here.of_kind(Kind.CANCELLED) == [NoticeState.SENT] * told, PATIENCE, here.story)
        sent = [(row.kind, row.sent_at) for row in here.rows() if row.sent_at is not None and row.sent_at > cancelled]
        last = max((at for kind, at in sent if kind == Kind.CANCELLED.value), default=cancelled)
        before = sum(kind == Kind.BROADCAST.value and at < last for kind, at in sent)
        assert before <= 64, "only what of the broadcast was on its way already goes before it"
        for person in helpers:
            assert "敬老午茶" in await here.reads(person, "活动取消了")
