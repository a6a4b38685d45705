"""A screen's text as HTML of a page or a mail: the small subset that screens are written in is written anew."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_KEPT = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote"})
_TEXT = "(?:[^<>&]++|&(?:amp|lt|gt|#34|#39);)*+"
_CLEAN = re.compile(rf"{_TEXT}(?:<({'|'.join(sorted(_KEPT))})>{_TEXT}</\1>{_TEXT})*+")
"""What need not be written anew: most screens have bold words and no more."""

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
    if _CLEAN.fullmatch(html):
        return Markup(html)  # noqa: S704 - one of few tags at a time, without attributes, and text
    cleaner = _Cleaner()
    cleaner.feed(html)
    return Markup(cleaner.finish())  # noqa: S704 - written anew above, tag by tag
