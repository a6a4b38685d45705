"""Service hours in words: a member's own by year and category, a team's by member."""

from markupsafe import Markup

from bot.callbacks.mine import MineTap
from bot.callbacks.own_hours import OwnListTap
from bot.callbacks.teams import TeamHoursTap, TeamTap
from bot.texts.voice import Voice
from bot.views.screen import Button, Page, Row, Screen, lines, pager, rows_of
from corps.records.service_hours import ByCategory, MemberHours, ServiceHours, TeamHours, YearHours

YEARS = 10
"""How many of the last years are listed."""


def of_categories(voice: Voice, by_category: ByCategory) -> Markup:
    """Return the hours by category in words; empty if there are none."""
    parts = [
        voice("mine.of_category", category=category.spoken(voice.language), hours=voice.hours(minutes))
        for category, minutes in by_category
    ]
    return voice("listing.comma").join(parts)


def own_screen(voice: Voice, hours: ServiceHours) -> Screen:
    """Return the person's hours by year and category, and how they were confirmed."""
    told = [line for year in hours.years[:YEARS] for line in _year(voice, year)]
    text = lines(
        voice("hours.own", total=voice.hours(hours.total)), "", *(told or [voice("mine.no_hours")]), "",
        voice.rule(hours.rounding),
    )  # fmt: skip
    handed_in = Button(voice("button.own_list"), OwnListTap(0))
    return Screen(text, ((handed_in, Button(voice("button.back"), MineTap(past=False, page=0))),))


def _year(voice: Voice, year: YearHours) -> list[Markup]:
    sources = [voice(f"hours.source_{source.value}", hours=voice.hours(minutes)) for source, minutes in year.by_source]
    said = [
        voice("hours.of_year", year=year.year, hours=voice.hours(year.minutes)),
        voice("hours.parts", parts=of_categories(voice, year.by_category)) if year.by_category else None,
        voice("hours.parts", parts=voice("listing.comma").join(sources)) if sources else None,
        voice("hours.parts", parts=voice("hours.own_elsewhere", hours=voice.hours(year.own))) if year.own else None,
    ]
    return [line for line in said if line is not None]


def team_screen(voice: Voice, found: TeamHours) -> Screen:
    """Return a page of a team's hours, members by name."""
    text = lines(
        voice("hours.of_team", team=found.team, year=found.year),
        voice("hours.team_sum", hours=voice.hours(found.minutes), n=found.people),
        "",
        *([_member(voice, member) for member in found.members] or [voice("hours.team_none")]),
        "",
        voice.rule(found.rounding),
        voice("hours.team_note"),
    )
    years = [Button(voice("ledger.year", year=year), TeamHoursTap(found.team_id, year, 0)) for year in found.years]
    rows: list[Row] = []
    rows += pager(Page(found.page, found.pages), lambda page: TeamHoursTap(found.team_id, found.year, page))
    rows += rows_of(years, 3) if len(years) > 1 else []
    return Screen(text, (*rows, (Button(voice("button.back"), TeamTap(found.team_id, 0)),)))


def _member(voice: Voice, member: MemberHours) -> Markup:
    elsewhere = [voice("hours.own_elsewhere", hours=voice.hours(member.own))] if member.own else []
    parts = voice("listing.comma").join(filter(None, [of_categories(voice, member.by_category), *elsewhere]))
    return voice("hours.member", name=member.name, hours=voice.hours(member.minutes), parts=parts)
