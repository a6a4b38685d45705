"""A stop in good order, at whatever moment: exit status 0, nothing lost, and not one error in the log."""

import asyncio
from pathlib import Path

import pytest

from tests.processes.town import PATIENCE, Town, free_port, town, until

pytestmark = pytest.mark.long

WAYS = [
    "idle",
    "before Telegram is there",
    "while Telegram is cut off",
    "in a broadcast",
    "in a rush",
    "by webhook in a rush",
]


async def lead_up(here: Town, way: str) -> dict[str, str]:
    """Make ready for a start; return the settings it needs."""
    if way == "before Telegram is there":
        await here.gate.shut()
    if way == "by webhook in a rush":
        port = free_port()
        return {
            "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
            "WEBHOOK_SECRET": "of-one-mind",
            "WEBHOOK_LISTEN": f"127.0.0.1:{port}",
            "HEALTH_PORT": str(free_port()),
        }
    return {}


async def go_on(here: Town, way: str) -> None:
    """Bring a bot that has just been started to the moment at which it is stopped."""
    if way == "before Telegram is there":
        await until(lambda: "start.waiting_for_telegram" in here.log(), PATIENCE, here.story)
        return
    await until(lambda: "lead.taken" in here.log(), PATIENCE, here.story)
    if way == "in a broadcast":
        here.owe_all()
        await until(lambda: here.sent() >= 10, PATIENCE, here.story)
    if "rush" in way:
        if way.startswith("by webhook"):
            await here.hooked()
        await asyncio.gather(*(here.says(person, "/quota") for person in here.people))
    if way == "while Telegram is cut off":
        await here.says(here.people[1], "/quota")
        await here.answer(here.people[1])
        await here.gate.shut()


@pytest.mark.parametrize("way", WAYS)
async def test_a_stop_in_good_order_logs_no_error(tmp_path: Path, way: str) -> None:
    async with town(tmp_path, 60) as here:
        bot = here.start(**await lead_up(here, way))
        await go_on(here, way)
        bot.terminate()
        assert await asyncio.to_thread(bot.wait, PATIENCE) == 0
        said = here.log()
        for word in ("level=error", "level=critical", "Traceback", "event=library", "never retrieved"):
            assert word not in said, said
