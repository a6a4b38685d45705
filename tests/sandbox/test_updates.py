"""The queue of updates loses none, repeats none that was confirmed, and keeps their order."""

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import Refused
from sandbox.world.updates import Updates

FIRST_ID = 1_000
STEPS = st.lists(st.one_of(st.just("add"), st.integers(0, 30), st.integers(-5, -1)), max_size=40)


@settings(deadline=None)
@given(STEPS)
def test_what_waits_is_what_came_and_was_not_confirmed(steps: list[str | int]) -> None:
    updates, expected, came = Updates(FIRST_ID), list[int](), 0
    for step in steps:
        if isinstance(step, str):
            expected.append(FIRST_ID + came)
            came += 1
            assert updates.add("message", {}, 1) == expected[-1]
            continue
        offset = FIRST_ID + step if step > 0 else step
        updates.confirm(offset)
        expected = expected[step:] if step < 0 else [n for n in expected if not step or n >= offset]
    assert [update.id for update in updates.pending] == expected


@settings(deadline=None)
@given(st.lists(st.integers(1, 120), min_size=1, max_size=6), st.integers(1, 100))
def test_a_bot_that_confirms_what_it_got_gets_everything_once_and_in_order(bursts: list[int], limit: int) -> None:
    async def drain() -> list[int]:
        updates, got, offset = Updates(FIRST_ID), list[int](), 0
        for burst in bursts:
            for _ in range(burst):
                updates.add("message", {}, 1)
            batch = await updates.poll(offset, limit, 0)
            got += [update["update_id"] for update in batch]
            offset = got[-1] + 1
        while batch := await updates.poll(offset, limit, 0):
            got += [update["update_id"] for update in batch]
            offset = got[-1] + 1
        return got

    assert asyncio.run(drain()) == list(range(FIRST_ID, FIRST_ID + sum(bursts)))


def test_kinds_telegram_keeps_back_come_only_when_asked_for_by_name() -> None:
    updates = Updates(FIRST_ID)
    assert updates.add("chat_member", {}, 1) is None
    updates.allowed = frozenset({"chat_member"})
    assert updates.add("chat_member", {}, 1) == FIRST_ID
    assert updates.add("message", {}, 1) is None


async def test_a_poll_cancelled_by_its_client_loses_nothing() -> None:
    updates = Updates(FIRST_ID)
    poll = asyncio.create_task(updates.poll(0, 100, 50))
    await asyncio.sleep(0)
    poll.cancel()
    updates.add("message", {}, 1)
    assert len(await updates.poll(0, 100, 50)) == 1


async def test_a_webhook_set_meanwhile_ends_the_poll_with_its_reason() -> None:
    updates = Updates(FIRST_ID)
    poll = asyncio.create_task(updates.poll(0, 100, 50))
    await asyncio.sleep(0)
    updates.end_poll(Refused(409, "Conflict: terminated by setWebhook request"))
    with pytest.raises(Refused, match="setWebhook"):
        await poll


def test_ids_go_on_rising_after_a_restart() -> None:
    """A bot on the same database remembers the last update of each conversation, and passes over what it has had."""
    before = Updates()
    last = [before.add("message", {}, 1) for _ in range(3)][-1]
    time.sleep(0.01)
    after = Updates().add("message", {}, 1)
    assert last is not None
    assert after is not None
    assert after > last
