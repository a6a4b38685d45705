"""Numbers as one picture for a telephone: tiles with what matters most, bars towards their targets, a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.picture import (
    BLUE,
    GREY,
    HEAD,
    INK,
    INNER,
    MARGIN,
    PALE,
    WIDTH,
    clip,
    drawn,
    head_of,
    png_of,
    text_at,
)

_TILE, _BAR, _ROW = 150, 92, 52
_TILES_A_ROW = 3


@dataclass(frozen=True)
class Tile:
    """A number in large letters, with what it counts above and a smaller line below."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """A line with a bar: what it counts, how many, a note at the right, and how much of the bar is full (0 to 1)."""

    label: str
    value: str
    note: str
    share: float


@dataclass(frozen=True)
class Table:
    """A table: the first column is wide and set to the left, the others hold numbers."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Figures:
    """All that stands on the picture, from the top."""

    title: str
    subtitle: str
    tiles: Sequence[Tile]
    bars_heading: str
    bars: Sequence[Bar]
    table_heading: str
    table: Table
    footer: str
    footnote: str


def figures_png(figures: Figures) -> bytes:
    """Return the picture as a PNG, 900 pixels wide. Takes some 30 ms, holding the GIL."""
    return png_of(figures_svg(figures))


def figures_svg(figures: Figures) -> str:
    """Return the picture as SVG."""
    body = head_of(figures.title, figures.subtitle)
    y = HEAD + 32
    for number, tile in enumerate(figures.tiles):
        down, across = divmod(number, _TILES_A_ROW)
        body.append(_tile(tile, MARGIN + across * (INNER // _TILES_A_ROW), y + down * (_TILE + 14)))
    y += -(-len(figures.tiles) // _TILES_A_ROW) * (_TILE + 14) + 40
    body.append(text_at(MARGIN, y, figures.bars_heading, 30, BLUE, bold=True))
    for bar in figures.bars:
        y += _BAR
        body.append(_bar(bar, y - _BAR + 48))
    y += 70
    body.append(text_at(MARGIN, y, figures.table_heading, 30, BLUE, bold=True))
    body.append(_row(figures.table.heads, y + _ROW, GREY, 24))
    for row in figures.table.rows:
        y += _ROW
        body.append(f'<rect x="{MARGIN}" y="{y + 18}" width="{INNER}" height="2" fill="{PALE}"/>')
        body.append(_row(row, y + _ROW, INK, 28))
    height = y + _ROW + 120
    body.append(text_at(MARGIN, height - 60, clip(figures.footer, 84), 20, GREY))
    body.append(text_at(MARGIN, height - 30, clip(figures.footnote, 84), 20, GREY))
    return drawn(height, body)


def _tile(tile: Tile, x: int, y: int) -> str:
    width = INNER // _TILES_A_ROW - 14
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{_TILE}" rx="12" fill="{PALE}"/>'
        + text_at(x + 18, y + 38, tile.label, 25, GREY)
        + text_at(x + 18, y + 92, tile.value, 46, INK, bold=True)
        + text_at(x + 18, y + 132, clip(tile.note, 19), 24, GREY)
    )


def _bar(bar: Bar, y: int) -> str:
    full = round(INNER * min(1.0, max(0.0, bar.share)))
    return (
        text_at(MARGIN, y, bar.label, 28, INK, bold=True)
        + text_at(MARGIN + 220, y, bar.value, 28, INK)
        + text_at(WIDTH - MARGIN, y, bar.note, 26, GREY, anchor="end")
        + f'<rect x="{MARGIN}" y="{y + 14}" width="{INNER}" height="14" rx="7" fill="{PALE}"/>'
        + (f'<rect x="{MARGIN}" y="{y + 14}" width="{full}" height="14" rx="7" fill="{BLUE}"/>' if full else "")
    )


def _row(cells: tuple[str, ...], y: int, colour: str, size: int) -> str:
    others = len(cells) - 1
    wide = 210
    step = (INNER - wide) // max(1, others)
    numbers = [
        text_at(MARGIN + wide + (number + 1) * step, y, cell, size, colour, anchor="end")
        for number, cell in enumerate(cells[1:])
    ]
    return text_at(MARGIN, y, clip(cells[0], 15), size, colour) + "".join(numbers)
