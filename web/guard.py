"""What every request passes first: checks of host and rate, and the security headers of the answer."""

import asyncio
import functools
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.runtime.door import network_of

log = structlog.get_logger()

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
    """The rate limits: requests, unknown links and outsiders' forms by network address, actions by page, uses by link.

    `said` is the sentence for those who come too often; their answer needs no database, and is sent after a
    `pause` (seconds). What all share (a link; the answers that outsiders get, `bot.routing.patience.TOGETHER`) bears
    more than one address may ask for: nobody alone can use it up for all others.
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
        self.outsiders = Bucket(240, 2.0, clock)
        self.links = Bucket(2_400, 0.01, clock)
        self.drawings = Bucket(20, 2.0, clock)

    def follows(self, request: HTTPConnection) -> bool:
        """Count a use of a link. Returns False if it was used too often, from whichever addresses."""
        is_link = not {"code", "secret", "token"}.isdisjoint(request.path_params)
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
        return sentence(self._said, 429, headers)

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


def sentence(said: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """Return a page that is one sentence: an answer that needs no database."""
    return HTMLResponse(f"<!doctype html><title>{status}</title><p>{said}</p>", status, headers)


def peer_of(connection: HTTPConnection) -> str:
    """Return the network address of a request's client: the one that the reverse proxy on this machine names, if any.

    It names it last, in the last header: what stands before that is what the client said of itself. Of an IPv6 address
    only the first 64 bits count, since a client has all addresses of its network.
    """
    peer = connection.client.host if connection.client is not None else ""
    said = ",".join(connection.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    return network_of(said if said and _may_name(peer, said) else peer)


@functools.lru_cache(1024)
def _may_name(peer: str, said: str) -> bool:
    """Tell whether who asks may name the client's address: a program on this machine, and it must be an address."""
    try:
        return bool(ipaddress.ip_address(said)) and (not peer or ipaddress.ip_address(peer).is_loopback)
    except ValueError:
        return False


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


@dataclass(frozen=True)
class Sentences:
    """What is said where no page can be drawn: to requests of `elsewhere`, and when an answer has `failed`."""

    elsewhere: str
    failed: str


class Guard:
    """The middleware: refuses other host names and too many requests, and sets the security headers.

    `framed_by` is the one site that may show the pages in a frame; empty: none. What an answer does not say of caches
    is that none may keep it: who uses the browser next must not read it there.
    """

    def __init__(
        self, app: ASGIApp, url: str, style_hash: str, limits: Limits, says: Sentences, framed_by: str = ""
    ) -> None:
        self._app = app
        self._limits = limits
        self._says = says
        parts = urlsplit(url)
        self._host = parts.netloc.lower()
        frames = framed_by or "'none'"
        policy = (
            f"default-src 'none'; style-src 'sha256-{style_hash}' {url}/static/; script-src {url}/static/; "
            f"connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
        )
        told = {
            "cache-control": "private, no-store",
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
        begun = False

        async def telling(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                more = self._told if b"content-security-policy" in given else [*self._told, *self._unframed]
                message["headers"] = [*message["headers"], *(one for one in more if one[0] not in given)]
            await send(message)

        try:
            await (await self._judged(scope))(scope, receive, telling)
        except Exception as error:
            log.error("page.failed", exc_info=error)
            if begun:
                raise
            await sentence(self._says.failed, 500)(scope, receive, telling)

    async def _judged(self, scope: Scope) -> ASGIApp:
        """Return what answers a request: the pages, or a refusal.

        A slash at the end is ignored, and not answered by a redirect: that would name a secret address once more, and
        without the TLS which ends at the proxy.
        """
        asked = HTTPConnection(scope)
        if [host.lower() for host in asked.headers.getlist("host")] != [self._host]:
            return sentence(self._says.elsewhere, 403)
        if not self._limits.requests.take(peer_of(asked)):
            return await self._limits.often()
        scope["path"] = scope["path"].rstrip("/") or "/"
        return self._app
