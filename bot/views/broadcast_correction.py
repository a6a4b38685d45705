"""The correction of a broadcast that was sent: the question, the confirmation, and the messages that are sent."""

from bot.callbacks.broadcast import CorrectScheduleTap, CorrectSendTap
from bot.callbacks.common import CancelTap
from bot.texts.voice import Voice
from bot.views.broadcast import message
from bot.views.broadcast_copy import corrected
from bot.views.screen import SUCCESS, Button, Screen, lines, rows_of
from corps.activities.schedules import ScheduleSpan
from corps.broadcasts.content import Content
from corps.broadcasts.corrections import Asked, Correction


def ask_correction(voice: Voice, asked: Asked) -> Screen:
    """Ask for the new text of a broadcast that was sent; a schedule can be generated again."""
    content = asked.content
    cancel = (Button(voice("button.cancel"), CancelTap()),)
    if not _is_schedule(content):
        return Screen(voice("broadcast.ask_correction", most=asked.most), (cancel,))
    spans = [
        Button(voice(f"broadcast.{span.value}"), CorrectScheduleTap(asked.broadcast_id, span)) for span in ScheduleSpan
    ]
    return Screen(voice("broadcast.ask_schedule_correction", most=asked.most), (*rows_of(spans, 2), cancel))


def _is_schedule(content: Content) -> bool:
    """Tell whether a text was generated: only a schedule links to activities, or takes several messages."""
    return bool(content.parts) or "?start=act-" in content.html


def corrected_messages(voice: Voice, correction: Correction) -> list[Screen]:
    """Return the messages that a correction changes or adds, as they will look."""
    content = correction.content
    texts = [content if slot is None else _part(content, slot) for slot in correction.changed]
    return [message(corrected(voice, text)) for text in texts]


def _part(content: Content, number: int) -> Content:
    return Content(content.parts[number].html, content.parts[number].photo)


def correction_screen(voice: Voice, correction: Correction) -> Screen:
    """Return the message under the preview of a correction."""
    row = (
        Button(voice("broadcast.do_correct"), CorrectSendTap(correction.broadcast_id, correction.sign), style=SUCCESS),
        Button(voice("button.cancel"), CancelTap()),
    )
    text = lines(
        voice("broadcast.correction_preview", arrived=correction.arrived, waiting=correction.waiting),
        voice("broadcast.correction_added", n=correction.added) if correction.added else None,
        voice("broadcast.correction_voided", n=correction.voided) if correction.voided else None,
    )
    return Screen(text, (row,))
