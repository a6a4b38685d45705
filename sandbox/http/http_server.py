"""uvicorn for the sandbox: loopback only, no signal handlers of its own, connections that a fault can cut."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.botapi.webhook import loopback
from sandbox.http.botapi_endpoint import TRANSPORT

_BACKLOG = 2048


class CuttableProtocol(HttpToolsProtocol):
    """Lets the application see the connection of each request."""

    def on_message_begin(self) -> None:
        """Begin a request, as the base class does, and put the connection into its scope."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # a key of our own in a closed TypedDict
        scope[TRANSPORT] = self.transport


class QuietServer(uvicorn.Server):
    """A server that leaves SIGINT and SIGTERM to the program it is part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket on a loopback address; port 0 picks a free one.

    Raises:
        ValueError: If the host is not this machine's loopback.
        OSError: If the port is taken.
    """
    if not loopback(host):
        raise ValueError(f"the sandbox listens on loopback only, not on {host}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def server(app: Any) -> QuietServer:  # noqa: ANN401 - an ASGI application
    """Return a server for `app`, not yet started, that is silent and ends open requests within a second."""
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return QuietServer(config)


async def run(quiet: QuietServer, sock: socket.socket) -> None:
    """Serve until the server is told to exit; a cancellation ends it in the same orderly way."""
    task = asyncio.create_task(quiet.serve(sockets=[sock]), name="sandbox server")
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        quiet.should_exit = True
        await task
        raise
    finally:
        sock.close()
