"""Screens as HTML: the small subset that screens are written in is written anew, so that nothing else gets through."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from bot.views.screen import Button, Row
from corps.pages.messages import Rows

_KEPT = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote"})
_SAFE = ("http", "https", "mailto", "tel")


class _Cleaner(HTMLParser):
    """Writes the formatting that is kept, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open what is kept; a link only where it leads to a page."""
        if tag in _KEPT:
            self.out.append(f"<{tag}>")
            self._open.append(tag)
        elif tag == "a" and is_safe(href := dict(attrs).get("href") or ""):
            self.out.append(f'<a href="{escape(href)}" rel="noreferrer noopener">')
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it, and what was left open inside."""
        if tag in self._open:
            while (last := self._open.pop()) != tag:
                self.out.append(f"</{last}>")
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text as text."""
        self.out.append(str(escape(data)))

    def finish(self) -> str:
        """Close all, and return what was written."""
        self.close()
        return "".join(self.out) + "".join(f"</{tag}>" for tag in reversed(self._open))


def is_safe(href: str) -> bool:
    """Tell whether a link leads to a page, a mailbox or a telephone, and runs nothing."""
    try:
        return urlsplit(href.strip()).scheme in _SAFE
    except ValueError:
        return False


def cleaned(html: str) -> Markup:
    """Return a screen's text as HTML of a page: line ends stay, the style shows them."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    return Markup(cleaner.finish())  # noqa: S704 - written anew above, tag by tag


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
