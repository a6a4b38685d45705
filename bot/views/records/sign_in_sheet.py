"""The sheet to sign on site (签到表), as a PDF to print."""

from bot.callbacks.ratings import RateCodeTap
from bot.documents.qr import qr_png
from bot.documents.sign_in_sheet import EMPTY_LEAST, LINES_LEAST, sign_in_sheet_pdf
from bot.texts.voice import Voice
from bot.views.screen import Button, LinkTo, Screen
from corps.attendance.sign_in_sheet import Line, SignInSheet

COLUMNS = {"number": 12, "name": 28, "role": 32, "team": 26, "came": 22, "left": 22, "signature": 0}
"""The columns with their widths in millimetres; 0 means the remaining width."""


def sheet_screen(voice: Voice, sheet: SignInSheet, link_to: LinkTo) -> Screen:
    """Return the sheet as a file; its caption says what to do with it once it is signed."""
    return Screen(
        voice("sheet.sent", title=sheet.title),
        ((Button(voice("button.rate_code"), RateCodeTap(sheet.activity_id)),),),
        document=sign_in_sheet_pdf(_values(voice, sheet), qr_png(link_to("in", sheet.code))),
        filename=f"{voice.plain('sheet.file_name')}-{voice.zone.wall(sheet.starts_at):%Y%m%d}-{sheet.activity_id}.pdf",
    )


def _values(voice: Voice, sheet: SignInSheet) -> dict[str, object]:
    columns = {name: width for name, width in COLUMNS.items() if name != "left" or sheet.check_out}
    blank = [""] * (len(columns) - 4)
    going = [(one.name, _role(voice, one), one.team) for one in sheet.lines]
    empty = [("", "", "")] * max(EMPTY_LEAST, LINES_LEAST - len(going))
    return {
        "heading": voice.plain("sheet.heading"),
        "title": sheet.title,
        "head": [
            voice.plain("sheet.when", when=voice.span(sheet.starts_at, sheet.ends_at, year=True)),
            voice.plain("sheet.where", place=sheet.place),
            voice.plain("sheet.teams", teams=voice("list.comma").join(sheet.teams)),
        ],
        "scan": voice.plain("sheet.scan"),
        "columns": [voice.plain(f"sheet.column_{name}") for name in columns],
        "widths": list(columns.values()),
        "rows": [[str(n), *words, *blank] for n, words in enumerate([*going, *empty], 1)],
        "sign": voice.plain("sheet.sign"),
        "foot": voice.plain("sheet.foot"),
    }


def _role(voice: Voice, line: Line) -> str:
    return f"{line.role}\n{voice.clocks(*line.hours)}" if line.hours else line.role
