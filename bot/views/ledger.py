"""The ledger as sheets of a spreadsheet: the rows, the totals, the pairings, and what counts."""

from markupsafe import Markup

from bot.callbacks.export import LedgerTap
from bot.documents.spreadsheet import Cell, Hours, Sheet
from bot.texts.voice import Voice
from bot.views.screen import Button, Screen, rows_of
from corps.records.ledger import Ledger, PairingRow, Row, Total
from models.enums import Venue

COLUMNS = (
    "number", "day", "teams", "category", "kind", "title", "place", "people",
    "hours", "beneficiaries", "counted_by", "photos", "reporter", "verifier",
)  # fmt: skip
PAIRING_COLUMNS = ("number", "team", "partner", "place", "since", "state", "counts", "registrar", "confirmer")
TOTALS = ("group", "activities", "people", "hours", "beneficiaries", "photos")
BY_MONTH, BY_KIND, BY_VENUE = ("month", *TOTALS[1:]), ("kind", *TOTALS[1:]), ("venue", *TOTALS[1:])
QUOTA = ("category", "target", "verified", "rows", "reported", "planned", "missing")
NOTES = ("scope", "tally", "joint", "people", "hours", "beneficiaries", "pairings", "privacy")


def ledger_sheets(voice: Voice, ledger: Ledger) -> list[Sheet]:
    """Return the ledger's sheets."""
    detail: list[list[Cell]] = [_heads(voice, "column", COLUMNS), *(_row(voice, row) for row in ledger.rows)]
    pairings: list[list[Cell]] = [
        _heads(voice, "pairing", PAIRING_COLUMNS),
        *(_pairing(voice, row) for row in ledger.pairings),
    ]
    notes: list[list[Cell]] = [
        [_say(voice, "ledger.notes_heading", year=ledger.year, day=ledger.made_on.isoformat())],
    ]
    notes += [[_say(voice, "ledger.of_team", team=ledger.team)]] if ledger.team else []
    notes += [[_say(voice, f"ledger.note_{name}")] for name in NOTES]
    return [
        Sheet(_say(voice, "ledger.sheet_detail"), detail, filtered=True),
        _totals(voice, ledger),
        Sheet(_say(voice, "ledger.sheet_pairings"), pairings, filtered=True),
        Sheet(_say(voice, "ledger.sheet_notes"), notes),
    ]


def file_name(voice: Voice, ledger: Ledger) -> str:
    """Return a name that is safe on every system: no part of it was typed by anybody."""
    name = _say(voice, "ledger.file_name_team" if ledger.team else "ledger.file_name")
    return f"{name}-{ledger.year}-{ledger.made_on:%Y%m%d}.xlsx"


def caption(voice: Voice, ledger: Ledger) -> Markup:
    """Return what stands under the file."""
    key = "ledger.caption_team" if ledger.team else "ledger.caption"
    return voice(key, team=ledger.team, year=ledger.year, n=len(ledger.rows), pairings=len(ledger.pairings))


def _say(voice: Voice, key: str, **values: object) -> str:
    """Return a sentence as plain text: a spreadsheet knows no HTML."""
    return voice(key, **values).unescape()


def _heads(voice: Voice, group: str, names: tuple[str, ...]) -> list[Cell]:
    return [_say(voice, f"ledger.{group}_{name}") for name in names]


def _hours(minutes: int) -> Hours:
    """Return minutes as hours, not rounded: the cells add up, and only what is shown is rounded."""
    return Hours(minutes / 60)


def _row(voice: Voice, row: Row) -> list[Cell]:
    return [
        row.number,
        row.day,
        "、".join(row.teams),
        "、".join(category.spoken(voice.language) for category in row.categories),
        _kind(voice, joint=row.joint),
        row.title,
        row.place,
        row.people,
        _hours(row.minutes),
        row.beneficiaries,
        _say(voice, f"counted.{row.counted_by.value}"),
        row.photos,
        row.reporter,
        row.verifier,
    ]


def _kind(voice: Voice, *, joint: bool) -> str:
    return _say(voice, "ledger.joint" if joint else "ledger.regular")


def _pairing(voice: Voice, row: PairingRow) -> list[Cell]:
    return [
        row.number,
        row.team,
        row.partner,
        row.place,
        row.since,
        _say(voice, f"ledger.state_{row.state.value}"),
        _say(voice, "ledger.yes" if row.counts else "ledger.no"),
        row.registrar,
        row.confirmer,
    ]


def _totals(voice: Voice, ledger: Ledger) -> Sheet:
    """Return the totals: of all rows, by month, kind, place and team, and the 五个10 beside what the rows come to."""
    months, kinds, venues = ledger.by_month, ledger.by_joint, ledger.by_venue
    blocks: list[list[list[Cell]]] = [
        [_heads(voice, "total", TOTALS), _total(_say(voice, "ledger.all"), ledger.total)],
        [
            _heads(voice, "total", BY_MONTH),
            *(_total(_say(voice, "ledger.month", month=month), months[month]) for month in sorted(months)),
        ],
        [
            _heads(voice, "total", BY_KIND),
            *(_total(_kind(voice, joint=joint), kinds[joint]) for joint in sorted(kinds)),
        ],
        [
            _heads(voice, "total", BY_VENUE),
            *(_total(_say(voice, f"ledger.venue_{v.value}"), venues[v]) for v in Venue if v in venues),
        ],
        _quota(voice, ledger),
        _teams(voice, ledger),
    ]
    rows: list[list[Cell]] = []
    heads = set()
    for block in blocks:
        rows += [[]] if rows else []
        heads.add(len(rows))
        rows += block
    return Sheet(_say(voice, "ledger.sheet_totals"), rows, frozenset(heads))


def _total(name: str, total: Total) -> list[Cell]:
    return [name, total.activities, total.people, _hours(total.minutes), total.beneficiaries, total.photos]


def _quota(voice: Voice, ledger: Ledger) -> list[list[Cell]]:
    """The 五个10; `rows` counts the same in the sheets of this file: the two must agree."""
    found, pairings = ledger.by_category, sum(row.counts for row in ledger.pairings)
    whole = not ledger.team  # one team's rows are not to be measured by what the corps has promised
    lines: list[list[Cell]] = [_heads(voice, "quota", QUOTA if whole else ("category", "rows"))]
    for line in ledger.quota.lines:
        rows = pairings if line.pairing else found.get(line.category.code, 0)
        name = line.category.spoken(voice.language)
        beside = [line.target, line.verified, rows, line.reported, line.planned, line.missing]
        lines.append([name, *(beside if whole else [rows])])
    return lines


def _teams(voice: Voice, ledger: Ledger) -> list[list[Cell]]:
    """Each team's participations by category, in the roster's order: no ranking."""
    categories = [line.category for line in ledger.quota.lines if not line.pairing]
    lines: list[list[Cell]] = [
        [_say(voice, "ledger.total_team"), *(category.spoken(voice.language) for category in categories)]
    ]
    for team, served in ledger.by_team.items():
        lines.append([team, *(served.get(category.code, 0) for category in categories)])
    return lines


def years_screen(voice: Voice, years: list[int]) -> Screen:
    """Ask which year to export."""
    buttons = [Button(voice("ledger.year", year=year), LedgerTap(year)) for year in years]
    return Screen(voice("ledger.which_year"), rows_of(buttons, 3))
