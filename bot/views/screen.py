"""What a view returns: a text and its buttons, ready to be sent or to replace a message; a page of a long list."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Payload
from bot.callbacks.common import NothingTap

TEXT_MAX = 4096
"""https://core.telegram.org/bots/api#sendmessage: characters after entities are parsed, in UTF-16 units."""

PRIMARY, SUCCESS, DANGER = "primary", "success", "danger"


@dataclass(frozen=True)
class Button:
    """One button: what it says, and the one thing it does (payload, url or text to copy)."""

    label: str
    payload: Payload | None = None
    url: str = ""
    copy: str = ""
    style: str = ""

    def wire(self) -> dict[str, object]:
        """Return what goes over the wire."""
        style: dict[str, object] = {"style": self.style} if self.style else {}
        if self.url:
            return {"text": self.label, "url": self.url, **style}
        if self.copy:
            return {"text": self.label, "copy_text": {"text": self.copy}, **style}
        assert self.payload is not None, self.label  # noqa: S101 - a view's slip, found by its test
        return {"text": self.label, "callback_data": self.payload.pack(), **style}

    def inline(self) -> InlineKeyboardButton:
        """Return the library's object."""
        extra = {"style": self.style} if self.style else None
        if self.url:
            return InlineKeyboardButton(self.label, url=self.url, api_kwargs=extra)
        if self.copy:
            return InlineKeyboardButton(self.label, copy_text=CopyTextButton(self.copy), api_kwargs=extra)
        assert self.payload is not None, self.label  # noqa: S101 - a view's slip, found by its test
        return InlineKeyboardButton(self.label, callback_data=self.payload.pack(), api_kwargs=extra)


Row = tuple[Button, ...]


@dataclass(frozen=True)
class Screen:
    """A text in Telegram's HTML, with rows of buttons below it.

    `photo` is a PNG or a file id shown above it; `document` a file's content, then with its `filename`, or a file id.
    """

    text: Markup
    rows: tuple[Row, ...] = ()
    photo: bytes | str = field(default="", repr=False)
    document: bytes | str = field(default="", repr=False)
    filename: str = ""

    def wire_keyboard(self) -> dict[str, object] | None:
        """Return the keyboard as it goes over the wire, None without buttons."""
        return {"inline_keyboard": [[button.wire() for button in row] for row in self.rows]} if self.rows else None

    def keyboard(self) -> InlineKeyboardMarkup | None:
        """Return the library's keyboard, None without buttons."""
        return InlineKeyboardMarkup([[b.inline() for b in row] for row in self.rows]) if self.rows else None


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
    """Return where page `number` lies, pulled into range: lists shrink under old buttons."""
    count = max(1, math.ceil(total / size))
    number = min(max(0, number), count - 1)
    return Page(number, count, number * size, min(total, number * size + size))


def pager(page: Page, to_page: Callable[[int], Payload]) -> tuple[Row, ...]:
    """Return the row that turns pages, round at both ends; nothing for a single page."""
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


def lines(*parts: Markup | str | None) -> Markup:
    """Join the parts that are there, one a line; an empty string makes a blank line."""
    return Markup("\n").join(part for part in parts if part is not None)
