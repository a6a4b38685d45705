"""The parts of the board's first page: what waits, the five, month, year, people, broadcasts, papers, changes."""

from collections.abc import Callable
from functools import partial

from markupsafe import Markup

from bot.callbacks.broadcast import OpenTap
from bot.callbacks.common import MenuBelowTap
from bot.callbacks.plan import PlanTap
from bot.callbacks.quota import QuotaLineTap
from bot.callbacks.teams import RequestsTap, TeamTap
from bot.documents.html import cleaned
from bot.texts.voice import Voice
from bot.views import today as today_views
from bot.views.audit import entry_text
from bot.views.broadcast import excerpt
from bot.views.personal_data import way_name
from corps.board.delivery import BroadcastRow
from corps.board.events import Event, Month
from corps.board.overview import Board
from corps.board.people import PeopleRow
from corps.broadcasts.progress import Tally
from corps.membership.team_cards import NO_TEAM
from corps.quotas.tally import STAGES, Quota, QuotaLine, TallyStage
from web.board import charts
from web.board.tables import Cell, Head, Part, Table, heads, link, number, opening
from web.board.words import about_paper, fill, mark, paper_cell, standing

A_DAY = 3
"""How many activities of a day the small calendar shows."""

A_TITLE = 26

SILENT = "silent"
"""What waits besides the matters of `corps.today`: who has not confirmed a broadcast."""


def draw(voice: Voice, board: Board, part: str) -> Part:
    """Return one part of the board."""
    return _PARTS[part](voice, board)


def _wait(voice: Voice, board: Board) -> Part:
    """Return what waits: a row a matter; not confirmed among them, which the chat shows under each broadcast."""
    assert board.wait is not None  # noqa: S101 - asked for
    rows = [
        Cell(today_views.heading(voice, group).striptags(), href=link("/board/wait", matter=group.matter.value))
        for group in board.wait.groups
    ]
    if board.silent:
        rows.append(Cell(str(voice("board.of_silent", n=board.silent)), href=link("/board/wait", matter=SILENT)))
    words = [] if rows else [voice("board.nothing_waits")]
    return Part("wait", str(voice("board.wait")), rows, words=words)


def _five(voice: Voice, board: Board) -> Part:
    assert board.quota is not None  # noqa: S101 - asked for
    return Part("five", tables=[quota_table(voice, board.quota, board)])


def quota_table(voice: Voice, quota: Quota, board: Board | None = None) -> Table:
    """Return the five: done, in report, planned, where it ends, what is missing and what is proposed for it.

    `board` is None on the wall page, which has no links.
    """
    rows = []
    for line in quota.lines:
        name, code = line.category.spoken(voice.language), line.category.code
        opens = partial(_rows_of, quota.year, line, board)
        rows.append(
            [
                opening(name, QuotaLineTap(quota.year, code, 0)) if board is not None else Cell(name),
                Cell(charts.line_bar(line)),
                Cell(f"{line.verified}/{line.target}", *opens(TallyStage.VERIFIED), "n"),
                Cell(str(line.reported), *opens(TallyStage.REPORTED), "n"),
                Cell(str(line.planned), *opens(TallyStage.PLANNED), "n"),
                _forecast(quota.year, line, board),
                *_gap(voice, line, board),
            ]
        )
    names = ["category", "progress", "verified", "reported", "planned", "forecast", "to_arrange"]
    names += ["proposal"] if board is not None and not board.own_team else []
    return Table(voice("board.quota", year=quota.year), heads(voice, *names), rows, "five")


def _rows_of(year: int, line: QuotaLine, board: Board | None, stage: TallyStage) -> tuple[str, str]:
    """Return what a number of a line opens: a button's payload, or a link.

    A leader's board lists the own team's activities only, so that the corps' number opens the line's card instead.
    """
    count = {TallyStage.VERIFIED: line.verified, TallyStage.REPORTED: line.reported, TallyStage.PLANNED: line.planned}
    if board is None or not count[stage]:
        return "", ""
    if line.pairing or board.own_team:
        return QuotaLineTap(year, line.category.code, 0).pack(), ""
    state = next(state for state, reached in STAGES.items() if reached is stage)
    return "", link("/board/activities", year=year, category=line.category.code, state=state.value)


def _forecast(year: int, line: QuotaLine, board: Board | None) -> Cell:
    """Return where a line ends; it opens the line's card, which lists what counts and what is planned."""
    if line.outlook is None or board is None:
        return Cell(str(line.outlook.total) if line.outlook is not None else "—", style="n")
    return Cell(str(line.outlook.total), QuotaLineTap(year, line.category.code, 0).pack(), style="n")


def _gap(voice: Voice, line: QuotaLine, board: Board | None) -> list[Cell]:
    """Return how many a line still needs, with the first proposal for it, or a button that looks for proposals.

    The number opens all proposals; for a leader, and for pairings, which nobody proposes, the line's card.
    """
    missing = line.outlook.to_arrange if line.outlook is not None else 0
    risky = "n risk" if line.outlook is not None and line.outlook.risky else "n"
    own = board is not None and (board.own_team or line.pairing)
    opens = QuotaLineTap(board.year, line.category.code, 0) if board is not None and own else MenuBelowTap("plan")
    payload = opens.pack() if missing and board is not None else ""
    cells = [Cell(str(missing) if line.outlook is not None else "—", payload, style=risky)]
    if board is None or board.own_team:
        return cells
    place, first = board.next_ones.get(line.category.code, (0, None))
    if first is not None:
        said = f"{voice.day(voice.zone.wall(first.starts_at).date())} {first.team}"
        return [*cells, opening(said, PlanTap(board.year, place))]
    return [*cells, opening(voice("board.plan"), MenuBelowTap("plan")) if missing and not line.pairing else Cell("—")]


def _month(voice: Voice, board: Board) -> Part:
    assert board.month is not None  # noqa: S101 - asked for
    here = link("/board/month", year=board.month.year, month=board.month.month)
    legend = voice("board.legend")
    return Part(
        "month", tables=[calendar_table(voice, board.month)], words=[legend], links=[(here, str(voice("board.large")))]
    )


def calendar_table(voice: Voice, found: Month, *, large: bool = False) -> Table:
    """Return a month with each day's activities and their state; `large`: with titles and times."""
    caption = voice("board.month", year=found.year, month=found.month, team=found.team or voice("board.all_teams"))
    days = [Head(voice.weekday(day)) for day, _ in found.weeks[0]]
    rows = [
        [_day(voice, found, day.day, day.month, events, large=large, today=day == found.today) for day, events in week]
        for week in found.weeks
    ]
    return Table(caption, days, rows, "cal large" if large else "cal")


def _day(
    voice: Voice, found: Month, day: int, month: int, events: tuple[Event, ...], *, large: bool, today: bool
) -> Cell:
    if month != found.month:
        return Cell("", style="off")
    shown = events if large else events[:A_DAY]
    parts = [Markup('<span class="d">{}</span>').format(day), *(_chip(voice, event, large=large) for event in shown)]
    if len(events) > len(shown):
        more = link("/board/month", year=found.year, month=found.month)
        parts.append(Markup('<a class="f" href="{}">+{}</a>').format(more, len(events) - len(shown)))
    return Cell(Markup().join(parts), style="today" if today else "")


def _chip(voice: Voice, event: Event, *, large: bool) -> Markup:
    style, hour = fill(event), f"{voice.zone.wall(event.starts_at):%H:%M}"
    if large:
        said = Markup("{} {} <b>{}</b>").format(hour, event.title, standing(voice, event))
    else:
        title = Markup('<span class="vh">{} {}：{}</span>').format(hour, event.title, standing(voice, event))
        said = title + Markup('<span aria-hidden="true">{}</span>').format(mark(voice, event))
    return Markup('<a class="f {}" href="/a/{}">{}</a>').format(style, event.id, said)


def _year(voice: Voice, board: Board) -> Part:
    """The year as team × month; every number opens its activities."""
    assert board.table is not None  # noqa: S101 - asked for
    found = board.table

    def cells(counts: tuple[int, ...], team: int) -> list[Cell]:
        return [
            number(count, link("/board/activities", year=found.year, month=month, team=team))
            if count
            else Cell("·", style="n")
            for month, count in enumerate(counts, 1)
        ]

    rows = [
        [
            Cell(row.team.short_name, href=link("/board/activities", year=found.year, team=row.team.id)),
            *cells(row.months, row.team.id),
            number(sum(row.months), link("/board/activities", year=found.year, team=row.team.id)),
        ]
        for row in found.rows
    ]
    if not found.own_team:
        rows.append(
            [
                Cell(voice("board.all_teams"), href=link("/board/activities", year=found.year)),
                *cells(found.total, 0),
                number(sum(found.total), link("/board/activities", year=found.year)),
            ]
        )
    columns = [
        Head(str(voice("board.team"))),
        *(Head(str(month)) for month in range(1, 13)),
        Head(str(voice("board.sum"))),
    ]
    table = Table(voice("board.year", year=found.year), columns, rows, "year", foot=not found.own_team)
    return Part("year", tables=[table], chart=charts.months(found.total, found.verified))


def _people(voice: Voice, board: Board) -> Part:
    return Part(
        "people",
        tables=[people_table(voice, board.people or ())],
        links=[("/board/people", str(voice("board.all_people")))],
    )


def people_table(voice: Voice, rows: tuple[PeopleRow, ...]) -> Table:
    """Return a row for each team: members, requests to join, how many can be reached by each channel."""
    ways = sorted({channel for row in rows for channel in row.ways})
    found = []
    for row in rows:
        asked = {"unplaced": 1} if row.team_id == NO_TEAM else {"team": row.team_id}
        found.append(
            [
                opening(row.team or voice("team.none"), TeamTap(row.team_id, 0)),
                number(row.members, link("/board/people", **asked)),
                number(row.leaders, link("/board/people", **asked, leaders=1)),
                Cell(str(row.waiting), RequestsTap(row.team_id).pack() if row.waiting else "", style="n"),
                number(row.lost, link("/board/people", **asked, lost=1)),
                *(number(row.ways.get(way, 0), link("/board/people", **asked, way=way)) for way in ways),
            ]
        )
    columns = [
        *heads(voice, "team", "members", "leaders", "waiting", "gone"),
        *(Head(way_name(voice, channel)) for channel in ways),
    ]
    return Table(voice("board.people"), columns, found)


def _broadcasts(voice: Voice, board: Board) -> Part:
    rows = board.broadcasts or ()
    words = [] if rows else [voice("board.none_sent")]
    return Part(
        "broadcasts",
        str(voice("board.broadcasts")),
        tables=[broadcast_table(voice, rows)] if rows else [],
        words=words,
        links=[("/board/broadcasts", str(voice("board.all_sent"))), ("/board/robots", str(voice("board.robots")))],
    )


def broadcast_table(voice: Voice, rows: tuple[BroadcastRow, ...]) -> Table:
    """Return the broadcasts with their progress by channel; the text opens the card, a number the list of people."""
    found = []
    for one in rows:
        path, total = f"/board/broadcasts/{one.id}", one.total
        by = voice("list.comma").join(
            f"{way_name(voice, channel)} {tally.sent}" for channel, tally in sorted(one.ways.items()) if tally.sent
        )
        found.append(
            [
                opening(excerpt(one.html, A_TITLE) or "—", OpenTap(one.id)),
                Cell(voice.short_date(voice.zone.wall(one.when).date())),
                number(total.people, path),
                number(total.sent, link(path, state="sent")),
                Cell(by or "—"),
                number(total.acknowledged, link(path, state="acknowledged")),
                number(total.silent, link(path, state="silent")),
                number(not_sent(total), link(path, state="not_sent")),
            ]
        )
    return Table(
        voice("board.broadcasts"),
        heads(voice, "words", "when", "people_for", "sent", "way", "acknowledged", "silent", "unreachable"),
        found,
    )


def not_sent(tally: Tally) -> int:
    """Return how many a broadcast will not reach, whatever the reason."""
    return tally.unreachable + tally.failed + tally.stopped


def _register(voice: Voice, board: Board) -> Part:
    assert board.register is not None  # noqa: S101 - asked for
    rows = [
        [paper_cell(voice, one), Cell(about_paper(voice, one)), Cell(voice.date(voice.zone.wall(one.at).date()))]
        for one in board.register.issued
    ]
    words = [] if rows else [voice("board.none_issued")]
    table = Table(voice("board.register"), heads(voice, "paper", "about", "when"), rows)
    return Part(
        "register",
        str(voice("board.register")),
        tables=[table] if rows else [],
        words=words,
        links=[("/board/documents", str(voice("board.all_papers")))],
    )


def _audit(voice: Voice, board: Board) -> Part:
    assert board.audit is not None  # noqa: S101 - asked for
    rows = [[Cell(cleaned(entry_text(voice, entry).split("\n")[0]))] for entry in board.audit.entries]
    return Part(
        "audit",
        tables=[Table(voice("board.audit"), [], rows)],
        links=[("/board/audit", str(voice("board.all_changes")))],
    )


_PARTS: dict[str, Callable[[Voice, Board], Part]] = {
    "wait": _wait,
    "five": _five,
    "month": _month,
    "year": _year,
    "people": _people,
    "broadcasts": _broadcasts,
    "register": _register,
    "audit": _audit,
}
