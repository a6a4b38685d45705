"""uvicorn as a part of the program: no signal handlers, no access log, a limit on what it accepts.

It is loaded only where something listens: it takes 3 MB, which a bot that polls and shows no page need not have.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.runtime import door as bounds
from bot.runtime.door import Door
from bot.runtime.settings import SettingsError

KEEP_ALIVE = 75
"""Seconds an idle connection of Telegram or of a proxy stays open."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGINT and SIGTERM to the program."""
        yield


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free one. Raises OSError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(1024)
    except OSError:
        sock.close()
        raise
    return sock


def open_door(host: str, port: int, setting: str) -> socket.socket:
    """Return a listening socket. Raises SettingsError, naming the setting, when the port can't be had."""
    try:
        return bind(host, port)
    except OSError as error:
        raise SettingsError(f"{setting}: 端口 {port} 用不了 (port not available)") from error


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, held to the limits of a `Door`."""

    def __init__(self, door: Door, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as uvicorn makes one
        super().__init__(*args, **kwargs)
        self._door = door
        self._in_body = False
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no request of this connection is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def pause_writing(self) -> None:
        """The buffer for the answer is full: end the connection if the client does not read for too long."""
        super().pause_writing()
        self._unread = self.loop.call_later(bounds.READ_SECONDS, self.put_out)

    def resume_writing(self) -> None:
        """The client reads again: go on writing."""
        super().resume_writing()
        self._reads_on()

    def put_out(self) -> None:
        """End the connection at once."""
        self._door.leaves(self)
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let the connection in, or end it at once."""
        super().connection_made(transport)
        if self._door.lets_in(self, self.client[0] if self.client else ""):
            self._within(bounds.HEAD_SECONDS)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection has ended."""
        self._door.leaves(self)
        self._at_ease()
        self._reads_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hand the bytes on piece by piece, as long as the bounds hold."""
        for begin in range(0, len(data), bounds.PIECE):
            if self.parser is None or self.transport.is_closing():
                return
            piece = data[begin : begin + bounds.PIECE]
            self._bytes += len(piece)
            if self._bytes > (
                self._door.body_bytes or bounds.BODY_BYTES if self._in_body else bounds.HEAD_BYTES + bounds.PIECE
            ):
                self._refuse(413 if self._in_body else 431)
                return
            super().data_received(piece)

    def on_message_begin(self) -> None:
        """Count anew, and look at the clock: a request begins."""
        super().on_message_begin()
        if self._timer is None:
            self._within(bounds.HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """The header is whole: what comes now is a body."""
        self._in_body, self._bytes = True, 0
        self._within(self._door.body_seconds or bounds.BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: what comes now is the next one."""
        self._in_body, self._bytes = False, 0
        self._at_ease()
        super().on_message_complete()

    def _within(self, seconds: float) -> None:
        self._at_ease()
        self._timer = self.loop.call_later(seconds, self._refuse, 408)

    def _at_ease(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _reads_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _refuse(self, status: int) -> None:
        """End the connection, with a word if no answer has been begun."""
        self._at_ease()
        if self._in_body or not self.is_idle:
            self.transport.abort()
            return
        self.transport.write(b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % _WORDS[status])
        self.transport.close()
        # Whoever does not read the answer is not waited for.
        self.loop.call_later(1.0, self.transport.abort)


_WORDS = {408: b"408 Request Timeout", 413: b"413 Content Too Large", 431: b"431 Request Header Fields Too Large"}


class _Plain:
    """Answers 400 to an address with a NUL in it: no database bears one, and no address of ours has one."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - an ASGI application
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            await send({"type": "http.response.start", "status": 400, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send)


class HttpServer:
    """Serves one ASGI application, within the bounds of its `door`; `at_end` lets answers end that never would."""

    def __init__(  # an ASGI application can be anything
        self,
        app: Any,  # noqa: ANN401
        door: Door | None = None,
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._at_end = at_end
        self.door = Door() if door is None else door
        config = uvicorn.Config(
            _Plain(app),
            http=cast("Any", partial(GuardedProtocol, self.door)),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=5,
        )
        # It has a warning for each request that is none: strangers would fill the disk with them.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self._server = _Server(config)

    async def run(self, sock: socket.socket) -> None:
        """Serve until cancelled; running requests are finished first."""
        task = asyncio.create_task(self._server.serve(sockets=[sock]))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            self._server.should_exit = True
            self._at_end()
            await task
            raise
        finally:
            sock.close()
