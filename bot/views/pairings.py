"""Rural-aid pairings: the year's list, a card, and the questions of a registration."""

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from bot.callbacks.common import CancelTap
from bot.callbacks.pairings import (
    PairAfreshTap,
    PairBackTap,
    PairConfirmTap,
    PairCorrectTap,
    PairDayTap,
    PairEndTap,
    PairingsTap,
    PairingTap,
    PairMonthTap,
    PairNewTap,
    PairReturnTap,
    PairSubmitTap,
    PairTeamTap,
    PairTodayTap,
)
from bot.texts.voice import Voice
from bot.views.new_activity import month_rows, time_trouble
from bot.views.planning import visits
from bot.views.screen import (
    DANGER,
    PRIMARY,
    SUCCESS,
    Button,
    Row,
    Screen,
    asked,
    lines,
    page_of,
    pager,
    rows_of,
    told,
    years,
)
from corps.pairings.pairing_cards import PairingCard, PairingLine, PairingList
from corps.pairings.pairing_form import READY, Problem, Stand, Step, Why
from corps.parsing.lengths import cut
from corps.people import Office
from models.enums import PairingState

A_PAGE = 8
NAME_ON_BUTTON = 24
MARKS = {
    PairingState.REGISTERED: "🔎",
    PairingState.RETURNED: "↩️",
    PairingState.CONFIRMED: "✅",
    PairingState.ENDED: "⏹",
}


def list_screen(voice: Voice, found: PairingList, number: int = 0) -> Screen:
    """Return a page of the year's pairings."""
    page = page_of(len(found.lines), number, A_PAGE)
    shown = found.lines[page.start : page.stop]
    counted = sum(line.counts for line in found.lines)
    text = lines(
        voice("pairing.heading", year=found.year),
        voice("pairing.counted", n=counted) if found.lines else voice("pairing.none"),
        voice(f"pairing.rule_{found.rule.value}") if found.lines else None,
        *([""] if shown else []),
        *(_line(voice, line) for line in shown),
    )
    buttons = [
        Button(f"{MARKS[line.state]} {cut(line.partner, NAME_ON_BUTTON)}", PairingTap(line.id)) for line in shown
    ]
    new = (Button(voice("button.pair_new"), PairNewTap(), style=PRIMARY),)
    turn = pager(page, lambda to: PairingsTap(found.year, to))
    others = years(found.earlier, found.later, lambda year: PairingsTap(year, 0))
    return Screen(text, (*rows_of(buttons, 2), *turn, new, *others))


def _line(voice: Voice, line: PairingLine) -> Markup:
    state = voice(f"pairing.state_{line.state.value}")
    since = voice.day(line.since)
    said = voice("pairing.line", mark=MARKS[line.state], partner=line.partner, team=line.team, since=since, state=state)
    last = voice("visit.line_last", day=voice.date(line.last_visit)) if line.last_visit else None
    return lines(said, voice("visit.idle", n=line.idle_days) if line.idle_days else last)


def idle_list(voice: Voice, cards: Sequence[PairingCard]) -> Screen:
    """Return pairings that were not visited for too long, the longest first, each with a button to its card."""
    shown = sorted(cards, key=lambda card: (-card.idle_days, card.id))
    said = [voice("visit.idle_of", partner=card.partner, team=card.team, n=card.idle_days) for card in shown]
    buttons = [Button(cut(card.partner, NAME_ON_BUTTON), PairingTap(card.id)) for card in shown]
    return Screen(lines(voice("notice.list_visit_due", n=len(shown)), *said), tuple(rows_of(buttons, 2)))


def pairing_card(voice: Voice, card: PairingCard, heading: Markup | None = None) -> Screen:
    """Return a pairing's card with the buttons of this person."""
    returned, ended = card.state is PairingState.RETURNED, card.state is PairingState.ENDED
    text = lines(
        heading,
        voice("pairing.title", partner=card.partner),
        Markup("{} {}").format(MARKS[card.state], voice(f"pairing.state_{card.state.value}")),
        *_said(voice, card.team, card.place, card.since),
        voice("pairing.registrar", name=card.registrar),
        voice("pairing.confirmer", name=card.confirmer) if card.confirmer else None,
        voice("pairing.return_reason", reason=card.return_reason) if returned else None,
        voice("pairing.ended", day=voice.day(card.ended_on), reason=card.end_reason)
        if ended and card.ended_on
        else None,
        voice("pairing.also", teams=voice.listed(card.also)) if card.also else None,
        voice("pairing.will_count", year=card.year) if card.may_decide else None,
        *visits.kept(voice, card),
    )
    return Screen(text, tuple(_card_rows(voice, card)))


def _said(voice: Voice, team: str, place: str, since: dt.date) -> list[Markup]:
    return [
        voice("pairing.team", team=team),
        voice("pairing.place", place=place),
        voice("pairing.since", since=voice.day(since, year=True)),
    ]


def _card_rows(voice: Voice, card: PairingCard) -> list[Row]:
    rows: list[Row] = []
    if card.may_decide:
        rows.append(
            (
                Button(voice("button.pair_confirm"), PairConfirmTap(card.id, card.sign), style=SUCCESS),
                Button(voice("button.return"), PairReturnTap(card.id, card.sign), style=DANGER),
            )
        )
    if card.may_correct:
        rows.append((Button(voice("button.pair_correct"), PairCorrectTap(card.id), style=PRIMARY),))
    rows += visits.ways(voice, card)
    if card.may_end:
        rows.append((Button(voice("button.pair_end"), PairEndTap(card.id), style=DANGER),))
    rows.append((Button(voice("pairing.all"), PairingsTap(card.year, 0)),))
    return rows


def question(voice: Voice, stand: Stand) -> Screen:
    """Return the open question below what was understood; 提交 when nothing is missing."""
    data, step = stand.data, stand.step
    team = next((team.name for team in stand.teams if team.id == data.get("team")), "")
    ask = voice(f"pairing.ask_{step.value}") if step else voice("pairing.ask_submit", year=data["since"][:4])
    text = lines(
        voice("pairing.registering"),
        voice("pairing.team", team=team) if team else None,
        voice("pairing.partner", partner=data["partner"]) if "partner" in data else None,
        voice("pairing.place", place=data["place"]) if "place" in data else None,
        voice("pairing.since", since=voice.day(dt.date.fromisoformat(data["since"]), year=True))
        if "since" in data
        else None,
        "",
        _trouble(voice, stand.problem) if stand.problem else None,
        ask,
    )
    here = PairBackTap(step.value if step else READY)
    back = (Button(voice("posting.back"), here),) if stand.may_go_back else ()
    return Screen(text, (*_choices(voice, stand), (*back, Button(voice("button.cancel"), CancelTap()))))


def _trouble(voice: Voice, problem: Problem) -> Markup:
    if problem.of_time:
        return time_trouble(voice, problem.code, problem.what)
    return voice(f"pairing.problem_{problem.code}", what=problem.what)


def _choices(voice: Voice, stand: Stand) -> tuple[Row, ...]:
    if stand.step is Step.TEAM:
        return rows_of([Button(team.short_name, PairTeamTap(team.id)) for team in stand.teams], 3)
    if stand.step is Step.SINCE:
        month = stand.month or (stand.today.year, stand.today.month)
        calendar = month_rows(voice, *month, stand.today, PairMonthTap, PairDayTap)
        return (*calendar, (Button(voice("button.today"), PairTodayTap()),))
    if stand.step is None:
        afresh = Button(voice("button.pair_afresh"), PairAfreshTap())
        return ((Button(voice("button.submit"), PairSubmitTap(stand.sign), style=SUCCESS), afresh),)
    return ()


def registered(voice: Voice, office: Office, card: PairingCard) -> Screen:
    """Return the message that the pairing was handed in, and who is asked to confirm it."""
    keys = ("pairing.submitted", "pairing.submitted_unheard", "pairing.submitted_alone")
    return pairing_card(voice, card, asked(voice, office, keys))


def why(voice: Voice, stand: Why) -> Screen:
    """Return the question for a reason, or the card of the pairing that was returned or ended."""
    if stand.card is not None:
        heard = told(voice, stand.office) if stand.office is not None else ""
        return pairing_card(voice, stand.card, voice(f"pairing.done_{stand.what}", told=heard))
    cancel = (Button(voice("button.cancel"), CancelTap()),)
    return Screen(voice(f"pairing.ask_why_{stand.what}", partner=stand.partner), (cancel,))
