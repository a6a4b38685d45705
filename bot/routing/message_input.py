"""What somebody sent: a text with its formatting, one photo or one file, as we send it on; a year."""

import html
import re

from telegram import Message, MessageEntity

from corps.broadcasts.compose_form import SentPiece

_COMMAND = re.compile(r"\s*/\w+(?:@\w+)?\s*")
_KEPT = {
    *(MessageEntity.BOLD, MessageEntity.ITALIC, MessageEntity.UNDERLINE, MessageEntity.STRIKETHROUGH),
    *(MessageEntity.SPOILER, MessageEntity.CODE, MessageEntity.PRE, MessageEntity.TEXT_LINK),
    *(MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE),
}
"""The formatting that is kept. Custom emoji a bot may not send, and a link to a person is of no use to others."""


def read_year(text: str) -> int | None:
    """Return the year that was typed after a command (`2025`, `2025年`); None when it is not one."""
    found = re.fullmatch(r"(20\d\d)\s*年?", text)
    return int(found[1]) if found else None


def read_typed(message: Message, *, command: bool = False) -> SentPiece:
    """Return what was sent; with `command`, without the command in front."""
    text = message.text or message.caption or ""
    entities = message.entities if message.text else message.caption_entities
    cut = 0
    if command and (found := _COMMAND.match(text)):
        cut = found.end()
    lead = len(text[cut:]) - len(text[cut:].lstrip())
    start = _units(text[: cut + lead])
    body = text[cut + lead :].rstrip()
    shown = _dressed(message, body, start, entities)
    return SentPiece(
        html=shown,
        photo_id=message.photo[-1].file_id if message.photo else "",
        document_id=message.document.file_id if message.document and not message.animation else "",
        album=message.media_group_id or "",
    )


def _units(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _dressed(message: Message, body: str, start: int, entities: tuple[MessageEntity, ...]) -> str:
    """Return the text as HTML, with the formatting that is kept, moved by what was cut off in front."""
    size = _units(body)
    moved = []
    for entity in entities:
        begin, end = max(0, entity.offset - start), min(size, entity.offset + entity.length - start)
        if entity.type in _KEPT and begin < end:
            moved.append(
                MessageEntity(
                    entity.type,
                    begin,
                    end - begin,
                    url=html.escape(entity.url) if entity.url else None,
                    language=html.escape(entity.language) if entity.language else None,
                )
            )
    plain = Message(message.message_id, message.date, message.chat, text=body, entities=moved)
    return plain.text_html if body else ""
