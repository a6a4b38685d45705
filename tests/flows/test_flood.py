"""One stranger, or fifty, send without end: everybody else is answered as ever, and nothing that was sent is lost."""

import asyncio

from tests.base import Corps
from tests.stage import Player, Stage

HUNDREDS = 5
"""Forwards of a hundred messages each."""

UNHURT = 45
"""Seconds within which everybody is answered on a machine that is busy with other things too."""


async def answer_time(player: Player) -> float:
    """Let somebody ask for the quotas, and return the seconds until the answer is there."""
    before, time = len(player.from_bot()), asyncio.get_running_loop().time
    begun = time()
    player.stage.sandbox.world.say(player.id, player.id, "/quota")
    async with asyncio.timeout(90):
        while len(player.from_bot()) == before:
            await asyncio.sleep(0.003)
    return time() - begun


async def test_five_forwards_of_a_hundred_by_a_stranger_hold_up_no_member(stage: Stage, corps: Corps) -> None:
    """Telegram's limits are kept, and every call takes a tenth of a second."""
    members = [await stage.enter(corps.member(f"成员{number}")) for number in range(12)]
    stranger = await stage.stranger()
    stage.sandbox.api.limits.on = True
    stage.sandbox.api.latency = 0.1
    world = stage.sandbox.world
    for _ in range(HUNDREDS):
        for number in range(100):
            world.say(stranger.id, stranger.id, f"转发 {number}")
    times = [await answer_time(member) for member in members]
    assert max(times) < UNHURT, "without a share per person they wait for minutes; benchmarks/flood.py measures it"
    async with asyncio.timeout(90):
        while 'tongxin_updates_total{kind="message"} 512' not in stage.outbound.metrics.text():
            await asyncio.sleep(0.01)  # each of them is handled
    assert 1 <= len(stranger.from_bot()) <= 3, "answered, and then once in a while"
    assert stage.sandbox.api.limits.refused == 0


async def test_a_member_who_floods_waits_for_the_own_chat_alone(stage: Stage, corps: Corps) -> None:
    """Each message is answered, and Telegram refuses most: that is the flooder's wait, and nobody else's."""
    members = [await stage.enter(corps.member(f"成员{number}")) for number in range(6)]
    flooder = await stage.enter(corps.member("话多"))
    stage.sandbox.api.limits.on = True
    for _ in range(60):
        stage.sandbox.world.say(flooder.id, flooder.id, "/quota")
    times = [await answer_time(member) for member in members]
    assert max(times) < UNHURT, "far less than the minute that the flooder waits"
    async with asyncio.timeout(90):
        while not stage.sandbox.api.limits.refused:
            await asyncio.sleep(0.01)  # the flooder is, sooner or later


async def test_a_member_who_forwards_sixty_messages_by_mistake_gets_one_answer(stage: Stage, corps: Corps) -> None:
    """Each answered by the same sentence, the member's next tap would wait for a minute."""
    member = await stage.enter(corps.member("手滑"))
    before = len(member.from_bot())
    for number in range(60):
        stage.sandbox.world.say(member.id, member.id, f"转发 {number}")
    await answer_time(member)
    assert len(member.from_bot()) - before <= 3, "of the forwards, and what was asked for"
