"""An activity's page: the card for members, the public facts for others, and the picture for previews of its link."""

import asyncio
from dataclasses import replace

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.documents.picture import SheetLine, SheetSection
from bot.runtime.database import Database
from bot.texts.voice import Voice
from corps.activities.card_queries import Outline, outline
from corps.moment import Moment
from web.channel import number_of
from web.glances import Glances
from web.pictures import Pictures
from web.render import Page, Renderer, drawn
from web.visitors import Visitor


class ActivityPages:
    """The pages of activities at `url`."""

    def __init__(self, url: str, database: Database, glances: Glances, renderer: Renderer, pictures: Pictures) -> None:
        self._url = url
        self._database = database.looking()
        self._glances = glances
        self._renderer = renderer
        self._pictures = pictures

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """Show an activity; to somebody who is not a member only what, when and where, and how to join."""
        code = request.path_params["code"]
        voice, number = Voice(visitor.actor.language, self._database.clock), number_of(code)
        at = self._database.at_a_glance()
        sight, found = await asyncio.gather(
            self._glances.link(visitor.address, "act", code, at), at.run(_outline, number)
        )
        page = Page(voice("page.activity"), [drawn(screen) for screen in sight.screens], status=sight.status)
        if found is None:
            return self._renderer.page(voice, visitor, replace(page, status=404))
        when = voice.span(found.starts_at, found.ends_at)
        described = voice("page.preview", when=when, place=found.place)
        preview = {"title": found.title, "description": described, "type": "website", "url": f"{self._url}/a/{number}"}
        preview["image"] = f"{self._url}/a/{number}/picture"
        return self._renderer.page(voice, visitor, replace(page, preview=tuple(preview.items())))

    async def picture(self, request: Request, _visitor: Visitor) -> Response:
        """Return the picture of an activity for previews of its link; it shows only public facts."""
        found = await self._database.run(_outline, number_of(request.path_params["code"]))
        if found is None:
            raise HTTPException(404)
        voice = Voice(self._database.policy.language, self._database.clock)
        line = SheetLine(
            voice.weekday(voice.zone.wall(found.starts_at).date()),
            found.place,
            voice.listed(found.teams),
        )
        section = SheetSection(voice.span(found.starts_at, found.ends_at), (line,))
        return await self._pictures.answer(request, found.title, section)


def _outline(session: Session, at: Moment, activity_id: int) -> Outline | None:
    return outline(session, at, activity_id)
