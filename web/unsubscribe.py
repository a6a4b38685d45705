"""Unsubscribing by a link in a mail (RFC 8058). Opening it only asks, because mail programs and scanners open links.

The link is the right to do it: whoever sends the form need not be in here, nor come from a page of ours.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from bot.runtime.database import Database
from bot.texts.voice import Voice
from corps.mailbox import mailboxes
from web.forms import FORM_BYTES, is_too_large
from web.guard import Limits, peer_of
from web.markup import Article
from web.render import Page, Renderer
from web.visitors import Visitor, Visitors

NOT_FOUND, TOO_LARGE, TOO_OFTEN = 404, 413, 429


class UnsubscribePages:
    """`/u/<token>`: a page that asks, and a form that does it."""

    def __init__(self, database: Database, visitors: Visitors, renderer: Renderer, limits: Limits) -> None:
        self._database = database
        self._visitors = visitors
        self._renderer = renderer
        self._limits = limits

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """Ask whether mail is to stop."""
        voice = Voice(visitor.actor.language, self._database.clock)
        token = request.path_params["token"][:40]
        address = await self._database.looking().run(mailboxes.whose, token)
        if not address:
            return self._said(voice, visitor, "mail.stopped", NOT_FOUND)
        ask = Article(voice("mail.stop_ask", address=address), action=f"/u/{token}", press=voice("mail.stop_do"))
        return self._renderer.page(voice, visitor, Page(voice("mail.stop_title"), [ask]))

    @property
    def form(self) -> Callable[[Request], Awaitable[Response]]:
        """Stop mail: by the page's form, or by the mail program itself."""

        async def stop(request: Request) -> Response:
            visitor = await self._visitors.who(request)
            voice, peer = Voice(visitor.actor.language, self._database.clock), peer_of(request)
            if not (self._limits.guesses.has(peer) and self._limits.follows(request)):
                return self._said(voice, visitor, "page.too_often", TOO_OFTEN)
            if is_too_large(request, FORM_BYTES):
                return self._said(voice, visitor, "page.expired", TOO_LARGE)
            if not await self._database.run(mailboxes.stop, request.path_params["token"][:40]):
                self._limits.guesses.take(peer)
            return self._said(voice, visitor, "mail.stopped")

        return stop

    def _said(self, voice: Voice, visitor: Visitor, key: str, status: int = 200) -> Response:
        page = Page(voice("mail.stop_title"), said=[voice(key)], status=status)
        return self._renderer.page(voice, visitor, page)
