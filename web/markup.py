"""Screens as HTML for pages: the few tags that screens use are written again, so that no other tag gets through."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup

from bot.views.screen import Button, Row
from corps.pages.messages import Rows


@dataclass(frozen=True)
class Article:
    """A screen on a page. `number` is that of the message it is, 0 when it is drawn for this page alone.

    `press` is the label of a button that sends the form to `action` and nothing else.
    `photo` and `file` are where these are had, `name` is the file's. `under`: the payload of the list it stands in.
    """

    text: Markup
    rows: Rows = field(default_factory=list)
    number: int = 0
    photo: str = ""
    file: str = ""
    name: str = ""
    when: str = ""
    unread: bool = False
    action: str = "/do"
    under: str = ""
    press: str = ""


def kept_rows(rows: tuple[Row, ...]) -> Rows:
    """Return rows of buttons as words."""
    return [[_kept(button) for button in row] for row in rows]


def _kept(button: Button) -> dict[str, str]:
    words = {
        "label": str(button.label),
        "payload": button.payload.pack() if button.payload is not None else "",
        "url": button.url,
        "copy": button.copy,
        "style": button.style,
    }
    return {name: word for name, word in words.items() if word}


def payloads(rows: Rows) -> Iterable[str]:
    """Return the payloads of all buttons."""
    return (button["payload"] for row in rows for button in row if "payload" in button)


def is_said(words: Markup, articles: Iterable[Article]) -> bool:
    """Tell whether one of the articles says these words too, so that they need not stand above it."""
    bare = words.striptags().rstrip("。.")
    return any(bare in article.text.striptags() for article in articles)
