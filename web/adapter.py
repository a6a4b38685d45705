"""The pages as a channel that the process runs: every process serves them, and nothing is polled."""

import asyncio
from urllib.parse import urlsplit

import structlog

from bot.robots.wire import Robots
from bot.routing.dispatcher import Dispatcher
from bot.routing.files import Files
from bot.routing.routes import Routes
from bot.runtime.database import Database
from bot.runtime.door import Door
from bot.runtime.http_server import HttpServer, open_door
from bot.runtime.metrics import Metrics
from bot.runtime.settings import LOOPBACK
from web.app import Site
from web.channel import PageChannel
from web.forms import MOST_BODY
from web.sender import PageSender

log = structlog.get_logger()

BODY_SECONDS = 180.0
"""Seconds that a request may take: enough for a photo over a slow connection."""


class PageAdapter:
    """The pages at `url`, served at `listen` (host and port) behind a reverse proxy."""

    def __init__(
        self,
        url: str,
        listen: str,
        database: Database,
        routes: Routes,
        files: Files,
        metrics: Metrics | None = None,
        robots: Robots | None = None,
    ) -> None:
        self._url, self._listen = url, listen
        self.channel = PageChannel(url, database, files)
        files.channels[self.channel.name] = self.channel
        self.sender = PageSender(self.channel, database)
        self.site = Site(url, database, files, routes, Dispatcher(self.channel, database, routes, metrics, robots))
        self.intake = None
        self.age = None
        self.about = {"pages": urlsplit(url).netloc, "way": listen}

    async def greet(self) -> None:
        """Log it where pages go over the network as anybody can read them; this channel needs no connection."""
        parts = urlsplit(self._url)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            log.warning("pages.unencrypted", url=self._url, use="https: cookies and links can be read on the way")

    async def beside(self, leads: asyncio.Event) -> None:  # noqa: ARG002 - every process serves pages
        """Serve the pages."""
        host, _, port = self._listen.rpartition(":")
        door = Door(body_bytes=MOST_BODY + 100_000, body_seconds=BODY_SECONDS)
        await HttpServer(self.site.app, door, self.site.live.close).run(open_door(host, int(port), "WEB_LISTEN"))

    async def shutdown(self) -> None:
        """Do nothing: this channel keeps nothing open."""
