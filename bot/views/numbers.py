"""The corps in numbers (数据一览): a message to forward, and the same numbers as a picture and as a spreadsheet."""

import datetime as dt

from markupsafe import Markup

from bot.callbacks.common import CancelTap
from bot.callbacks.numbers import Form, NumbersAskTap, NumbersTap
from bot.documents import figures as pictures
from bot.documents.spreadsheet import Cell, Hours, Sheet
from bot.texts.voice import Voice
from bot.views.quota import outlook
from bot.views.screen import Button, Screen, lines, rows_of
from corps.parsing.periods import Period, month_of, quarter_of, year_of
from corps.quotas.tally import QuotaLine
from corps.records.numbers import Asking, Figures, Numbers, TeamFigures

TEAM_COLUMNS = ("team", "activities", "times", "hours", "pairings")
MAIN = ("activities", "beneficiaries", "times", "persons", "hours")
_QUARTER, _YEAR = 3, 12


def screen(voice: Voice, numbers: Numbers) -> Screen:
    """Return the message, with buttons for other spans of time, 图片 and 表格."""
    asked = numbers.asked
    forms = [
        Button(voice("numbers.picture"), _tap(asked, Form.PICTURE)),
        Button(voice("numbers.table"), _tap(asked, Form.TABLE)),
    ]
    others = [Button(voice(f"numbers.choose_{name}"), _tap(span)) for name, span in _choices(numbers.today).items()]
    more = Button(voice("numbers.other"), NumbersAskTap())
    return Screen(_text(voice, numbers), (tuple(forms), *rows_of([*others, more], 3)))


def _choices(today: dt.date) -> dict[str, Period]:
    """Return the spans to choose from, by the end of their texts' keys."""
    month, quarter, year = month_of(today), quarter_of(today), year_of(today)
    return {"month": month, "last_month": month_of(month.first - dt.timedelta(days=1)), "quarter": quarter,
            "year": year, "last_year": year_of(year.first - dt.timedelta(days=1))}  # fmt: skip


def _tap(span: Period, form: Form = Form.TEXT) -> NumbersTap:
    return NumbersTap(int(f"{span.first:%Y%m%d}"), int(f"{span.last:%Y%m%d}"), form)


def ask_screen(voice: Voice, asking: Asking) -> Screen:
    """Ask for the span of time, below the words that were not understood."""
    unread = voice("numbers.unread", what=asking.unread) if asking.unread else None
    return Screen(lines(unread, voice("numbers.ask")), ((Button(voice("button.cancel"), CancelTap()),),))


def _text(voice: Voice, numbers: Numbers) -> Markup:
    now, then = numbers.now, numbers.then
    return lines(
        voice("numbers.heading", span=span_words(voice, numbers)),
        voice("numbers.compared", span=_days(voice, numbers.before)),
        "",
        voice("numbers.activities", n=now.activities, then=then.activities),
        voice("numbers.beneficiaries", n=now.beneficiaries, then=then.beneficiaries),
        voice("numbers.times", n=now.times, then=then.times, persons=now.persons, were=then.persons),
        voice("numbers.hours", hours=voice.hours(now.minutes), then=voice.hours(then.minutes)),
        voice("numbers.ratings", mean=f"{now.ratings.mean:.1f}", n=now.ratings.given) if now.ratings.given else None,
        "",
        voice("numbers.lines"),
        *(lines(_line(voice, numbers, line), outlook(voice, line)) for line in numbers.lines),
        "",
        voice("numbers.teams"),
        *(_team(voice, team) for team in now.teams),
        "",
        voice("numbers.note"),
        voice.rule(numbers.rounding),
        voice(f"pairing.rule_{numbers.pairing_counts.value}"),
    )


def span_words(voice: Voice, numbers: Numbers) -> str:
    """Return the span in words: a month, a quarter or a year by its name, else its days; and up to when it counts."""
    asked = numbers.asked
    year, month = asked.first.year, asked.first.month
    match asked.months:
        case 1:
            name = voice.month_of(year, month)
        case n if n == _QUARTER and month % _QUARTER == 1:
            name = voice.plain("numbers.of_quarter", year=year, quarter=(month + 2) // _QUARTER)
        case n if n == _YEAR and month == 1:
            name = voice.plain("numbers.of_year", year=year)
        case _:
            return _days(voice, numbers.span)
    if numbers.span == asked:
        return name
    return voice.plain("numbers.so_far", span=name, day=voice.date(numbers.span.last))


def _days(voice: Voice, span: Period) -> str:
    first = voice.date(span.first, year=True)
    if span.first == span.last:
        return first
    return f"{first}–{voice.date(span.last, year=span.last.year != span.first.year)}"


def _line(voice: Voice, numbers: Numbers, line: QuotaLine) -> Markup:
    code = line.category.code
    return voice(
        "numbers.line",
        name=line.category.spoken(voice.language),
        n=numbers.now.by_category.get(code, 0),
        then=numbers.then.by_category.get(code, 0),
        unit=_unit(voice, line),
        whole=_whole(voice, numbers, line),
    )


def _unit(voice: Voice, line: QuotaLine) -> str:
    return "" if voice.language == "en" else line.unit


def _whole(voice: Voice, numbers: Numbers, line: QuotaLine) -> Markup:
    return voice("numbers.whole", year=numbers.year, verified=line.verified, target=line.target)


def _team(voice: Voice, team: TeamFigures) -> Markup:
    if not team.team:
        return voice("numbers.no_team", times=team.times)
    paired = voice("numbers.team_pairings", n=team.pairings) if team.pairings else ""
    hours = voice.hours(team.minutes)
    return voice("numbers.team", team=team.team, n=team.activities, times=team.times, hours=hours, paired=paired)


def caption(voice: Voice, numbers: Numbers) -> Markup:
    """Return what stands under the picture and the spreadsheet."""
    return voice("numbers.caption", span=span_words(voice, numbers))


def file_name(voice: Voice, numbers: Numbers) -> str:
    """Return a name that is safe on every system: no part of it was typed by anybody."""
    return f"{voice.plain('numbers.file_name')}-{numbers.span.first:%Y%m%d}-{numbers.span.last:%Y%m%d}.xlsx"


def _main(voice: Voice, figures: Figures) -> list[str]:
    numbers = (figures.activities, figures.beneficiaries, figures.times, figures.persons)
    return [*map(str, numbers), voice.hours(figures.minutes)]


def picture(voice: Voice, numbers: Numbers) -> pictures.Figures:
    """Return the numbers as they are drawn."""
    values = zip(MAIN, _main(voice, numbers.now), _main(voice, numbers.then), strict=True)
    tiles = [
        pictures.Tile(voice.plain(f"numbers.head_{n}"), now, voice.plain("numbers.then", then=was))
        for n, now, was in values
    ]
    compared = voice.plain("numbers.before", span=_days(voice, numbers.before))
    return pictures.Figures(
        title=f"{voice.plain('numbers.corps')} {voice.plain('numbers.title')}",
        subtitle=span_words(voice, numbers),
        tiles=tiles,
        bars_heading=voice.plain("numbers.lines_head"),
        bars=[_bar(voice, numbers, line) for line in numbers.lines],
        table_heading=voice.plain("numbers.teams_head"),
        table=pictures.Table(
            tuple(voice.plain(f"numbers.column_{name}") for name in TEAM_COLUMNS),
            [_drawn(voice, team) for team in numbers.now.teams],
        ),
        footer=f"{compared} {voice.plain('numbers.note')}",
        footnote=voice.rule(numbers.rounding).unescape(),
    )  # fmt: skip


def _drawn(voice: Voice, team: TeamFigures) -> tuple[str, ...]:
    name = team.team or voice.plain("numbers.no_team_name")
    return name, str(team.activities), str(team.times), voice.hours(team.minutes), str(team.pairings)


def _bar(voice: Voice, numbers: Numbers, line: QuotaLine) -> pictures.Bar:
    now, then = (figures.by_category.get(line.category.code, 0) for figures in (numbers.now, numbers.then))
    return pictures.Bar(
        line.category.spoken(voice.language),
        voice.plain("numbers.in_span", n=now, unit=_unit(voice, line), then=then),
        _whole(voice, numbers, line).unescape(),
        line.verified / line.target if line.target else 0.0,
    )


def sheets(voice: Voice, numbers: Numbers) -> list[Sheet]:
    """Return the numbers as a spreadsheet of one sheet: the main ones, the five lines, the teams."""
    now, then = numbers.now, numbers.then
    head: list[Cell] = [voice.plain("numbers.what"), span_words(voice, numbers), _days(voice, numbers.before)]
    rows: list[list[Cell]] = [head]
    for name, here, before in zip(MAIN, _cells(now), _cells(then), strict=True):
        rows.append([voice.plain(f"numbers.head_{name}"), here, before])
    heads = {0, len(rows) + 1}
    rows += [[], [voice.plain("numbers.lines_head"), *head[1:], voice.plain("numbers.of_year", year=numbers.year),
                  voice.plain("numbers.target")]]  # fmt: skip
    for line in numbers.lines:
        counts = [figures.by_category.get(line.category.code, 0) for figures in (now, then)]
        rows.append([line.category.spoken(voice.language), *counts, line.verified, line.target])
    heads.add(len(rows) + 1)
    rows += [[], [voice.plain(f"numbers.column_{name}") for name in TEAM_COLUMNS]]
    for team in now.teams:
        name = team.team or voice.plain("numbers.no_team_name")
        rows.append([name, team.activities, team.times, Hours(team.minutes / 60), team.pairings])
    rows += [
        [],
        [voice.plain(f"pairing.rule_{numbers.pairing_counts.value}")],
        [voice.plain("numbers.note")],
        [voice.rule(numbers.rounding).unescape()],
    ]
    return [Sheet(voice.plain("numbers.title"), rows, frozenset(heads), one_page=True)]


def _cells(figures: Figures) -> list[Cell]:
    return [figures.activities, figures.beneficiaries, figures.times, figures.persons, Hours(figures.minutes / 60)]
