"""What views return: a text with buttons, cut into messages that fit; pages of lists; sentences about who is told."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.common import NothingTap
from bot.texts.voice import Voice
from corps.attachments import Attachment
from corps.broadcasts.content import TextLimits
from corps.notices.reach import Reach
from corps.parsing.lengths import clusters, units
from corps.people import Office
from corps.sql import page_within

LinkTo = Callable[[str, str], str]
"""Returns the link that opens the bot at an invitation (`join`), an activity (`act`), a check-in (`in`) by its code."""

LinksTo = Callable[[str, str], tuple[str, ...]]
"""Returns the same link for each channel there is."""

PRIMARY, SUCCESS, DANGER = "primary", "success", "danger"

MOST_COPIED = 256
"""The most characters that a button may copy in every channel."""


@dataclass(frozen=True)
class Button:
    """One button: what it says, and the one thing it does (payload, url or text to copy).

    `app`: its url opens inside the channel, where it can be opened so.
    """

    label: str
    payload: Payload | None = None
    url: str = ""
    copy: str = ""
    style: str = ""
    app: bool = False


Row = tuple[Button, ...]


@dataclass(frozen=True)
class Keyboard:
    """Words that the chat shows from now on, to be pressed instead of typed (a reply keyboard); no rows removes them.

    `text` says so, where the channel needs a message for it.
    """

    text: Markup
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Screen:
    """A text in HTML (bold, italic, links and the like), with rows of buttons below it.

    `photo` is a PNG or somebody's photo, shown above it; `document` a file's content, then with its `filename`, or
    somebody's file. `keyboard` changes what stands ready in the chat; None leaves it.
    `shows` is the activity whose card it is, below its `heading`: such a message is kept true by edits.
    """

    text: Markup
    rows: tuple[Row, ...] = ()
    photo: bytes | Attachment | None = field(default=None, repr=False)
    document: bytes | Attachment | None = field(default=None, repr=False)
    filename: str = ""
    keyboard: Keyboard | None = None
    shows: int = 0
    heading: str = ""

    @property
    def digest(self) -> str:
        """A hash of what is shown; two screens that look the same have the same one."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:40]


def rows_of(buttons: list[Button], width: int) -> tuple[Row, ...]:
    """Lay buttons out in rows of `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


@dataclass(frozen=True)
class Page:
    """A page of a long list: `number` from 0, of `count`."""

    number: int
    count: int
    start: int = 0
    stop: int = 0


def page_of(total: int, number: int, size: int) -> Page:
    """Return page `number`, or the nearest one that exists: a list may have become shorter since a button was sent."""
    number, count = page_within(total, number, size)
    return Page(number, count, number * size, min(total, number * size + size))


def pager(page: Page, to_page: Callable[[int], Payload]) -> tuple[Row, ...]:
    """Return the row of buttons that turns pages (from the last to the first as well); empty for a single page."""
    if page.count <= 1:
        return ()
    before, after = to_page((page.number - 1) % page.count), to_page((page.number + 1) % page.count)
    return ((Button("◀", before), Button(f"{page.number + 1}/{page.count}", NothingTap()), Button("▶", after)),)


def years(earlier: int | None, later: int | None, at: Callable[[int], Payload]) -> tuple[Row, ...]:
    """Return the row that leads to the nearest other years, `◀ 2025` and `2027 ▶`, nothing when there are none."""
    row = []
    if earlier is not None:
        row.append(Button(f"◀ {earlier}", at(earlier)))
    if later is not None:
        row.append(Button(f"{later} ▶", at(later)))
    return (tuple(row),) if row else ()


def to_pass_on(words: Markup, links: tuple[str, ...]) -> str:
    """Return words with links as a button copies them; if they are too long, only the links, the last one first."""
    said = words.unescape()
    return said if units(said) <= MOST_COPIED else "\n".join(reversed(links))[:MOST_COPIED]


def lines(*parts: Markup | str | None) -> Markup:
    """Join the parts that are not None, one on each line; an empty string makes a blank line."""
    return Markup("\n").join(part for part in parts if part is not None)


_TAG = re.compile(r"<[^>]*>")
_TOKEN = re.compile(r"<[^>]*>|&#?\w+;|[^<&]+|[<&]")


def fitted(screen: Screen, limits: TextLimits) -> tuple[Screen, ...]:
    """Return the screens to be sent for one: the picture or file goes with the first, the buttons with the last."""
    first = limits.under_media if screen.photo or screen.document else limits.text
    if limits.length(str(screen.text)) <= first:
        return (screen,)
    texts = [Markup(piece) for piece in _pieces(str(screen.text), first, limits)]  # noqa: S704 - cut between its tags
    screens = [replace(screen, text=texts[0], rows=()), *map(Screen, texts[1:])]
    return (*screens[:-1], replace(screens[-1], rows=screen.rows))


def _pieces(markup: str, first: int, limits: TextLimits) -> Iterator[str]:
    """Yield a text in pieces, cut at the ends of lines where that is possible, with its formatting closed in each."""
    room, held, size, inside = first, "", 0, list[str]()
    for bit in _bits(markup, min(first, limits.text), limits):
        long = limits.length(bit.rstrip("\n"))
        if size and size + long > room:
            if _says(held):
                yield held.strip("\n") + "".join(f"</{_name(tag)}>" for tag in reversed(inside))
                room = limits.text
            held, size = "".join(inside), 0
        held += bit
        size += long + bit.count("\n")
        _follow(bit, inside)
    if _says(held):
        yield held.strip("\n")


def _bits(markup: str, most: int, limits: TextLimits) -> Iterator[str]:
    """Yield the lines of a text with their line ends; a line longer than a message comes character by character."""
    for line in markup.splitlines(keepends=True):
        if limits.length(line) <= most:
            yield line
            continue
        for token in _TOKEN.findall(line):
            if token[0] in "<&":
                yield token
            else:
                yield from clusters(token)


def _follow(bit: str, inside: list[str]) -> None:
    """Keep in mind which formatting tags are open after this piece."""
    for tag in _TAG.findall(bit):
        if not tag.startswith("</"):
            inside.append(tag)
        elif inside:
            inside.pop()


def _says(markup: str) -> bool:
    """Tell whether it has any text besides blank lines."""
    return bool(_TAG.sub("", markup).strip())


def _name(tag: str) -> str:
    return tag.strip("<>").split()[0]


NOON = 12
NAMES_SHOWN = 6
"""How many names a sentence lists; the others are only counted."""


def named(voice: Voice, names: Sequence[str]) -> Markup:
    """Return names in one phrase."""
    shown = voice("list.comma").join(names[:NAMES_SHOWN])
    return Markup.escape(shown) if len(names) <= NAMES_SHOWN else voice("told.more", names=shown, n=len(names))


def told(voice: Voice, office: Office, *, will: bool = False) -> Markup:
    """Return who is told (`will`: will be), or that nobody can be reached; empty if only the reader is concerned."""
    if not office.people:
        return Markup("")
    if will and office.hears:
        key = "told.will_coordinators" if office.stands_in else "told.will"
        return voice(key, names=named(voice, office.names))
    who = "coordinators" if office.stands_in else "leaders"
    return voice(f"told.{who}" if office.hears else "told.nobody", names=named(voice, office.names))


def told_person(voice: Voice, office: Office) -> Markup:
    """Return that one person is told, or can't be reached now; empty if the reader is that person."""
    if not office.people:
        return Markup("")
    key = "told.leaders" if office.hears else "told.person_later"
    return voice(key, names=named(voice, [member.name for member in office.people]))


def asked(voice: Voice, office: Office, keys: tuple[str, str, str], **more: str) -> Markup:
    """Return who is asked to confirm as the second person; other sentences if none can be reached, or there is none."""
    heard, unheard, alone = keys
    key = heard if office.hears else unheard if office.people else alone
    return voice(key, names=named(voice, office.names), **more)


def hearing(voice: Voice, reach: Reach, *, yet: bool = False) -> Markup:
    """Return who is told, by which channel and when, as a part of a sentence; `yet`: only after it is confirmed."""
    if not reach.told and not reach.groups:
        return voice("reach.nobody" if reach.lost or reach.paused else "reach.none")
    alone = voice("reach.alone" if reach.groups else "reach.people", n=reach.alone) if reach.alone else None
    there = voice("reach.groups", groups=named(voice, reach.groups), n=reach.there) if reach.groups else None
    whom = voice("list.comma").join(part for part in (alone, there) if part)
    if reach.held_until is None:
        return voice("reach.will_now" if yet else "reach.now", whom=whom)
    return voice(
        "reach.will_later" if yet else "reach.later", whom=whom, when=_morning(voice, reach.held_until, reach.today)
    )


def _morning(voice: Voice, until: dt.datetime, today: dt.date | None) -> Markup | str:
    wall = voice.zone.wall(until)
    away = (wall.date() - today).days if today is not None else -1
    if wall.hour >= NOON or away not in (0, 1):
        return voice.moment(until)
    return voice("reach.tomorrow" if away else "reach.today", clock=f"{wall:%H:%M}")


def not_hearing(voice: Voice, reach: Reach) -> list[Markup]:
    """Return the lines that name the people who will not be told, and why."""
    said = [voice("reach.lost", names=named(voice, reach.lost))] if reach.lost else []
    return [*said, voice("reach.paused", n=reach.paused)] if reach.paused else said
