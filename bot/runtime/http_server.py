"""uvicorn as a part of the program: no signal handlers, no access log, a limit on what it accepts."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from typing import Any, cast

import uvicorn
from starlette.types import Receive, Scope, Send

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
            http=cast("Any", self.door.protocol),
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
