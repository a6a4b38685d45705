"""The webhook: Telegram sends each update to our address, and takes the answer 200 as the receipt.

The 200 goes out once the update is handled, so a crash before makes Telegram bring it again. The same lanes
as in polling keep one person's updates in order.
"""

import asyncio
import hmac
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import TelegramError

from bot.routing.user_queues import UserQueues
from bot.telegram.inbox import Inbox
from bot.telegram.polling import KINDS
from bot.telegram.raw_updates import fault, number_of, parse

log = structlog.get_logger()

BODY_MAX = 1_000_000
"""Bytes: an update is a few kilobytes; whoever sends more is not Telegram."""

AT_ONCE = 100
"""Updates under way at most; Telegram is told, and others wait at the door."""

PATIENCE = 55.0
"""Seconds until we say that it takes long: Telegram gives up after about a minute, and brings it again."""

FORGETS = 1.0
"""Seconds between two writes that forget what was kept and is handled."""

LONGEST_WAIT = 30.0
"""Seconds between two tries to tell Telegram where the door is."""

_HEADER = "x-telegram-bot-api-secret-token"


class WebhookReceiver:
    """Takes updates at one address. `secret` is what Telegram shows to prove that it is Telegram.

    `inbox` keeps what is parked, so that nobody's many updates take the places of the others'.
    """

    def __init__(self, queues: UserQueues, secret: str, path: str = "/", inbox: Inbox | None = None) -> None:
        self._lanes = queues
        self._inbox = inbox
        self._rush: list[dict[str, Any]] = []
        self._writing = asyncio.Lock()
        self._forgetting: asyncio.Task[None] | None = None
        self._secret = secret.encode()
        self.app = Starlette(routes=[Route(path or "/", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        """Handle one update, then say 200."""
        shown = request.headers.get(_HEADER, "").encode()
        if not hmac.compare_digest(shown, self._secret):
            return PlainTextResponse("not from Telegram\n", status_code=403, headers={"connection": "close"})
        try:
            raw = await _read(request)
        except ClientDisconnect:
            return PlainTextResponse("gone\n", status_code=400)
        if raw is None:
            return PlainTextResponse("not an update\n", status_code=400)
        if wrong := fault(raw):
            # A receipt all the same: else it would be brought again and again.
            log.warning("update.passed_over", update=raw["update_id"], why=wrong)
            return PlainTextResponse("passed over\n")
        if self._lanes.under_way >= AT_ONCE and not self._lanes.knows(raw["update_id"]):
            return PlainTextResponse("busy\n", status_code=503, headers={"retry-after": "1"})
        task = self._lanes.admit(raw["update_id"], raw)
        if await self._kept(raw, task):
            return PlainTextResponse("kept\n")
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        if not done:
            return PlainTextResponse("still at it\n", status_code=503, headers={"retry-after": "5"})
        return PlainTextResponse("ok\n")

    async def _kept(self, raw: dict[str, Any], task: "asyncio.Future[None]") -> bool:
        """Tell whether an update is parked, behind too many of the same person, and safely in our own keeping."""
        number = raw["update_id"]
        if self._inbox is None or not self._lanes.parks(number):
            return False
        self._rush.append(raw)
        async with self._writing:  # meanwhile others gather, and go with the next write
            rush, self._rush = self._rush, []
            if rush:
                await self._inbox.turn_over(rush, self._lanes.unfinished)
                self._lanes.laid_by(raw["update_id"] for raw in rush if self._inbox.holds(raw["update_id"]))
        task.add_done_callback(lambda _: self._forget_soon(self._inbox))
        return self._inbox.holds(number)

    def _forget_soon(self, inbox: Inbox | None) -> None:
        if inbox is not None and (self._forgetting is None or self._forgetting.done()):
            self._forgetting = asyncio.create_task(self._forget(inbox))

    async def _forget(self, inbox: Inbox) -> None:
        """Forget what was kept and is handled by now, many in one write."""
        await asyncio.sleep(FORGETS)
        await inbox.turn_over([], self._lanes.unfinished)


async def _read(request: Request) -> dict[str, Any] | None:
    """Return the update, None if the body is too large or not an update. Raises ClientDisconnect."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_MAX:
            return None
    try:
        raw = parse(bytes(body))
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) and number_of(raw) is not None else None


async def announce(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where our door is, for as long as it takes to be there."""
    wait = 1.0
    while True:
        try:
            await bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS, max_connections=AT_ONCE)
        except TelegramError as error:
            log.warning("webhook.not_set", error=type(error).__name__, seconds=wait)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)
        else:
            return
