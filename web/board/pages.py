"""The routes of the board: each looks up its facts in one transaction and shows them."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from markupsafe import Markup
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.fallbacks import refused
from corps import today
from corps.board import delivery, events, overview, people, robots
from corps.board.events import A_PAGE, Wanted
from corps.board.overview import PARTS, Board
from corps.board.people import PeopleWanted
from corps.moment import Moment
from corps.people import Actor, demand_leader_or_coordinator, recognise
from corps.records import audit_log, documents
from corps.records.audit_log import About
from corps.refusals import Refused
from web.assets import HTMX, path_of
from web.board import lists
from web.board.lists import Content
from web.board.parts import SILENT, draw, quota_table
from web.board.tables import Cell, Part, Table, heads
from web.board.words import fill, standing
from web.channel import number_of
from web.render import Page, Renderer, drawn
from web.statuses import status_of
from web.visitors import Visitor

T = TypeVar("T")
Answer = Callable[[Request, Visitor], Awaitable[Response]]
Look = Callable[[Session, Actor, Moment], T]

WAYS = ("activities", "month", "people", "broadcasts", "robots", "documents", "audit", "wall")
"""The pages besides the first one; the last three are for coordinators only."""

SCRIPTS = (path_of(HTMX), path_of("live.js"))
STYLES = (path_of("wide.css"),)
REFRESHES = 60
"""Seconds after which the wall page reloads itself, since nobody uses it by hand."""


@dataclass(frozen=True)
class Asked:
    """The query of a request."""

    request: Request

    def word(self, name: str) -> str:
        """Return a parameter as text; "" if it is missing or cannot come from one of our pages."""
        word = self.request.query_params.get(name, "")
        return word if len(word) <= 40 and word.isprintable() else ""  # noqa: PLR2004 - longer than any of ours

    def number(self, name: str) -> int:
        """Return a parameter as a whole number; 0 if it is missing or none."""
        return number_of(self.word(name))


class BoardPages:
    """The pages of the board."""

    def __init__(self, database: Database, renderer: Renderer) -> None:
        self._database = database.looking()
        self._renderer = renderer

    def routes(self, page: Callable[[Answer], Callable[[Request], Awaitable[Response]]]) -> list[Route]:
        """Return the routes; `page` makes the answer of each."""
        answers: dict[str, Answer] = {
            "": self.board,
            "/parts": self.parts,
            "/wall": self.wall,
            "/activities": self._listing(self._activities),
            "/month": self._listing(self._month),
            "/people": self._listing(self._people),
            "/broadcasts": self._listing(self._broadcasts),
            "/broadcasts/{number:int}": self._listing(self._delivery),
            "/robots": self._listing(self._robots),
            "/wait": self._listing(self._wait),
            "/documents": self._listing(self._documents),
            "/audit": self._listing(self._audit),
        }
        return [Route(f"/board{path}", page(answer), methods=["GET"]) for path, answer in answers.items()]

    # The first page, what of it has changed, and the wall.

    async def board(self, request: Request, visitor: Visitor) -> Response:
        """Show the board's first page."""
        voice, year = self._voice(visitor), Asked(request).number("year")
        try:
            found = await self._run(visitor, lambda s, a, at: overview.see(s, a, at, year, PARTS))
        except Refused as no:
            return self._refused(visitor, no)
        sections = [
            (column[0], [self._section(voice, visitor, draw(voice, found, part)) for part in column if found.has(part)])
            for column in overview.COLUMNS
        ]
        body = self._renderer.part(
            "wide.html", voice=voice, columns=sections, ways=self._ways(voice, visitor, ""), years=_years(found),
            anew=f"/board/parts?year={found.year}", chooser=None,
        )  # fmt: skip
        return self._show(voice, visitor, str(voice("board.title", year=found.year)), body)

    async def parts(self, request: Request, visitor: Visitor) -> Response:
        """Return those of the requested parts that have changed since the digest that came with the request."""
        voice, asked = self._voice(visitor), Asked(request)
        wanted = [part for part in PARTS if part in request.query_params]
        try:
            found = await self._run(visitor, lambda s, a, at: overview.see(s, a, at, asked.number("year"), wanted))
        except Refused as no:
            return self._refused(visitor, no)
        sections = [
            self._section(voice, visitor, draw(voice, found, part), anew=True) for part in wanted if found.has(part)
        ]
        known = {asked.word(part) for part in wanted}
        fresh = [html for html, digest in ((one, _digest_in(one)) for one in sections) if digest not in known]
        if not fresh:
            return Response(status_code=204)
        return HTMLResponse(Markup().join(fresh), headers={"cache-control": "private, no-store"})

    async def wall(self, _request: Request, visitor: Visitor) -> Response:
        """Show the wall page: the year and the next activities, in large letters and without names of people."""
        voice = self._voice(visitor)
        try:
            found = await self._run(visitor, overview.wall)
        except Refused as no:
            return self._refused(visitor, no)
        rows = [
            [
                Cell(one.title),
                Cell(voice.span(one.starts_at, one.ends_at)),
                Cell(one.place),
                Cell(voice.listed(one.teams) or "—"),
                Cell(standing(voice, one), style=fill(one)),
            ]
            for one in found.events
        ]
        coming = Table(voice("board.next"), heads(voice, "activity", "when", "place", "team", "state"), rows)
        part = Part("wall", tables=[quota_table(voice, found.quota), coming])
        body = self._renderer.part(
            "wide.html", voice=voice, columns=[("list", [self._section(voice, visitor, part)])], ways=[], years=[],
            anew="", chooser=None,
        )  # fmt: skip
        title = str(voice("board.title", year=found.quota.year))
        page = Page(Markup.escape(title), body=body, wide=True, wall=True, styles=STYLES, refresh=REFRESHES)
        return self._renderer.page(voice, visitor, page)

    # The lists behind the numbers.

    def _listing(self, content: Callable[[Asked, Voice], Look[Content]]) -> Answer:
        async def answer(request: Request, visitor: Visitor) -> Response:
            voice = self._voice(visitor)
            try:
                title, chooser, part = await self._run(visitor, content(Asked(request), voice))
            except Refused as no:
                return self._refused(visitor, no)
            here = request.url.path.split("/")[2]
            body = self._renderer.part(
                "wide.html", voice=voice, columns=[("list", [self._section(voice, visitor, part)])], chooser=chooser,
                ways=self._ways(voice, visitor, here), years=[], anew="",
            )  # fmt: skip
            return self._show(voice, visitor, title, body)

        return answer

    def _activities(self, asked: Asked, voice: Voice) -> Look[Content]:
        def look(session: Session, actor: Actor, at: Moment) -> Content:
            return lists.activities(voice, events.listed(session, actor, at, _wanted(asked, at)))

        return look

    def _month(self, asked: Asked, voice: Voice) -> Look[Content]:
        def look(session: Session, actor: Actor, at: Moment) -> Content:
            wanted = _wanted(asked, at)
            wanted = replace(wanted, month=wanted.month or at.today().month, sort="")
            found = events.month(session, actor, at, wanted.year, wanted.month, wanted.team)
            return lists.month(voice, found, wanted.team, events.teams_of(session, actor))

        return look

    def _people(self, asked: Asked, voice: Voice) -> Look[Content]:
        flags: dict[str, Any] = {name: bool(asked.number(name)) for name in ("unplaced", "lost", "leaders")}
        flags |= {name: asked.word(name) for name in ("way", "sort")}
        wanted = PeopleWanted(asked.number("team"), **flags, page=asked.number("page"))
        return lambda session, actor, at: lists.members(
            voice, people.listed(session, actor, at, wanted), people.ways(session)
        )

    def _broadcasts(self, asked: Asked, voice: Voice) -> Look[Content]:
        page, state = asked.number("page"), asked.word("state")
        return lambda session, actor, at: lists.sent(voice, delivery.listed(session, actor, at, page, state))

    def _robots(self, _asked: Asked, voice: Voice) -> Look[Content]:
        return lambda session, actor, at: lists.tied(voice, robots.rows(session, actor, at))

    def _delivery(self, asked: Asked, voice: Voice) -> Look[Content]:
        number = min(asked.request.path_params["number"], 2**31 - 1)
        words = {name: asked.word(name) for name in ("channel", "state", "sort")}
        return lambda session, actor, at: lists.delivered(
            voice, delivery.of(session, actor, at, number, asked.number("page"), **words)
        )

    def _wait(self, asked: Asked, voice: Voice) -> Look[Content]:
        def look(session: Session, actor: Actor, at: Moment) -> Content:
            demand_leader_or_coordinator(actor)
            if asked.word("matter") == SILENT:
                return lists.unconfirmed(voice, delivery.unconfirmed(delivery.rows(session, actor, at)))
            found = today.see(session, actor, at)
            group = next((one for one in found.groups if one.matter.value == asked.word("matter")), None)
            return lists.waiting(voice, found, group)

        return look

    def _documents(self, asked: Asked, voice: Voice) -> Look[Content]:
        page, paper = asked.number("page"), asked.word("paper")
        return lambda session, actor, at: lists.papers(voice, documents.read(session, actor, at, page, A_PAGE, paper))

    def _audit(self, asked: Asked, voice: Voice) -> Look[Content]:
        page = asked.number("page")
        return lambda session, actor, at: lists.changes(
            voice, audit_log.read(session, actor, at, About(), page, A_PAGE)
        )

    # How it is put together.

    async def _run(self, visitor: Visitor, look: Look[T]) -> T:
        return await self._database.run(_look, visitor, look)

    def _voice(self, visitor: Visitor) -> Voice:
        return Voice(visitor.actor.language, self._database.clock)

    def _section(self, voice: Voice, visitor: Visitor, part: Part, *, anew: bool = False) -> Markup:
        """Return a part as HTML with its digest, so that an unchanged part is not sent again."""
        html = self._renderer.part("part.html", voice=voice, part=part, csrf=visitor.csrf, anew=anew)
        digest = hashlib.sha256(html.replace(' hx-swap-oob="true"', "").encode()).hexdigest()[:12]
        return Markup(html.replace(_DIGEST, digest, 1).replace(_ONCE, self._renderer.once()))  # noqa: S704 - rendered above

    def _ways(self, voice: Voice, visitor: Visitor, here: str) -> list[dict[str, Any]]:
        shown = WAYS if visitor.actor.is_coordinator else WAYS[:5]
        ways = [{"path": "/board", "label": voice("page.board"), "here": not here}]
        return [
            *ways,
            *({"path": f"/board/{one}", "label": voice(f"board.way_{one}"), "here": one == here} for one in shown),
        ]

    def _show(self, voice: Voice, visitor: Visitor, title: str, body: Markup) -> Response:
        page = Page(Markup.escape(title), body=body, path="/board", wide=True, styles=STYLES, scripts=SCRIPTS)
        return self._renderer.page(voice, visitor, page)

    def _refused(self, visitor: Visitor, no: Refused) -> Response:
        voice = self._voice(visitor)
        page = Page(voice("page.board"), [drawn(refused(voice, no))], status=status_of(no))
        return self._renderer.page(voice, visitor, page)


_DIGEST, _ONCE = "%digest%", "%once%"


def _digest_in(html: str) -> str:
    return html.partition('data-as="')[2].partition('"')[0]


def _look(session: Session, at: Moment, visitor: Visitor, look: Look[T]) -> T:
    return look(session, recognise(session, at, visitor.address), at)


def _wanted(asked: Asked, at: Moment) -> Wanted:
    return Wanted(
        year=asked.number("year") or at.today().year,
        month=asked.number("month"),
        team=asked.number("team"),
        category=asked.word("category"),
        state=asked.word("state"),
        sort=asked.word("sort"),
        page=asked.number("page"),
    )


def _years(found: Board) -> list[tuple[str, str]]:
    quota = found.quota
    around = (quota.earlier, quota.later) if quota is not None else ()
    return [(f"/board?year={year}", str(year)) for year in around if year is not None]
