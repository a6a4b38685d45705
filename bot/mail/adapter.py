"""Mail as the process runs it: every process may send a code, the one that leads delivers."""

import asyncio

from bot.mail.channel import MailChannel
from bot.mail.line import Line
from bot.mail.pace import Pace
from bot.mail.sender import MailSender
from bot.routing.files import Files
from bot.runtime.database import Database
from bot.runtime.settings import MailServer

LOOK = 5.0
"""Seconds between two looks whether the connection is used."""


class MailAdapter:
    """The mail channel, which sends by `server`."""

    def __init__(
        self,
        server: MailServer,
        database: Database,
        files: Files,
        line: Line | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._line = line or Line(server)
        self.channel = MailChannel(server, self._line, database, files)
        files.channels[self.channel.name] = self.channel
        self.sender = MailSender(server, self._line, database, files, pace)
        self.intake = None
        self.age = None
        self.about = {"mail": server.host, "way": f"{server.encryption.value}:{server.port}"}

    async def greet(self) -> None:
        """Do nothing: the connection is opened when there is something to send."""

    async def beside(self, leads: asyncio.Event) -> None:  # noqa: ARG002 - the port's
        """Take leave of the server after each burst."""
        while True:
            await asyncio.sleep(LOOK)
            await self._line.rest()

    async def shutdown(self) -> None:
        """Take leave of the server."""
        await self._line.close()
