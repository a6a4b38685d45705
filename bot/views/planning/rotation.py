"""轮值 (lecturers' rotation): a member's own turns; for coordinators the coming months and whose turn each is."""

import datetime as dt

from markupsafe import Markup

from bot.callbacks.new_activity import DraftTap
from bot.callbacks.rotation import (
    RotationInviteTap,
    RotationJoinTap,
    RotationProposeTap,
    RotationTap,
    TurnAcceptTap,
    TurnPassTap,
    TurnSwapAnswerTap,
    TurnSwapTap,
    TurnSwapWithTap,
)
from bot.callbacks.signup import CardTap
from bot.texts.voice import Voice
from bot.views.menu import words_row
from bot.views.screen import PRIMARY, SUCCESS, Button, Row, Screen, lines, rows_of
from corps.people import Somebody
from corps.rotation.swaps import SwapChoice, SwapRequest
from corps.rotation.turns import InRotation, Month, Rotation, Turn
from models.enums import TurnState

LISTED = 20


def month_words(voice: Voice, month: dt.date) -> str:
    """Return a month in words: `2026年12月`."""
    return voice.plain("rotation.month", year=month.year, month=voice.month(month.month))


def screen(voice: Voice, found: Rotation) -> Screen:
    """Return the rotation as its reader sees it."""
    rows: list[Row] = [row for turn in found.mine for row in _own_buttons(voice, turn)]
    parts: list[Markup | str | None] = [voice("rotation.heading"), voice("rotation.about")]
    if found.mine:
        parts += ["", voice("rotation.mine"), *(_line(voice, turn) for turn in found.mine)]
    if found.coordinates:
        parts += ["", voice("rotation.ahead"), *(_month(voice, month) for month in found.months)]
        parts += ["", voice("rotation.people", n=len(found.people)) if found.people else voice("rotation.nobody")]
        parts += [_person(voice, number, one) for number, one in enumerate(found.people[:LISTED], 1)]
        rows += [row for month in found.months if (row := _month_button(voice, month, found)) is not None]
    parts += ["", voice("rotation.joined" if found.joined else "rotation.not_joined")]
    if found.coordinates:
        rows.append(words_row(voice, "rotation"))
    own = "button.rotation_leave" if found.joined else "button.rotation_join"
    rows.append((Button(voice(own), RotationJoinTap(not found.joined)),))
    return Screen(lines(*parts), tuple(rows))


def _line(voice: Voice, turn: Turn) -> Markup:
    state = "held" if turn.held else turn.state.value
    values = {"month": month_words(voice, turn.month), "name": turn.person, "day": _day(voice, turn)}
    said = voice(f"rotation.turn_{state}", **values)
    return lines(said, voice("rotation.swapping", name=turn.swap_with) if turn.swap_with else None)


def _day(voice: Voice, turn: Turn) -> str:
    return voice.day(turn.day) if turn.day is not None else ""


def _month(voice: Voice, month: Month) -> Markup:
    if month.turn is None:
        return voice("rotation.month_free", month=month_words(voice, month.month))
    return _line(voice, month.turn)


def _person(voice: Voice, number: int, one: InRotation) -> Markup:
    asked = voice("rotation.asked_on", day=voice.date(one.last_asked, year=True)) if one.last_asked else ""
    never = voice("rotation.never_asked") if not one.last_asked else ""
    return voice("rotation.person", n=number, name=one.name, team=one.team, asked=asked or never, held=one.held)


def _month_button(voice: Voice, month: Month, found: Rotation) -> Row | None:
    if month.turn is None:
        if not found.people:
            return None
        label = voice.plain("button.rotation_propose", month=month_words(voice, month.month))
        return (Button(label, RotationProposeTap(month.month.year * 100 + month.month.month), style=PRIMARY),)
    return (_to_activity(voice, month.turn),) if month.turn.activity_id is not None else None


def _to_activity(voice: Voice, turn: Turn) -> Button:
    tap = CardTap(turn.activity_id or 0) if turn.held else DraftTap(turn.activity_id or 0)
    return Button(voice.plain("rotation.to_draft", month=month_words(voice, turn.month)), tap)


def _own_buttons(voice: Voice, turn: Turn) -> tuple[Row, ...]:
    swap = Button(voice("button.turn_swap"), TurnSwapTap(turn.id))
    if turn.state is TurnState.PROPOSED:
        accept = Button(voice("button.turn_accept"), TurnAcceptTap(turn.id), style=SUCCESS)
        return ((accept, Button(voice("button.turn_pass"), TurnPassTap(turn.id))), (swap,))
    return () if turn.held else ((swap,),)


def asked(voice: Voice, turn: Turn) -> Screen:
    """Return the proposal of a turn to a member, who may accept it, decline it or swap it."""
    return Screen(voice("rotation.ask", month=month_words(voice, turn.month)), _own_buttons(voice, turn))


def invitation(voice: Voice) -> Screen:
    """Return the question whether a member wants to be asked for turns."""
    yes = Button(voice("button.rotation_join"), RotationJoinTap(True), style=SUCCESS)
    return Screen(voice("rotation.invitation"), ((yes,),))


def answered(voice: Voice, turn: Turn, *, swapped: bool) -> Screen:
    """Return the member's answer to a proposal, for the coordinator who made it."""
    moved = "rotation.told_swapped" if turn.day is not None else "rotation.told_swapped_early"
    key = moved if swapped else f"rotation.told_{turn.state.value}"
    text = voice(key, name=turn.person, month=month_words(voice, turn.month), day=_day(voice, turn))
    rows: list[Row] = []
    if turn.activity_id is not None:
        rows.append((_to_activity(voice, turn),))
    if turn.state is TurnState.PASSED:
        number = turn.month.year * 100 + turn.month.month
        label = voice.plain("button.rotation_propose", month=month_words(voice, turn.month))
        rows.append((Button(label, RotationProposeTap(number), style=PRIMARY),))
    return Screen(text, (*rows, (Button(voice("menu.rotation"), RotationTap()),)))


def near(voice: Voice, turn: Turn) -> Screen:
    """Return the reminder a week before."""
    return Screen(voice("rotation.near", day=_day(voice, turn)), ((Button(voice("menu.rotation"), RotationTap()),),))


def choice(voice: Voice, found: SwapChoice) -> Screen:
    """Return the members with whom a turn can be swapped."""
    buttons = [
        Button(
            voice.plain("rotation.swap_with", month=month_words(voice, other.month), name=other.person),
            TurnSwapWithTap(found.own.id, other.id),
        )
        for other in found.others
    ]
    key = "rotation.ask_swap" if buttons else "rotation.nobody_to_swap"
    back = (Button(voice("button.back"), RotationTap()),)
    return Screen(voice(key, month=month_words(voice, found.own.month)), (*rows_of(buttons, 1), back))


def swap_request(voice: Voice, request: SwapRequest) -> Screen:
    """Return the question to the other member of a swap."""
    text = voice(
        "rotation.swap_request", name=request.theirs.person, theirs=month_words(voice, request.theirs.month),
        own=month_words(voice, request.own.month),
    )  # fmt: skip
    yes = Button(voice("button.swap_yes"), TurnSwapAnswerTap(request.theirs.id, True), style=SUCCESS)
    return Screen(text, ((yes, Button(voice("button.swap_no"), TurnSwapAnswerTap(request.theirs.id, False))),))


def not_found(voice: Voice, typed: str) -> Screen:
    """Say that nobody has a name with these words in it."""
    return Screen(voice("rotation.not_found", text=typed), (words_row(voice, "rotation"),))


def invited(voice: Voice, found: tuple[Somebody, ...]) -> Screen:
    """Return the message that somebody was asked, or the choice among several people of that name."""
    if len(found) == 1:
        return Screen(
            voice("rotation.invited", name=found[0].name), ((Button(voice("menu.rotation"), RotationTap()),),)
        )
    buttons = [Button(f"{one.name} {one.team}".strip(), RotationInviteTap(one.member_id)) for one in found]
    return Screen(voice("rotation.which"), rows_of(buttons, 2))
