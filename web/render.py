"""Builds a page: its frame, its links, and its screens as articles."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.documents.html import cleaned, is_safe
from bot.routing.turn import WAYS_BACK
from bot.texts.voice import Voice
from bot.views.screen import Screen
from corps.pages.messages import Message
from web.markup import Article, kept_rows, payloads
from web.visitors import Visitor

_HERE = Path(__file__).parent
STYLE = (_HERE / "style.css").read_text(encoding="utf-8").strip()
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

MENU = (("/", "page.home"), ("/activities", "page.activities"), ("/mine", "page.mine"), ("/messages", "page.messages"))
"""The links on every page of somebody who is signed in; the settings follow after them."""

_BOOSTED = 'hx-boost="true" hx-target="#main" hx-select="#main" hx-swap="outerHTML"'
"""Attributes of links to the same list in another order: htmx exchanges the content without loading the page again."""

_LISTS = frozenset(kind.TAG for kind in WAYS_BACK)


@dataclass(frozen=True)
class Page:
    """What a page shows: its heading, short words, articles, and a `body`; `path` is the link that it is under.

    `wide`: it may use the whole width; `wall`: it hangs on a wall, so that nobody presses anything, and is loaded
    anew after `refresh` seconds. `styles` and `scripts` are files beside the page's own style; `live` is the address
    of the same messages, which a script shows anew when others come.
    """

    title: Markup
    articles: Sequence[Article] = ()
    said: Sequence[str] = ()
    path: str = ""
    status: int = 200
    older: str = ""
    mark_read: bool = False
    body: Markup = field(default_factory=Markup)
    styles: Sequence[str] = ()
    scripts: Sequence[str] = ()
    refresh: int = 0
    live: str = ""
    wide: bool = False
    wall: bool = False
    preview: Sequence[tuple[str, str]] = field(default_factory=tuple)


class Renderer:
    """Renders pages for a corps of that name."""

    def __init__(self, corps: str) -> None:
        self._corps = corps
        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,  # the files belong to the program, and are not looked at for each part of a page
        )
        environment.globals["boosted"] = Markup(_BOOSTED)  # noqa: S704 - our own words
        self._environment = environment
        self._template = environment.get_template("frame.html")

    def part(self, template: str, **facts: object) -> Markup:
        """Return a part of a page."""
        return Markup(self._environment.get_template(template).render(facts))  # noqa: S704 - escaped there

    @staticmethod
    def once() -> str:
        """Return the number of one form: what is sent twice with it is done once."""
        return str(secrets.randbits(60))

    def page(self, voice: Voice, visitor: Visitor, page: Page) -> HTMLResponse:
        """Return a page as an HTTP answer that no cache may store."""
        facts: dict[str, Any] = {
            "voice": voice,
            "corps": self._corps,
            "title": page.title,
            "style": Markup(STYLE),  # noqa: S704 - our own file
            "links": _links(voice, visitor, page.path) if visitor.visit is not None and not page.wall else (),
            "said": page.said,
            "articles": page.articles,
            "body": page.body,
            "styles": page.styles,
            "scripts": page.scripts,
            "live": page.live,
            "wide": page.wide,
            "wall": page.wall,
            "older": page.older,
            "mark_read": page.mark_read,
            "preview": page.preview,
            "scheme": visitor.scheme,
            "speaks": visitor.visit is not None and not page.wide,
            "brings": visitor.actor.is_member,
            "csrf": visitor.csrf,
            "once": self.once(),
            "safe": is_safe,
        }
        told = {"cache-control": "private, no-store", **({"refresh": str(page.refresh)} if page.refresh else {})}
        return HTMLResponse(self._template.render(facts), page.status, told)


def _links(voice: Voice, visitor: Visitor, path: str) -> list[dict[str, Any]]:
    links = [{"path": to, "label": voice(key), "here": to == path} for to, key in MENU]
    if visitor.unread:
        links[-1]["label"] = voice("page.messages_new", n=visitor.unread)
    if visitor.actor.is_leader or visitor.actor.is_coordinator:
        links.append({"path": "/board", "label": voice("page.board"), "here": path == "/board"})
    return [*links, {"path": "/settings", "label": voice("page.settings"), "here": path == "/settings"}]


def drawn(screen: Screen, action: str = "/do") -> Article:
    """Return a screen as an article that is shown once and not stored."""
    rows = kept_rows(screen.rows)
    photo = ""
    if isinstance(screen.photo, bytes):
        photo = f"data:image/png;base64,{base64.b64encode(screen.photo).decode()}"
    listed = next((one for one in payloads(rows) if one.partition(":")[0] in _LISTS), "")
    return Article(cleaned(str(screen.text)), rows, photo=photo, action=action, under=listed)


def written(voice: Voice, message: Message, *, dated: bool = False) -> Article:
    """Return a stored message as an article; `dated`: with its date."""
    shown = message.shown
    return Article(
        cleaned(shown.html),
        shown.rows,
        message.id,
        f"/m/{message.id}/photo" if shown.photo is not None else "",
        f"/m/{message.id}/file" if shown.document is not None else "",
        shown.document.name if shown.document is not None else "",
        voice.moment(message.at) if dated else "",
        message.unread,
    )


def last_drawn(found: Sequence[Message]) -> list[Message]:
    """Return what answers a turn, without a card that is drawn again below: each of several photos draws it anew."""
    kinds = [tuple(one.partition(":")[0] for one in payloads(message.shown.rows)) for message in found]
    return [one for place, one in enumerate(found) if not kinds[place] or kinds[place] not in kinds[place + 1 :]]
