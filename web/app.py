"""The pages: what each address shows and what its form does. GET changes nothing; POST redirects to the result."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import quote

from sqlmodel import Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.callbacks import Payload
from bot.callbacks.joining import ConsentTap
from bot.callbacks.ratings import RateTap
from bot.documents.html import cleaned
from bot.documents.images import UnfitError
from bot.routing.dispatcher import Dispatcher
from bot.routing.feeds import Feeds
from bot.routing.files import Files
from bot.routing.routes import Routes
from bot.runtime.database import Database
from bot.texts.voice import Voice
from corps.addresses import Address
from corps.moment import Moment
from corps.pages import devices, messages
from corps.pages.devices import WEB
from corps.pages.messages import Message
from models.enums import PageMessageKind
from web import assets
from web.activities import ActivityPages
from web.attached import AttachedFiles
from web.board.pages import BoardPages
from web.channel import number_of
from web.deeds import Deed, Deeds
from web.forms import (
    FORM_BYTES,
    MEGABYTES,
    MOST_FILES,
    NotTakenError,
    brings_files,
    deed_of,
    demand,
    is_in_utf8,
    is_too_large,
    once_of,
)
from web.glances import Glances, Sight
from web.guard import Guard, Limits, Sentences, peer_of, same_origin
from web.invitations import InvitationPages, PersonalLinkPages
from web.live import Live
from web.markup import Article, is_said
from web.mini_app import MiniApp
from web.pictures import Pictures
from web.render import STYLE_HASH, Page, Renderer, drawn, last_drawn, written
from web.statuses import status_of
from web.unsubscribe import UnsubscribePages
from web.visitors import Visitor, Visitors

UNREAD_AT_HOME = 5
_MISSAID = (413, 422)
"""Statuses of a form whose words or files are not taken."""
CODE_REFRESH = 10
"""Seconds after which a page with a rotating code is reloaded; each code is valid for another half minute."""

Answer = Callable[[Request, Visitor], Awaitable[Response]]


class Site:
    """All pages of one installation, at `url`. `framed_by` is the only site that may show them in a frame, if any."""

    def __init__(self, url: str, database: Database, files: Files, routes: Routes, dispatcher: Dispatcher) -> None:
        self._url = url
        self.framed_by = ""
        self._database = database
        self._files = files
        self._visitors = Visitors(database, url)
        self._glances = Glances(url, database, files, routes)
        self._deeds = Deeds(dispatcher, database)
        self._renderer = Renderer(database.policy.corps_name)
        self.limits = Limits(str(Voice(database.policy.language, database.clock)("page.too_often")))
        pictures = Pictures(database.policy.corps_name, self.limits)
        self._activities = ActivityPages(url, database, self._glances, self._renderer, pictures)
        self._invitations = InvitationPages(url, database, self._glances, self._renderer, pictures)
        self._board = BoardPages(database, self._renderer)
        self.live = Live(database)
        self._personal_links = PersonalLinkPages(database, self._visitors, self._renderer, self.limits)
        self._unsubscribe = UnsubscribePages(database, self._visitors, self._renderer, self.limits)
        self.mini_app = MiniApp(database, self._visitors, self._glances, self._renderer, self.limits, url)

    @property
    def app(self) -> Starlette:
        """The ASGI application."""
        self.mini_app.framed_by = self.framed_by
        voice = Voice(self._database.policy.language, self._database.clock)
        says = Sentences(str(voice("page.elsewhere")), str(voice("door.failed")))
        return Starlette(
            routes=self._routes(),
            middleware=[
                Middleware(Guard, self._url, STYLE_HASH, self.limits, says, self.framed_by),
                Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
            ],
            exception_handlers={HTTPException: self._lost},
        )

    def _routes(self) -> list[BaseRoute]:
        get, post = ["GET"], ["POST"]
        return [
            Route("/", self._page(self._home), methods=get),
            *(
                Route(f"/{name}", self._page(self._command(name)), methods=get)
                for name in ("activities", "mine", "settings")
            ),
            Route("/messages", self._page(self._messages), methods=get),
            Route("/messages", self._form(self._mark_read), methods=post),
            Route("/do", self._form(self._do), methods=post),
            Route("/t/{turn}", self._page(self._outcome), methods=get),
            Route("/m/{number}/{part}", self._page(AttachedFiles(self._database, self._files).page), methods=get),
            Route("/j/{code}", self._page(self._invitations.page), methods=get),
            Route("/j/{code}/picture", self._page(self._invitations.picture), methods=get),
            Route("/j/{code}", self._form(self._consent), methods=post),
            Route("/p/{secret}", self._page(self._personal_links.page), methods=get),
            Route("/p/{secret}", self._form(self._personal_links.enter), methods=post),
            Route("/a/{code}", self._page(self._activities.page), methods=get),
            Route("/a/{code}/picture", self._page(self._activities.picture), methods=get),
            Route("/in/{code}", self._page(self._on_site), methods=get),
            Route("/in/{code}", self._form(self._arrive), methods=post),
            Route("/u/{token}", self._page(self._unsubscribe.page), methods=get),
            Route("/u/{token}", self._unsubscribe.form, methods=post),
            *self._board.routes(self._page),
            Route("/live", self._page(self.live.answer), methods=get),
            assets.ROUTE,
            Route("/r/{code}", self._page(self._rating), methods=get),
            Route("/r/{code}", self._form(self._rated), methods=post),
            Route("/c/{number}", self._page(self._certificate), methods=get),
            Route("/tg", self._page(self.mini_app.page), methods=get),
            Route("/tg", self._caught(self.mini_app.enter), methods=post),
            *(Route(feed.path, self.limits.guessed(feed.endpoint)) for feed in Feeds(self._database).routes),
        ]

    # How every page and every form is answered.

    def _page(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            visitor = await self._visitors.who(request)
            response = await answer(request, visitor)
            if visitor.fresh and response.status_code == 200:  # noqa: PLR2004
                self._visitors.keep(response, visitor.secret)
            return response

        return self.limits.guessed(endpoint)

    def _form(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            self._demand_fit(request)
            visitor = await self._visitors.who(request)
            acts = self.limits.deeds.take(visitor.address) if visitor.visit is not None else True
            is_known = visitor.actor.is_member or self.limits.outsiders.take(peer_of(request))
            demand(acts and is_known, 429, "page.too_often")
            is_small = not is_too_large(request, FORM_BYTES)
            demand(is_small or brings_files(request), 413, "page.too_large", mb=MEGABYTES)
            demand(is_small or visitor.actor.is_member, 403, "page.files_later")
            async with request.form(max_files=MOST_FILES, max_fields=20, max_part_size=FORM_BYTES) as form:
                request.state.form = form
                demand(visitor.sent(form.get("csrf")), 403, "page.expired")
                return await answer(request, visitor)

        return self._caught(endpoint)

    def _caught(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return await answer(request)
            except NotTakenError as no:
                return await self._refusal(request, no)
            except HTTPException:  # a form that Starlette cannot read
                return await self._refusal(request, NotTakenError(422, "page.expired"))

        return endpoint

    def _demand_fit(self, request: Request) -> None:
        """Raise NotTakenError for a form that is sent too often, sent from another site, or too large."""
        demand(self.limits.follows(request), 429, "page.too_often")
        demand(same_origin(request, self._url), 403, "page.elsewhere")
        demand(is_in_utf8(request), 422, "page.expired")
        demand(not is_too_large(request), 413, "page.too_large", mb=MEGABYTES)

    def _show(self, visitor: Visitor, page: Page) -> HTMLResponse:
        return self._renderer.page(self._voice(visitor), visitor, page)

    def _voice(self, visitor: Visitor) -> Voice:
        return Voice(visitor.actor.language, self._database.clock)

    async def _refusal(self, request: Request, no: NotTakenError) -> Response:
        visitor = await self._visitors.who(request)
        voice = self._voice(visitor)
        said, asked = [voice(no.key, **no.facts)], Sight(())
        if no.status in _MISSAID and visitor.visit is not None:  # what was asked stands there, to be answered anew
            asked = await self._glances.question(visitor.address, self._database.at_a_glance())
        articles = [drawn(screen) for screen in asked.screens]
        return self._show(visitor, Page(voice("page.refused"), articles, said, status=no.status))

    async def _lost(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - no other is brought here
        response = await self._refusal(request, NotTakenError(error.status_code, "page.not_found"))
        response.headers.update(error.headers or {})
        return response

    def _seen(self, visitor: Visitor, key: str, sight: Sight, path: str = "", action: str = "/do") -> Response:
        articles = [drawn(screen, action) for screen in sight.screens]
        return self._show(visitor, Page(self._voice(visitor)(key), articles, path=path, status=sight.status))

    # What is looked at.

    def _command(self, name: str) -> Answer:
        async def answer(_request: Request, visitor: Visitor) -> Response:
            return self._seen(visitor, f"page.{name}", await self._glances.command(visitor.address, name), f"/{name}")

        return answer

    async def _home(self, _request: Request, visitor: Visitor) -> Response:
        """Show the person's tasks, the coming activities, and the menu."""
        voice, address, at = self._voice(visitor), visitor.address, self._database.at_a_glance()
        office = ("today",) if visitor.actor.is_leader or visitor.actor.is_coordinator else ()
        names = (*office, "activities", "start") if visitor.actor.is_member else ("start",)
        looks = [self._glances.question(address, at), *(self._glances.command(address, name, at=at) for name in names)]
        (sent, _), (asked, *sights) = await asyncio.gather(at.run(messages.newest, address), asyncio.gather(*looks))
        new = [written(voice, one, dated=True) for one in sent if one.unread and visitor.actor.is_member]
        question = [drawn(screen) for screen in asked.screens]
        joins = bool(question) and not visitor.actor.is_member  # how to begin is no news to them
        articles = [drawn(screen) for sight in sights for screen in sight.screens if not joins]
        news = _news(voice, new[:UNREAD_AT_HOME], visitor.unread)
        return self._show(visitor, Page(voice("page.home"), [*question, *news, *articles], path="/"))

    async def _messages(self, request: Request, visitor: Visitor) -> Response:
        """Show what was sent to the person, newest first."""
        if visitor.visit is None:
            return self._seen(visitor, "page.messages", await self._glances.command(visitor.address, "mine"))
        voice, before = self._voice(visitor), number_of(request.query_params.get("before", ""))
        sent, more = await self._database.looking().run(messages.newest, visitor.address, before, visitor.since)
        older = f"/messages?before={sent[-1].id}" if more else ""
        said = [] if sent else [voice("page.no_messages")]
        articles = [written(voice, one, dated=True) for one in sent]
        page = Page(voice("page.messages"), articles, said, "/messages", older=older, mark_read=bool(visitor.unread))
        if visitor.actor.is_member and not before:
            page = replace(page, live="/messages", scripts=(assets.path_of("live.js"),))
        return self._show(visitor, page)

    async def _outcome(self, request: Request, visitor: Visitor) -> Response:
        """Show the result of what the person did."""
        turn = request.path_params["turn"][:24]
        found, fresh = await self._deeds.answers(visitor.address, turn, visitor.since)
        if not found:
            return RedirectResponse("/", 303)
        return self._answered(visitor, found, refresh=CODE_REFRESH if fresh else 0)

    def _answered(self, visitor: Visitor, found: Sequence[Message], status: int = 200, refresh: int = 0) -> Response:
        voice = self._voice(visitor)
        cards = last_drawn([one for one in found if one.kind is not PageMessageKind.TOAST])
        articles = [written(voice, one) for one in cards]
        toasts = [cleaned(one.shown.html) for one in found if one.kind is PageMessageKind.TOAST]
        said = [toast for toast in toasts if not is_said(toast, articles)]
        return self._show(visitor, Page(voice("page.answer"), articles, said, status=status, refresh=refresh))

    async def _certificate(self, request: Request, visitor: Visitor) -> Response:
        """Show whether a record of service with that number was issued; how often one may ask is counted by person."""
        asks = visitor.address if visitor.visit is not None else Address(WEB, f"at {peer_of(request)}")
        sight = await self._glances.command(asks, "cert", request.path_params["number"][:40])
        return self._seen(visitor, "page.certificate", sight)

    async def _rating(self, request: Request, visitor: Visitor) -> Response:
        """Ask somebody who scanned an activity's rating code how it was."""
        code = request.path_params["code"]
        sight = await self._glances.link(visitor.address, "rate", code)
        return self._seen(visitor, "page.rating", sight, action=f"/r/{_quoted(code)}")

    async def _on_site(self, request: Request, visitor: Visitor) -> Response:
        """Ask somebody who scanned the check-in code whether to check in."""
        voice, code = self._voice(visitor), request.path_params["code"]
        if not visitor.actor.is_member:
            sight = await self._glances.command(visitor.address, "start")
            elsewhere = [link for link in self._files.links_to("in", code) if not link.startswith(self._url)]
            rows = [[{"label": voice("page.check_in_elsewhere"), "url": link}] for link in elsewhere]
            ways = [Article(voice("page.check_in_from"), rows)] if rows else []
            page = Page(voice("page.check_in"), [*map(drawn, sight.screens), *ways], status=sight.status)
            return self._show(visitor, page)
        ask = Article(voice("page.check_in_ask"), action=f"/in/{_quoted(code)}", press=voice("page.check_in_do"))
        return self._show(visitor, Page(voice("page.check_in"), [ask]))

    # What is done.

    async def _do(self, request: Request, visitor: Visitor) -> Response:
        """Handle a pressed button or typed words, and redirect to the result."""
        demand(visitor.visit is not None, 403, "door.stranger")
        deed = await deed_of(request)
        demand(not deed.uploads or visitor.actor.is_member, 403, "page.files_later")
        demand(await self._deeds.has_room(visitor.address, deed), 429, "page.files_many")
        return await self._done(request, visitor, deed)

    async def _done(self, request: Request, visitor: Visitor, deed: Deed) -> Response:
        assert visitor.visit is not None  # noqa: S101 - who is not in does nothing
        try:
            done = await self._deeds.do(visitor.address, deed, visitor.visit)
        except UnfitError:
            raise NotTakenError(422, "page.unfit") from None
        if done.undone is None and done.inside:
            response: Response = RedirectResponse(f"/t/{done.turn}", 303)
            if done.secret:
                self._visitors.keep(response, done.secret)
            return response
        answers, _ = await self._deeds.answers(visitor.address, done.turn, visitor.since)
        if done.undone is None and any(one.shown.rows for one in answers):  # put out by themselves: no button is theirs
            page = Page(self._voice(visitor)("page.answer"), said=[self._voice(visitor)("page.out")])
            response = self._show(await self._visitors.who(request), page)
        else:
            response = self._answered(await self._visitors.who(request), answers, status_of(done.undone))
        if not done.inside and not await self._database.run(devices.leave, visitor.visit):
            self._visitors.forget(response)
        return response

    async def _arrive(self, request: Request, visitor: Visitor) -> Response:
        """Check in with the code shown on site."""
        demand(visitor.visit is not None, 403, "door.stranger")
        deed = Deed(once_of(request), text=f"/start in-{request.path_params['code']}")
        return await self._done(request, visitor, deed)

    async def _mark_read(self, request: Request, visitor: Visitor) -> Response:
        if visitor.visit is not None:
            await self._database.run(messages.mark_read, visitor.address)
        return RedirectResponse("/" if "home" in request.query_params else "/messages", 303)

    async def _consent(self, request: Request, visitor: Visitor) -> Response:
        """Handle 同意: the browser is signed in to a page from now on, but to no member yet."""
        return await self._entered(request, visitor, ConsentTap(request.path_params["code"]))

    async def _rated(self, request: Request, visitor: Visitor) -> Response:
        """Record a rating; somebody who is not signed in gets a page, so that a sentence can follow."""
        code = request.path_params["code"]
        return await self._entered(request, visitor, *(RateTap(code, stars) for stars in range(1, 6)))

    async def _entered(self, request: Request, visitor: Visitor, *taken: Payload) -> Response:
        """Handle a button whose payload is one of `taken`; this signs in a browser that is not signed in yet."""
        deed = await deed_of(request)
        demand(deed.payload in {one.pack() for one in taken}, 422, "page.expired")
        demand(self.limits.entries.take(peer_of(request)), 429, "page.too_often")
        if visitor.visit is not None:
            return await self._done(request, visitor, deed)
        before = await self._visitors.former(visitor)
        address = before or devices.new_address()
        done = await self._deeds.do(address, deed)
        if done.undone is not None:
            self.limits.guesses.take(peer_of(request))
            found = await self._database.looking().run(messages.of_turn, address, done.turn)
            if before is None:
                await self._database.run(_forget, address)
            return self._answered(visitor, found, status_of(done.undone))
        response = RedirectResponse(f"/t/{done.turn}", 303)
        self._visitors.keep(response, await self._visitors.let_in(request, address))
        return response


def _forget(session: Session, _at: Moment, address: Address) -> None:
    devices.forget(session, [address])


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _news(voice: Voice, new: Sequence[Article], unread: int) -> list[Article]:
    """Return the unread messages that the first page shows, and below them the button by which all are read."""
    if not new:
        return []
    more = max(unread - len(new), 0)
    said = voice("page.news_more", n=more) if more else voice("page.news")
    return [*new, Article(said, action="/messages?home", press=voice("page.mark_read"))]
