"""The 五个10 as five lines, each with a bar of ten cells and its pace in words; and the page of one line."""

from markupsafe import Markup

from bot.callbacks.pairings import PairingTap
from bot.callbacks.quota import QuotaLineTap, QuotaPictureTap, QuotaYearTap
from bot.callbacks.signup import CardTap
from bot.documents.five import Cell
from bot.texts.voice import Voice
from bot.views.screen import Button, Row, Screen, lines, page_of, pager, rows_of, years
from corps.parsing.lengths import cut
from corps.quotas.quota_lines import LineContents, LineItem
from corps.quotas.tally import Quota, QuotaLine, TallyStage

CELLS = 10
_DRAWN = {Cell.FULL: "▰", Cell.HALF: "◐", Cell.RING: "▱", Cell.EMPTY: "▱"}
ITEMS_A_PAGE = 6
MARKS = {TallyStage.VERIFIED: "✅", TallyStage.REPORTED: "🔎", TallyStage.PLANNED: "🗓"}
TITLE_ON_BUTTON = 22


def quota_screen(voice: Voice, quota: Quota, *, detail: bool = False) -> Screen:
    """Return the year's lines with buttons to other years and (`detail`) to each line."""
    rows: tuple[Row, ...] = ()
    if detail:
        names = [(line.category.spoken(voice.language), line.category.code) for line in quota.lines]
        looked_into = [Button(f"🔍 {name}", QuotaLineTap(quota.year, code, 0)) for name, code in names]
        rows = rows_of([*looked_into, Button(voice("numbers.picture"), QuotaPictureTap(quota.year))], 2)
    return Screen(quota_text(voice, quota), (*rows, *years(quota.earlier, quota.later, QuotaYearTap)))


def quota_text(voice: Voice, quota: Quota) -> Markup:
    """Return the year's heading and lines."""
    heading = voice("quota.heading", year=quota.year)
    if not quota.lines:
        return lines(heading, "", voice("quota.nothing"))
    return lines(heading, *(_line(voice, quota, line) for line in quota.lines))


def _line(voice: Voice, quota: Quota, line: QuotaLine) -> Markup:
    name = line.category.spoken(voice.language)
    done = voice("quota.line", name=name, verified=line.verified, target=line.target)
    return lines("", done, Markup("{}").format(bar(line)), pace(voice, quota, line), outlook(voice, line))


def cells(line: QuotaLine) -> list[Cell]:
    """Return the ten cells of a line: verified full, reported half, planned ringed, the rest empty."""
    if not line.target:
        return [Cell.EMPTY] * CELLS
    full = min(CELLS, line.verified * CELLS // line.target)
    half = min(CELLS - full, -(-line.reported * CELLS // line.target))
    ring = min(CELLS - full - half, -(-line.planned * CELLS // line.target))
    empty = CELLS - full - half - ring
    return [Cell.FULL] * full + [Cell.HALF] * half + [Cell.RING] * ring + [Cell.EMPTY] * empty


def bar(line: QuotaLine) -> str:
    """Return ten cells: verified full, reported half, the rest empty."""
    return "".join(_DRAWN[cell] for cell in cells(line))


def pace(voice: Voice, quota: Quota, line: QuotaLine) -> Markup:
    """Return how far a line is, compared with the calendar and the target, and what is planned or in report.

    What is nothing is not said.
    """
    unit = voice.unit(line.unit)
    parts = [_standing(voice, quota, line, unit)]
    if quota.current and line.missing:
        parts.append(voice("quota.from_target", missing=line.missing, unit=unit))
    if line.reported:
        parts.append(voice("quota.reported", n=line.reported, unit=unit))
    if line.planned:
        parts.append(voice("quota.planned", n=line.planned, unit=unit))
    return voice("quota.dot").join(parts)


def _standing(voice: Voice, quota: Quota, line: QuotaLine, unit: str) -> Markup:
    if line.verified >= line.target:
        return voice("quota.met") if line.target else voice("quota.no_target")
    if quota.ahead:
        return voice("quota.not_begun", target=line.target, unit=unit)
    if not quota.current:
        return voice("quota.past_short", missing=line.missing, unit=unit)
    if line.behind:
        return voice("quota.behind_season" if line.seasonal else "quota.behind", behind=line.behind, unit=unit)
    return voice("quota.on_pace")


def outlook(voice: Voice, line: QuotaLine) -> Markup | None:
    """Return the forecast for the year's end and the date by which the rest must be decided; None if it is met."""
    ends = line.outlook
    if ends is None or not line.missing:
        return None
    values = {"total": ends.total, "target": line.target, "n": ends.to_arrange, "unit": voice.unit(line.unit)}
    kind = "_pairing" if line.pairing else ""
    if not ends.to_arrange:
        return voice("quota.forecast_met", **values)
    if ends.latest is not None:
        return voice(f"quota.forecast{kind}", **values, until=voice.until(ends.latest))
    return voice("quota.forecast_few" if ends.possible else "quota.forecast_late", **values, possible=ends.possible)


def line_screen(voice: Voice, found: LineContents, number: int) -> Screen:
    """Return a page of what counts in one line, with a button to each card."""
    page = page_of(len(found.items), number, ITEMS_A_PAGE)
    shown = found.items[page.start : page.stop]
    name = found.category.spoken(voice.language)
    text = lines(
        voice("quota.line_heading", year=found.year, name=name),
        _counts(voice, found),
        _shares(voice, found) if found.shares else None,
        voice(f"pairing.rule_{found.rule.value}") if found.pairing else None,
        "",
        *(_item(voice, item) for item in shown),
        voice("quota.line_empty") if not found.items else None,
    )
    buttons = [Button(f"{MARKS[i.stage]} {cut(i.title, TITLE_ON_BUTTON)}", _card(i)) for i in shown]
    turn = pager(page, lambda to: QuotaLineTap(found.year, found.category.code, to))
    back = (Button(voice("button.back"), QuotaYearTap(found.year)),)
    return Screen(text, (*rows_of(buttons, 1), *turn, back))


def _counts(voice: Voice, found: LineContents) -> Markup | None:
    """Return how many activities are at each stage; stages with none are left out."""
    kind, unit = "pairings" if found.pairing else "activities", voice.unit(found.unit)
    counts = [(stage.value, found.number(stage)) for stage in TallyStage]
    said = [voice(f"quota.{kind}_{stage}", n=number, unit=unit) for stage, number in counts if number]
    return voice("quota.comma").join(said) if said else None


def _card(item: LineItem) -> PairingTap | CardTap:
    return PairingTap(item.id) if item.pairing else CardTap(item.id)


def _item(voice: Voice, item: LineItem) -> Markup:
    teams = voice.listed(item.teams) or voice("card.open_teams")
    return voice("quota.item", mark=MARKS[item.stage], day=voice.day(item.day), title=item.title, teams=teams)


def _shares(voice: Voice, found: LineContents) -> Markup:
    """Return each team's participation in the order of the roster; this is not a ranking."""
    key = "quota.share_pairing" if found.pairing else "quota.share"
    shares = voice("quota.comma").join(voice(key, team=team, n=number) for team, number in found.shares)
    return voice("quota.shares_pairing" if found.pairing else "quota.shares", shares=shares)
