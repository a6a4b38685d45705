"""What no database and no library bears is turned away at the door, and those behind it are handled."""

import asyncio
import json
import time
from typing import Any

import pytest

from bot.telegram.polling import Poller
from bot.telegram.raw_updates import DEEPEST, fault, number_of, parse
from bot.telegram.transport import AiohttpRequest
from tests.base import Corps
from tests.bot.telegram.test_polling import Handler
from tests.bot.telegram.test_webhook import Door, door, update

__all__ = ["door"]

DEEP = "[" * 100_000 + "]" * 100_000

ODD: dict[str, str] = {
    "a NUL": '{"update_id": 1, "message": {"text": "a\\u0000b"}}',
    "a NUL in a key": '{"update_id": 1, "message": {"te\\u0000xt": "a"}}',
    "half a letter": '{"update_id": 1, "message": {"text": "\\ud83d"}}',
    "the other half": '{"update_id": 1, "message": {"text": "\\ude00\\ud83d"}}',
    "deep": f'{{"update_id": 1, "message": {DEEP}}}',
    "deep and cut by strings": '{"update_id": 1, "m": ' + '{"a]": ' * 5000 + '"]}"' + "}" * 5000 + "}",
    "deep as objects": '{"update_id": 1, "m": ' + '{"a": ' * 300 + "1" + "}" * 300 + "}",
    "a huge number": '{"update_id": 1, "message": {"message_id": 99999999999999999999}}',
    "a number of five thousand digits": f'{{"update_id": 1, "message": {{"date": {"9" * 5000}, "x": "\\u0000"}}}}',
    "not a number": '{"update_id": 1, "message": {"date": NaN}}',
    "infinity": '{"update_id": 1, "message": {"date": -Infinity}}',
    "too large for a float": '{"update_id": 1, "message": {"date": 1e999}}',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
async def test_at_the_webhook_it_gets_its_receipt_and_is_passed_over(door: Door, body: str) -> None:
    assert await door.knock(body.encode()) == 200, "else it would be brought again and again"
    assert door.taken == []
    assert await door.knock(update(2)) == 200
    assert door.taken == [2]


@pytest.mark.parametrize(
    "body",
    [DEEP, '{"update_id": true}', '{"update_id": -1}', f'{{"update_id": {"9" * 30}}}', f'{{"a": {DEEP}}}', "NaN"],
)
async def test_what_has_no_number_is_no_update(door: Door, body: str) -> None:
    assert await door.knock(body.encode()) == 400
    assert await door.knock(update(2)) == 200


class Server:
    """Answers getUpdates as Telegram would, with bodies that Telegram would not send."""

    username = "tongxin_bot"

    def __init__(self, *updates: str) -> None:
        self.updates = updates
        self.offsets: list[int] = []

    async def do_api_request(self, _method: str, parameters: dict[str, Any], **_: object) -> Any:  # noqa: ANN401 - JSON
        self.offsets.append(parameters["offset"])
        left = [one for one in self.updates if number(one) >= parameters["offset"]]
        if not left:
            await asyncio.sleep(0.01)
        body = f'{{"ok": true, "result": [{",".join(left)}]}}'
        return AiohttpRequest.parse_json_payload(body.encode())["result"]

    async def delete_webhook(self) -> None:
        """Nothing to call off."""


def number(body: str) -> int:
    return number_of(parse(body.encode())) or 0


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
async def test_in_a_poll_it_is_passed_over_and_does_not_take_its_batch_along(corps: Corps, body: str) -> None:
    server = Server(json.dumps(update(0)), body, json.dumps(update(2)))
    handler = Handler()
    poller = Poller(server, handler, corps.database)  # type: ignore[arg-type]
    polling = asyncio.create_task(poller.run())
    async with asyncio.timeout(90):
        while max(server.offsets, default=0) < 3:
            await asyncio.sleep(0.005)
    await poller.stop()
    await polling
    assert sorted(handler.done) == [0, 2]


def test_what_telegram_sends_is_read_as_it_is() -> None:
    real = {**update(7), "message": {**update(7)["message"], "text": "同心 😀 \\u0000 [{", "date": 1_796_000_000}}
    assert parse(json.dumps(real).encode()) == real
    assert parse(json.dumps(real, ensure_ascii=False).encode()) == real
    assert fault(real) == ""
    deep: Any = "x"
    for _ in range(DEEPEST - 2):
        deep = [deep]
    assert fault({"update_id": 1, "message": deep}) == ""
    assert fault({"update_id": 1, "message": [[deep]]}) == "too deep"


def test_a_megabyte_of_brackets_is_read_through_quickly() -> None:
    begun = time.process_time()
    assert fault(parse(b'{"update_id": 1, "m": ' + b"[" * 500_000 + b"]" * 500_000 + b"}"))
    assert time.process_time() - begun < 5
