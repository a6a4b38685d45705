"""A real mail server on loopback that can be told to refuse, to be slow, and to go away."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.mail.line import Line
from bot.runtime.settings import Encryption, MailServer

SENDER = "tongxin@example.org"


@dataclass
class Orders:
    """What the server does: answers by command, or seconds to wait, or that it hangs up while it takes the content."""

    rcpt: Callable[[str], str] | None = None
    data: str = ""
    wait: float = 0.0
    hang_up: bool = False


@dataclass
class Server:
    """What came, and how it is to be answered."""

    orders: Orders = field(default_factory=Orders)
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    connections: list["_Smtp"] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an address or not."""
        answer = self.orders.rcpt(address) if self.orders.rcpt is not None else ""
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the content or not."""
        await asyncio.sleep(self.orders.wait)
        if self.orders.hang_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 nobody hears this"
        if self.orders.data:
            return self.orders.data
        assert isinstance(envelope.content, bytes)
        self.mails += [(str(to), envelope.content) for to in envelope.rcpt_tos]
        return "250 ok"

    def line(self, encryption: Encryption = Encryption.NONE, context: Any = None, **more: Any) -> Line:  # noqa: ANN401
        """Return a way to this server."""
        patience = more.pop("patience", 30.0)
        return Line(self.known(encryption, **more), context, patience)

    def known(self, encryption: Encryption = Encryption.NONE, **more: Any) -> MailServer:  # noqa: ANN401
        """Return this server as the settings name it."""
        return MailServer("127.0.0.1", self.port, encryption, SENDER, "同心", **more)

    def hang_up(self) -> None:
        """Close what is open, as servers do with what is idle."""
        for connection in self.connections:
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()


class _Smtp(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        super().connection_made(transport)
        if self not in self.event_handler.connections:
            self.event_handler.connections.append(self)


def _allow(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:  # noqa: ANN401
    assert isinstance(given, LoginPassword)
    return AuthResult(success=given.password == b"right", handled=False)


async def listen(server: Server, context: ssl.SSLContext | None = None) -> asyncio.Server:
    """Open a port for a server."""

    def made() -> _Smtp:
        return _Smtp(server, tls_context=context, authenticator=_allow, auth_require_tls=False, hostname="test")

    there = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    server.port = there.sockets[0].getsockname()[1]
    return there


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server without encryption, as on the same machine."""
    server = Server()
    there = await listen(server)
    yield server
    there.close()
    server.hang_up()
