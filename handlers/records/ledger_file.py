"""The ledger's file, made aside: see `bot.routing.aside`."""

import json
from typing import Any, BinaryIO

from markupsafe import Markup

from bot.documents.spreadsheet import write_workbook_to
from bot.routing.aside import Reading
from bot.texts.voice import Voice
from bot.views import ledger as views
from bot.views.screen import Screen
from corps.records import ledger_people, ledger_scope

TARGET = f"{__name__}:write"


def write(reading: Reading, values: dict[str, Any], out: BinaryIO) -> None:
    """Write the ledger of a scope into `out`, below a line about it."""
    found, total, people = reading.run(ledger_people.open_with_people, ledger_scope.thawed(values["scope"]))
    about = [str(views.caption(reading.voice, found)), views.file_name(reading.voice, found)]
    out.write(json.dumps(about).encode() + b"\n")
    write_workbook_to(out, views.ledger_sheets(reading.voice, found, total, people, reading.tell))


def screen(voice: Voice, written: bytes) -> Screen:
    """Return the written file as a screen. The first line of `written` is JSON with its caption and name."""
    about, _, content = written.partition(b"\n")
    caption, name = json.loads(about)
    return views.sent(voice, Markup(caption), content, name)  # noqa: S704 - our own view made it
