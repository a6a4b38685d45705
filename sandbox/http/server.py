"""The whole sandbox: Bot API, the page's API and the page, at one address."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from sandbox.botapi import chats, media, messages, profile, updates
from sandbox.botapi.api import METHODS, BotApi
from sandbox.errors import Refused
from sandbox.http import http_server, page_api
from sandbox.http.botapi_endpoint import BotApiEndpoint, FileEndpoint
from sandbox.http.gate import KEY_MARK, Gate, turn_away
from sandbox.mail.mailbox import Mail, Mailbox
from sandbox.mail.smtp import MailServer
from sandbox.robots.server import Platforms
from sandbox.world.messages import Robot
from sandbox.world.people import Control, Group, Person, RealClock
from sandbox.world.world import World

PAGES_MARK = "{{pages}}"
PAGE = Path(__file__).parents[1] / "page"
# Importing a family registers its methods.
FAMILIES = (chats, media, messages, profile, updates)
_BOT_ID = re.compile(r"(\d+):")
_SOME_BOT_ID = 7_000_000_001


# The page shows what bots and people wrote: only its own scripts may run. It is never kept unasked, so that a newer
# copy of the program is never shown with an older page.
_PAGE_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class PageFiles(StaticFiles):
    """The page's files, with the headers that keep it safe and fresh."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or that it has not changed."""
        response = await super().get_response(path, scope)
        response.headers.update(_PAGE_HEADERS)
        return response


class FrontDoor(Starlette):
    """The web application; Bot API calls go past its router and middleware, which would double their cost.

    Args:
        bot_api: Answers everything below `/bot`.
        gate: Looks at every request first.
        routes: All else.
    """

    def __init__(self, bot_api: BotApiEndpoint, gate: Gate, routes: list[BaseRoute]) -> None:
        super().__init__(routes=routes)
        self._bot_api = bot_api
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            try:
                self._gate.check(scope)
            except Refused as refusal:
                await turn_away(refusal, receive, send)
                return
        if scope["type"] == "http" and scope["path"].startswith(BotApiEndpoint.PREFIX):
            await self._bot_api(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Sandbox:
    """A local Telegram: a Bot API server and a page to chat on, over real HTTP, on this machine only.

    Args:
        token: The only token that the Bot API accepts.
        username: The bot's, without the @.
        bot_name: The bot's first name.
        people: Who is there from the start.
        groups: Groups with the bot in them from the start.
        control: Tells and moves the time; by default real time that can be moved forward.
        limits: Whether Telegram's limits on sending are kept: true for the strict reading, or which one.
        latency: The least time that a Bot API call takes, in seconds.
        privacy: Telegram's privacy mode in groups.
        mail_port: Where the mail server listens; 0 picks a free one.
        pages: Where the program serves pages of its own, to be shown in a frame; empty when it serves none.

    Attributes:
        app: The ASGI application.
        api: The Bot API without HTTP, with its `faults`, `limits`, `calls` and `courier`.
        mail: The mail server, with its `url` once `serve` listens; `mailbox` is where its mail lands.
        key: What a request to the page's side, `/sandbox/`, has to show: another one at each start.
        platforms: Group robots of other messengers.
        world: Chats and messages, and what people do: `say`, `start`, `tap`…
        ready: Set once `serve` listens.
        url: The address, once `serve` listens, such as `http://127.0.0.1:21001`.
    """

    def __init__(
        self,
        *,
        token: str,
        username: str = "tongxin_sandbox_bot",
        bot_name: str = "同心（沙盒）",
        people: Sequence[Person] = (),
        groups: Sequence[Group] = (),
        control: Control | None = None,
        limits: bool | str = False,
        latency: float = 0.0,
        privacy: bool = True,
        pages: str = "",
        mail_port: int = 0,
    ) -> None:
        self.token = token
        self._pages = pages
        self.control = control or RealClock()
        found = _BOT_ID.match(token)
        robot = Robot(int(found[1]) if found else _SOME_BOT_ID, bot_name, username)
        self.world = World(robot, self.control.now, people, groups, privacy=privacy)
        self.api = BotApi(self.world, limits=limits, latency=latency)
        self.platforms = Platforms(self.world)
        self.mailbox = Mailbox(self._mailed)
        self.mail = MailServer(self.mailbox.take, mail_port)
        gate = Gate()
        self.key = gate.key
        self.app = FrontDoor(BotApiEndpoint(self.api, token), gate, routes=self._routes())
        self.ready = asyncio.Event()
        self.url = ""
        self._server: http_server.QuietServer | None = None

    def _routes(self) -> list[BaseRoute]:
        return [
            Route("/file/bot{token}/{path:path}", FileEndpoint(self.api, self.token)),
            *page_api.routes(self.api, self.control, self.mailbox, self._pages),
            *self.platforms.routes,
            Route("/", self._page),
            Mount("/page", PageFiles(directory=PAGE, check_dir=False)),
        ]

    def _mailed(self, mail: Mail) -> None:
        self.world.events.publish({"type": "mail", "mail": mail.page()})

    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen and serve until `stop` or a cancellation.

        Args:
            host: A loopback address.
            port: 0 picks a free one; see `url`.

        Raises:
            ValueError: If the host is not loopback.
            OSError: If the port is taken.
        """
        sock = http_server.bind(host, port)
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{sock.getsockname()[1]}"
        self._server = http_server.server(self.app)
        await self.mail.start()
        self.ready.set()  # the socket listens already: a connection that comes now waits a moment and is served
        try:
            await http_server.run(self._server, sock)
        finally:
            await self.mail.stop()
            self.stop()
            self.ready.clear()

    async def _page(self, _request: Request) -> Response:
        index = PAGE / "index.html"
        if not index.is_file():
            return PlainTextResponse("The sandbox runs; its page is not in this copy.", status_code=404)
        carried = index.read_text(encoding="utf-8").replace(KEY_MARK, self.key).replace(PAGES_MARK, self._pages)
        policy = _PAGE_HEADERS["content-security-policy"] + (f"; frame-src {self._pages}" if self._pages else "")
        return HTMLResponse(carried, headers=_PAGE_HEADERS | {"content-security-policy": policy})

    def stop(self) -> None:
        """End `serve`, and with it open polls, event streams and the webhook."""
        self.api.courier.end()
        self.world.updates.end_poll()
        self.world.events.close()
        if self._server:
            self._server.should_exit = True


__all__ = ["METHODS", "Sandbox"]
