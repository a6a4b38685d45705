"""/import: the empty table, what a file would change, its copy with error marks, and the result."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.callbacks.common import CancelTap
from bot.callbacks.imports import ImportConfirmTap, ImportTemplateTap, ImportUndoTap
from bot.documents.office_parts import OfficeTrouble
from bot.documents.spreadsheet import NOTES, Cell, Sheet, write_workbook
from bot.texts.voice import Voice
from bot.views.new_activity import problem_line
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, Row, Screen, lines, named
from corps.imports.importing import Import, Shown, Undone
from corps.imports.looking import Fault, Sheets

MEMBERS = ("name", "team")
ACTIVITIES = (
    "title", "category", "day", "begins", "ends", "place", "venue", "slots", "teams", "notes", "reason",
)  # fmt: skip
FAULTS_SHOWN = 5


def begin_screen(voice: Voice, last: Import | None, said: Markup | None = None) -> Screen:
    """Return the instructions, with buttons for the empty table and for undoing the last import."""
    rows: list[Row] = [(Button(voice("import.template"), ImportTemplateTap(), style=PRIMARY),)]
    rows += [(_undo(voice, last),)] if last else []
    rows.append((Button(voice("button.cancel"), CancelTap()),))
    return Screen(lines(said, *([""] if said else []), voice("import.begin")), tuple(rows))


def _undo(voice: Voice, last: Import) -> Button:
    return Button(voice("import.undo", name=last.name), ImportUndoTap(last.digest), style=DANGER)


def template_screen(voice: Voice) -> Screen:
    """Return the empty table: a sheet for members and one for activities, each with headings and an example."""
    sheets = [
        _template(voice, "members", "member", MEMBERS),
        _template(voice, "activities", "activity", ACTIVITIES),
        Sheet(
            voice.plain("import.sheet_notes"),
            [[line] for line in voice.plain("import.notes").split("\n")],
            widths=NOTES,
        ),
    ]
    file = write_workbook(sheets)
    return Screen(voice("import.template_sent"), document=file, filename=f"{voice.plain('import.file_name')}.xlsx")


def _template(voice: Voice, name: str, kind: str, columns: Sequence[str]) -> Sheet:
    heads: list[Cell] = [voice.plain(f"import.head_{column}") for column in columns]
    example: list[Cell] = [voice.plain(f"import.example_{kind}_{column}") for column in columns]
    return Sheet(voice.plain(f"import.sheet_{name}"), [heads, example])


def trouble_screen(voice: Voice, trouble: OfficeTrouble | None) -> Screen:
    """Say why a file could not be read, or (None) ask for a file."""
    text = voice("import.send_a_file") if trouble is None else voice(f"sheet.{trouble.value}")
    rows = ((Button(voice("import.template"), ImportTemplateTap()), Button(voice("button.cancel"), CancelTap())),)
    return Screen(text, rows)


def shown_screen(voice: Voice, shown: Shown, sheets: Sheets) -> Screen:
    """Return what a file would change, with 确认导入; or a copy of it with error marks."""
    found = shown.outlook
    known = found.known_members + found.known_activities
    coming = len(found.activities) - found.past
    said = [
        voice("import.shown", name=shown.name),
        voice("import.members", n=len(found.members)) if found.members else None,
        voice("import.coming", n=coming) if coming else None,
        voice("import.past", n=found.past) if found.past else None,
        voice("import.known", n=known) if known else None,
        voice("import.unread", names=named(voice, found.unread)) if found.unread else None,
    ]
    again = (Button(voice("button.cancel"), CancelTap()),)
    if found.faults:
        told = [_fault(voice, sheets, fault) for fault in found.faults[:FAULTS_SHOWN]]
        more = len(found.faults) - len(told)
        text = lines(
            *said, "", voice("import.faults", n=len({(one.sheet, one.row) for one in found.faults})), *told,
            voice("import.more_faults", n=more) if more else None, "", voice("import.mend"),
        )  # fmt: skip
        name = f"{voice.plain('import.marked_name')}.xlsx"
        return Screen(text, (again,), document=_marked(voice, sheets, found.faults), filename=name)
    if found.is_empty:
        return Screen(lines(*said, "", voice("import.nothing")), (again,))
    go = Button(voice("button.import_confirm"), ImportConfirmTap(shown.digest, found.sign), style=SUCCESS)
    return Screen(lines(*said, "", voice("import.confirm")), ((go,), again))


def _fault(voice: Voice, sheets: Sheets, fault: Fault) -> Markup:
    return voice("import.fault", sheet=sheets[fault.sheet][0], row=fault.row + 1, why=_why(voice, fault))


def _why(voice: Voice, fault: Fault) -> Markup:
    return problem_line(voice, fault.problem) if fault.problem else voice(f"import.wrong_{fault.code}", what=fault.what)


def _marked(voice: Voice, sheets: Sheets, faults: Sequence[Fault]) -> bytes:
    """Return the file's cells as text, with an added column that says what is wrong."""
    why: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        why.setdefault((fault.sheet, fault.row), []).append(_why(voice, fault).striptags().replace("\n", " "))
    made = []
    for number, (name, rows) in enumerate(sheets):
        wide = max((len(row) for row in rows), default=0)
        marked: list[list[Cell]] = []
        for at, row in enumerate(rows):
            note = "；".join(why.get((number, at), ()))
            first = at == 0 and any(place[0] == number for place in why)
            marked.append([*row, *[""] * (wide - len(row)), voice.plain("import.head_fault") if first else note])
        made.append(Sheet(name, marked, frozenset({0})))
    return write_workbook(made)


def done_screen(voice: Voice, done: Import) -> Screen:
    """Return the message that it is imported, the next steps, and the button to undo it."""
    text = lines(
        voice("import.done", name=done.name, members=done.members, activities=done.activities),
        voice("import.done_members") if done.members else None,
        voice("import.done_activities") if done.activities else None,
        voice("import.undo_until", when=voice.moment(done.until)),
    )
    return Screen(text, ((_undo(voice, done),),))


def undone(voice: Voice, done: Undone) -> Markup:
    """Return the result of undoing: what was removed again, and what stays."""
    kept = voice("import.kept", names=named(voice, done.kept)) if done.kept else None
    return lines(voice("import.undone", members=done.members, activities=done.activities), kept)
