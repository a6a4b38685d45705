"""Text and entities as HTML that is safe to put on the page."""

from html import escape
from typing import Any

from sandbox.formats.utf16 import Ruler

Entity = dict[str, Any]

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="tg-spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="expandable">', "</blockquote>"),
    "mention": ('<span class="mention">', "</span>"),
    "text_mention": ('<span class="mention">', "</span>"),
    "bot_command": ('<span class="bot-command">', "</span>"),
}
_SAFE_SCHEMES = ("http://", "https://", "tg://")


def to_html(text: str, entities: list[Entity]) -> str:
    """Return safe HTML for a text and its entities.

    Overlapping entities, which Telegram allows in `entities`, are closed and opened again at the crossing.
    Line breaks stay line breaks (the page shows them with `white-space: pre-wrap`).
    """
    if not entities:
        return escape(text)
    ruler = Ruler(text)
    cuts = sorted({0, ruler.length, *(e["offset"] for e in entities), *(_end(e) for e in entities)})
    out: list[str] = []
    opened: list[Entity] = []
    for start, end in zip(cuts, [*cuts[1:], ruler.length], strict=True):
        _close_until(opened, start, ruler, out)
        for entity in (e for e in entities if e["offset"] == start and e["length"]):
            opened.append(entity)
            out.append(_tags(entity, ruler)[0])
        out.append(escape(ruler.cut(start, end)))
    return "".join(out)


def _end(entity: Entity) -> int:
    return int(entity["offset"]) + int(entity["length"])


def _close_until(opened: list[Entity], at: int, ruler: Ruler, out: list[str]) -> None:
    """Close the tags that end at `at`; a tag opened inside them that ends later is closed and opened again."""
    first = next((n for n, e in enumerate(opened) if _end(e) <= at), None)
    if first is None:
        return
    tail = opened[first:]
    del opened[first:]
    out.extend(_tags(entity, ruler)[1] for entity in reversed(tail))
    for entity in tail:
        if _end(entity) > at:
            opened.append(entity)
            out.append(_tags(entity, ruler)[0])


def _tags(entity: Entity, ruler: Ruler) -> tuple[str, str]:
    kind = entity["type"]
    if kind in ("url", "text_link"):
        url = entity.get("url") or ruler.cut(entity["offset"], _end(entity))
        url = url if "://" in url else f"https://{url}"
        if url.lower().startswith(_SAFE_SCHEMES):
            return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">', "</a>"
    return _TAGS.get(kind, ("", ""))
