"""Trouble on order, and Telegram's limits on request."""

from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import Sandbox
from sandbox.botapi.limits import LENIENT, STRICT, Limits
from sandbox.errors import Refused
from tests.sandbox.conftest import CHEN, LI, Hand


async def send(bot: Hand, **extra: Any) -> Any:  # noqa: ANN401
    return await bot("sendMessage", chat_id=CHEN, text="x", **extra)


@pytest.mark.parametrize("status", [400, 403, 500, 502])
async def test_a_call_is_refused_as_ordered_once(bot: Hand, desk: Hand, status: int) -> None:
    await desk("faults", method="sendMessage", status=status)
    assert (await send(bot))["error_code"] == status
    assert (await send(bot))["ok"]


async def test_a_refusal_for_too_many_says_when_to_come_again(bot: Hand, desk: Hand) -> None:
    await desk("faults", method="*", status=429, retry_after=7, times=2)
    for _ in range(2):
        refused = await send(bot)
        assert refused["parameters"] == {"retry_after": 7}
        assert refused["description"] == "Too Many Requests: retry after 7"
    assert (await send(bot))["ok"]


async def test_trouble_can_be_for_one_chat_and_until_called_off(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    sandbox.world.start(LI)
    await desk(
        "faults",
        method="sendMessage",
        chat_id=LI,
        status=403,
        description="Forbidden: user is deactivated",
        times=-1,
    )
    assert (await send(bot))["ok"]
    for _ in range(3):
        reason = await bot.refusal("sendMessage", chat_id=LI, text="x")
        assert reason == "Forbidden: user is deactivated"
    assert len(await desk.get("faults")) == 1
    async with desk.session.delete(f"{desk.prefix}/faults") as response:
        assert await response.json() == []
    await bot.ok("sendMessage", chat_id=LI, text="x")


async def test_a_connection_dropped_before_leaves_nothing_and_after_leaves_the_message(
    bot: Hand, desk: Hand, sandbox: Sandbox
) -> None:
    messages = sandbox.world.chats[CHEN].messages
    for when, left in (("before", 0), ("after", 1)):
        before = len(messages)
        await desk("faults", method="sendMessage", drop=when)
        with pytest.raises(aiohttp.ClientError):
            await send(bot)
        assert len(messages) - before == left
    assert sandbox.api.calls.since(0, "sendMessage")[-1].error == "connection dropped by a fault"


async def test_latency_makes_a_call_slow_and_changes_nothing_else(bot: Hand, desk: Hand) -> None:
    await desk("faults", method="sendMessage", latency=0.01)
    assert (await send(bot))["ok"]
    assert await desk.get("faults") == []


@pytest.mark.parametrize("order", [{"status": 418}, {"drop": "later"}, {"colour": "red"}, {"times": "many"}])
async def test_senseless_trouble_is_refused(desk: Hand, order: dict[str, Any]) -> None:
    assert (await desk("faults", **order))["error_code"] == 400


def allowed(limits: Limits, chat_id: int, times: int) -> int:
    """Return how many of `times` sends to a chat pass at this moment."""
    passed = 0
    for _ in range(times):
        try:
            limits.check("sendmessage", chat_id)
        except Refused:
            continue
        passed += 1
    return passed


class Watch:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    watch = Watch()
    limits = Limits(on=True, clock=watch)
    assert allowed(limits, 1, 5) == 3
    watch.seconds = 1.0
    assert allowed(limits, 1, 5) == 1
    assert limits.refused == 6


@settings(max_examples=50, deadline=None)
@given(steps=st.lists(st.tuples(st.floats(0, 0.1), st.booleans()), min_size=100, max_size=400))
def test_any_second_takes_thirty_messages_and_edits_together(steps: list[tuple[float, bool]]) -> None:
    """Never more, and one is refused only when thirty have passed within the second before it."""
    watch = Watch()
    limits = Limits(on=True, clock=watch)
    passed: list[float] = []
    for chat, (pause, edit) in enumerate(steps):
        watch.seconds += pause
        before = sum(at > watch.seconds - 1.0 for at in passed)
        try:
            limits.check("editmessagetext" if edit else "sendmessage", chat + 1)
        except Refused:
            assert before == 30
        else:
            assert before < 30
            passed.append(watch.seconds)
    assert limits.refused == len(steps) - len(passed)


def test_in_the_lenient_reading_a_bucket_takes_thirty_messages_a_second_and_edits_are_free() -> None:
    watch = Watch()
    limits = Limits(on=True, clock=watch, reading=LENIENT)
    for _ in range(100):
        limits.check("editmessagetext", 1)
    assert sum(allowed(limits, chat, 1) for chat in range(1, 100)) == 30
    watch.seconds = 0.5
    assert sum(allowed(limits, chat, 1) for chat in range(101, 200)) == 15, "the bucket fills steadily"


def test_a_group_takes_twenty_a_minute() -> None:
    watch = Watch()
    limits = Limits(on=True, clock=watch)
    passed = 0
    for second in range(60):
        watch.seconds = float(second)
        passed += allowed(limits, -5, 1)
    assert 20 <= passed <= 40  # a full bucket, and what flowed in during the minute
    assert allowed(limits, -5, 1) == 0


async def test_limits_are_switched_on_over_http_and_counted(bot: Hand, desk: Hand) -> None:
    await desk("limits", on=True)
    answers = [await send(bot) for _ in range(5)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False, False]
    assert answers[-1]["parameters"] == {"retry_after": 1}
    assert await desk("limits", on=False) == {"on": False, "reading": STRICT, "refused": 2}
    assert (await desk("limits", on=False, reading=LENIENT))["reading"] == LENIENT
    assert (await desk("limits", on=True, reading="kind"))["error_code"] == 400
    assert (await send(bot))["ok"]
