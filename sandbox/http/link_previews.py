"""What a chat app shows of a link that is shared: title, words and picture, as the page behind it names them.

The page is asked for as a chat app's server would: by nobody (no cookie, no referrer), by GET, following nothing.
"""

import asyncio
import base64
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urlsplit

import aiohttp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.botapi.webhook import loopback
from sandbox.errors import bad

_PATIENCE = aiohttp.ClientTimeout(total=10)
_MOST = 500_000
_PICTURES = ("image/png", "image/jpeg")
_GOOD = 200


class LinkPreviews:
    """Previews of links to the pages at `pages`, and to nothing else; empty: of none."""

    def __init__(self, pages: str) -> None:
        self._pages = pages if loopback(urlsplit(pages).hostname or "") else ""

    async def preview(self, request: Request) -> Response:
        """Return the preview of the link `url`: `title` (empty: there is none), `description`, `image` as data.

        Raises:
            Refused: 400, if it leads elsewhere.
        """
        url = request.query_params["url"]
        self._demand_ours(url)
        found, picture = {"title": "", "description": "", "image": ""}, ""
        async with aiohttp.ClientSession(timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()) as nobody:
            with suppress(aiohttp.ClientError, asyncio.TimeoutError):
                kind, content = await _fetched(nobody, url)
                if kind == "text/html":
                    tags = _Tags()
                    tags.feed(content.decode("utf-8", "replace"))
                    found |= {"title": tags.of("title") or tags.title.strip(), "description": tags.of("description")}
                    picture = tags.of("image")
                if picture:
                    self._demand_ours(picture)
                    kind, content = await _fetched(nobody, picture)
                    if kind in _PICTURES:
                        found["image"] = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        return JSONResponse(found)

    def _demand_ours(self, url: str) -> None:
        if not self._pages or not url.startswith(f"{self._pages}/"):
            raise bad("previews are made of the program's own pages only")


async def _fetched(nobody: aiohttp.ClientSession, url: str) -> tuple[str, bytes]:
    """Return the type of what is there, and what it is, both empty when it is nothing to be shown."""
    async with nobody.get(url, allow_redirects=False) as answer:
        content = await answer.content.read(_MOST + 1)
        while len(content) <= _MOST and (more := await answer.content.read(_MOST)):
            content += more
        if answer.status != _GOOD or len(content) > _MOST:
            return "", b""
        return answer.content_type, content


class _Tags(HTMLParser):
    """A page's own words about itself: what its `og:` properties say, and its title."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, str] = {}
        self._in_title = False
        self.title = ""

    def of(self, name: str) -> str:
        """Return what a property says, empty when it says nothing."""
        return self._said.get(f"og:{name}", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a property."""
        given = dict(attrs)
        self._in_title = tag == "title"
        if tag == "meta" and given.get("property"):
            self._said.setdefault(given["property"] or "", given.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        """The title ends."""
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        """Take the title's words."""
        if self._in_title:
            self.title += data
