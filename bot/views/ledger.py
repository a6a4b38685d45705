"""The ledger as a spreadsheet: a sheet for rows, totals, pairings, and by which rules is counted."""

import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.callbacks.export import LedgerTap
from bot.documents.spreadsheet import NOTES as NOTE_WIDTHS
from bot.documents.spreadsheet import Cell, Formula, Hours, Sheet
from bot.texts.voice import Voice
from bot.views.cards import gone_to
from bot.views.menu import words_row
from bot.views.screen import Button, Screen, rows_of
from corps.records.ledger import Ledger, PairingRow, Row, Total
from corps.records.ledger_people import PeopleSum, PersonRow
from models.enums import Source

NO_PEOPLE = PeopleSum(0, 0)
COLUMNS = (
    "number", "day", "teams", "category", "kind", "title", "place", "people",
    "hours", "beneficiaries", "counted_by", "photos", "reporter", "verifier",
)  # fmt: skip
PAIRING_COLUMNS = ("number", "team", "partner", "place", "since", "state", "counts", "registrar", "confirmer")
TOTALS = ("group", "activities", "people", "hours", "beneficiaries", "photos")
BY_MONTH, BY_KIND, BY_VENUE = ("month", *TOTALS[1:]), ("kind", *TOTALS[1:]), ("venue", *TOTALS[1:])
QUOTA = ("category", "target", "verified", "rows", "reported", "planned", "missing")
OWN_COLUMNS = ("number", "day", "team", "name", "title", "place", "hours", "confirmer", "verifier")
NOTES = ("scope", "tally", "joint", "people", "hours", "beneficiaries", "pairings", "own", "privacy")


PEOPLE_COLUMNS = ("number", "day", "title", "team", "name", "category", "role", "source", "checked", "hours")
DETAIL_WIDTHS = (6, 12, 16, 18, 11, 26, 24, 7, 9, 10, 10, 8, 10, 10)
PEOPLE_WIDTHS = (8, 12, 30, 12, 14, 14, 14, 14, 14, 12)
VISIT_COLUMNS = ("number", "day", "partner", "team", "title", "people", "hours")
TOLD_EACH = 1_000
"""The progress of the file is shown after each so many people."""


def _nobody(_done: int, _total: int) -> None:
    """The default of `tell`: shows no progress."""


def ledger_sheets(
    voice: Voice,
    ledger: Ledger,
    total: PeopleSum = NO_PEOPLE,
    people: Iterable[PersonRow] = (),
    tell: Callable[[int, int], None] = _nobody,
) -> list[Sheet]:
    """Return the ledger's sheets. `people` is read while the file is written; `tell` gets the number written so far."""
    detail: list[list[Cell]] = [_heads(voice, "column", COLUMNS), *(_row(voice, row) for row in ledger.rows)]
    pairings: list[list[Cell]] = [
        _heads(voice, "pairing", PAIRING_COLUMNS),
        *(_pairing(voice, row) for row in ledger.pairings),
    ]
    title = voice.plain(
        "ledger.notes_heading", what=scope_words(voice, ledger), day=voice.date(ledger.made_on, year=True)
    )
    notes: list[list[Cell]] = [[title]]
    notes += [[voice.plain("ledger.of_team", team=ledger.team)]] if ledger.team else []
    notes += [[voice.plain(f"ledger.note_{name}")] for name in NOTES]
    notes += [[voice.plain(f"pairing.rule_{ledger.pairing_counts.value}")]]
    notes += [[voice.plain("ledger.note_rounding", rule=voice.rule(ledger.rounding))]]
    titled = f"{title}　{ledger.team}" if ledger.team else title

    def table(name: str, rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()) -> Sheet:
        sheet, foot = voice.plain(f"ledger.sheet_{name}"), voice.plain("ledger.sign")
        above = f"{titled}　{sheet}"
        return Sheet(sheet, rows, filtered=name != "own", foot=foot, title=above, widths=widths)

    return [
        table("detail", detail, DETAIL_WIDTHS),
        _totals(voice, ledger, total, titled),
        table("people", _people(voice, people, total.rows, tell), PEOPLE_WIDTHS),
        table("pairings", pairings),
        table("visits", _visits(voice, ledger)),
        table("own", _own(voice, ledger)),
        Sheet(voice.plain("ledger.sheet_notes"), notes, widths=NOTE_WIDTHS),
    ]


def file_name(voice: Voice, ledger: Ledger) -> str:
    """Return a name that is safe on every system: no part of it was typed by anybody."""
    name = voice.plain("ledger.file_name_team" if ledger.team else "ledger.file_name")
    asked = ledger.scope
    days = str(ledger.year) if asked.whole_year else f"{asked.first:%Y%m%d}-{asked.last:%Y%m%d}"
    return f"{name}-{days}-{ledger.made_on:%Y%m%d}.xlsx"


def caption(voice: Voice, ledger: Ledger) -> Markup:
    """Return what stands under the file."""
    key, what = "ledger.caption_team" if ledger.team else "ledger.caption", scope_words(voice, ledger)
    return voice(key, team=ledger.team, what=what, n=len(ledger.rows), pairings=len(ledger.pairings))


def scope_words(voice: Voice, ledger: Ledger) -> str:
    """Return in words what a ledger covers: a year, or days, teams and categories."""
    asked = ledger.scope
    if asked.whole_year:
        return voice.plain("ledger.year", year=asked.whole_year)
    categories = {line.category.code: line.category for line in ledger.quota.lines}
    named = [categories[code].spoken(voice.language) if code in categories else code for code in asked.categories]
    return voice.plain(
        "ledger.days",
        first=voice.date(asked.first, year=True),
        last=voice.date(asked.last, year=True),
        only="".join(f" {name}" for name in (*asked.teams, *named)),
    )


def _heads(voice: Voice, group: str, names: tuple[str, ...]) -> list[Cell]:
    return [voice.plain(f"ledger.{group}_{name}") for name in names]


def _hours(minutes: int) -> Hours:
    """Return minutes as hours with all decimals, so that sums are exact; the cell's format shows two."""
    return Hours(minutes / 60)


def _row(voice: Voice, row: Row) -> list[Cell]:
    return [
        row.number,
        row.day,
        voice.listed(row.teams),
        voice.listed(category.spoken(voice.language) for category in row.categories),
        _kind(voice, joint=row.joint),
        row.title,
        row.place,
        row.people,
        _hours(row.minutes),
        row.beneficiaries,
        voice.plain(f"counted.{row.counted_by.value}"),
        row.photos,
        row.reporter,
        row.verifier,
    ]


def _own(voice: Voice, ledger: Ledger) -> list[list[Cell]]:
    """Return the service elsewhere that members have handed in, with its sum."""
    rows: list[list[Cell]] = [_heads(voice, "own", OWN_COLUMNS)]
    rows += [
        [
            one.number,
            one.day,
            one.team,
            one.name,
            one.title,
            one.place,
            _hours(one.minutes),
            one.confirmer,
            one.verifier,
        ]
        for one in ledger.own
    ]
    if ledger.own:
        letter = string.ascii_uppercase[OWN_COLUMNS.index("hours")]
        summed = Formula(f"SUM({letter}2:{letter}{len(rows)})", _hours(sum(row.minutes for row in ledger.own)))
        rows.append([voice.plain("ledger.all"), None, None, None, None, None, summed])
    return rows


def _kind(voice: Voice, *, joint: bool) -> str:
    return voice.plain("ledger.joint" if joint else "ledger.regular")


def _pairing(voice: Voice, row: PairingRow) -> list[Cell]:
    return [
        row.number,
        row.team,
        row.partner,
        row.place,
        row.since,
        voice.plain(f"ledger.state_{row.state.value}"),
        voice.plain("ledger.yes" if row.counts else "ledger.no"),
        row.registrar,
        row.confirmer,
    ]


def _visits(voice: Voice, ledger: Ledger) -> list[list[Cell]]:
    """The visits to partners: activities that are in the ledger, too."""
    told: list[list[Cell]] = [_heads(voice, "visit", VISIT_COLUMNS)]
    for number, (partner, row) in enumerate(ledger.visits, 1):
        told.append(
            [
                number,
                row.day,
                partner,
                voice.listed(row.teams),
                row.title,
                row.people,
                _hours(row.minutes),
            ]
        )
    return told


def _people(
    voice: Voice, people: Iterable[PersonRow], total: int, tell: Callable[[int, int], None]
) -> Iterator[list[Cell]]:
    yield _heads(voice, "person", PEOPLE_COLUMNS)
    for number, row in enumerate(people, 1):
        name, source = row.category.spoken(voice.language), voice.plain(f"ledger.source_{row.source.value}")
        way = voice.plain(_way(row))
        yield [number, row.day, row.title, row.team, row.name, name, row.role, source, way, _hours(row.minutes)]
        if number % TOLD_EACH == 0:
            tell(number, total)


def _way(row: PersonRow) -> str:
    """Return the key of how a presence was confirmed; old records, made before this was asked, only have a source."""
    if row.checked_by is not None and row.source is not Source.BACK_ENTERED:
        return f"checked_by.{row.checked_by.value}"
    return "ledger.checked_later" if row.source is Source.BACK_ENTERED else "ledger.checked_unknown"


def _people_total(voice: Voice, total: PeopleSum) -> list[Cell]:
    """Return the totals of the sheet of people; its hours must equal those of the activities above."""
    sheet, last = voice.plain("ledger.sheet_people"), max(2, total.rows + 1)
    letter = string.ascii_uppercase[PEOPLE_COLUMNS.index("hours")]
    rows = Formula(f"COUNT('{sheet}'!$A$2:$A${last})", total.rows)
    hours = Formula(f"SUM('{sheet}'!${letter}$2:${letter}${last})", _hours(total.minutes))
    return [voice.plain("ledger.of_people"), None, rows, hours]


def _totals(voice: Voice, ledger: Ledger, people: PeopleSum, title: str) -> Sheet:
    """Return the totals: of all rows, by month, kind, place, team, and the 五个10 beside what the rows add up to."""
    detail = _Detail(voice.plain("ledger.sheet_detail"), len(ledger.rows) + 1)
    months, kinds, venues = ledger.by_month, ledger.by_joint, ledger.by_venue
    blocks: list[list[list[Cell]]] = [
        [
            _heads(voice, "total", TOTALS),
            _total(voice.plain("ledger.all"), ledger.total, detail),
            _people_total(voice, people),
        ],
        [
            _heads(voice, "total", BY_MONTH),
            *(_total(_month(voice, ledger, at), months[at], detail, detail.in_month(*at)) for at in sorted(months)),
        ],
        [
            _heads(voice, "total", BY_KIND),
            *(
                _total(_kind(voice, joint=joint), kinds[joint], detail, detail.of_kind(_kind(voice, joint=joint)))
                for joint in sorted(kinds)
            ),
        ],
        [
            _heads(voice, "total", BY_VENUE),
            *(_total(gone_to(voice, venue), total) for venue, total in venues.items()),
        ],
        _quota(voice, ledger, detail),
        _teams(voice, ledger),
    ]
    rows: list[list[Cell]] = []
    heads = set()
    for block in blocks:
        rows += [[]] if rows else []
        heads.add(len(rows))
        rows += block
    rows += [[], [], [voice.plain("ledger.sign")]]
    name = voice.plain("ledger.sheet_totals")
    return Sheet(name, rows, frozenset(heads), title=f"{title}　{name}", one_page=True)


@dataclass(frozen=True)
class _Detail:
    """The sheet with the rows, as formulas name it; `last` is the number of its last row."""

    sheet: str
    last: int

    def column(self, name: str) -> str:
        """Return the cells of a column."""
        letter = string.ascii_uppercase[COLUMNS.index(name)]
        return f"'{self.sheet}'!${letter}$2:${letter}${max(2, self.last)}"

    def in_month(self, year: int, month: int) -> str:
        """Return the condition that a row is of that month."""
        return f"(YEAR({self.column('day')})={year})*(MONTH({self.column('day')})={month})"

    def of_kind(self, kind: str) -> str:
        """Return the condition that a row is joint, or regular."""
        return f'({self.column("kind")}="{kind}")'

    def of_category(self, name: str) -> str:
        """Return the condition that a row serves a category; one may serve several."""
        quoted = name.replace('"', '""')
        return f'ISNUMBER(FIND("、{quoted}、","、"&{self.column("category")}&"、"))'


def _month(voice: Voice, ledger: Ledger, at: tuple[int, int]) -> str:
    year, month = at
    of_one_year = ledger.scope.first.year == ledger.year
    return voice.plain("ledger.month", month=voice.month(month)) if of_one_year else voice.month_of(year, month)


SUMMED = ("people", "hours", "beneficiaries", "photos")


def _total(name: str, total: Total, detail: _Detail | None = None, which: str = "") -> list[Cell]:
    """Return a row of totals; with the sheet of the rows, as formulas over it: of all rows, or of `which`."""
    values = (total.people, _hours(total.minutes), total.beneficiaries, total.photos)
    if detail is None:
        return [name, total.activities, *values]
    counted = f"SUMPRODUCT({which}*1)" if which else f"COUNT({detail.column('number')})"
    cells: list[Cell] = [name, Formula(counted, total.activities)]
    for column, value in zip(SUMMED, values, strict=True):
        there = detail.column(column)
        cells.append(Formula(f"SUMPRODUCT({which}*{there})" if which else f"SUM({there})", value))
    return cells


def _quota(voice: Voice, ledger: Ledger, detail: _Detail) -> list[list[Cell]]:
    """The 五个10; `rows` counts the same in this file, by formulas: of a whole year the two must agree."""
    found, pairings = ledger.by_category, sum(row.counts for row in ledger.pairings)
    letter, sheet = string.ascii_uppercase[PAIRING_COLUMNS.index("counts")], voice.plain("ledger.sheet_pairings")
    of_pairings = f"'{sheet}'!${letter}$2:${letter}${max(2, len(ledger.pairings) + 1)}"
    # A part of the year, or one team, is not to be measured by what the corps has promised.
    whole = ledger.scope.whole_year is not None and not ledger.team
    lines: list[list[Cell]] = [_heads(voice, "quota", QUOTA if whole else ("category", "rows"))]
    for line in ledger.quota.lines:
        name = line.category.spoken(voice.language)
        counted = f"SUMPRODUCT({detail.of_category(name)}*1)"
        if line.pairing:
            counted = f'COUNTIF({of_pairings},"{voice.plain("ledger.yes")}")'
        rows = Formula(counted, pairings if line.pairing else found.get(line.category.code, 0))
        counts = [line.target, line.verified, rows, line.reported, line.planned, line.missing] if whole else [rows]
        lines.append([name, *counts])
    return lines


def _teams(voice: Voice, ledger: Ledger) -> list[list[Cell]]:
    """Each team's participations by category, in the roster's order: no ranking."""
    categories = [line.category for line in ledger.quota.lines if not line.pairing]
    lines: list[list[Cell]] = [
        [voice.plain("ledger.total_team"), *(category.spoken(voice.language) for category in categories)]
    ]
    for team, served in ledger.by_team.items():
        lines.append([team, *(served.get(category.code, 0) for category in categories)])
    return lines


def unread_screen(voice: Voice, words: str) -> Screen:
    """Say which words of /export nobody understands, and what may be typed."""
    return Screen(voice("ledger.unread", words=words), (words_row(voice, "export"),))


def sent(voice: Voice, caption: Markup, content: bytes, name: str) -> Screen:
    """Return a ledger's file to send, with the button for other days, teams or categories."""
    return Screen(caption, (words_row(voice, "export"),), document=content, filename=name)


def years_screen(voice: Voice, years: list[int]) -> Screen:
    """Ask which year to export."""
    buttons = [Button(voice("ledger.year", year=year), LedgerTap(year)) for year in years]
    return Screen(voice("ledger.which_year"), (*rows_of(buttons, 3), words_row(voice, "export")))
