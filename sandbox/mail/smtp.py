"""As much of a mail server (RFC 5321) as a program that sends mail needs: it takes all mail, on this machine only."""

import asyncio
import contextlib
import re
from collections.abc import Callable

_LINE_MOST = 2_000
_MAIL_MOST = 20_000_000
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)

Take = Callable[[str, bytes], object]
"""Takes one mail for one address."""


class MailServer:
    """Listens at a port of its own (0: a free one); `take` gets what comes. `url` is the address, once it listens."""

    def __init__(self, take: Take, port: int = 0) -> None:
        self._take = take
        self._port = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.url = ""

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=_LINE_MOST * 10)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._open):
                writer.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
                await _Talk(reader, writer, self._take).run()
        finally:
            self._open.discard(writer)
            writer.close()


class _Talk:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Take) -> None:
        self._reader = reader
        self._writer = writer
        self._take = take
        self._sender: str | None = None
        self._to: list[str] = []

    async def run(self) -> None:
        """Answer until the other side leaves."""
        await self._say("220 sandbox ready")
        while line := await self._reader.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                await self._say("221 bye")
                break
            await self._say(await self._answer(verb.upper(), rest))

    async def _say(self, text: str) -> None:
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()

    async def _answer(self, verb: str, rest: str) -> str:
        match verb:
            case "EHLO":
                return f"250-sandbox\r\n250-8BITMIME\r\n250 SIZE {_MAIL_MOST}"
            case "HELO" | "NOOP":
                return "250 ok"
            case "RSET":
                self._sender, self._to = None, []
                return "250 ok"
            case "MAIL" | "RCPT":
                return self._envelope(verb, rest)
            case "DATA":
                return await self._content() if self._to else "503 whom is it for?"
            case _:
                return "502 not known here"

    def _envelope(self, verb: str, rest: str) -> str:
        found = _PATH.match(rest)
        if found is None:
            return "501 no address"
        if verb == "MAIL":
            self._sender, self._to = found[1], []
        elif self._sender is None:
            return "503 whom is it from?"
        else:
            self._to.append(found[1])
        return "250 ok"

    async def _content(self) -> str:
        await self._say("354 go on")
        lines, size = list[bytes](), 0
        while (line := await self._reader.readline()) != b".\r\n":
            if not line:
                raise asyncio.IncompleteReadError(b"", None)
            size += len(line)
            if size > _MAIL_MOST:
                return "552 too large"
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        for to in self._to:
            self._take(to, b"".join(lines))
        self._sender, self._to = None, []
        return "250 taken"
