"""What Telegram does with a text after parsing: trim it, check its entities, find links and commands."""

import re
from typing import Any

from sandbox.errors import bad
from sandbox.formats import html, urls, utf16

Entity = dict[str, Any]

_CONTROL = {code: " " for code in range(32) if code not in (10, 13)} | {13: None}
_HAS_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"，。、；：！？（）【】《》“”]+|(?<![\w.@/])t\.me/[\w+?=&/-]+)"
    r"|(?P<bot_command>(?<![\w/@.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@/.])@[A-Za-z0-9_]{4,32}\b)"
)
_TRAILING = ".,;:!?)'"
_CLOSED = ("code", "pre", "text_link", "text_mention")
_KINDS = {
    *("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote"),
    *(
        "expandable_blockquote",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
        "mention",
        "hashtag",
    ),
    *("cashtag", "bot_command", "url", "email", "phone_number", "bank_card"),
}


def read(
    text: str, parse_mode: str | None, given: list[Any] | None, *, detect: bool = True
) -> tuple[str, list[Entity]]:
    """Turn what a bot or a person sent into what Telegram stores.

    Args:
        text: The text as sent.
        parse_mode: `HTML`, or None for plain text (Telegram ignores its case).
        given: Entities given instead of a parse mode.
        detect: Whether to find links, commands and mentions in it, as Telegram does.

    Returns:
        The trimmed text and its entities, sorted.

    Raises:
        Refused: 400, if the markup or an entity is not valid.
    """
    text = text.translate(_CONTROL) if _HAS_CONTROL.search(text) else text
    entities: list[Entity] = []
    if parse_mode and parse_mode.lower() == "html":
        text, entities = html.parse(text)
    elif parse_mode:
        raise bad(f"unsupported parse_mode ({parse_mode}): this sandbox reads HTML and entities")
    elif given:
        entities = sorted((_checked(e, text) for e in given), key=lambda e: (e["offset"], -e["length"]))
    text, entities = _trimmed(text, entities)
    if detect and ("/" in text or "@" in text):
        entities = _with_found(text, entities)
    return text, entities


def _checked(entity: object, text: str) -> Entity:
    if not isinstance(entity, dict):
        raise bad("can't parse message text: expected an Object")
    kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
    if kind not in _KINDS:
        raise bad("can't parse message text: unsupported MessageEntity type")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad('can\'t parse MessageEntity: Field "offset" and "length" must be of type Number')
    if offset < 0 or length < 0 or offset + length > utf16.length(text):
        raise bad("entity beginning or end is out of the text")  # Telegram cuts silently; we would rather know
    if kind == "text_link":
        url = urls.checked(str(entity.get("url", "")))
        if not url:
            raise bad("entity URL is invalid")
        return {**entity, "url": url}
    return dict(entity)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trim both ends as Telegram does: the left one only up to the first entity."""
    if text and not (text[0].isspace() or text[-1].isspace()):
        return text, entities
    text = text.rstrip()
    room = entities[0]["offset"] if entities else len(text)
    lead = min(len(text) - len(text.lstrip(" \n")), room)
    size = utf16.length(text)
    kept = []
    for entity in entities:
        length = min(entity["length"], size - entity["offset"])
        if length > 0:
            kept.append({**entity, "offset": entity["offset"] - lead, "length": length})
    return text[lead:], kept


def _with_found(text: str, entities: list[Entity]) -> list[Entity]:
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _CLOSED]
    found = []
    for match in _FOUND.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if kind == "url":
            piece = piece.rstrip(_TRAILING)
            if not urls.checked(piece):
                continue
        offset = utf16.length(text[: match.start()])
        length = utf16.length(piece)
        if not any(start < offset + length and offset < end for start, end in taken):
            found.append({"type": kind, "offset": offset, "length": length})
    if not found:
        return entities
    return sorted([*entities, *found], key=lambda e: (e["offset"], -e["length"]))
