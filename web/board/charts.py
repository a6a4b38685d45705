"""Charts as inline SVG without a style of their own. Each stands beside the table that says the same in text."""

from collections.abc import Sequence

from markupsafe import Markup

from corps.quotas.tally import QuotaLine

_WIDTH, _HEIGHT = 120, 14
_BAR, _GAP, _TALL = 22, 8, 56


def line_bar(line: QuotaLine) -> Markup:
    """Return a bar for a line of the 五个10: verified, in report, planned, and a mark where the year's pace is now."""
    scale = _WIDTH / max(line.target, line.verified + line.reported + line.planned, 1)
    parts, x = [], 0.0
    for style, count in (("v", line.verified), ("r", line.reported), ("p", line.planned)):
        parts.append(_rect(style, x, 0, count * scale, _HEIGHT))
        x += count * scale
    target = line.target * scale
    pace = line.expected * scale
    parts.append(
        Markup('<rect class="t" x="0.5" y="0.5" width="{:.1f}" height="{}"/>').format(max(target - 1, 0), _HEIGHT - 1)
    )
    parts.append(Markup('<path class="e" d="M{:.1f} 0V{}"/>').format(min(pace, _WIDTH - 1), _HEIGHT))
    return _svg("bar", _WIDTH, _HEIGHT, parts)


def months(total: Sequence[int], verified: Sequence[int]) -> Markup:
    """Return a bar for each month: the verified activities below, the others above."""
    scale = (_TALL - 12) / max(*total, 1)
    parts = []
    for place, (count, done) in enumerate(zip(total, verified, strict=True)):
        x = place * (_BAR + _GAP)
        parts.append(_rect("p", x, _TALL - 12 - count * scale, _BAR, (count - done) * scale))
        parts.append(_rect("v", x, _TALL - 12 - done * scale, _BAR, done * scale))
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(x + _BAR // 2, _TALL - 1, place + 1))
    return _svg("months", 12 * (_BAR + _GAP) - _GAP, _TALL, parts)


def _rect(style: str, x: float, y: float, width: float, height: float) -> Markup:
    shape = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
    return shape.format(style, x, y, width, height) if width > 0 and height > 0 else Markup()


def _svg(style: str, width: int, height: int, parts: Sequence[Markup]) -> Markup:
    frame = Markup(
        '<svg class="{}" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true" focusable="false">{}</svg>'
    )
    return frame.format(style, Markup().join(parts), w=width, h=height)
