"""A team's invitation: the page with 同意, its words for previews of the link, and the picture for them."""

import asyncio
from dataclasses import replace
from urllib.parse import quote

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.documents.picture import SheetSection, sheet_png
from bot.runtime.database import Database
from bot.texts.voice import Voice
from corps.membership import joining
from corps.moment import Moment
from corps.refusals import Refused
from web.glances import Glances
from web.guard import Limits, peer_of
from web.render import Page, Renderer, drawn
from web.visitors import Visitor


class InvitationPages:
    """The pages of invitations at `url`."""

    def __init__(self, url: str, database: Database, glances: Glances, renderer: Renderer, limits: Limits) -> None:
        self._url = url
        self._database = database.looking()
        self._glances = glances
        self._renderer = renderer
        self._limits = limits
        self._drawn: dict[str, bytes] = {}

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
        """Return the picture for previews of an invitation's link; it names nobody but the team. Each is drawn once."""
        team = await self._database.run(_team, request.path_params["code"])
        if not team:
            raise HTTPException(404)
        if team not in self._drawn:
            if not self._limits.drawings.take(peer_of(request)):
                return await self._limits.often()
            self._drawn[team] = await asyncio.to_thread(self._draw, team)
        headers = {"cache-control": "public, max-age=3600"}
        return Response(self._drawn[team], headers=headers, media_type="image/png")

    def _draw(self, team: str) -> bytes:
        voice = Voice(self._database.policy.language, self._database.clock)
        section = SheetSection(voice("page.invited_how").unescape(), ())
        return sheet_png(voice("page.invited", team=team).unescape(), self._database.policy.corps_name, (section,))


def _team(session: Session, _at: Moment, code: str) -> str:
    """Return the name of the team that an invitation is to; empty if it is none, or none any more."""
    try:
        return joining.read_invitation(session, code).team
    except Refused:
        return ""
