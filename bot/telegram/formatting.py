"""What somebody typed with its formatting, as HTML that Telegram takes back."""

import html
import re
from dataclasses import dataclass
from typing import Any

from corps.broadcasts.content import TextLimits
from corps.parsing.lengths import units

_TAG = re.compile("<[^>]*>")
_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="tg-spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}
"""The formatting that is kept, beside links and listings. Custom emoji a bot may not send, and a link to a person is of
no use to others."""


@dataclass(frozen=True, slots=True)
class _Span:
    begin: int
    end: int
    opening: str
    closing: str


def length_of(markup: str) -> int:
    """Return how long Telegram counts a text in HTML: UTF-16 units without the formatting."""
    return units(html.unescape(_TAG.sub("", markup)))


TEXT_LIMITS = TextLimits(text=4096, under_media=1024, length=length_of)
"""https://core.telegram.org/bots/api#sendmessage, #sendphoto and #answercallbackquery."""


def to_html(text: str, entities: list[dict[str, Any]], start: int = 0) -> str:
    """Return a text as HTML with the formatting that is kept.

    Args:
        text: What is left of what was sent.
        entities: Telegram's, with offsets in what was sent.
        start: How many UTF-16 units of it were cut off in front.
    """
    size = units(text)
    spans = [span for entity in entities if (span := _span(entity, start, size)) is not None]
    if not spans:
        return html.escape(text)
    coded, out, inside = text.encode("utf-16-le"), list[str](), list[_Span]()
    places = sorted({0, size, *(span.begin for span in spans), *(span.end for span in spans)})
    for place, following in zip(places, [*places[1:], size], strict=True):
        _close(place, inside, out)
        for span in sorted((span for span in spans if span.begin == place), key=lambda span: -span.end):
            out.append(span.opening)
            inside.append(span)
        out.append(html.escape(coded[2 * place : 2 * following].decode("utf-16-le")))
    return "".join(out)


def _close(place: int, inside: list[_Span], out: list[str]) -> None:
    """Close the formatting that ends here; what lies in it and goes on is closed and opened again."""
    go_on: list[_Span] = []
    while any(span.end <= place for span in inside):
        last = inside.pop()
        out.append(last.closing)
        if last.end > place:
            go_on.append(last)
    for span in reversed(go_on):
        out.append(span.opening)
        inside.append(span)


def _span(entity: dict[str, Any], start: int, size: int) -> _Span | None:
    """Return where the formatting lies in what is left, and its tags; None when nothing of it is kept."""
    tags = _tags(entity)
    begin, end = max(0, entity["offset"] - start), min(size, entity["offset"] + entity["length"] - start)
    return _Span(begin, end, *tags) if tags is not None and begin < end else None


def _tags(entity: dict[str, Any]) -> tuple[str, str] | None:
    if entity["type"] == "text_link":
        return f'<a href="{html.escape(entity["url"])}">', "</a>"
    if entity["type"] == "pre":
        language = entity.get("language")
        if language:
            return f'<pre><code class="language-{html.escape(language)}">', "</code></pre>"
        return "<pre>", "</pre>"
    return _TAGS.get(entity["type"])
