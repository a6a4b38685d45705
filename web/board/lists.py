"""The lists behind the board's numbers: filtered, sorted by a column, page by page."""

from collections.abc import Sequence
from typing import Any

from bot.callbacks.broadcast import OpenTap
from bot.callbacks.groups import RobotsTap
from bot.callbacks.teams import MemberTap
from bot.documents.html import cleaned
from bot.texts.voice import Voice
from bot.views import today as today_views
from bot.views.audit import entry_text
from bot.views.broadcast import excerpt
from bot.views.broadcast_progress import robot_line
from bot.views.doors.robots import name_of
from bot.views.personal_data import way_name
from corps.board import delivery, events, people
from corps.board.delivery import NO_WAY, BroadcastRow, Broadcasts, Delivery, Recipient
from corps.board.events import A_PAGE, Listed, Month
from corps.board.people import PeopleList
from corps.board.robots import RobotRow
from corps.broadcasts.live_cards import LISTED
from corps.broadcasts.progress import ROBOTS, Tally
from corps.records.audit_log import AuditPage
from corps.records.documents import Paper, Register
from corps.teams import CategoryName, TeamName
from corps.today import Group, Item, Today
from models.enums import ActivityState
from web.board.parts import broadcast_table, calendar_table, not_sent
from web.board.tables import Cell, Choice, Chooser, Part, Table, heads, link, number, opening, pages, sorted_heads
from web.board.words import about_paper, fill, paper_cell, paper_name, standing

_STATE_WORDS = {
    "waiting": "board.of_waiting",
    "sent": "board.of_sent",
    "not_sent": "board.of_not_sent",
    "acknowledged": "board.of_acknowledged",
    "silent": "board.of_silent_people",
}

Content = tuple[str, Chooser | None, Part]
"""The heading of a page, the form of its filters, and the rows found."""


def activities(voice: Voice, found: Listed) -> Content:
    """Return the activities of a year, filtered by month, team, category or state."""
    wanted, path = found.wanted, "/board/activities"
    asked = {
        "year": wanted.year, "month": wanted.month, "team": wanted.team,
        "category": wanted.category, "state": wanted.state,
    }  # fmt: skip
    columns = ("activity", "when", "place", "team", "category", "state", "free")
    names = {one.code: CategoryName.of(one).spoken(voice.language) for one in found.categories}
    rows = [
        [
            Cell(one.title, href=f"/a/{one.id}"),
            Cell(voice.span(one.starts_at, one.ends_at), style="w"),
            Cell(one.place),
            Cell(voice.listed(one.teams) or "—"),
            Cell(voice.listed(names.get(code, code) for code in one.categories) or "—"),
            Cell(standing(voice, one), style=fill(one)),
            Cell(str(one.free), href=f"/a/{one.id}", style="n") if one.free else Cell("—", style="n"),
        ]
        for one in found.rows
    ]
    title = activity_title(voice, found)
    table = Table(
        str(voice("board.found", what=title, n=found.total)),
        sorted_heads(voice, columns, tuple(events.SORTS), wanted.sort, path, **asked),
        rows,
    )
    around = pages(voice, path, found.start, A_PAGE, found.total, **asked, sort=wanted.sort)
    return title, _activity_chooser(voice, found, path), Part("list", tables=[table], links=around)


def activity_title(voice: Voice, found: Listed) -> str:
    """Return the heading of a list of activities: which ones it lists."""
    wanted, team = found.wanted, found.team or voice("board.all_teams")
    if wanted.month:
        return str(voice("board.month", year=wanted.year, month=wanted.month, team=team))
    return str(voice("board.of_year", year=wanted.year, team=team))


def _activity_chooser(voice: Voice, found: Listed, path: str) -> Chooser:
    wanted = found.wanted
    months = [(str(month), str(voice("board.month_name", n=month))) for month in events.MONTHS]
    teams = [(str(team.id), team.short_name) for team in found.teams]
    categories = [(one.code, CategoryName.of(one).spoken(voice.language)) for one in found.categories]
    states = (ActivityState.PUBLISHED, ActivityState.REPORTED, ActivityState.VERIFIED)
    choices = [_choice(voice, "month", months, wanted.month)]
    choices += [_choice(voice, "team", teams, wanted.team)] if len(teams) > 1 else []
    choices.append(_choice(voice, "category", categories, wanted.category))
    choices.append(
        _choice(voice, "state", [(one.value, str(voice(f"board.state_{one.value}"))) for one in states], wanted.state)
    )
    return Chooser(path, choices, {"year": str(wanted.year), "sort": wanted.sort})


def _choice(voice: Voice, name: str, values: Sequence[tuple[str, str]], now: object, field: str = "") -> Choice:
    """Return a filter; `field` is the parameter that it sets, if that is not called as the filter is."""
    chosen = "" if now in (0, "") else str(now)
    return Choice(field or name, str(voice(f"board.by_{name}")), [("", str(voice("board.any"))), *values], chosen)


def month(voice: Voice, found: Month, team: int, choice: Sequence[TeamName]) -> Content:
    """Return a month as a calendar, with links to the months before and after."""
    title = str(voice("board.month", year=found.year, month=found.month, team=found.team or voice("board.all_teams")))
    ways = []
    for step, key in ((-1, "board.earlier"), (1, "board.later")):
        year, number = divmod(found.year * 12 + found.month - 1 + step, 12)
        ways.append(
            (link("/board/month", year=year, month=number + 1, team=team), str(voice(key, year=year, month=number + 1)))
        )
    listed_at = link("/board/activities", year=found.year, month=found.month, team=team)
    ways.append((listed_at, str(voice("board.as_list"))))
    teams = [(str(one.id), one.short_name) for one in choice]
    kept = {"year": str(found.year), "month": str(found.month)}
    chooser = Chooser("/board/month", [_choice(voice, "team", teams, team)], kept) if len(teams) > 1 else None
    return title, chooser, Part("list", tables=[calendar_table(voice, found, large=True)], links=ways)


def members(voice: Voice, found: PeopleList, channels: Sequence[str]) -> Content:
    """Return a page of members by name, filtered by one of the `channels` too; a name opens the member's card."""
    wanted, path = found.wanted, "/board/people"
    asked: dict[str, Any] = {
        "team": wanted.team,
        "unplaced": wanted.unplaced,
        "lost": wanted.lost,
        "leaders": wanted.leaders,
    }
    asked = {name: int(value) for name, value in asked.items()} | {"way": wanted.way}
    rows = [
        [
            opening(one.name, MemberTap(one.id)),
            Cell(one.team or str(voice("team.none"))),
            Cell(_role(voice, leader=one.is_leader, coordinator=one.is_coordinator)),
            Cell(voice("list.comma").join(way_name(voice, channel) for channel in one.ways) or "—"),
            Cell(str(voice("board.lost")) if one.lost else "—", style="risk" if one.lost else ""),
        ]
        for one in found.rows
    ]
    key = "board.people_lost" if wanted.lost else "board.people_leading" if wanted.leaders else "board.people_all"
    team = str(voice("team.none")) if wanted.unplaced else found.team or str(voice("board.all_teams"))
    title = str(voice(key, team=team))
    columns = sorted_heads(voice, ("name", "team", "role", "way", "reach"), people.SORTS, wanted.sort, path, **asked)
    table = Table(str(voice("board.found", what=title, n=found.total)), columns, rows)
    teams = [(str(team.id), team.short_name) for team in found.teams]
    choices = [_choice(voice, "team", teams, wanted.team)] if len(teams) > 1 else []
    choices.append(_choice(voice, "channel", [(one, way_name(voice, one)) for one in channels], wanted.way, "way"))
    choices.append(_choice(voice, "lost", [("1", str(voice("board.lost")))], int(wanted.lost)))
    ways = pages(voice, path, found.start, A_PAGE, found.total, **asked, sort=wanted.sort)
    kept = {name: "1" for name in ("unplaced", "leaders") if asked[name]}
    return title, Chooser(path, choices, {**kept, "sort": wanted.sort}), Part("list", tables=[table], links=ways)


def _role(voice: Voice, *, leader: bool, coordinator: bool) -> str:
    roles = [voice(f"board.role_{name}") for name, has in (("leader", leader), ("coordinator", coordinator)) if has]
    return str(voice("list.comma").join(roles)) or "—"


def sent(voice: Voice, found: Broadcasts) -> Content:
    """Return a page of the broadcasts, of one state if asked."""
    path, words = "/board/broadcasts", [] if found.rows else [voice("board.none_sent")]
    states = [(state.value, str(voice(f"board.sent_{state.value}"))) for state in LISTED]
    around = pages(voice, path, found.start, delivery.MANY, found.listed, state=found.state)
    part = Part("list", tables=[broadcast_table(voice, found.rows)], words=words, links=around)
    return str(voice("board.broadcasts")), Chooser(path, [_choice(voice, "state", states, found.state)], {}), part


def tied(voice: Voice, found: tuple[RobotRow, ...]) -> Content:
    """Return the group robots: the team, whether it works, and when it last sent something."""
    rows = [
        [
            opening(f"{one.robot.team} · {name_of(voice, one.robot)}", RobotsTap(one.robot.team_id)),
            Cell(_standing_of(voice, one), style="" if one.robot.works else "risk"),
            Cell(voice.moment(one.said_at, year=True) if one.said_at else "—"),
            Cell(str(one.waiting), RobotsTap(one.robot.team_id).pack() if one.waiting else "", style="n"),
            Cell(voice.date(voice.zone.wall(one.tied_at).date(), year=True)),
        ]
        for one in found
    ]
    title = str(voice("board.robots"))
    table = Table(title, heads(voice, "robot", "state", "said_last", "of_waiting", "tied"), rows)
    return title, None, Part("list", tables=[table], words=[] if rows else [voice("board.no_robots")])


def _standing_of(voice: Voice, one: RobotRow) -> str:
    if one.robot.why is None or one.broken_since is None:
        return str(voice("board.robot_works"))
    why = voice(f"outbox.why_{one.robot.why.value}", error="")
    return str(voice("board.robot_broken", when=voice.moment(one.broken_since), why=why))


def delivered(voice: Voice, found: Delivery) -> Content:
    """Return the channels of a broadcast, and the people who got it by each."""
    path = f"/board/broadcasts/{found.row.id}"
    asked = {"channel": found.channel, "state": found.state}
    rows = [_recipient(voice, one) for one in found.recipients]
    names = ("name", "team", "way", "state", "when", "confirmed")
    columns = sorted_heads(voice, names, delivery.SORTS, found.sort, path, **asked)
    people_found = Table(str(voice("board.recipients", n=found.listed)), columns, rows)
    states = [(state, str(voice(_STATE_WORDS[state]))) for state in delivery.STATES]
    ways = [(channel or NO_WAY, way_name(voice, channel)) for channel in sorted(found.row.ways) if channel != ROBOTS]
    choices = [_choice(voice, "channel", ways, found.channel), _choice(voice, "state", states, found.state)]
    around = pages(voice, path, found.start, A_PAGE, found.listed, **asked, sort=found.sort)
    said = [robot_line(voice, *one) for one in found.row.robots]
    part = Part("list", tables=[_by_way(voice, found.row, path), people_found], words=said, links=around)
    return excerpt(found.row.html, 40) or "—", Chooser(path, choices, {"sort": found.sort}), part


def _by_way(voice: Voice, row: BroadcastRow, path: str) -> Table:
    """Return how many got it by each channel; all people in the last row. Robots' copies have no readers to count."""
    people = {channel: tally for channel, tally in sorted(row.ways.items()) if channel != ROBOTS}
    rows = [_way_row(way_name(voice, channel), tally, path, channel or NO_WAY) for channel, tally in people.items()]
    if ROBOTS in row.ways:
        rows.insert(0, _way_row(str(voice("board.robots_apart")), row.ways[ROBOTS], "", ROBOTS))
    rows.append(_way_row(str(voice("board.sum")), row.total, path, ""))
    names = ("way", "people_for", "sent", "of_waiting", "unreachable", "acknowledged", "silent")
    return Table(voice("board.ways"), heads(voice, *names), rows, foot=True)


def _way_row(name: str, tally: Tally, path: str, channel: str) -> list[Cell]:
    """Return the numbers of one channel, each with a link to its people; without a `path` there is no link."""
    counts = {"": tally.people, "sent": tally.sent, "waiting": tally.queued, "not_sent": not_sent(tally)}
    counts |= {"acknowledged": tally.acknowledged, "silent": tally.silent}
    opens = {state: link(path, channel=channel, state=state) if path else "" for state in counts}
    return [Cell(name), *(number(count, opens[state]) for state, count in counts.items())]


def _recipient(voice: Voice, one: Recipient) -> list[Cell]:
    said = (
        voice(f"broadcast.why_{one.why.value}") if one.why is not None else voice(f"board.delivery_{one.state.value}")
    )
    return [
        opening(one.name, MemberTap(one.member_id)),
        Cell(one.team or "—"),
        Cell(way_name(voice, one.channel)),
        Cell(str(said), style="risk" if one.why is not None else ""),
        Cell(voice.moment(one.sent_at) if one.sent_at else "—"),
        Cell(str(voice("board.acknowledged")) if one.acknowledged else "—"),
    ]


def waiting(voice: Voice, today: Today, group: Group | None) -> Content:
    """Return all tasks of one kind, each with the button that opens it."""
    if group is None:
        return str(voice("board.wait")), None, Part("list", words=[voice("board.nothing_waits")])
    rows = [row for item in group.items for row in _matter(voice, today, group, item)]
    title = today_views.heading(voice, group).striptags()
    part = Part("list", tables=[Table(title, heads(voice, "matter", "when", "count"), rows)])
    return title, None, part


def _matter(voice: Voice, today: Today, group: Group, item: Item) -> list[list[Cell]]:
    """Return the row of a task; one for each line of the 五个10 that it is about."""
    payload = today_views.leads_to(group.matter, item, coordinates=today.coordinates)
    if item.risks:
        risks = [(one.category.spoken(voice.language), one.outlook) for one in item.risks]
        return [
            [opening(name, payload), Cell("—"), opening(ends.to_arrange if ends is not None else "—", payload, "n")]
            for name, ends in risks
        ]
    name = today_views.name_of(voice, group.matter, item) or voice(f"today.do_{group.matter.value}")
    count = opening(item.number, payload, "n") if item.number else Cell("—", style="n")
    return [[opening(name, payload), Cell(voice.day(item.day) if item.day else "—"), count]]


def unconfirmed(voice: Voice, found: Sequence[BroadcastRow]) -> Content:
    """Return the broadcasts that somebody has not confirmed; the number opens these people."""
    rows = [
        [
            opening(excerpt(one.html, 40) or "—", OpenTap(one.id)),
            Cell(voice.moment(one.when)),
            number(one.silent, link(f"/board/broadcasts/{one.id}", state="silent")),
        ]
        for one in found
    ]
    title = str(voice("board.of_silent", n=sum(one.silent for one in found)))
    words = [] if rows else [voice("board.nothing_waits")]
    return title, None, Part("list", tables=[Table(title, heads(voice, "words", "when", "silent"), rows)], words=words)


def papers(voice: Voice, found: Register) -> Content:
    """Return the register of documents issued, of one kind if asked, a page at a time."""
    rows = [
        [
            paper_cell(voice, one),
            Cell(about_paper(voice, one)),
            Cell(one.maker or "—"),
            Cell(str(voice(f"certificate.state_{one.state.value}")) if one.state is not None else "—"),
            Cell(voice.moment(one.at, year=True)),
        ]
        for one in found.issued
    ]
    title, path, paper = str(voice("board.register")), "/board/documents", found.paper.value if found.paper else ""
    kinds = [(one.value, paper_name(voice, one)) for one in Paper]
    table = Table(title, heads(voice, "paper", "about", "maker", "state", "when"), rows)
    words = [] if rows else [voice("board.none_issued")]
    around = pages(voice, path, found.start, A_PAGE, found.total, paper=paper)
    part = Part("list", tables=[table], words=words, links=around)
    return title, Chooser(path, [_choice(voice, "paper", kinds, paper)], {}), part


def changes(voice: Voice, found: AuditPage) -> Content:
    """Return a page of the audit log, newest first."""
    rows = [[Cell(cleaned(entry_text(voice, entry)), style="t")] for entry in found.entries]
    title = str(voice("board.audit"))
    around = pages(voice, "/board/audit", found.start, A_PAGE, found.total)
    return (
        title,
        None,
        Part("list", tables=[Table(str(voice("board.found", what=title, n=found.total)), [], rows)], links=around),
    )
