"""The 五个10 in five lines, each with a bar of ten cells and the pace in words."""

from markupsafe import Markup

from bot.views.screen import Screen, lines
from bot.views.voice import Voice
from corps.quotas import Quota, QuotaLine

CELLS = 10


def quota_screen(voice: Voice, quota: Quota) -> Screen:
    """Return the year's lines."""
    heading = voice("quota.heading", year=quota.year)
    return Screen(lines(heading, *(_line(voice, quota, line) for line in quota.lines)))


def _line(voice: Voice, quota: Quota, line: QuotaLine) -> Markup:
    name = line.category.spoken(voice.language)
    unit = line.unit if voice.language != "en" else ""
    done = voice("quota.line", name=name, verified=line.verified, target=line.target)
    return lines("", done, Markup("{}").format(bar(line)), _pace(voice, quota, line, unit))


def bar(line: QuotaLine) -> str:
    """Return ten cells: verified full, reported half, the rest empty."""
    if not line.target:
        return "▱" * CELLS
    full = min(CELLS, line.verified * CELLS // line.target)
    half = min(CELLS - full, -(-line.reported * CELLS // line.target))
    return "▰" * full + "◐" * half + "▱" * (CELLS - full - half)


def _pace(voice: Voice, quota: Quota, line: QuotaLine, unit: str) -> Markup:
    parts = []
    if not quota.current:
        parts.append(voice("quota.past_short", missing=line.missing, unit=unit) if line.missing else voice("quota.met"))
    elif line.verified >= line.target:
        parts.append(voice("quota.met"))
    elif line.behind:
        parts.append(voice("quota.behind", expected=line.expected, behind=line.behind, unit=unit))
    else:
        parts.append(voice("quota.on_pace", expected=line.expected, unit=unit))
    if line.reported:
        parts.append(voice("quota.reported", n=line.reported, unit=unit))
    if line.planned:
        parts.append(voice("quota.planned", n=line.planned, unit=unit))
    return voice("quota.comma").join(parts)
