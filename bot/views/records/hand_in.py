"""/handin: what is still to be entered on an official platform, the file for it, and which data people lack."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bot.callbacks.common import MenuTap
from bot.callbacks.hand_in import HandInFileTap, HandInMarkTap, HandInTap, HandInUnmarkTap
from bot.documents.spreadsheet import NOTES, Cell, Sheet, write_workbook
from bot.texts.voice import Voice
from bot.views.screen import PRIMARY, SUCCESS, Button, Row, Screen, lines, named
from corps.records.hand_in import HandIn, HandInRow, RowState
from corps.records.platforms import HandInField, Lack, Lacking, Platform


def platforms_screen(voice: Voice, platforms: Mapping[str, Platform], year: int) -> Screen:
    """Return the platforms that have a mapping file."""
    if not platforms:
        return Screen(voice("handin.no_platforms"))
    rows: list[Row] = [(Button(one.name, HandInTap(code, year), style=PRIMARY),) for code, one in platforms.items()]
    samples = voice("handin.samples") if any(one.sample for one in platforms.values()) else None
    return Screen(lines(voice("handin.about", year=year), samples), tuple(rows))


def broken_screen(voice: Voice, said: str) -> Screen:
    """Say which mapping file can't be used, and where its mistake is."""
    return Screen(voice("handin.broken", said=said))


def year_screen(voice: Voice, found: HandIn, said: Markup | None = None) -> Screen:
    """Return how much of a year was handed in to a platform."""
    platform, counts = found.platform, found.counts
    waiting = [voice(f"handin.{state.value}", n=counts[state]) for state in RowState if state in counts]
    last = found.last
    text = lines(
        said,
        voice("handin.title", name=platform.name, year=found.year),
        voice("handin.sample") if platform.sample else None,
        voice.rule(platform.rounding),
        "",
        *(waiting or [voice("handin.nothing")]),
        voice("handin.entered_before", n=found.entered) if found.entered else None,
        voice("handin.still_open", n=found.still_open) if found.still_open else None,
        voice("handin.last", when=voice.moment(last.at), by=last.by.name, n=last.rows) if last else None,
        *_lacks(voice, found),
    )
    file = Button(voice("handin.file"), HandInFileTap(platform.code, found.year), style=PRIMARY)
    rows: list[Row] = [(file,)] if found.pending else []
    if last:
        rows.append((Button(voice("handin.undo"), HandInUnmarkTap(platform.code, found.year, last.sign)),))
    years = [Button(voice("ledger.year", year=year), HandInTap(platform.code, year)) for year in _near(found.year)]
    return Screen(text, (*rows, tuple(years), (Button(voice("button.back"), MenuTap("handin")),)))


def _near(year: int) -> tuple[int, int]:
    return year - 1, year + 1


def _lacks(voice: Voice, found: HandIn) -> list[Markup]:
    """Return the columns that stay empty because we do not keep such data, and how many people lack another one."""
    never = [one.head for one in found.platform.columns if one.required and one.field is HandInField.NOTHING]
    others = {row.key[0] for row in found.pending if any(one.head not in never for one in row.lacking)}
    said = [voice("handin.never_kept", names=named(voice, never))] if never and found.pending else []
    return [*said, voice("handin.lacking", n=len(others))] if others else said


def file_screen(voice: Voice, found: HandIn) -> Screen:
    """Return the file: the platform's table, changed rows, removed rows, and what each person lacks."""
    platform = found.platform
    heads: list[Cell] = [column.head for column in platform.columns]
    by_state: dict[RowState, list[HandInRow]] = defaultdict(list)
    for row in found.pending:
        by_state[row.state].append(row)
    again: list[Cell] = [voice.plain("handin.head_entered"), *heads]
    changed = [[_day(voice, row), *_cells(platform, row)] for row in by_state[RowState.CHANGED]]
    gone: list[list[Cell]] = [[_day(voice, r), r.name, r.title, r.day] for r in by_state[RowState.GONE]]
    sheets = [
        Sheet(voice.plain("handin.sheet_new"), [heads, *(_cells(platform, r) for r in by_state[RowState.NEW])]),
        *([Sheet(voice.plain("handin.sheet_changed"), [again, *changed])] if changed else []),
        *(
            [Sheet(voice.plain("handin.sheet_gone"), [_heads(voice, "entered", "name", "title", "day"), *gone])]
            if gone
            else []
        ),
        Sheet(voice.plain("handin.sheet_lacking"), _lacking(voice, found.pending)),
        Sheet(voice.plain("handin.sheet_notes"), _notes(voice, platform), widths=NOTES),
    ]
    mark = HandInMarkTap(platform.code, found.year, found.sign)
    return Screen(
        voice("handin.sent", name=platform.name, n=len(found.pending)),
        ((Button(voice("handin.mark", n=len(found.pending)), mark, style=SUCCESS),),),
        document=write_workbook(sheets),
        filename=_file_name(voice, found),
    )


def _file_name(voice: Voice, found: HandIn) -> str:
    """Return a file name that is safe on every system: of the platform's name only letters and digits are used."""
    name = "".join(char for char in found.platform.name if char.isalnum()) or found.platform.code
    return f"{voice.plain('handin.file_name')}-{name}-{found.year}.xlsx"


def _heads(voice: Voice, *names: str) -> list[Cell]:
    return [voice.plain(f"handin.head_{name}") for name in names]


def _day(voice: Voice, row: HandInRow) -> str:
    return voice.moment(row.entered_at, year=True) if row.entered_at else ""


def _cells(platform: Platform, row: HandInRow) -> list[Cell]:
    hours = {HandInField.HOURS}
    return [
        float(cell) if column.field in hours else cell for column, cell in zip(platform.columns, row.cells, strict=True)
    ]


def _lacking(voice: Voice, rows: Sequence[HandInRow]) -> list[list[Cell]]:
    """Return who lacks what, a line a person and thing, in the order of names."""
    found: dict[tuple[str, str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for one in row.lacking:
            found[row.name, row.team, row.key[0]][_lack(voice, one)] += 1
    told: list[list[Cell]] = [_heads(voice, "name", "team", "lack", "rows")]
    for (name, team, _), lacks in sorted(found.items()):
        told += [[name, team, what, n] for what, n in lacks.items()]
    return told


def _lack(voice: Voice, one: Lacking) -> str:
    if one.lack is Lack.PATTERN and one.what:
        return one.what
    return voice.plain(f"handin.lack_{one.lack.value}", head=one.head, what=one.what)


def _notes(voice: Voice, platform: Platform) -> list[list[Cell]]:
    said = [
        voice.plain("handin.sample") if platform.sample else "",
        voice.rule(platform.rounding).unescape(),
        voice.plain("handin.note_words", words=voice.listed(platform.forbids)) if platform.forbids else "",
        voice.plain("handin.note_blank"),
    ]
    return [[line] for line in said if line]
