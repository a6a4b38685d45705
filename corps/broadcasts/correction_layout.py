"""Laying new words into messages that have arrived: which message says what from now on.

What was sent keeps its shape: people have those messages, and a message cannot change its place. So the texts of a
correction go into the messages in the order they are read; those too many follow as new messages, and a message
that is left over says that it no longer counts. One that was left over once is never used again: whoever joined the
audience since then has not got it.
"""

from dataclasses import replace
from enum import Enum

from corps.attachments import Attachment
from corps.broadcasts.content import Content, Part, TextLimits

MARK_ROOM = 16
"""Characters kept free for the mark that says it was corrected."""


def most(content: Content, limits: TextLimits) -> int:
    """Return how long the text of the message with 收到 may be."""
    return (limits.under_media if content.photo or content.document else limits.text) - MARK_ROOM


class Picture(Enum):
    """What becomes of a picture that is not another one."""

    STAYS = "stays"


Photo = Attachment | Picture | None
"""The picture from now on. None: the old one counts no more."""


def lay(old: Content, texts: list[str], photo: Photo, limits: TextLimits) -> Content:
    """Return the content that says `texts` (one or more, in order) in the messages of `old`.

    Args:
        old: What the messages say now.
        texts: What they are to say, each short enough for a message of text.
        photo: The picture from now on.
        limits: How much text a message holds.
    """
    before = [number for number, part in enumerate(old.parts) if _is_text(part) and not part.late]
    late = [number for number, part in enumerate(old.parts) if _is_text(part) and part.late]
    if limits.length(texts[0]) > most(old, limits):
        texts = ["", *texts]  # it does not fit under the picture: it follows below
    texts = [""] * (len(before) + 1 - len(texts)) + texts
    new = {number: Part(text) for number, text in zip(before, texts, strict=False)}
    after = texts[len(before) + 1 :]
    new |= {number: Part(text, late=True) for number, text in zip(late, [*after, *[""] * len(late)], strict=False)}
    parts = [new.get(number, part) for number, part in enumerate(_with_picture(old, photo))]
    parts += [Part(text, late=True) for text in after[len(late) :]]
    return replace(old, html=texts[len(before)], parts=tuple(parts), photo=_under(old, photo))


def _is_text(part: Part) -> bool:
    return not part.void and not part.photo


def _with_picture(old: Content, photo: Photo) -> list[Part]:
    """Return the parts with the new picture in the place of the old one, if it stands by itself."""
    if isinstance(photo, Picture):
        return list(old.parts)
    return [replace(part, photo=photo or part.photo, stale=photo is None) if part.photo else part for part in old.parts]


def _under(old: Content, photo: Photo) -> Attachment | None:
    """Return the picture over the text. It cannot be taken away from a message, only be another one."""
    return photo if old.photo is not None and isinstance(photo, Attachment) else old.photo
