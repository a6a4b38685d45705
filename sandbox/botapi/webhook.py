"""Sends updates to the bot's webhook: the other way to get them."""

import asyncio
import ipaddress
import json
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.botapi.params import Params
from sandbox.errors import Dropped, Refused, bad, conflict
from sandbox.world.updates import Update, Updates

DEFAULT_CONNECTIONS = 40
MAX_CONNECTIONS = 100
ANSWER_SECONDS = 60.0
LONGEST_PAUSE = 60.0
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class Hook:
    """Where updates are sent."""

    url: str
    secret: str
    connections: int

    @classmethod
    def read(cls, params: Params) -> "Hook":
        """Read it from a `setWebhook` call.

        Raises:
            Refused: 400, if the URL is not on this machine, or the secret has characters that Telegram does not allow.
        """
        url, secret = params.text("url"), params.text("secret_token")
        if urlsplit(url).scheme not in ("http", "https"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not loopback(urlsplit(url).hostname or ""):
            raise bad("bad webhook: this sandbox brings updates to loopback addresses only")
        if not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        number = params.integer("max_connections", DEFAULT_CONNECTIONS)
        return cls(url, secret, min(max(number, 1), MAX_CONNECTIONS))


def loopback(host: str) -> bool:
    """Return whether a host is this machine and no other."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


class Courier:
    """Sends updates by POST until they are accepted: those of one chat in order, different chats at the same time.

    Args:
        updates: The queue.
        call: Makes a Bot API call, when the bot answers a delivery with one.

    Attributes:
        pause: Seconds before the first new try; doubled each time.
    """

    def __init__(self, updates: Updates, call: Callable[[str, Params], Awaitable[object]]) -> None:
        self.pause = 1.0
        self._updates = updates
        self._call = call
        self._hook: Hook | None = None
        self._round: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._last_error: tuple[int, str] | None = None

    def start(self, hook: Hook) -> None:
        """Begin to send updates to `hook`, and to no other."""
        self.end()
        self._hook, self._last_error = hook, None
        self._updates.webhook = True
        self._updates.end_poll(conflict("terminated by setWebhook request"))
        self._updates.on_new = self._news.set
        self._round = asyncio.create_task(self._deliver_all(hook), name="sandbox webhook")

    def end(self) -> None:
        """Send nothing more; pending updates wait for polling."""
        if self._round:
            self._round.cancel()
        self._hook = self._round = self._updates.on_new = None
        self._updates.webhook = False

    def info(self) -> dict[str, Any]:
        """Return the Bot API's `WebhookInfo`."""
        waiting = len(self._updates.pending)
        info: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
        if self._hook:
            info |= {"url": self._hook.url, "max_connections": self._hook.connections}
        if self._last_error:
            info |= {"last_error_date": self._last_error[0], "last_error_message": self._last_error[1]}
        return info

    async def _deliver_all(self, hook: Hook) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        connector = aiohttp.TCPConnector(limit=hook.connections)
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as session,
            asyncio.TaskGroup() as group,
        ):
            under_way: dict[int, asyncio.Task[None]] = {}  # by chat: the order of one chat is kept
            while True:
                self._news.clear()
                for update in self._updates.pending:
                    if len(under_way) >= hook.connections:
                        break
                    if update.key not in under_way:
                        task = group.create_task(self._deliver(session, hook, update))
                        under_way[update.key] = task
                        task.add_done_callback(partial(self._done, under_way, update.key))
                await self._news.wait()

    def _done(self, under_way: dict[int, asyncio.Task[None]], key: int, _: asyncio.Task[None]) -> None:
        under_way.pop(key, None)
        self._news.set()

    async def _deliver(self, session: aiohttp.ClientSession, hook: Hook, update: Update) -> None:
        pause = self.pause
        while update in self._updates.pending:
            if await self._post(session, hook, update):
                with suppress(ValueError):
                    self._updates.pending.remove(update)
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, hook: Hook, update: Update) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=update.wire(), headers=headers) as response:
                if response.status in _SUCCESS:
                    await self._obey(await response.read())
                    return True
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = f"Connection failed: {error or type(error).__name__}"
        self._last_error = (int(time.time()), reason)
        return False

    async def _obey(self, body: bytes) -> None:
        """Make the call that the bot's answer contains, if it contains one."""
        with suppress(ValueError, Refused, Dropped):
            values = json.loads(body) if body.startswith(b"{") else {}
            if name := values.pop("method", None):
                await self._call(str(name), Params(values))
