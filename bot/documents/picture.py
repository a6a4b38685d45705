"""Pictures for the chat: a schedule as a page, drawn as SVG and turned into PNG.

The font is Noto Sans CJK (OFL), from a package: Chinese names need glyphs that GB2312 fonts lack. It has no emoji
and no check marks, so nothing here uses any.
"""

import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import escape

WIDTH = 900
MARGIN, HEAD = 40, 130
INNER = WIDTH - 2 * MARGIN
BLUE, INK, GREY, PALE = "#1f5f8b", "#1c2730", "#5a6b76", "#e8f0f5"
_MARGIN = 48
_LINE = 44
FONT = "Noto Sans CJK SC"
_TEXT_UNITS = 47
"""How many half-width characters of a line fit beside its time."""


@dataclass(frozen=True)
class SheetLine:
    """One line: the text at its left (a time), what it says, and a smaller line below."""

    left: str
    text: str
    below: str = ""


@dataclass(frozen=True)
class SheetSection:
    """A heading (a day) with its lines."""

    heading: str
    lines: tuple[SheetLine, ...]


def sheet_png(title: str, footer: str, sections: Sequence[SheetSection]) -> bytes:
    """Return a PNG of the sheet, 900 pixels wide and as high as it needs. Takes some 20 ms, holding the GIL."""
    return png_of(sheet_svg(title, footer, sections))


def png_of(svg: str) -> bytes:
    """Return a drawing as a PNG, in our own font: nothing of the system is asked."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=[str(font_file())], skip_system_fonts=True))


def font_file() -> Path:
    """Return the file of our font."""
    spec = importlib.util.find_spec("manimgx_fonts_cjk")
    if spec is None or spec.origin is None:
        raise RuntimeError("the font package is not installed: make setup")
    return next(Path(spec.origin).parent.glob("*.ttc"))


def sheet_svg(title: str, footer: str, sections: Sequence[SheetSection]) -> str:
    """Return the sheet as SVG."""
    y = 150
    body = []
    for section in sections:
        body.append(text_at(_MARGIN, y, section.heading, 26, "#1f5f8b", bold=True))
        body.append(f'<rect x="{_MARGIN}" y="{y + 12}" width="{WIDTH - 2 * _MARGIN}" height="2" fill="#d5e3ec"/>')
        y += _LINE + 8
        for line in section.lines:
            body.append(text_at(_MARGIN, y, line.left, 24, "#5a6b76"))
            body.append(text_at(_MARGIN + 180, y, clip(line.text, _TEXT_UNITS), 26, "#1c2730"))
            y += _LINE - 8
            if line.below:
                body.append(text_at(_MARGIN + 180, y, clip(line.below, _TEXT_UNITS + 11), 21, "#5a6b76"))
                y += _LINE - 8
        y += 20
    height = y + 50
    head = [f'<rect width="100%" height="96" fill="{BLUE}"/>', text_at(_MARGIN, 62, title, 36, "#ffffff", bold=True)]
    return drawn(height, [*head, *body, text_at(_MARGIN, height - 28, footer, 20, "#7d8b95")])


def head_of(title: str, subtitle: str) -> list[str]:
    """Return the head of a page of numbers as SVG, `HEAD` pixels high: a blue band with a title and a line below it."""
    return [
        f'<rect width="100%" height="{HEAD}" fill="{BLUE}"/>',
        text_at(MARGIN, 60, clip(title, 44), 38, "#ffffff", bold=True),
        text_at(MARGIN, 106, clip(subtitle, 66), 25, "#d5e3ec"),
    ]


def drawn(height: int, parts: Sequence[str]) -> str:
    """Return the parts of a drawing as one SVG on a light ground: it reads the same in a light and a dark chat."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def text_at(x: int, y: int, text: str, size: int, colour: str, *, bold: bool = False, anchor: str = "start") -> str:
    """Return a line of text as SVG; `anchor` says what lies at `x`: its `start`, its `middle` or its `end`."""
    weight = ' font-weight="700"' if bold else ""
    place = f'x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
    return f'<text {place} font-family="{FONT}"{weight}>{escape(text)}</text>'


def clip(text: str, units: int) -> str:
    """Return the text, cut with an ellipsis where it is wider than `units` half-width characters."""
    width = 0
    for index, char in enumerate(text):
        width += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if width > units:
            return text[: index - 1] + "…"
    return text
