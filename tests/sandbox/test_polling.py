"""getUpdates waits, confirms and refuses as Telegram does."""

import asyncio
from typing import Any

from sandbox import Sandbox
from tests.sandbox.conftest import CHEN, LI, Hand, until


def say(sandbox: Sandbox, *texts: str) -> None:
    for text in texts:
        sandbox.world.say(CHEN, CHEN, text)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def polling(sandbox: Sandbox, bot: Hand, **params: Any) -> "asyncio.Task[Any]":  # noqa: ANN401
    """Begin a poll, and return once the server waits in it."""
    before = len(sandbox.api.calls.since(0, "getUpdates"))
    poll = asyncio.create_task(bot("getUpdates", **params))
    await until(lambda: len(sandbox.api.calls.since(0, "getUpdates")) > before)
    await asyncio.sleep(0)
    return poll


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(bot: Hand, sandbox: Sandbox) -> None:
    say(sandbox, "一", "二")
    first = await bot.ok("getUpdates")
    assert texts(await bot.ok("getUpdates")) == texts(first) == ["一", "二"]
    assert texts(await bot.ok("getUpdates", offset=first[0]["update_id"] + 1)) == ["二"]
    assert texts(await bot.ok("getUpdates")) == ["二"]


async def test_a_negative_offset_takes_the_last_ones_and_forgets_the_rest(bot: Hand, sandbox: Sandbox) -> None:
    say(sandbox, "一", "二", "三")
    assert texts(await bot.ok("getUpdates", offset=-1)) == ["三"]
    assert texts(await bot.ok("getUpdates")) == ["三"]


async def test_a_poll_returns_at_most_its_limit_and_never_more_than_a_hundred(bot: Hand, sandbox: Sandbox) -> None:
    say(sandbox, *(str(n) for n in range(120)))
    assert len(await bot.ok("getUpdates", limit=7)) == 7
    assert len(await bot.ok("getUpdates", limit=500)) == 100


async def test_a_long_poll_waits_and_ends_with_the_first_update(bot: Hand, sandbox: Sandbox) -> None:
    poll = await polling(sandbox, bot, timeout=50)
    assert not poll.done()
    say(sandbox, "来了")
    assert texts((await asyncio.wait_for(poll, 90))["result"]) == ["来了"]


async def test_a_poll_with_nothing_to_tell_ends_empty_when_its_time_is_up(bot: Hand) -> None:
    assert await bot.ok("getUpdates", timeout=1) == []


async def test_a_second_poll_ends_the_first_one_with_a_conflict(bot: Hand, sandbox: Sandbox) -> None:
    first = await polling(sandbox, bot, timeout=50)
    second = await polling(sandbox, bot, timeout=50)
    ended = await asyncio.wait_for(first, 90)
    assert ended["error_code"] == 409
    assert ended["description"].startswith("Conflict: terminated by other getUpdates request")
    say(sandbox, "x")
    assert texts((await asyncio.wait_for(second, 90))["result"]) == ["x"]


async def test_only_the_kinds_asked_for_are_queued_from_then_on(bot: Hand, sandbox: Sandbox) -> None:
    await bot.ok("getUpdates", allowed_updates=["callback_query"])
    say(sandbox, "unheard")
    await bot.ok("getUpdates")  # without the parameter the choice stays
    say(sandbox, "unheard")
    sandbox.world.tap(CHEN, CHEN, 1, "x", forged=True)
    assert [set(update) for update in await bot.ok("getUpdates")] == [{"update_id", "callback_query"}]
    await bot.ok("getUpdates", allowed_updates=[])
    say(sandbox, "heard")
    assert texts((await bot.ok("getUpdates"))[1:]) == ["heard"]


async def test_update_ids_rise_over_a_reset(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    say(sandbox, "before")
    before = (await bot.ok("getUpdates"))[0]["update_id"]
    await desk("reset")
    assert await bot.ok("getUpdates") == []
    sandbox.world.start(LI)
    assert (await bot.ok("getUpdates"))[0]["update_id"] > before
