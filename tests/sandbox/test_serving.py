"""The address itself: tokens, methods, bodies, and who may come in."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import aiohttp
import pytest

from sandbox import Sandbox
from sandbox.http.gate import read_key
from tests.sandbox.conftest import CHEN, PEOPLE, TOKEN, Hand, running, until

ROOT = Path(__file__).parents[2]


async def test_a_wrong_token_is_unauthorized(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    for path in ("/botwrong/getMe", "/bot/getMe", "/bot1000000001/getMe"):
        async with session.get(sandbox.url + path) as response:
            assert response.status == 401
            assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_a_clear_error(bot: Hand) -> None:
    for name in ("sendTelepathy", "", "getMe/x"):
        body = await bot(name)
        assert (body["error_code"], body["description"]) == (404, "Not Found: method not found")


async def test_method_names_have_no_case(bot: Hand) -> None:
    assert (await bot.ok("GETME"))["id"] == 1000000001
    assert (await bot.ok("sendmessage", chat_id=CHEN, text="x"))["text"] == "x"


async def test_get_form_json_and_multipart_say_the_same(bot: Hand) -> None:
    url, fields = f"{bot.prefix}/sendMessage", {"chat_id": str(CHEN), "text": "100% + 同心 & x=y"}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    answers = []
    for request in (
        bot.session.get(url, params=fields),
        bot.session.post(url, params=fields),
        bot.session.post(url, data=fields),
        bot.session.post(url, json=fields),
        bot.session.post(url, data=multipart),
    ):
        async with request as response:
            answers.append((await response.json())["result"]["text"])
    assert answers == [fields["text"]] * 5


@pytest.mark.parametrize("body", ["not json", "[1]", '"x"'])
async def test_a_body_that_is_no_json_object_is_refused(bot: Hand, body: str) -> None:
    headers = {"content-type": "application/json"}
    async with bot.session.post(f"{bot.prefix}/sendMessage", data=body, headers=headers) as response:
        assert response.status == 400


async def test_a_number_that_is_none_is_refused(bot: Hand) -> None:
    reason = await bot.refusal("getUpdates", offset="soon")
    assert reason == 'Bad Request: parameter "offset" must be a number'


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMediaGroup", {"chat_id": CHEN, "media": [1, 2]}),
        ("sendMessage", {"chat_id": CHEN, "text": "x", "reply_parameters": {"message_id": "soon"}}),
        (
            "sendMessage",
            {"chat_id": CHEN, "text": "x", "entities": [{"type": "bold", "offset": "0", "length": 1}]},
        ),
        ("sendMessage", {"chat_id": CHEN, "text": "x", "entities": ["bold"]}),
        ("sendMessage", {"chat_id": {"id": CHEN}, "text": "x"}),
        ("setMyCommands", {"commands": {"command": "x"}}),
    ],
)
async def test_parameters_of_the_wrong_kind_are_refused_not_a_crash(
    bot: Hand, method: str, params: dict[str, Any]
) -> None:
    assert (await bot(method, **params))["error_code"] == 400


async def test_the_sandbox_listens_on_this_machine_only() -> None:
    for host in ("0.0.0.0", "192.168.1.5", "example.com"):  # noqa: S104 - the very thing that is refused
        with pytest.raises(ValueError, match="loopback only"):
            await Sandbox(token=TOKEN).serve(host, 0)


async def test_a_taken_port_is_an_error_at_once(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        await Sandbox(token=TOKEN).serve("127.0.0.1", port)


async def test_a_stop_ends_open_polls_and_streams_promptly(session: aiohttp.ClientSession) -> None:
    async with running(Sandbox(token=TOKEN, people=PEOPLE)) as sandbox:
        poll = asyncio.create_task(Hand(session, f"{sandbox.url}/bot{TOKEN}")("getUpdates", timeout=50))
        stream = await session.get(f"{sandbox.url}/sandbox/events", params={"key": sandbox.key})
        await until(sandbox.api.calls.since)
    assert (await poll)["result"] == []
    assert await stream.content.read() == b":\n\n"


async def test_a_cancelled_server_frees_its_port() -> None:
    sandbox = Sandbox(token=TOKEN)
    serving = asyncio.create_task(sandbox.serve("127.0.0.1", 0))
    await sandbox.ready.wait()
    port = int(sandbox.url.rpartition(":")[2])
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", port)


def test_it_runs_by_itself_with_something_to_look_at_and_ends_on_sigterm() -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--demo"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, token = process.stdout.readline().strip(), process.stdout.readline().strip()
        with urlopen(url, timeout=90) as page:  # noqa: S310 - loopback
            key = read_key(page.read().decode())
        with urlopen(f"{url}/sandbox/chats/101/messages?key={key}", timeout=90) as response:  # noqa: S310 - loopback
            messages = json.load(response)
        with urlopen(f"{url}/bot{token.removeprefix('BOT_TOKEN=')}/getMe", timeout=90) as response:  # noqa: S310
            assert json.load(response)["ok"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert any(message["keyboard"] for message in messages)
