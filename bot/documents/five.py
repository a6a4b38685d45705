"""The 五个10 as one picture for a telephone: five bars of ten cells, month by month, teams by categories.

It brings its own light ground, so that it reads the same in a light and in a dark chat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.documents.picture import WIDTH, clip, png_of, text_at

_MARGIN = 40
_INNER = WIDTH - 2 * _MARGIN
_BLUE, _INK, _GREY, _PALE, _HALF = "#1f5f8b", "#1c2730", "#5a6b76", "#e8f0f5", "#8fb8d3"
_LINE, _ROW, _GAP = 104, 48, 10
_WIDE = 190


class Cell(StrEnum):
    """What a cell of a bar says: verified, reported, planned, or nothing yet."""

    FULL = "full"
    HALF = "half"
    RING = "ring"
    EMPTY = "empty"


@dataclass(frozen=True)
class Bar:
    """A line: its name, how much is done, a note at the right, and its ten cells."""

    label: str
    value: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Grid:
    """A table: heads above, a name before each row, its numbers, and what is added behind each (`+1`)."""

    heading: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int], Sequence[int]]]


@dataclass(frozen=True)
class Five:
    """All that stands on the picture, from the top. `legend` says what full, half and ringed cells are."""

    title: str
    subtitle: str
    bars: Sequence[Bar]
    legend: tuple[str, str, str]
    months: Grid
    teams: Grid
    feet: Sequence[str]


def five_png(five: Five) -> bytes:
    """Return the picture as a PNG, 900 pixels wide. Takes some 50 ms, holding the GIL."""
    return png_of(five_svg(five))


def five_svg(five: Five) -> str:
    """Return the picture as SVG."""
    body = [
        f'<rect width="100%" height="130" fill="{_BLUE}"/>',
        text_at(_MARGIN, 60, clip(five.title, 44), 38, "#ffffff", bold=True),
        text_at(_MARGIN, 106, clip(five.subtitle, 66), 25, "#d5e3ec"),
    ]
    y = 130
    for bar in five.bars:
        body.append(_bar(bar, y + 50))
        y += _LINE
    y += 30
    body.append(_legend(five.legend, y + 16))
    y += 60
    for grid in (five.months, five.teams):
        drawn, y = _grid(grid, y)
        body.append(drawn)
    for foot in five.feet:
        y += 30
        body.append(text_at(_MARGIN, y, clip(foot, 84), 20, _GREY))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 30}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>'
    )


def _bar(bar: Bar, y: int) -> str:
    size = (_INNER - (len(bar.cells) - 1) * _GAP) // max(1, len(bar.cells))
    cells = [_cell(cell, _MARGIN + place * (size + _GAP), y + 16, size, 30) for place, cell in enumerate(bar.cells)]
    return (
        text_at(_MARGIN, y, f"{bar.label}  {bar.value}", 30, _INK, bold=True)
        + text_at(WIDTH - _MARGIN, y, clip(bar.note, 36), 25, _GREY, anchor="end")
        + "".join(cells)
    )


def _cell(cell: Cell, x: int, y: int, width: int, height: int) -> str:
    fill = {Cell.FULL: _BLUE, Cell.HALF: _HALF, Cell.RING: "#ffffff", Cell.EMPTY: _PALE}[cell]
    ring = f' stroke="{_BLUE}" stroke-width="4"' if cell is Cell.RING else ""
    inset = 2 if cell is Cell.RING else 0
    return (
        f'<rect x="{x + inset}" y="{y + inset}" width="{width - 2 * inset}" height="{height - 2 * inset}" rx="6" '
        f'fill="{fill}"{ring}/>'
    )


def _legend(words: tuple[str, str, str], y: int) -> str:
    parts = []
    for place, (cell, word) in enumerate(zip((Cell.FULL, Cell.HALF, Cell.RING), words, strict=True)):
        x = _MARGIN + place * 220
        parts.append(_cell(cell, x, y - 22, 34, 26) + text_at(x + 46, y, word, 24, _GREY))
    return "".join(parts)


def _grid(grid: Grid, top: int) -> tuple[str, int]:
    """Return a table and where it ends."""
    step = (_INNER - _WIDE) / max(1, len(grid.heads))
    middles = [round(_MARGIN + _WIDE + step * (place + 0.5)) for place in range(len(grid.heads))]
    y = top + 30
    body = [text_at(_MARGIN, y, grid.heading, 30, _BLUE, bold=True)]
    y += 50
    heads = [_folded(head, int(step // 10)) for head in grid.heads]
    for x, head in zip(middles, heads, strict=True):
        body += [text_at(x, y + 24 * place, part, 20, _GREY, anchor="middle") for place, part in enumerate(head)]
    y += 24 * (max(map(len, heads), default=1) - 1)
    for name, numbers, marks in grid.rows:
        body.append(f'<rect x="{_MARGIN}" y="{y + 14}" width="{_INNER}" height="2" fill="{_PALE}"/>')
        y += _ROW
        body.append(text_at(_MARGIN, y, *((name, 25) if clip(name, 15) == name else (clip(name, 22), 17)), _INK))
        for x, number, mark in zip(middles, numbers, marks, strict=True):
            body.append(_number(x, y, number, mark, step))
    return "".join(body), y + 50


def _folded(head: str, units: int) -> list[str]:
    """Return a head in lines of at most so many half-width characters, two at most; only spaces are folded at."""
    first, *rest = head.split(" ")
    while rest and len(first) + 1 + len(rest[0]) <= units:
        first += f" {rest.pop(0)}"
    return [clip(part, units) for part in (first, " ".join(rest)) if part]


def _number(x: int, y: int, number: int, mark: int, step: float) -> str:
    if not number and not mark:
        return text_at(x, y, "·", 24, "#b7c4cc", anchor="middle")
    width = round(min(step - 6, 76))
    tint = (
        f'<rect x="{x - width // 2}" y="{y - 28}" width="{width}" height="38" rx="8" fill="{_PALE}"/>' if number else ""
    )
    said = (str(number) if number else "") + (f"+{mark}" if mark else "")
    colour = _INK if number else _GREY
    size = 20 if number and mark else 24
    return tint + text_at(x, y, said, size, colour, bold=bool(number), anchor="middle")
