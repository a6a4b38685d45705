"""Replies to people: never queued, repeated after a 429, and what is owed gives way to them."""

import asyncio

import pytest
from telegram.error import TimedOut

from bot.runtime.metrics import Metrics
from bot.telegram.call_middleware import REPEATABLE, CallMiddleware, answering
from corps.notices.kinds import Kind
from tests.base import Corps
from tests.corps.delivery.notices import owe
from tests.stage import Stage


async def test_a_reply_that_meets_a_429_is_repeated(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    stage.sandbox.api.faults.order({"method": "sendMessage", "status": 429, "retry_after": 1})
    await zhang.types("/quota")
    assert len(zhang.from_bot()) == 1
    assert "公益讲座 0/10" in zhang.reads()


@pytest.mark.parametrize(
    "trouble",
    [{"status": 502, "times": 5}, {"drop": "before"}, {"drop": "after"}],
    ids=["5xx", "cut before", "cut after"],
)
async def test_an_answer_that_meets_trouble_on_the_line_is_repeated(
    stage: Stage, corps: Corps, trouble: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for is in the database by then: an answer that got lost would mislead."""
    monkeypatch.setattr("bot.telegram.call_middleware.REST", (0.01,))
    zhang = await stage.enter(corps.member("张明"))
    stage.sandbox.api.faults.order({"method": "sendMessage", **trouble})
    await zhang.types("/quota")
    assert "公益讲座 0/10" in zhang.reads()
    assert len(zhang.from_bot()) == (2 if trouble.get("drop") == "after" else 1), "taken and cut, it comes twice"


async def test_a_reply_goes_past_a_long_line_of_owed_messages(stage: Stage, corps: Corps) -> None:
    """Sixty messages take a minute at a pace of one a second; an answer meanwhile does not wait for them."""
    crowd = [await stage.enter(corps.member(f"成员{number}")) for number in range(60)]
    zhang = await stage.enter(corps.member("张明"))
    stage.outbound.limiter._room = stage.outbound.limiter._stated = 1
    owe(corps, Kind.ADMITTED, *(player.id for player in crowd))
    line = asyncio.create_task(stage.context.outgoing.run())
    await asyncio.sleep(0.2)
    await zhang.types("/quota")
    still = sum(not player.from_bot() for player in crowd)
    stage.outbound.limiter._room = stage.outbound.limiter._stated = 1000
    await line
    assert still > 0, "who waited for the whole line would have come after the last of it"
    assert all(len(player.from_bot()) == 1 for player in crowd)


async def test_calls_are_counted_by_method_and_outcome(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    stage.sandbox.api.faults.order({"method": "sendMessage", "status": 400})
    await zhang.types("/quota")
    await zhang.types("/quota")
    text = stage.outbound.metrics.text()
    assert 'tongxin_calls_total{method="sendMessage",outcome="BadRequest"} 1' in text
    assert 'tongxin_calls_total{method="sendMessage",outcome="ok"}' in text
    assert 'tongxin_updates_total{kind="message"} 2' in text


async def _held(stage: Stage, endpoint: str, tries: int) -> bool:
    """Answer somebody by a call that is held too long, but for the last of so many. Returns if that is reached."""
    calls = 0

    async def call() -> bool:
        nonlocal calls
        calls += 1
        if calls < tries:
            raise TimedOut
        return True

    middleware = CallMiddleware(stage.outbound.limiter, stage.outbound.breaker, Metrics())
    answering.set(True)
    try:
        return bool(await middleware.process_request(call, (), {}, endpoint, {"chat_id": 7}, None))
    except TimedOut:
        return False


@pytest.mark.parametrize("endpoint", sorted(REPEATABLE))
async def test_what_may_be_said_twice_unseen_is_repeated_when_no_answer_comes(
    stage: Stage, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A toast, or the card under the finger: the person sees it once, however often it was said."""
    monkeypatch.setattr("bot.telegram.call_middleware.REST", (0.01,))
    assert await _held(stage, endpoint, 2)
    assert not await _held(stage, endpoint, 9), "but not for ever: each has cost the person a long wait"


async def test_a_message_that_may_have_arrived_is_not_said_again(stage: Stage) -> None:
    assert not await _held(stage, "sendMessage", 2)
