"""The ways in: a team's invitation with its words and picture for previews, and a personal link."""

import asyncio
from dataclasses import replace
from urllib.parse import quote

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.documents.picture import SheetSection
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.fallbacks import refused
from bot.views.screen import lines
from corps.membership import joining
from corps.moment import Moment
from corps.pages import devices, links
from corps.people import Actor
from corps.refusals import Refused
from web.forms import demand
from web.glances import Glances
from web.guard import Limits, peer_of
from web.markup import Article
from web.pictures import Pictures
from web.render import Page, Renderer, drawn
from web.statuses import status_of
from web.visitors import Visitor, Visitors, kind_of


class InvitationPages:
    """The pages of invitations at `url`."""

    def __init__(self, url: str, database: Database, glances: Glances, renderer: Renderer, pictures: Pictures) -> None:
        self._url = url
        self._database = database.looking()
        self._glances = glances
        self._renderer = renderer
        self._pictures = pictures

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """Show which data are kept and why, with 同意. Opening the link changes nothing."""
        code = request.path_params["code"]
        voice, at = Voice(visitor.actor.language, self._database.clock), self._database.at_a_glance()
        sight, team = await asyncio.gather(self._glances.link(visitor.address, "join", code, at), at.run(_team, code))
        inside = visitor.visit is not None and visitor.actor.member_id is not None
        action = "/do" if inside else f"/j/{quote(code, safe='')}"
        page = Page(voice("page.join"), [drawn(screen, action) for screen in sight.screens], status=sight.status)
        if team:
            link = f"{self._url}/j/{quote(code, safe='')}"
            words = ("title", voice("page.invited", team=team)), ("description", voice("page.invited_how"))
            about = ("type", "website"), ("url", link), ("image", f"{link}/picture")
            page = replace(page, preview=(*words, *about))
        return self._renderer.page(voice, visitor, page)

    async def picture(self, request: Request, _visitor: Visitor) -> Response:
        """Return the picture for previews of an invitation's link; it names nobody but the team."""
        team = await self._database.run(_team, request.path_params["code"])
        if not team:
            raise HTTPException(404)
        voice = Voice(self._database.policy.language, self._database.clock)
        section = SheetSection(voice("page.invited_how").unescape(), ())
        return await self._pictures.answer(request, voice("page.invited", team=team).unescape(), section)


class PersonalLinkPages:
    """The page of a personal link, and the form that signs a browser in."""

    def __init__(self, database: Database, visitors: Visitors, renderer: Renderer, limits: Limits) -> None:
        self._database = database
        self._visitors = visitors
        self._renderer = renderer
        self._limits = limits

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """Ask somebody who opens a personal link whether they are that member. Opening it changes nothing."""
        voice, secret = Voice(visitor.actor.language, self._database.clock), request.path_params["secret"]
        try:
            meant = await self._database.looking().run(_whose, visitor.actor, secret)
        except Refused as no:
            return self._refused(visitor, no)
        instead = voice("pages.in_instead", name=meant.instead) if meant.instead else None
        asked = lines(voice("pages.ask_who", name=meant.name), *(("", instead) if instead else ()))
        ask = Article(asked, action=f"/p/{quote(secret, safe='')}", press=voice("pages.that_is_me"))
        return self._renderer.page(voice, visitor, Page(voice("page.enter"), [ask]))

    async def enter(self, request: Request, visitor: Visitor) -> Response:
        """Sign the browser in as the member of the personal link; whoever was signed in before is signed out."""
        demand(self._limits.entries.take(peer_of(request)), 429, "page.too_often")
        kind = kind_of(request.headers.get("user-agent", ""))
        try:
            secret = await self._database.run(links.enter, request.path_params["secret"], kind)
        except Refused as no:
            self._limits.guesses.take(peer_of(request))
            return self._refused(visitor, no)
        if visitor.visit is not None:
            await self._database.run(devices.leave, visitor.visit)
        response = RedirectResponse("/", 303)
        self._visitors.keep(response, secret)
        return response

    def _refused(self, visitor: Visitor, no: Refused) -> Response:
        voice = Voice(visitor.actor.language, self._database.clock)
        page = Page(voice("page.enter"), [drawn(refused(voice, no))], status=status_of(no))
        return self._renderer.page(voice, visitor, page)


def _whose(session: Session, at: Moment, actor: Actor, secret: str) -> links.Meant:
    return links.look(session, actor, at, secret)


def _team(session: Session, _at: Moment, code: str) -> str:
    """Return the name of the team that an invitation is to; empty if it is none, or none any more."""
    try:
        return joining.read_invitation(session, code).team
    except Refused:
        return ""
