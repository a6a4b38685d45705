"""What a board page consists of: tables with links and buttons, charts, and filter forms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from markupsafe import Markup

from bot.callbacks import Payload
from bot.texts.voice import Voice


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and what it opens (a button's payload or a link)."""

    text: str | Markup
    payload: str = ""
    href: str = ""
    style: str = ""


@dataclass(frozen=True)
class Head:
    """The heading of a column. `href` sorts the list by it; `order` is the present order as an `aria-sort` value."""

    text: str
    key: str = ""
    href: str = ""
    order: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption."""

    caption: str | Markup
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    style: str = ""
    foot: bool = False

    @property
    def plain(self) -> bool:
        """Whether the first cell of a row is no heading of the row."""
        return not self.heads or "cal" in self.style

    def style_of(self, column: int) -> str:
        """Return the style of a heading: numbers stand at the right."""
        return "n" if not self.plain and self.rows and self.rows[0][column].style.startswith("n") else ""


@dataclass(frozen=True)
class Choice:
    """One filter with its values; `now` is the chosen one."""

    name: str
    label: str
    values: Sequence[tuple[str, str]]
    now: str


@dataclass(frozen=True)
class Chooser:
    """A filter form for the same page; `kept` are the other parameters of the page, sent along."""

    path: str
    choices: Sequence[Choice]
    kept: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A part of a page: an optional chart, tables with the same facts as text, words, and links to more.

    `id` names it for what is shown anew. Where no table says what it is, `title` does; `items` are a list.
    """

    id: str
    title: str = ""
    items: Sequence[Cell] = ()
    tables: Sequence[Table] = ()
    chart: Markup = field(default_factory=Markup)
    words: Sequence[Markup | str] = ()
    links: Sequence[tuple[str, str]] = ()


def opening(text: object, payload: Payload, style: str = "") -> Cell:
    """Return a cell whose button opens a card."""
    return Cell(str(text), payload.pack(), style=style)


def number(count: int, href: str = "") -> Cell:
    """Return a cell with a number that links to its rows; 0 has no link."""
    return Cell(str(count), href=href if count else "", style="n")


def link(path: str, **asked: object) -> str:
    """Return a link to a page with those parameters that are not empty."""
    given = [(name, value) for name, value in asked.items() if value]
    query = "&".join(f"{name}={value if isinstance(value, int) else quote_plus(str(value))}" for name, value in given)
    return f"{path}?{query}" if query else path


def heads(voice: Voice, *names: str) -> list[Head]:
    """Return headings without sorting."""
    return [Head(str(voice(f"board.{name}")), name) for name in names]


def sorted_heads(
    voice: Voice, names: Sequence[str], sorts: Sequence[str], now: str, path: str, **asked: object
) -> list[Head]:
    """Return headings; those in `sorts` lead to the same list in order by them, or the other way round."""
    found = []
    for name in names:
        text = str(voice(f"board.{name}"))
        if name not in sorts:
            found.append(Head(text, name))
            continue
        order = {name: "ascending", f"-{name}": "descending"}.get(now, "none")
        turned = f"-{name}" if order == "ascending" else name
        found.append(Head(text, name, link(path, **asked, sort=turned), order))
    return found


def pages(voice: Voice, path: str, start: int, size: int, total: int, **asked: object) -> list[tuple[str, str]]:
    """Return the links to the pages before and after."""
    now, last = start // size, max(0, total - 1) // size
    around = [(now - 1, "board.before"), (now + 1, "board.after")]
    return [
        (link(path, **asked, page=to), str(voice(key, n=to + 1, total=last + 1)))
        for to, key in around
        if 0 <= to <= last
    ]
