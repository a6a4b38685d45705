"""The board: tables in which every number opens its rows, beside the same cards as in the chat; and the wall."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.callbacks import Payload
from bot.callbacks.broadcast import OpenTap
from bot.callbacks.certificates import RegisterTap
from bot.callbacks.quota import QuotaLineTap
from bot.callbacks.teams import TeamTap
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.broadcast import excerpt
from bot.views.fallbacks import refused
from bot.views.quota import bar
from corps import board
from corps.board import Board, Event
from corps.membership.team_cards import NO_TEAM
from corps.moment import Moment
from corps.people import Actor, recognise
from corps.quotas.tally import Quota
from corps.refusals import Refused
from web.channel import number_of
from web.glances import Glances
from web.render import Page, Renderer, drawn
from web.statuses import status_of
from web.visitors import Visitor


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and what it opens: a card by a button, or a page by a link."""

    text: str
    payload: str = ""
    href: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption and the headings of its columns."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class BoardPages:
    """The pages of the board."""

    def __init__(self, database: Database, glances: Glances, renderer: Renderer) -> None:
        self._database = database.looking()
        self._glances = glances
        self._renderer = renderer

    async def board(self, request: Request, visitor: Visitor) -> Response:
        """Show how we stand: what waits, the five, the year, people, broadcasts, the register, the last changes."""
        voice = self._voice(visitor)
        try:
            found = await self._database.run(_board, visitor, number_of(request.query_params.get("year", "")))
        except Refused as no:
            return self._refused(visitor, no)
        at, seen = visitor.address, self._glances
        sights = [await seen.command(at, "today")]
        if found.own_team:
            sights.append(await seen.command(at, "team"))
        else:
            sights += [await seen.tap(at, RegisterTap(0)), await seen.command(at, "notices")]
            sights.append(await seen.command(at, "audit"))
        tables = [quota_table(voice, found.quota), year_table(voice, found)]
        tables += [people_table(voice, found)] if found.teams else []
        tables += [broadcast_table(voice, found)] if found.broadcasts else []
        articles = [drawn(screen) for sight in sights for screen in sight.screens]
        quota = found.quota
        years = [(f"/board?year={year}", str(year)) for year in (quota.earlier, quota.later) if year is not None]
        page = Page(voice("board.title", year=quota.year), articles[:1], path="/board", tables=tables, wide=True)
        return self._renderer.page(voice, visitor, page, below=articles[1:], ways=years)

    async def month(self, request: Request, visitor: Visitor) -> Response:
        """Show the activities behind a number of the year."""
        voice = self._voice(visitor)
        asked = [number_of(request.query_params.get(name, "")) for name in ("year", "month", "team")]
        try:
            found = await self._database.run(_month, visitor, *asked)
        except Refused as no:
            return self._refused(visitor, no)
        team = found.team or voice("board.all_teams")
        title = voice("board.month", year=found.year, month=found.month, team=team)
        page = Page(title, path="/board", tables=[event_table(voice, title, found.events)], wide=True)
        return self._renderer.page(voice, visitor, page, ways=[(f"/board?year={found.year}", voice("button.back"))])

    async def wall(self, _request: Request, visitor: Visitor) -> Response:
        """Show the year and what comes next, large and without names."""
        voice = self._voice(visitor)
        try:
            found = await self._database.run(_wall, visitor)
        except Refused as no:
            return self._refused(visitor, no)
        tables = [quota_table(voice, found.quota, opens=False)]
        tables.append(event_table(voice, voice("board.next"), found.events, opens=False))
        page = Page(voice("board.title", year=found.quota.year), tables=tables, wide=True, wall=True)
        return self._renderer.page(voice, visitor, page)

    def _voice(self, visitor: Visitor) -> Voice:
        return Voice(visitor.actor.language, self._database.clock)

    def _refused(self, visitor: Visitor, no: Refused) -> Response:
        voice = self._voice(visitor)
        page = Page(voice("page.board"), [drawn(refused(voice, no))], status=status_of(no))
        return self._renderer.page(voice, visitor, page)


def _board(session: Session, at: Moment, visitor: Visitor, year: int) -> Board:
    return board.see(session, _who(session, at, visitor), at, year)


def _month(session: Session, at: Moment, visitor: Visitor, year: int, month: int, team: int) -> board.Month:
    return board.month(session, _who(session, at, visitor), at, year, month, team)


def _wall(session: Session, at: Moment, visitor: Visitor) -> board.Wall:
    return board.wall(session, _who(session, at, visitor), at)


def _who(session: Session, at: Moment, visitor: Visitor) -> Actor:
    return recognise(session, at, visitor.address)


def _opening(text: object, payload: Payload) -> Cell:
    return Cell(str(text), payload.pack())


def _heads(voice: Voice, *names: str) -> list[str]:
    return [voice(f"board.{name}") for name in names]


def quota_table(voice: Voice, quota: Quota, *, opens: bool = True) -> Table:
    """Return the five: verified, reported, planned, and how the year ends; a name opens what counts."""
    rows = []
    for line in quota.lines:
        name = line.category.spoken(voice.language)
        opened = _opening(name, QuotaLineTap(quota.year, line.category.code, 0)) if opens else Cell(name)
        done = f"{line.verified}/{line.target}"
        ends = str(line.outlook.total) if line.outlook is not None else "—"
        rows.append([opened, Cell(bar(line)), *map(Cell, (done, str(line.reported), str(line.planned), ends))])
    heads = _heads(voice, "category", "progress", "verified", "reported", "planned", "forecast")
    return Table(voice("board.quota", year=quota.year), heads, rows)


def year_table(voice: Voice, found: Board) -> Table:
    """Return the year as team × month; every number opens its activities."""
    year = found.quota.year

    def cells(numbers: Sequence[int], team: int) -> list[Cell]:
        more = f"&team={team}" if team else ""
        months = enumerate(numbers, 1)
        return [Cell(str(n), "", f"/board/month?year={year}&month={m}{more}") if n else Cell("·") for m, n in months]

    rows = [[Cell(row.team.short_name), *cells(row.months, row.team.id)] for row in found.rows]
    if not found.own_team:
        rows.append([Cell(voice("board.all_teams")), *cells(found.total, 0)])
    return Table(voice("board.year", year=year), [voice("board.team"), *map(str, board.MONTHS)], rows)


def people_table(voice: Voice, found: Board) -> Table:
    """Return the teams: members, who asks to join, who can't be reached; a name opens the team."""
    rows = []
    for team in found.teams:
        name = _opening(team.name or voice("team.none"), TeamTap(team.id, 0))
        counts = (team.members, team.leaders, team.waiting, team.lost)
        rows.append(
            [
                name,
                *(Cell(str(count) if team.id != NO_TEAM or not place else "—") for place, count in enumerate(counts)),
            ]
        )
    return Table(voice("board.people"), _heads(voice, "team", "members", "leaders", "waiting", "lost"), rows)


def broadcast_table(voice: Voice, found: Board) -> Table:
    """Return the newest broadcasts and how far each has come; its words open its card."""
    rows = [
        [
            _opening(excerpt(one.html) or "—", OpenTap(one.id)),
            *map(
                Cell, (voice.moment(one.when), f"{one.sent}/{one.people}", str(one.acknowledged), str(one.unreachable))
            ),
        ]
        for one in found.broadcasts
    ]
    return Table(voice("board.broadcasts"), _heads(voice, "words", "when", "sent", "acknowledged", "unreachable"), rows)


def event_table(voice: Voice, caption: str, events: Sequence[Event], *, opens: bool = True) -> Table:
    """Return activities: a title opens the card."""
    rows = [
        [
            Cell(one.title, "", f"/a/{one.id}" if opens else ""),
            Cell(voice.span(one.starts_at, one.ends_at)),
            Cell(one.place),
            Cell("、".join(one.teams) or "—"),
            Cell(str(one.free) if one.free else "—"),
        ]
        for one in events
    ]
    return Table(caption, _heads(voice, "activity", "when", "place", "team", "free"), rows)
