"""Updates are brought to the bot's door."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from sandbox import Sandbox
from tests.sandbox.conftest import CHEN, LI, Hand, until


class Door:
    """A bot's webhook: notes what is brought, and answers with what it is told to."""

    def __init__(self) -> None:
        self.brought: asyncio.Queue[tuple[dict[str, Any], str | None]] = asyncio.Queue()
        self.answers: list[web.Response] = []
        self.url = ""

    async def open(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.brought.put_nowait((await request.json(), secret))
        return self.answers.pop(0) if self.answers else web.Response()

    async def next(self) -> tuple[dict[str, Any], str | None]:
        return await asyncio.wait_for(self.brought.get(), 90)


@pytest.fixture
async def door(sandbox: Sandbox) -> AsyncIterator[Door]:
    sandbox.api.courier.pause = 0.01
    door = Door()
    application = web.Application()
    application.router.add_post("/hook", door.open)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield door
    sandbox.api.courier.end()
    await runner.cleanup()


async def test_an_update_is_posted_with_the_secret(bot: Hand, door: Door, sandbox: Sandbox) -> None:
    await bot.ok("setWebhook", url=door.url, secret_token="s3cret_-")
    sandbox.world.say(CHEN, CHEN, "你好")
    update, secret = await door.next()
    assert (update["message"]["text"], secret) == ("你好", "s3cret_-")


async def test_an_update_comes_again_until_it_is_taken(bot: Hand, door: Door, sandbox: Sandbox) -> None:
    door.answers = [web.Response(status=500), web.Response(status=302)]
    await bot.ok("setWebhook", url=door.url)
    sandbox.world.say(CHEN, CHEN, "x")
    tries = [(await door.next())[0]["update_id"] for _ in range(3)]
    assert len(set(tries)) == 1
    info = await bot.ok("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 302")


async def test_one_chats_updates_keep_their_order_while_another_chat_goes_on(
    bot: Hand, door: Door, sandbox: Sandbox
) -> None:
    door.answers = [web.Response(status=500)]
    sandbox.world.say(CHEN, CHEN, "1")
    sandbox.world.say(CHEN, CHEN, "2")
    sandbox.world.start(LI)
    await bot.ok("setWebhook", url=door.url)
    brought = [(await door.next())[0]["message"] for _ in range(4)]
    assert [m["text"] for m in brought if m["chat"]["id"] == CHEN] == ["1", "1", "2"]


async def test_the_answer_to_a_delivery_may_be_a_call(bot: Hand, door: Door, sandbox: Sandbox) -> None:
    door.answers = [web.json_response({"method": "sendMessage", "chat_id": CHEN, "text": "收到"})]
    await bot.ok("setWebhook", url=door.url)
    sandbox.world.say(CHEN, CHEN, "x")
    await door.next()
    await until(lambda: sandbox.api.calls.since(0, "sendMessage"))
    assert [m.content.text for m in sandbox.world.chats[CHEN].messages.values()][-1] == "收到"


async def test_polling_and_a_webhook_exclude_each_other(bot: Hand, door: Door, sandbox: Sandbox) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=50))
    await until(lambda: sandbox.api.calls.since(0, "getUpdates"))
    await bot.ok("setWebhook", url=door.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    assert "webhook is active" in await bot.refusal("getUpdates")
    await bot.ok("deleteWebhook")
    assert await bot.ok("getUpdates") == []


async def test_what_waits_can_be_dropped_or_kept_on_a_change(bot: Hand, sandbox: Sandbox) -> None:
    sandbox.world.say(CHEN, CHEN, "x")
    await bot.ok("deleteWebhook")
    assert (await bot.ok("getWebhookInfo"))["pending_update_count"] == 1
    await bot.ok("deleteWebhook", drop_pending_updates=True)
    assert (await bot.ok("getWebhookInfo"))["pending_update_count"] == 0


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "ftp://127.0.0.1/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.com/x"},
            "bad webhook: this sandbox brings updates to loopback addresses only",
        ),
        ({"url": "http://127.0.0.1/x", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ],
)
async def test_a_webhook_off_this_machine_is_refused(bot: Hand, params: dict[str, str], reason: str) -> None:
    assert await bot.refusal("setWebhook", **params) == f"Bad Request: {reason}"
