"""What a broadcast shows before its hour, and before a correction changes it."""

from markupsafe import Markup

from bot.callbacks.broadcast import ComposeTap, DropTap, HourTap, LaterTap, RefreshTap, RewriteTap
from bot.texts.voice import Voice
from bot.views.broadcast import audience_words, excerpt
from bot.views.new_activity import known_half
from bot.views.screen import DANGER, Button, Screen, lines, rows_of
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.compose_options import Step
from corps.broadcasts.timing_form import Stand
from corps.parsing.times import Half, RefusalCode


def hour_screen(voice: Voice, stand: Stand) -> Screen:
    """Ask when to send, with the usual hours as buttons; or return the card of what waits for its hour."""
    if stand.done:
        return scheduled_screen(voice, stand.preview)
    preview = stand.preview
    buttons = [
        Button(voice.moment(hour), HourTap(preview.id, preview.revision, int(hour.timestamp()))) for hour in stand.hours
    ]
    back = RefreshTap(preview.id) if preview.scheduled_for else ComposeTap(Step.TEXT, "go_on")
    said = [] if stand.unclear is None else [known_half(voice, stand.unclear), _unclear(voice, stand.unclear), ""]
    rows = (*rows_of(buttons, 2), (Button(voice("button.back"), back),))
    return Screen(lines(*said, voice("broadcast.ask_hour")), rows)


def _unclear(voice: Voice, refusal: Half) -> Markup:
    if refusal.code is RefusalCode.NEEDS_TIME and refusal.day:
        return voice("broadcast.hour_needs_time")
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
