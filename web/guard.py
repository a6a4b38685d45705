"""What every request passes first: checks of host and rate, and the security headers of the answer."""

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.runtime.door import network_of

REMEMBERED = 20_000

PAUSE = 1.0
"""Seconds before a 429 is sent, so that one connection cannot ask faster than that."""

PAUSED = 64
"""How many such answers wait at once. Beyond that a 429 is sent at once, and the connection is closed."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Bucket:
    """A rate limit by key: `at_once` together, then one more after each `pause` (seconds). Keeps the last keys only."""

    def __init__(self, at_once: int, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = float(at_once)
        self._pause = pause
        self._clock = clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def has(self, who: Hashable) -> bool:
        """Tell whether another one is allowed now."""
        return self._now(who) >= 1.0

    def take(self, who: Hashable) -> bool:
        """Count one. Returns False if it is not allowed now."""
        left = self._now(who)
        if left >= 1.0:
            self._left[who] = left - 1.0, self._clock()
        return left >= 1.0

    def _now(self, who: Hashable) -> float:
        now = self._clock()
        left, at = self._left.get(who, (self._at_once, now))
        left = min(self._at_once, left + (now - at) / self._pause)
        self._left[who] = left, now
        self._left.move_to_end(who)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return left


class Limits:
    """The rate limits: requests and unknown links by network address, actions by page, and uses of one link.

    `said` is the sentence for those who come too often; their answer needs no database, and is sent after a
    `pause` (seconds).
    """

    def __init__(
        self,
        said: str,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._said = said
        self.pause = pause
        self._paused = 0
        self.requests = Bucket(240, 0.1, clock)
        self.guesses = Bucket(30, 4.0, clock)
        self.deeds = Bucket(60, 1.0, clock)
        self.entries = Bucket(60, 5.0, clock)
        self.links = Bucket(600, 0.2, clock)

    def follows(self, request: HTTPConnection) -> bool:
        """Count a use of a link. Returns False if it was used too often, from whichever addresses."""
        is_link = not {"code", "secret"}.isdisjoint(request.path_params)
        return not is_link or self.links.take(request.scope["path"])

    async def often(self) -> Response:
        """Return the 429 answer, after the pause."""
        headers = {"connection": "close"} if self._paused >= PAUSED else {}
        if not headers:
            self._paused += 1
            try:
                await self.pause(PAUSE)
            finally:
                self._paused -= 1
        return HTMLResponse(f"<!doctype html><title>429</title><p>{self._said}</p>", 429, headers)

    def guessed(self, endpoint: Endpoint) -> Endpoint:
        """Let an endpoint answer, unless the client tried too many unknown links or the link was used too often."""

        async def answer(request: Request) -> Response:
            peer = peer_of(request)
            if not (self.guesses.has(peer) and self.follows(request)):
                return await self.often()
            response = await endpoint(request)
            if response.status_code == 404:  # noqa: PLR2004
                self.guesses.take(peer)
            return response

        return answer


def peer_of(connection: HTTPConnection) -> str:
    """Return the network address of a request's client: the one that the reverse proxy on this machine names, if any.

    Of an IPv6 address only the first 64 bits count, since a client has all addresses of its network.
    """
    peer = connection.client.host if connection.client is not None else ""
    said = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    try:
        if said and (not peer or ipaddress.ip_address(peer).is_loopback):
            return network_of(str(ipaddress.ip_address(said)))
    except ValueError:
        pass
    return network_of(peer)


def same_origin(connection: HTTPConnection, url: str) -> bool:
    """Tell whether a POST comes from one of our pages, as far as the browser says.

    Since we ask for no referrer, a browser names no origin (`null`) and tells by `Sec-Fetch-Site` whose page it was.
    If it says neither, the form's token still has to be right.
    """
    if connection.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = connection.headers.get("origin", "null")
    parts = urlsplit(url)
    return origin in ("null", f"{parts.scheme}://{parts.netloc}")


def exact_origin(connection: HTTPConnection, url: str) -> bool:
    """Tell whether the browser names our own site as the origin; needed where no form's token can be checked."""
    parts = urlsplit(url)
    said = connection.headers.get("origin", "")
    return said == f"{parts.scheme}://{parts.netloc}" and same_origin(connection, url)


class Guard:
    """The middleware: refuses other host names and too many requests, and sets the security headers.

    `framed_by` is the one site that may show the pages in a frame; empty: none.
    """

    def __init__(self, app: ASGIApp, url: str, style_hash: str, limits: Limits, framed_by: str = "") -> None:
        self._app = app
        self._limits = limits
        parts = urlsplit(url)
        self._host = parts.netloc.lower()
        frames = framed_by or "'none'"
        policy = (
            f"default-src 'none'; style-src 'sha256-{style_hash}' {url}/static/; script-src {url}/static/; "
            f"connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
        )
        told = {
            "content-security-policy": policy,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-robots-tag": "noindex, nofollow",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
        }
        self._unframed = [] if framed_by else [(b"x-frame-options", b"DENY")]
        if parts.scheme == "https":
            told["strict-transport-security"] = "max-age=31536000; includeSubDomains"
        self._told = [(name.encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                more = self._told if b"content-security-policy" in given else [*self._told, *self._unframed]
                message["headers"] = [*message["headers"], *(one for one in more if one[0] not in given)]
            await send(message)

        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        if host != self._host:
            await telling({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
            await telling({"type": "http.response.body", "body": b""})
            return
        fits = self._limits.requests.take(peer_of(HTTPConnection(scope)))
        await (self._app if fits else await self._limits.often())(scope, receive, telling)
