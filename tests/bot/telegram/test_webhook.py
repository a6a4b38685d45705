"""Updates brought to our door, over real HTTP, by the sandbox's courier and by strangers."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.routing.incoming import Incoming
from bot.routing.user_queues import SHARE, UserQueues
from bot.runtime.http_server import HttpServer, bind
from bot.telegram import webhook
from bot.telegram.inbox import Inbox
from bot.telegram.updates import read_update
from bot.telegram.webhook import BODY_MAX, WebhookReceiver, announce
from corps.system import inbox
from tests.base import Corps
from tests.stage import Stage

SECRET = "a-secret_of-our-own"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Counted(UserQueues):
    """Queues that count what is brought to them, again or for the first time."""

    came = 0

    def admit(self, number: int, raw: dict[str, Any]) -> "asyncio.Future[None]":
        self.came += 1
        return super().admit(number, raw)


@dataclass
class Door:
    """A door with a doorman that notes whom he lets in, and may be slow."""

    url: str = ""
    taken: list[int] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False
    queues: Counted = field(init=False)

    async def handle(self, incoming: Incoming) -> None:
        await self.hold.wait()
        self.taken.append(int(incoming.key))
        if self.fails:
            raise ZeroDivisionError

    async def knock(self, body: bytes | dict[str, Any], headers: dict[str, str] = HEADERS) -> int:
        async with httpx.AsyncClient(timeout=60, verify=False) as client:  # noqa: S501 - no TLS here, and none to load
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            return (await client.post(self.url, content=content, headers=headers)).status_code


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """An open door."""
    made = Door()
    made.hold.set()
    made.queues = Counted(read_update, made.handle)
    hook = WebhookReceiver(made.queues, SECRET, "/tongxin")
    sock = bind("127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{sock.getsockname()[1]}/tongxin"
    serving = asyncio.create_task(HttpServer(hook.app).run(sock))
    yield made
    serving.cancel()
    await asyncio.wait([serving])


def update(number: int, person: int = 7) -> dict[str, Any]:
    someone = {"id": person, "is_bot": False, "first_name": "张"}
    chat = {"id": person, "type": "private", "first_name": "张"}
    return {"update_id": number, "message": {"message_id": 1, "date": 0, "chat": chat, "from": someone, "text": "hi"}}


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(90):
        while not done():
            await asyncio.sleep(0.005)


async def test_an_update_is_receipted_only_after_it_is_handled(door: Door) -> None:
    door.hold.clear()
    knock = asyncio.create_task(door.knock(update(1)))
    done, _ = await asyncio.wait([knock], timeout=0.2)
    assert not done
    door.hold.set()
    assert await knock == 200
    assert door.taken == [1]


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "a-secret_of-our-owm"}])
async def test_who_does_not_show_the_secret_is_not_let_in(door: Door, headers: dict[str, str]) -> None:
    assert await door.knock(update(1), headers) == 403
    assert door.taken == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff\xfe", b'{"update_id": "x"}', b"x" * (BODY_MAX + 1)])
async def test_what_is_not_an_update_is_refused_and_the_door_stays_open(door: Door, body: bytes) -> None:
    assert await door.knock(body) == 400
    assert await door.knock(update(1)) == 200


async def test_a_malformed_update_is_passed_over_for_good(door: Door) -> None:
    assert await door.knock({"update_id": 5, "message": {"nonsense": True}}) == 200, "else it would come back for ever"
    assert await door.knock(update(6)) == 200


async def test_a_handler_that_fails_does_not_make_telegram_bring_it_for_ever(door: Door) -> None:
    door.fails = True
    assert await door.knock(update(1)) == 200


async def test_the_same_update_twice_at_once_is_handled_once(door: Door) -> None:
    door.hold.clear()
    knocks = [asyncio.create_task(door.knock(update(1))) for _ in range(3)]
    await until(lambda: door.queues.came == 3)
    door.hold.set()
    assert await asyncio.gather(*knocks) == [200, 200, 200]
    assert door.taken == [1]


async def test_one_persons_updates_keep_their_order_and_others_do_not_wait(door: Door) -> None:
    door.hold.clear()
    knocks = []
    for number in range(1, 6):
        knocks.append(asyncio.create_task(door.knock(update(number, person=7 + number % 2))))
        await until(lambda: door.queues.came == len(knocks))
    door.hold.set()
    assert set(await asyncio.gather(*knocks)) == {200}
    assert [number for number in door.taken if number % 2] == [1, 3, 5]
    assert [number for number in door.taken if not number % 2] == [2, 4]


async def test_more_than_the_bound_are_asked_to_come_back(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "AT_ONCE", 3)
    door.hold.clear()
    knocks = [asyncio.create_task(door.knock(update(number, person=number))) for number in range(1, 4)]
    await until(lambda: door.queues.under_way == 3)
    assert await door.knock(update(9, person=9)) == 503
    door.hold.set()
    assert set(await asyncio.gather(*knocks)) == {200}
    assert await door.knock(update(9, person=9)) == 200


async def test_one_that_takes_too_long_is_asked_for_again_and_not_handled_twice(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.05)
    door.hold.clear()
    assert await door.knock(update(1)) == 503
    door.hold.set()
    await until(lambda: door.taken == [1])
    assert door.taken == [1]


async def test_the_bot_lives_by_its_webhook(stage: Stage, corps: Corps) -> None:
    """Everything as in polling: the sandbox's courier brings what people do."""
    await stage.poller.stop()
    await stage._polling
    hook = WebhookReceiver(UserQueues(read_update, stage.app.handle), SECRET, "/in")
    sock = bind("127.0.0.1", 0)
    serving = asyncio.create_task(HttpServer(hook.app).run(sock))
    await announce(stage.app.bot, f"http://127.0.0.1:{sock.getsockname()[1]}/in", SECRET)
    info = await stage.app.bot.get_webhook_info()
    assert info.url.endswith("/in")
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/quota")
    assert "公益讲座 0/10" in zhang.reads()
    # And back to polling: the poller calls the webhook off.
    stage._polling = asyncio.create_task(stage.poller.run())
    await until(lambda: not stage.sandbox.world.updates.webhook)
    await zhang.types("/quota")
    assert (await stage.app.bot.get_webhook_info()).url == ""
    assert len(zhang.from_bot()) == 2
    serving.cancel()
    await asyncio.wait([serving])


async def test_what_polling_left_behind_is_handled_when_a_webhook_takes_over(corps: Corps) -> None:
    door = Door()
    door.hold.set()
    corps.database.run_now(inbox.turn_over, [update(11), update(12, person=8)], ())
    await Inbox(corps.database).empty(UserQueues(read_update, door.handle))
    assert sorted(door.taken) == [11, 12]
    assert corps.database.run_now(inbox.left) == []


async def test_the_secret_is_compared_in_constant_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a wrong secret takes to be refused must not tell how much of it was right."""
    compared: list[tuple[bytes, bytes]] = []

    def compare(shown: bytes, ours: bytes) -> bool:
        compared.append((shown, ours))
        return hmac.compare_digest(shown, ours)

    monkeypatch.setattr("bot.telegram.webhook.hmac", SimpleNamespace(compare_digest=compare))
    assert await door.knock(update(1), {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}) == 403
    assert await door.knock(update(1)) == 200
    assert compared == [(SECRET[:-1].encode(), SECRET.encode()), (SECRET.encode(), SECRET.encode())]
    assert door.taken == [1]


async def test_one_persons_flood_is_kept_with_a_receipt_and_members_are_let_in(
    door: Door, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is parked is in our own keeping, so it gets its 200 at once; at its end it is forgotten."""
    monkeypatch.setattr("bot.telegram.webhook.FORGETS", 0.0)
    queues, inbox = UserQueues(read_update, door.handle), Inbox(corps.database)
    hook = WebhookReceiver(queues, SECRET, "/in", inbox)
    sock = bind("127.0.0.1", 0)
    door.url = f"http://127.0.0.1:{sock.getsockname()[1]}/in"
    serving = asyncio.create_task(HttpServer(hook.app).run(sock))
    door.hold.clear()
    knocks = [asyncio.create_task(door.knock(update(number))) for number in range(1, 151)]
    await until(lambda: sum(knock.done() for knock in knocks) == 150 - SHARE)
    assert {knock.result() for knock in knocks if knock.done()} == {200}
    member = asyncio.create_task(door.knock(update(999, person=9)))
    await until(lambda: queues.knows(999))
    assert len(await inbox.left()) == 150 - SHARE
    door.hold.set()
    assert await member == 200
    await until(lambda: len(door.taken) == 151)
    async with asyncio.timeout(90):
        while await Inbox(corps.database).left():
            await asyncio.sleep(0.01)
    assert sorted(door.taken) == [*range(1, 151), 999], "each once"
    serving.cancel()
    await asyncio.wait([serving, *knocks])
