"""What a broadcast shows before its hour, and before a correction changes it."""

import datetime as dt

from markupsafe import Markup

from bot.callbacks.broadcast import (
    ComposeTap,
    CorrectScheduleTap,
    CorrectSendTap,
    DropTap,
    HourTap,
    LaterTap,
    RefreshTap,
    RewriteTap,
)
from bot.callbacks.common import CancelTap
from bot.views.broadcast import audience_words, excerpt, message
from bot.views.broadcast_copy import corrected
from bot.views.screen import DANGER, SUCCESS, Button, Screen, lines, rows_of
from bot.views.voice import Voice
from corps.broadcast_content import Content
from corps.broadcasts import Preview
from corps.compose_options import Step
from corps.corrections import Correction
from corps.relaying import most
from corps.schedules import Span
from corps.when import Refusal, RefusalCode


def ask_hour(voice: Voice, preview: Preview, hours: list[dt.datetime], unclear: Refusal | None = None) -> Screen:
    """Ask when to send, with the usual hours as buttons; `unclear` is an answer that was not understood."""
    buttons = [
        Button(voice.moment(hour), HourTap(preview.id, preview.revision, int(hour.timestamp()))) for hour in hours
    ]
    back = RefreshTap(preview.id) if preview.scheduled_for else ComposeTap(Step.TEXT.value, "go_on")
    said = [] if unclear is None else [_unclear(voice, unclear), ""]
    rows = (*rows_of(buttons, 2), (Button(voice("button.back"), back),))
    return Screen(lines(*said, voice("broadcast.ask_hour")), rows)


def _unclear(voice: Voice, refusal: Refusal) -> Markup:
    if refusal.code is RefusalCode.NOT_UNDERSTOOD:
        return voice("broadcast.hour_unclear", what=refusal.what)
    return voice(f"posting.time_{refusal.code.value}", what=refusal.what)


def scheduled_screen(voice: Voice, preview: Preview) -> Screen:
    """Return the card of a broadcast that waits for its hour."""
    assert preview.scheduled_for is not None  # noqa: S101 - only a scheduled one has this card
    text = lines(
        voice("broadcast.scheduled", when=voice.moment(preview.scheduled_for, year=True)),
        voice("broadcast.excerpt", text=excerpt(preview.content.html)),
        voice("broadcast.to_whom", to=audience_words(voice, preview.described), n=preview.people),
        voice("broadcast.held", when=voice.moment(preview.held_until)) if preview.held_until else None,
    )
    rows = (
        (
            Button(voice("broadcast.other_hour"), LaterTap(preview.id, preview.revision)),
            Button(voice("button.rewrite"), RewriteTap(preview.id)),
        ),
        (Button(voice("button.cancel"), DropTap(preview.id), style=DANGER),),
    )
    return Screen(text, rows)


def ask_correction(voice: Voice, broadcast_id: int, content: Content) -> Screen:
    """Ask for the new text of a broadcast that is out; a schedule can be made anew."""
    cancel = (Button(voice("button.cancel"), CancelTap()),)
    if not _is_schedule(content):
        return Screen(voice("broadcast.ask_correction", most=most(content)), (cancel,))
    spans = [Button(voice(f"broadcast.{span.value}"), CorrectScheduleTap(broadcast_id, span)) for span in Span]
    return Screen(voice("broadcast.ask_schedule_correction", most=most(content)), (*rows_of(spans, 2), cancel))


def _is_schedule(content: Content) -> bool:
    """Tell whether a text was generated: only a schedule links to activities, or takes several messages."""
    return bool(content.parts) or "?start=act-" in content.html


def corrected_messages(voice: Voice, correction: Correction) -> list[Screen]:
    """Return the messages that a correction changes or adds, as they will look."""
    content = correction.content
    texts = [content if slot is None else _part(content, slot) for slot in correction.changed]
    return [message(corrected(voice, text)) for text in texts]


def _part(content: Content, number: int) -> Content:
    return Content(content.parts[number].html, content.parts[number].photo_id)


def correction_screen(voice: Voice, correction: Correction) -> Screen:
    """Return what stands under the preview of a correction."""
    row = (
        Button(voice("broadcast.do_correct"), CorrectSendTap(correction.broadcast_id), style=SUCCESS),
        Button(voice("button.cancel"), CancelTap()),
    )
    text = lines(
        voice("broadcast.correction_preview", arrived=correction.arrived, waiting=correction.waiting),
        voice("broadcast.correction_added", n=correction.added) if correction.added else None,
        voice("broadcast.correction_voided", n=correction.voided) if correction.voided else None,
    )
    return Screen(text, (row,))
