"""One change in words: what was, and what is now."""

import datetime as dt
from typing import Any

from markupsafe import Markup

from bot.texts.voice import Voice
from bot.views.screen import lines
from corps.changes.change_notices import Delta
from corps.changes.edit_answers import OPEN, SHARED, EditField
from corps.parsing.lengths import cut
from corps.teams import CategoryName

NOTES_SHOWN = 150


def change_line(voice: Voice, delta: Delta) -> Markup:
    """Return a change as one line: `时间：12月5日（周六）14:00–16:00 → 12月6日（周日）9:00–11:00`."""
    match delta.field:
        case EditField.ADD:
            return voice("change.add", role=delta.role, places=delta.new)
        case EditField.REMOVE:
            return voice("change.remove", role=delta.role)
        case _:
            old, new = (_spoken(voice, delta.field, value) for value in (delta.old, delta.new))
            line = voice(f"change.{delta.field.value}", role=delta.role, old=old, new=new)
            return lines(
                line,
                voice("change.check_in_gone") if delta.check_in_gone else None,
                voice("change.place_gone") if delta.place_gone else None,
            )


def _spoken(voice: Voice, field: EditField, value: Any) -> Markup | str:  # noqa: ANN401 - as the field has it
    match field:
        case EditField.TIME:
            starts, ends = (dt.datetime.fromisoformat(text) for text in value)
            return voice.span(starts, ends)
        case EditField.HOURS:
            return voice.clocks(*map(dt.datetime.fromisoformat, value)) if value else voice("change.throughout")
        case EditField.CATEGORY | EditField.VENUE if not isinstance(value, str):  # older notices have a code
            return CategoryName(*value).spoken(voice.language)
        case EditField.SLOT_TEAM if value in (OPEN, SHARED):
            return voice(f"change.slot_{value}")
        case EditField.TEAM:
            return voice.listed(value) or voice("card.open_teams")
        case _:
            text = str(value)
            shown = cut(text, NOTES_SHOWN)
            return shown or voice("change.empty")
