"""What each person reads of a broadcast: the message with 收到, its correction, the reminder."""

from dataclasses import replace

from markupsafe import Markup

from bot.callbacks.broadcast import AckTap, TeamStateTap
from bot.texts.voice import Voice
from bot.views.broadcast import excerpt, message
from bot.views.screen import PRIMARY, Button, Row, Screen, rows_of
from corps.broadcasts.acknowledgements import Typed
from corps.broadcasts.content import Content
from corps.broadcasts.copies import Copy
from corps.notices.kinds import Kind

NUDGE_EXCERPT = 200


def broadcast_copy(voice: Voice, kind: Kind, copy: Copy) -> Screen:
    """Return one person's message of a broadcast."""
    rows = copy_rows(
        voice, copy.broadcast_id, acknowledged=copy.acknowledged, for_leader=copy.for_leader, count=copy.count
    )
    match kind:
        case Kind.BROADCAST_PART:
            return message(copy.content)
        case Kind.NUDGE:
            text = excerpt(copy.content.html, NUDGE_EXCERPT) or voice("broadcast.a_file")
            return Screen(voice("broadcast.nudged", text=text), rows)
        case Kind.CORRECTION if copy.void:
            return message(replace(copy.content, html=str(voice("broadcast.void"))))
        case Kind.CORRECTION if copy.part:
            return message(corrected(voice, copy.content))
        case Kind.CORRECTION:
            return message(corrected(voice, copy.content), *rows)
        case _:
            return message(copy.content, *rows)


def corrected(voice: Voice, content: Content) -> Content:
    """Return a text marked as corrected."""
    mark = voice("broadcast.correction_mark")
    html = mark + Markup("\n") + Markup(content.html) if content.html else mark  # noqa: S704 - our own HTML, made from entities
    return Content(str(html), content.photo, content.document)


def receipt_noted(voice: Voice, html: str) -> Screen:
    """Return the message that 收到 was recorded, with the broadcast it is for."""
    return Screen(voice("broadcast.receipt_noted", text=excerpt(html) or voice("broadcast.a_file")))


def receipt_choice(voice: Voice, typed: Typed) -> Screen:
    """Ask which broadcast 收到 is for, with a button for each; if no broadcast waits for it any more, say so."""
    if not typed.waiting:
        return Screen(voice("toast.acknowledged"))
    return Screen(voice("broadcast.receipt_which"), receipt_rows(voice, typed))


def receipt_rows(voice: Voice, typed: Typed) -> tuple[Row, ...]:
    """Return a button 收到 for each broadcast that waits for it."""
    buttons = [
        Button(voice("broadcast.receipt_for", text=excerpt(html, 20) or voice("broadcast.a_file")), AckTap(number))
        for number, html in typed.waiting
    ]
    return rows_of(buttons, 1)


def copy_rows(
    voice: Voice, broadcast_id: int, *, acknowledged: bool, for_leader: bool, count: int = 0
) -> tuple[Row, ...]:
    """Return the buttons under a broadcast: 收到 (in a group with the count so far), and the own team's state."""
    if acknowledged:
        rows: list[Row] = [(Button(voice("button.acknowledged"), AckTap(broadcast_id)),)]
    else:
        label = voice("button.acknowledge_count", n=count) if count else voice("button.acknowledge")
        rows = [(Button(label, AckTap(broadcast_id), style=PRIMARY),)]
    if for_leader:
        rows.append((Button(voice("broadcast.team_state"), TeamStateTap(broadcast_id, again=False)),))
    return tuple(rows)
