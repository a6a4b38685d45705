"""Updates are acknowledged once they are handled, in order for one person, at once for several; nothing is a wall."""

import asyncio
import contextlib
import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from sqlalchemy.exc import OperationalError
from telegram import Bot
from telegram.error import Conflict, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.routing import user_queues
from bot.routing.incoming import Incoming
from bot.runtime.settings import SettingsError
from bot.telegram import polling
from bot.telegram.inbox import Inbox
from bot.telegram.polling import AT_ONCE, WINDOW, Poller
from bot.telegram.transport import AiohttpRequest
from corps.addresses import telegram
from corps.system import inbox
from sandbox import Person, Sandbox
from tests.base import Corps
from tests.stage import TOKEN, Stage, StageHand

ZHANG, CHEN = 101, 102


class Handler:
    """Handles updates as a test says: `hold` keeps them under way until `let_go`."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.most = 0
        self.hold: Callable[[Incoming], bool] = lambda _: False
        self.fail: Callable[[Incoming], bool] = lambda _: False
        self._gate = asyncio.Event()

    async def __call__(self, incoming: Incoming) -> None:
        self.begun.append(int(incoming.key))
        self.most = max(self.most, len(self.begun) - len(self.done))
        if self.hold(incoming):
            await self._gate.wait()
        self.done.append(int(incoming.key))
        if self.fail(incoming):
            raise RuntimeError("as the test wants it")

    def let_go(self) -> None:
        """Let what is held go on."""
        self._gate.set()


class Line:
    """A sandbox with people in it, and a poller that can be started, stopped and killed."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.sandbox = Sandbox(token=TOKEN, control=StageHand(corps), people=[Person(ZHANG, "张"), Person(CHEN, "陈")])
        self.sandbox.world.already_started([ZHANG, CHEN])
        self.handler = Handler()
        self.poller: Poller
        self.task: asyncio.Task[None]
        self.bot: Any

    async def open(self) -> None:
        """Serve."""
        self._serving = asyncio.create_task(self.sandbox.serve())
        await self.sandbox.ready.wait()

    async def connect(self, url: str = "") -> None:
        """Make the bot's side."""
        base = f"{url or self.sandbox.url}/bot"
        self.bot = ExtBot(TOKEN, base_url=base, request=AiohttpRequest(), get_updates_request=AiohttpRequest())
        await self.bot.initialize()

    def start(self) -> None:
        """Begin to poll."""
        self.poller = Poller(self.bot, self.handler, self.corps.database)
        self.task = asyncio.create_task(self.poller.run())

    async def kill(self) -> None:
        """Stop at once, as a crash does: nothing is settled, nothing more is acknowledged."""
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        others = asyncio.all_tasks() - {asyncio.current_task(), self._serving}
        for task in others:
            if "Lanes" in repr(task.get_coro()):
                task.cancel()

    async def close(self) -> None:
        """Stop everything in good order."""
        self.handler.let_go()
        if not self.task.done():
            await self.poller.stop()
            await self.task
        await self.bot.shutdown()
        self.sandbox.stop()
        await self._serving

    def say(self, who: int, *texts: str) -> None:
        """Let somebody type."""
        for text in texts:
            self.sandbox.world.say(who, who, text)

    def crowd(self, size: int) -> None:
        """Let so many people type at once."""
        for person in range(1000, 1000 + size):
            self.sandbox.world.add_person(Person(person, "某"))
            self.say(person, "在吗")

    def kept(self) -> list[dict[str, Any]]:
        """What lies in our own inbox."""
        return self.corps.database.run_now(inbox.left)

    @property
    def pending(self) -> list[int]:
        """The updates Telegram still holds."""
        return [update.id for update in self.sandbox.world.updates.pending]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become so."""
        async with asyncio.timeout(90):
            while not condition():
                await asyncio.sleep(0.005)

    async def polls(self, more: int = 3) -> None:
        """Wait until a few more polls were answered."""
        seen = len(self.sandbox.api.calls.since(0, "getUpdates"))
        await self.until(lambda: len(self.sandbox.api.calls.since(0, "getUpdates")) >= seen + more)


@pytest.fixture
async def line(corps: Corps, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    """A sandbox and a poller before it."""
    monkeypatch.setattr(polling, "LONG_POLL", 1)
    line = Line(corps)
    await line.open()
    await line.connect()
    line.start()
    yield line
    await line.close()


def locked(*_args: object) -> None:
    """Fail as an operation on a locked file does."""
    raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))


def offsets(line: Line) -> list[int]:
    """Return the offsets asked for so far."""
    return [call.params.integer("offset") for call in line.sandbox.api.calls.since(0, "getUpdates")]


async def test_what_is_handled_is_acknowledged(line: Line) -> None:
    line.say(ZHANG, "一", "二", "三")
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == 3


async def test_the_offset_does_not_pass_an_update_that_is_still_being_handled(line: Line) -> None:
    line.handler.hold = lambda incoming: incoming.address == telegram(ZHANG)
    line.say(ZHANG, "慢")
    line.say(CHEN, "快", "也快")
    await line.until(lambda: len(line.handler.done) == 2)
    await line.polls()
    slow = line.pending[0]
    assert len(line.pending) == 3, "what came after it is handled, but not acknowledged: the offset stands before it"
    assert max(offsets(line)) <= slow
    line.handler.let_go()
    await line.until(lambda: not line.pending)
    assert len(line.handler.begun) == len(set(line.handler.begun)) == 3, "asked for again, handled once"


async def test_after_a_crash_what_was_under_way_is_delivered_again(line: Line) -> None:
    line.handler.hold = lambda _: True
    line.say(ZHANG, "还没办完")
    await line.until(lambda: len(line.handler.begun) == 1)
    await line.kill()
    assert len(line.pending) == 1, "Telegram still has it"
    line.handler = Handler()
    line.start()
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == 1


async def test_one_persons_updates_are_handled_in_order(line: Line) -> None:
    line.handler.hold = lambda incoming: incoming.text == "一"
    line.say(ZHANG, "一", "二", "三")
    line.say(CHEN, "甲")
    await line.until(lambda: len(line.handler.done) == 1)
    assert len(line.handler.begun) == 2, "the second waits for the first; the other person does not"
    line.handler.let_go()
    await line.until(lambda: not line.pending)
    zhang = [update_id for update_id in line.handler.done if update_id != line.handler.done[0]]
    assert zhang == sorted(zhang)


async def test_many_people_are_served_at_once_but_not_without_bound(line: Line) -> None:
    line.handler.hold = lambda _: True
    line.crowd(AT_ONCE + WINDOW)
    await line.until(lambda: len(line.handler.begun) == AT_ONCE)
    await asyncio.sleep(3 * polling.REPOLL)
    assert len(line.handler.begun) == AT_ONCE
    line.handler.let_go()
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == AT_ONCE + WINDOW
    assert line.handler.most <= AT_ONCE


async def test_in_a_rush_those_behind_do_not_wait_for_the_slowest_of_a_hundred(line: Line) -> None:
    first = 1000
    line.handler.hold = lambda incoming: incoming.address == telegram(first)
    line.crowd(WINDOW + 50)
    await line.until(lambda: len(line.handler.done) == WINDOW + 49)
    await line.until(lambda: not line.pending)
    assert len(line.kept()) == 1, "Telegram need not hold what we hold; what is handled is forgotten"
    line.handler.let_go()
    await line.until(lambda: not line.kept())


async def test_in_a_flood_several_polls_are_on_their_way_and_what_two_bring_is_handled_once(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever taps meanwhile does not wait for a whole trip to Telegram; afterwards one poll is held there, as ever."""
    monkeypatch.setattr(user_queues, "BREATH", 0)
    line.handler.hold = lambda incoming: incoming.address == telegram(ZHANG)
    line.sandbox.api.latency = 0.1
    polls = partial(line.sandbox.api.calls.since, 0, "getUpdates")
    said = 0

    def several() -> bool:
        nonlocal said
        line.say(ZHANG, *["转发"] * 5)
        said += 5
        return sum(poll.ok is None for poll in polls()) > 1

    await line.until(several)
    line.say(CHEN, "在吗")
    await line.until(lambda: len(line.handler.done) == 1)
    line.handler.let_go()
    await line.until(lambda: not line.pending and len(line.handler.done) == said + 1)
    assert len(set(line.handler.done)) == said + 1
    assert all(poll.ok is not False for poll in polls()), "none was ended by another of ours"


@pytest.mark.parametrize("first", ["quicker", "slower"])
@pytest.mark.parametrize("steps", range(6))
async def test_what_a_slower_poll_brings_is_known_though_a_quicker_one_asks_beyond_it_in_the_same_moment(
    corps: Corps, monkeypatch: pytest.MonkeyPatch, first: str, steps: int
) -> None:
    """Both brought it; the quicker one's is handled and the next poll asks beyond it while the slower one's arrives."""
    asked: list[tuple[int, asyncio.Future[list[dict[str, Any]]]]] = []
    written: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def telegram_answers(_bot: object, _method: str, parameters: dict[str, Any], **_: object) -> object:
        asked.append((parameters["offset"], asyncio.get_running_loop().create_future()))
        return await asked[-1][1]

    async def until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(90):
            while not condition():
                await asyncio.sleep(0)

    monkeypatch.setattr(polling, "call", telegram_answers)
    monkeypatch.setattr(polling, "AT_A_TIME", 2)
    monkeypatch.setattr(polling, "APART", 0)
    monkeypatch.setattr(Poller, "_crowded", True)
    taken: list[int] = []
    poller = Poller(cast("Bot", SimpleNamespace(delete_webhook=AsyncMock())), AsyncMock(), corps.database)
    poller._trip = 0.0

    def take(raw: dict[str, Any]) -> None:
        taken.append(raw["update_id"])
        poller._taken.add(taken[-1])

    monkeypatch.setattr(poller, "_admit", take)
    keep = poller._keep_rush
    running = asyncio.create_task(poller.run())
    await until(lambda: len(asked) == 2)

    async def keep_slowly() -> None:
        await keep()
        await written

    monkeypatch.setattr(poller, "_keep_rush", keep_slowly)
    batch: list[dict[str, Any]] = [{"update_id": number, "message": {}} for number in (1, 2, 3)]
    slower, quicker = (answer for _, answer in (asked if first == "slower" else reversed(asked)))
    quicker.set_result(batch)
    await until(lambda: len(taken) == 3)
    slower.set_result(batch)
    for _ in range(steps):
        await asyncio.sleep(0)
    written.set_result(None)
    await until(lambda: len(asked) > 2)
    await until(lambda: len(asked) == 4)
    await poller.stop()
    while not running.done():
        for answer in (answer for _, answer in asked if not answer.done()):
            answer.set_result([])
        await asyncio.sleep(0)
    assert asked[2][0] == 4, "what is handled is acknowledged"
    assert taken == [1, 2, 3]


async def test_what_was_kept_in_a_rush_is_handled_after_a_crash_and_once(line: Line) -> None:
    line.handler.hold = lambda _: True
    line.crowd(WINDOW + 50)
    await line.until(lambda: len(line.handler.begun) == WINDOW + 50)
    await line.polls()
    assert len(line.pending) == 50, "Telegram has let go of the first hundred"
    await line.kill()
    before = line.handler
    line.handler = Handler()
    line.start()
    await line.until(lambda: not line.pending and not line.kept())
    assert sorted(line.handler.done) == sorted(before.begun), "every one that was under way, and each once"


async def test_a_crash_between_keeping_and_acknowledging_repeats_nothing(line: Line) -> None:
    line.handler.hold = lambda _: True
    line.crowd(WINDOW)
    await line.until(lambda: len(line.handler.begun) == WINDOW)
    bodies = [{"update_id": n, "message": None} for n in line.handler.begun]
    await line.kill()
    await line.corps.database.run(inbox.turn_over, bodies, ())
    line.handler = Handler()
    line.start()
    await line.until(lambda: not line.pending and not line.kept())
    assert len(line.handler.done) == len(set(line.handler.done)) == WINDOW


async def test_what_could_not_be_written_counts_as_nobodys_keeping(
    corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Inbox(corps.database)
    monkeypatch.setattr(corps.database, "patience", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "turn_over", locked)
        await ours.turn_over([{"update_id": 5}], {5})
    assert await ours.left() == []
    assert not ours.holds(5), "it stays at Telegram"


async def test_what_telegram_itself_would_have_forgotten_is_not_handled_any_more(line: Line, corps: Corps) -> None:
    corps.run(inbox.turn_over, [{"update_id": 5}], ())
    corps.clock.push(dt.timedelta(hours=25))
    assert line.kept() == []


async def test_on_an_ordinary_day_nothing_is_written_down(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    monkeypatch.setattr(inbox, "turn_over", lambda *args: written.append(args))
    line.crowd(WINDOW // 2)
    await line.until(lambda: not line.pending)
    assert not written


async def test_while_nothing_can_be_written_a_rush_stays_at_telegram(
    line: Line, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corps.database, "patience", 0.0)
    line.handler.hold = lambda _: True
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "turn_over", locked)
        line.crowd(WINDOW + 50)
        await line.until(lambda: len(line.handler.begun) == WINDOW)
        await line.polls(1)
        assert len(line.pending) == WINDOW + 50
    line.handler.let_go()
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == len(set(line.handler.done)) == WINDOW + 50
    await line.until(lambda: not line.kept())


async def test_a_malformed_update_is_passed_over(line: Line) -> None:
    updates = line.sandbox.world.updates
    updates.add("message", {"message_id": "no number", "date": {}, "chat": 7}, ZHANG)
    line.say(ZHANG, "我在后面")
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == 1


async def test_a_handler_that_fails_is_no_wall(line: Line) -> None:
    line.handler.fail = lambda _: True
    line.say(ZHANG, "一", "二")
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == 2


async def test_ids_may_begin_anew_after_a_quiet_week(line: Line) -> None:
    """https://core.telegram.org/bots/api#update: after a week without updates the next id is chosen at random."""
    line.say(ZHANG, "上周")
    await line.until(lambda: not line.pending)
    line.sandbox.world.updates._next_id = 7
    line.say(ZHANG, "这周")
    await line.until(lambda: len(line.handler.done) == 2)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "times": 2},
        {"status": 502, "times": 2},
        {"status": 429, "retry_after": 1, "times": 1},
        {"drop": "before", "times": 2},
        {"drop": "after", "times": 2},
    ],
    ids=lambda fault: str(fault.get("status") or f"dropped {fault['drop']}"),
)
async def test_trouble_at_telegram_is_waited_out(
    line: Line, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "seconds_of", lambda _error: 0.01)
    line.sandbox.api.faults.order({"method": "getUpdates", **fault})
    line.say(ZHANG, "还在吗")
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == 1


async def test_another_poller_with_the_same_token_is_survived(line: Line) -> None:
    line.sandbox.world.updates.end_poll(None)
    async with asyncio.timeout(90):
        await line.bot.get_updates(timeout=0)
    line.say(ZHANG, "还在吗")
    await line.until(lambda: not line.pending)
    assert len(line.handler.done) == 1


async def test_a_stop_handles_what_is_under_way_and_acknowledges_it(line: Line) -> None:
    line.handler.hold = lambda _: True
    line.say(ZHANG, "等等")
    await line.until(lambda: len(line.handler.begun) == 1)
    await line.poller.stop()
    line.say(CHEN, "晚了一步")
    line.handler.let_go()
    await line.task
    assert len(line.handler.done) == 1
    assert len(line.pending) == 1, "what came after the stop stays for the next start"


async def test_a_stop_does_not_wait_for_the_long_poll(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "LONG_POLL", 50)
    await line.polls(1)
    await line.poller.stop()
    async with asyncio.timeout(90):
        await line.task


async def test_a_wrong_token_ends_the_polling(line: Line, corps: Corps) -> None:
    await line.poller.stop()
    await line.task
    await line.bot.shutdown()
    wrong = ExtBot("7000000001:" + "B" * 35, base_url=f"{line.sandbox.url}/bot", get_updates_request=AiohttpRequest())
    for request in wrong._request:
        await request.initialize()
    with pytest.raises(SettingsError, match="token not accepted"):
        await Poller(wrong, line.handler, corps.database).run()
    for request in wrong._request:
        await request.shutdown()
    await line.connect()


@pytest.mark.parametrize("error", [Conflict("x"), NetworkError("x"), RetryAfter(1), TelegramError("x")])
async def test_waiting_out_ends_at_once_when_it_is_time_to_stop(line: Line, error: TelegramError) -> None:
    await line.poller.stop()
    async with asyncio.timeout(10):
        await line.poller._wait_out(error, 6)


async def test_a_failing_handler_is_answered_with_a_sentence(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang = await stage.enter(corps.member("张明"))

    def explode(*_args: object) -> None:
        raise RuntimeError("as the test wants it")

    with monkeypatch.context() as patch:
        patch.setattr("corps.conversations.find_open", explode)
        await zhang.types("你好")
    assert "抱歉" in zhang.reads()
    await zhang.types("/quota")
    assert "公益讲座" in zhang.reads(), "and the next one is handled as if nothing had been"
