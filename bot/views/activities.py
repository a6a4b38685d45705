"""Lists of activities, by week: each a line to read and a button to its card."""

import datetime as dt
from itertools import groupby

from markupsafe import Markup

from bot.callbacks.activities import FilterTap, ListTap, OpenTap
from bot.callbacks.common import MenuTap
from bot.texts.voice import Voice
from bot.views.screen import Button, Page, Row, Screen, lines, pager, rows_of
from corps.activities.listing import ActivityList, Choice, Line, Listing
from corps.activities.stages import COMING, Stage, stage_of
from corps.parsing.lengths import cut
from corps.teams import CategoryName, TeamName
from models.enums import SignUpState

TITLE_ON_BUTTON = 18

_MARKS = {
    SignUpState.GOING: "listing.mine_going",
    SignUpState.WAITLISTED: "listing.mine_waiting",
    SignUpState.OFFERED: "listing.mine_offered",
}


def list_screen(voice: Voice, listing: Listing) -> Screen:
    """Return a page of activities."""
    choice, now = listing.choice, listing.now
    heading = voice(f"listing.heading_{choice.shelf.name.lower()}", n=listing.total)
    parts: list[Markup | str] = [heading] if listing.total else []
    category = listing.category.spoken(voice.language) if listing.category else ""
    filters = voice.listed(name for name in (category, listing.team) if name)
    if filters:
        parts.append(voice("listing.filtered", by=filters))
    number = 1
    for is_open, group in groupby(listing.lines, lambda line: line.open_to_me):
        shown = list(group)
        parts.append("")
        if choice.shelf is ActivityList.UPCOMING and (choice.page or any(line.open_to_me for line in listing.lines)):
            parts.append(voice("listing.open_to_me" if is_open else "listing.others"))
        parts += _weeks(voice, shown, now, number)
        number += len(shown)
    if not listing.lines:
        parts += [
            *([""] if parts else []),
            voice("listing.empty_filtered" if filters else f"listing.empty_{choice.shelf.name.lower()}"),
        ]
    return Screen(lines(*parts), (*_cards(voice, listing), *_ways(voice, listing)))


def _weeks(voice: Voice, shown: list[Line], now: dt.datetime, number: int) -> list[Markup | str]:
    parts: list[Markup | str] = []
    this = _monday(voice, now)
    for monday, week in groupby(shown, lambda line: _monday(voice, line.starts_at)):
        parts.append(_week(voice, monday, this))
        for line in week:
            parts.append(_line(voice, line, number, now))
            number += 1
    return parts


def _monday(voice: Voice, instant: dt.datetime) -> dt.date:
    day = voice.zone.wall(instant).date()
    return day - dt.timedelta(days=day.weekday())


def _week(voice: Voice, monday: dt.date, this: dt.date) -> Markup:
    """Return a week's heading: 本周, 下周, 上周, or its dates."""
    away = (monday - this).days // 7
    near = {-1: "listing.week_last", 0: "listing.week_this", 1: "listing.week_next"}
    if away in near:
        return voice(near[away])
    sunday = monday + dt.timedelta(days=6)
    other_year = monday.year != this.year
    return voice("listing.week", first=voice.date(monday, year=other_year), last=voice.date(sunday))


def _line(voice: Voice, line: Line, number: int, now: dt.datetime) -> Markup:
    said = [
        Markup(" ").join((f"{number}.", voice.moment(line.starts_at), line.title)),
        *_facts(voice, line, now),
    ]
    return voice("listing.dot").join(said)


def _facts(voice: Voice, line: Line, now: dt.datetime) -> list[Markup]:
    stage = stage_of(line, now)
    if stage is Stage.DRAFT:
        return []
    if stage is Stage.OVER:
        names = voice("list.comma").join(line.owed_by)
        return [voice("listing.owed_by", names=names) if names else voice("listing.unreported")]
    if stage not in COMING:
        return [voice(f"listing.state_{line.state.value}")]
    said = [voice("listing.under_way")] if stage is Stage.UNDER_WAY else []
    if line.mine is not None:
        said.append(voice(_MARKS[line.mine]))
    if line.to_claim:
        said.append(voice("listing.to_claim", n=line.to_claim))
    if line.free:
        said.append(voice("listing.free", n=line.free))
    elif line.held and line.held_until is not None:
        until = voice.soon(line.held_until, voice.zone.wall(now).date())
        said.append(voice("listing.held", held=line.held, until=until))
    elif not line.to_claim and stage is Stage.AHEAD:
        said.append(voice("listing.full"))
    return said


def _cards(voice: Voice, listing: Listing) -> list[Row]:
    choice = listing.choice
    return [
        (
            Button(
                f"{number}. {voice.short_date(voice.zone.wall(line.starts_at).date())} {_short(line.title)}",
                OpenTap(line.id, choice.shelf, choice.category, choice.team, choice.page),
            ),
        )
        for number, line in enumerate(listing.lines, 1)
    ]


def _short(title: str) -> str:
    return cut(title, TITLE_ON_BUTTON)


def list_tap(choice: Choice, **other: object) -> ListTap:
    """Return the payload that shows a choice, with some of it changed."""
    values: dict[str, object] = {
        "shelf": choice.shelf,
        "category": choice.category,
        "team": choice.team,
        "page": choice.page,
    }
    return ListTap(**{**values, **other})  # type: ignore[arg-type]


def _ways(voice: Voice, listing: Listing) -> list[Row]:
    """Return the buttons below a list: pages, filters, and the other lists that this person may see."""
    choice = listing.choice
    rows = list(pager(Page(choice.page, listing.pages), lambda number: list_tap(choice, page=number)))
    if listing.total or choice.category or choice.team:
        rows.append(_filters(voice, listing))
    if choice.category or choice.team:
        rows.append((Button(voice("listing.clear"), list_tap(choice, category="", team=0, page=0)),))
    rows += _shelves(voice, listing)
    return rows


def _filters(voice: Voice, listing: Listing) -> Row:
    choice = listing.choice
    category = listing.category.spoken(voice.language) if listing.category else ""
    names = (category or voice("listing.any"), listing.team or voice("listing.any"))
    keys = ("listing.by_category", "listing.by_team")
    return tuple(
        Button(voice(key, name=name), FilterTap(by_team, choice.shelf, choice.category, choice.team))
        for key, name, by_team in zip(keys, names, (False, True), strict=True)
    )


def _shelves(voice: Voice, listing: Listing) -> list[Row]:
    """Return the buttons that lead to the other lists: upcoming, drafts, not yet reported, past."""
    choice, found = listing.choice, []
    if choice.shelf is not ActivityList.UPCOMING:
        found.append(Button(voice("listing.to_upcoming"), ListTap(ActivityList.UPCOMING, "", 0, 0)))
    if listing.drafts and choice.shelf is not ActivityList.DRAFTS:
        found.append(Button(voice("listing.to_drafts", n=listing.drafts), ListTap(ActivityList.DRAFTS, "", 0, 0)))
    if listing.unreported and choice.shelf is not ActivityList.HELD:
        found.append(Button(voice("listing.to_held", n=listing.unreported), ListTap(ActivityList.HELD, "", 0, 0)))
    if listing.sees_more and choice.shelf is not ActivityList.PAST:
        found.append(Button(voice("listing.to_past"), ListTap(ActivityList.PAST, "", 0, 0)))
    rows = list(rows_of(found, 2))
    if listing.sees_more and not listing.lines:
        rows.append((Button(voice("menu.new"), MenuTap("new")),))
    return rows


def filter_screen(
    voice: Voice, choice: Choice, categories: list[CategoryName], teams: list[TeamName], *, by_team: bool
) -> Screen:
    """Return what to filter by: a button a category or a team, and all of them."""
    if by_team:
        picks = [Button(_ticked(team.short_name, team.id == choice.team), list_tap(choice, team=team.id, page=0))
                 for team in teams]  # fmt: skip
        everything = Button(voice("listing.all_teams"), list_tap(choice, team=0, page=0))
    else:
        picks = [Button(_ticked(c.spoken(voice.language), c.code == choice.category),
                        list_tap(choice, category=c.code, page=0)) for c in categories]  # fmt: skip
        everything = Button(voice("listing.all_categories"), list_tap(choice, category="", page=0))
    rows = (*rows_of(picks, 3 if by_team else 2), (everything,), (Button(voice("button.back"), list_tap(choice)),))
    return Screen(voice("listing.ask_team" if by_team else "listing.ask_category"), rows)


def _ticked(name: str, chosen: bool) -> str:
    return f"✅ {name}" if chosen else name
