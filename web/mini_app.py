"""The pages as a Telegram Mini App: the data that Telegram signs sign the browser in, later the cookie does."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.fallbacks import refused
from corps.addresses import Address
from corps.moment import Moment
from corps.pages import devices, links
from corps.people import Actor, recognise
from corps.refusals import Refused
from web.assets import path_of
from web.forms import FORM_BYTES, demand, is_in_utf8, is_too_large
from web.glances import Glances
from web.guard import Limits, exact_origin, peer_of
from web.markup import Article
from web.render import STYLE_HASH, Page, Renderer, drawn
from web.statuses import status_of
from web.visitors import Visitor, Visitors, kind_of

SCRIPTS = (path_of("mini_app.js"),)
FRAMED_BY = "https://*.telegram.org"
"""Telegram's web version shows the Mini App in a frame; this is its origin."""

REMEMBERED = 10_000
"""How many used data are remembered, so that none works twice; after a quarter of an hour they are too old anyway."""


class Opened(Protocol):
    """Who opened the Mini App, by which deep link, and the unique value of their signed data."""

    @property
    def address(self) -> Address:
        """The person's address in Telegram."""

    @property
    def link(self) -> str:
        """The deep link, such as `join-…`; empty if none."""

    @property
    def once(self) -> str:
        """The signature: unique for these data."""


Read = Callable[[str, dt.datetime], Opened]
"""Reads signed data of Telegram. Raises ValueError if the signature is wrong or too old."""


class MiniApp:
    """The page that Telegram's button opens. `read` is None if the installation has no Telegram."""

    def __init__(
        self, database: Database, visitors: Visitors, glances: Glances, renderer: Renderer, limits: Limits, url: str
    ) -> None:
        self._database = database
        self._visitors = visitors
        self._glances = glances
        self._renderer = renderer
        self._limits = limits
        self._url = url
        self._used: OrderedDict[str, None] = OrderedDict()
        self.read: Read | None = None
        self.framed_by = ""

    async def page(self, _request: Request, visitor: Visitor) -> Response:
        """Show the page whose script sends Telegram's signed data. Opening it changes nothing."""
        return self._page(visitor)

    def _page(self, visitor: Visitor, key: str = "", status: int = 200) -> Response:
        voice = Voice(visitor.actor.language, self._database.clock)
        ask = Article(voice("page.tg_opening"), action="/tg", press=voice("page.tg_open"))
        said = [voice(key)] if key else []
        articles = [ask, Article(voice("page.tg_else"))]
        page = Page(voice("page.tg"), articles, said, status=status, scripts=SCRIPTS)
        shown = self._renderer.page(voice, visitor, page)
        frames = f"{FRAMED_BY} {self.framed_by}".strip()
        shown.headers["content-security-policy"] = (
            f"default-src 'none'; script-src {self._url}/static/; style-src 'sha256-{STYLE_HASH}'; img-src data:; "
            f"form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
        )
        shown.headers["referrer-policy"] = "same-origin"  # else a browser names no origin when it hands the data in
        return shown

    async def enter(self, request: Request) -> Response:
        """Sign in the member whom the signed data name; somebody who is not a member reads how to join.

        The data prove who it is, so no token of a form is asked for: in a frame no cookie would be there to go with it.
        """
        demand(self._limits.guesses.has(peer_of(request)), 429, "page.too_often")
        demand(exact_origin(request, self._url), 403, "page.elsewhere")
        demand(is_in_utf8(request), 422, "page.tg_empty")
        demand(not is_too_large(request, FORM_BYTES), 413, "page.too_large", mb=1)
        visitor = await self._visitors.who(request)
        async with request.form(max_files=0, max_fields=20) as form:
            data, dark = str(form.get("data", "")), str(form.get("scheme", ""))
        if visitor.visit is not None and not data:
            return RedirectResponse("/", 303)
        try:
            demand(self.read is not None and data, 422, "page.tg_empty")
            assert self.read is not None  # noqa: S101 - demanded above
            opened = self.read(data, self._database.clock.now())
        except ValueError:
            self._limits.guesses.take(peer_of(request))
            return RedirectResponse("/", 303) if visitor.visit is not None else self._page(visitor, "page.tg_old", 403)
        response = await self._let_in(request, visitor, opened)
        if dark in ("dark", "light"):
            response.set_cookie("scheme", dark, path="/", secure=self._url.startswith("https"), samesite="lax")
        return response

    async def _let_in(self, request: Request, visitor: Visitor, opened: Opened) -> Response:
        voice, looking = Voice(visitor.actor.language, self._database.clock), self._database.looking()
        if visitor.visit is not None and await looking.run(_is_same, opened.address, visitor.actor):
            return RedirectResponse("/", 303)
        if opened.once in self._used:
            return self._page(visitor, "page.tg_old", 403)
        self._used[opened.once] = None
        if len(self._used) > REMEMBERED:
            self._used.popitem(last=False)
        kind = f"{kind_of(request.headers.get('user-agent', '')).partition('.')[0]}.telegram"
        try:
            secret = await self._database.run(links.enter_from, opened.address, kind)
        except Refused as no:
            kind_of_link, _, code = opened.link.partition("-")
            if kind_of_link == "join" and code:
                return RedirectResponse(f"/j/{quote(code, safe='')}", 303)
            sight = await self._glances.command(visitor.address, "start")
            screens = sight.screens or (refused(voice, no),)
            page = Page(voice("page.home"), [drawn(screen) for screen in screens], status=status_of(no))
            return self._renderer.page(voice, visitor, page)
        if visitor.visit is not None:
            await self._database.run(devices.leave, visitor.visit)
        response = RedirectResponse("/", 303)
        self._visitors.keep(response, secret)
        return response


def _is_same(session: Session, at: Moment, address: Address, actor: Actor) -> bool:
    return actor.member_id is not None and recognise(session, at, address).member_id == actor.member_id
