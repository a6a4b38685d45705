"""Calls go where the settings say: through a proxy, to an own Bot API server; and no error tells the token."""

import asyncio
import contextlib
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

import handlers
from bot.runtime.logs import where
from bot.runtime.settings import Settings, SettingsError
from bot.telegram.application import App, build_application
from bot.telegram.transport import AiohttpRequest
from sandbox import Person, Sandbox
from tests.base import Corps
from tests.stage import TOKEN, StageHand

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
ZHANG = 101


@pytest.fixture
async def sandbox(corps: Corps) -> AsyncIterator[Sandbox]:
    """A Bot API server with one person."""
    sandbox = Sandbox(token=TOKEN, control=StageHand(corps), people=[Person(ZHANG, "张")])
    sandbox.world.already_started([ZHANG])
    serving = asyncio.create_task(sandbox.serve())
    await sandbox.ready.wait()
    yield sandbox
    sandbox.stop()
    await serving


@asynccontextmanager
async def application(corps: Corps, **settings: str) -> AsyncIterator[App]:
    """Build the application as main does, and open its transport."""
    app = build_application(Settings(bot_token=TOKEN, **settings), corps.database, handlers.routes())  # type: ignore[arg-type]  # texts, as .env has them
    for request in app.bot._request:
        await request.initialize()
    yield app
    for request in app.bot._request:
        await request.shutdown()


async def pump(reader: Reader, writer: Writer) -> None:
    """Carry bytes one way until the end."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


class Proxy:
    """A proxy on loopback, as much of one as it takes: http (absolute requests) and socks5."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.authorized: list[bytes] = []

    @asynccontextmanager
    async def serve(self, speak: Callable[[Reader, Writer], Awaitable[None]]) -> AsyncIterator[int]:
        """Serve on a free port."""
        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def http(self, reader: Reader, writer: Writer) -> None:
        """Speak plain HTTP: the request line holds the whole address."""
        line = await reader.readline()
        method, address, version = line.decode().split()
        host, _, path = address.removeprefix("http://").partition("/")
        self.asked.append(address)
        await self._connect(host, reader, writer, f"{method} /{path} {version}\r\n".encode())

    async def socks(self, reader: Reader, writer: Writer) -> None:
        """Speak SOCKS5 with names resolved here (RFC 1928), no password."""
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        if kind == 1:
            host = socket.inet_ntoa(await reader.readexactly(4))
        else:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{host}:{port}")
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        await self._connect(f"127.0.0.1:{port}", reader, writer, b"")

    async def _connect(self, host: str, reader: Reader, writer: Writer, first: bytes) -> None:
        name, _, port = host.partition(":")
        out_reader, out_writer = await asyncio.open_connection(name, int(port))
        out_writer.write(first)
        await asyncio.gather(pump(reader, out_writer), pump(out_reader, writer))


@pytest.mark.parametrize(("scheme", "speaks"), [("http", "http"), ("socks5", "socks"), ("socks5h", "socks")])
async def test_both_calls_and_polls_go_through_the_proxy(
    corps: Corps, sandbox: Sandbox, scheme: str, speaks: str
) -> None:
    proxy = Proxy()
    async with proxy.serve(getattr(proxy, speaks)) as port:
        settings = {"proxy_url": f"{scheme}://127.0.0.1:{port}", "bot_api_url": sandbox.url}
        async with application(corps, **settings) as app:
            await app.bot.send_message(ZHANG, "经代理")
            calls = len(proxy.asked)
            await app.bot.get_updates(timeout=0)
            assert calls == 1
            assert len(proxy.asked) == 2, "getUpdates has a transport of its own, and the proxy applies to it too"
    where = sandbox.url.removeprefix("http://")
    assert all(where in asked for asked in proxy.asked)


async def test_a_proxy_that_is_not_there_is_trouble_of_the_network(corps: Corps, sandbox: Sandbox) -> None:
    async with application(corps, proxy_url="http://127.0.0.1:9", bot_api_url=sandbox.url) as app:
        with pytest.raises(NetworkError):
            await app.bot.get_me()


async def test_an_own_bot_api_server_is_asked_for_calls_polls_and_files(corps: Corps, sandbox: Sandbox) -> None:
    async with application(corps, bot_api_url=sandbox.url) as app:
        sandbox.world.send_file(ZHANG, ZHANG, "document", ("名单.txt", "text/plain", "张明".encode()), "")
        (update,) = await app.bot.get_updates(timeout=0)
        assert update.message is not None
        assert update.message.document is not None
        file = await update.message.document.get_file()
        assert bytes(await file.download_as_bytearray()).decode() == "张明"
        assert file.file_path is not None
        assert file.file_path.startswith(f"{sandbox.url}/file/bot")


async def test_files_and_text_with_every_character_arrive_as_sent(corps: Corps, sandbox: Sandbox) -> None:
    text = '引号" 反斜杠\\ & + % = 换行\n表情🙂 \u2028末'
    async with application(corps, bot_api_url=sandbox.url) as app:
        sent = await app.bot.send_message(ZHANG, text)
        assert sent.text == text
        filed = await app.bot.send_document(ZHANG, b"\x00\xff=1+1", filename="=名单.csv", caption="附件 &")
        assert filed.caption == "附件 &"
        assert filed.document is not None
        assert filed.document.file_name == "=名单.csv"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 400}, BadRequest),
        ({"status": 403}, Forbidden),
        ({"status": 429, "retry_after": 3000}, RetryAfter),  # longer than a reply waits
        ({"status": 500}, NetworkError),
        ({"status": 502}, NetworkError),
        ({"drop": "before"}, NetworkError),
        ({"drop": "after"}, NetworkError),
    ],
)
async def test_trouble_is_told_apart_and_never_tells_the_token(
    corps: Corps, sandbox: Sandbox, fault: dict[str, object], error: type[TelegramError]
) -> None:
    async with application(corps, bot_api_url=sandbox.url) as app:
        sandbox.api.faults.order({"method": "sendMessage", **fault})
        with pytest.raises(error) as caught:
            await app.bot.send_message(ZHANG, "x")
    assert tells_nothing(caught.value)


async def test_silence_is_a_timeout(corps: Corps, sandbox: Sandbox) -> None:
    async with application(corps, bot_api_url=sandbox.url) as app:
        sandbox.api.faults.order({"method": "sendMessage", "latency": 30})
        with pytest.raises(TimedOut) as caught:
            await app.bot.send_message(ZHANG, "x", read_timeout=-9.9)
    assert tells_nothing(caught.value)


async def test_a_wrong_token_is_told_apart_and_not_logged(corps: Corps, sandbox: Sandbox) -> None:
    wrong = "7000000001:" + "W" * 35
    app = build_application(Settings(bot_token=wrong, bot_api_url=sandbox.url), corps.database, handlers.routes())
    with pytest.raises(SettingsError) as caught:
        await app.initialize()
    assert wrong not in where(caught.value), "the library's message has it; what we log of an error has not"
    for request in app.bot._request:
        await request.shutdown()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nowhere.invalid", "http://127.0.0.256:9"])
async def test_a_server_that_is_not_there_is_trouble_of_the_network(corps: Corps, url: str) -> None:
    async with application(corps, bot_api_url=url) as app:
        with pytest.raises(NetworkError) as caught:
            await app.bot.get_me()
    assert tells_nothing(caught.value)


def tells_nothing(error: BaseException) -> bool:
    """Tell whether an error, printed in full with its causes, is silent about the token."""
    return TOKEN not in "".join(traceback.format_exception(error))


async def test_the_transport_is_used_only_when_open() -> None:
    with pytest.raises(RuntimeError, match="not initialized"):
        await AiohttpRequest().do_request("http://127.0.0.1:9", "POST")


async def test_a_stop_while_the_connections_are_being_opened_leaves_none_open(corps: Corps) -> None:
    app = build_application(Settings(bot_token=TOKEN), corps.database, handlers.routes())
    for request in app.bot._request:
        await request.initialize()
    await app.shutdown()
    assert all(request._session.closed for request in app.bot._request)  # type: ignore[attr-defined]  # our transport
