"""Changing an activity: choose what, answer, see old → new, confirm; and cancelling it."""

import datetime as dt
from dataclasses import replace

from markupsafe import Markup

from bot.callbacks.editing import (
    EditConfirmTap,
    EditFieldTap,
    EditMonthTap,
    EditSlotFieldTap,
    EditSlotsTap,
    EditSlotTap,
    EditTap,
    EditValueTap,
    LeaveTap,
)
from bot.texts.voice import Voice
from bot.views.cards import check_out_rule, held, role_of
from bot.views.changes import change_line
from bot.views.new_activity import COMMON_HOURS, known_half, month_rows, preview_or_card, problem_line
from bot.views.screen import SUCCESS, Button, Row, Screen, hearing, lines, not_hearing, rows_of
from corps.activities.cards import Card, SlotCard
from corps.activities.cautions import Caution
from corps.activities.entry_answers import known_time
from corps.changes.edit_answers import CORRECTIONS, OPEN, SHARED, EditField
from corps.changes.edit_form import Stand
from corps.changes.editing import Changed, Proposal
from corps.parsing.lengths import cut
from models.enums import ActivityState

ROLE_SHOWN = 16


def menu(voice: Voice, card: Card) -> Screen:
    """Return the card's fields, a button each."""
    fields = (EditField.TITLE, EditField.TIME, EditField.PLACE, EditField.VENUE, EditField.NOTES, EditField.TEAM)
    buttons = [
        Button(voice(f"edit.field_{field.value}"), EditFieldTap(card.id, field))
        for field in fields
        if _open(card, field)
    ]
    buttons.insert(5, Button(voice("edit.field_slots"), EditSlotsTap(card.id)))
    rows = (*rows_of(buttons, 2), *check_out_rule(voice, card), (to_card(voice, card.id),))
    return Screen(lines(voice("edit.which", title=card.title)), rows)


def _open(card: Card, field: EditField) -> bool:
    """Tell whether a field can be changed; after the report only some fields can."""
    return card.state is not ActivityState.REPORTED or field in CORRECTIONS


def to_card(voice: Voice, activity_id: int) -> Button:
    """Return the button that leads back to the activity's card."""
    return Button(voice("button.back"), LeaveTap(activity_id))


def _to_menu(voice: Voice, activity_id: int) -> Button:
    return Button(voice("button.back"), EditTap(activity_id))


def slots_screen(voice: Voice, card: Card) -> Screen:
    """Return the slots, a button each, and the way to add one."""
    buttons = [
        Button(f"{cut(slot.role, ROLE_SHOWN)} {slot.going}/{slot.places}", EditSlotTap(slot.id)) for slot in card.slots
    ]
    add = (
        ((Button(voice("edit.add_slot"), EditFieldTap(card.id, EditField.ADD)),),) if _open(card, EditField.ADD) else ()
    )
    rows = (*rows_of(buttons, 2), *add, (_to_menu(voice, card.id),))
    return Screen(voice("edit.which_slot", title=card.title), rows)


_SLOT_FIELDS = {
    EditField.PLACES: "edit.slot_places",
    EditField.ROLE: "edit.slot_role",
    EditField.CATEGORY: "edit.slot_category",
    EditField.SLOT_TEAM: "edit.slot_team",
    EditField.HOURS: "edit.slot_hours",
}


def slot_screen(voice: Voice, card: Card, slot: SlotCard) -> Screen:
    """Return the fields of a slot, a button for each."""
    buttons = [
        Button(voice(_SLOT_FIELDS[field]), EditSlotFieldTap(slot.id, field))
        for field in _SLOT_FIELDS
        if _open(card, field)
    ]
    rows = list(rows_of(buttons, 2))
    if _open(card, EditField.REMOVE) and len(card.slots) > 1 and not (slot.taken or slot.waiting):
        rows.append((Button(voice("edit.slot_remove"), EditSlotFieldTap(slot.id, EditField.REMOVE)),))
    rows.append((Button(voice("button.back"), EditSlotsTap(card.id)),))
    text = voice("edit.slot", role=role_of(voice, slot), taken=slot.going, places=slot.places) + held(voice, card, slot)
    return Screen(text, tuple(rows))


def screen(voice: Voice, stand: Stand) -> Screen:
    """Return the question that waits for an answer, or the change that waits for 确认修改."""
    if stand.proposal is not None:
        return confirm(voice, stand.proposal, stand.mark)
    return question(voice, stand)


def question(voice: Voice, stand: Stand) -> Screen:
    """Return the question for the new value, with the present one, and buttons where the answers are a fixed set."""
    said = problem_line(voice, stand.problem) if stand.problem is not None else None
    half = known_half(voice, known_time(stand.problem.kept)) if stand.problem is not None else None
    ask = voice(f"edit.ask_{stand.field.value}", role=stand.slot.role if stand.slot else "")
    text = lines(voice("edit.heading", title=stand.card.title), _present(voice, stand), "", half, said, ask)
    return Screen(text, (*_answers(voice, stand), (_to_menu(voice, stand.card.id),)))


def _present(voice: Voice, stand: Stand) -> Markup | None:
    card, slot = stand.card, stand.slot
    match stand.field:
        case EditField.TIME:
            return voice("edit.now", value=voice.span(card.starts_at, card.ends_at, year=True))
        case EditField.PLACE:
            return voice("edit.now", value=card.place)
        case EditField.VENUE:
            return voice("edit.now", value=card.venue.spoken(voice.language))
        case EditField.NOTES:
            return voice("edit.now", value=card.notes or voice("change.empty"))
        case EditField.TEAM:
            return voice("edit.now", value=voice.listed(card.teams) or voice("card.open_teams"))
        case _:
            return _present_of_slot(voice, card, stand.field, slot) if slot is not None else None


def _present_of_slot(voice: Voice, card: Card, field: EditField, slot: SlotCard) -> Markup | None:
    match field:
        case EditField.CATEGORY:
            return voice("edit.now", value=slot.category.spoken(voice.language))
        case EditField.SLOT_TEAM:
            return voice("edit.now", value=slot.team or voice("change.slot_open" if slot.open else "change.slot_all"))
        case EditField.HOURS:
            return voice("edit.now", value=_hours_of(voice, slot))
        case EditField.PLACES:
            return voice("edit.now_places", places=slot.places, taken=slot.going) + held(voice, card, slot)
        case _:
            return None


def _hours_of(voice: Voice, slot: SlotCard) -> str:
    if slot.starts_at is None or slot.ends_at is None:
        return voice("change.throughout").unescape()
    return voice.clocks(slot.starts_at, slot.ends_at)


def _cleared(voice: Voice, field: EditField, label: str) -> tuple[Row, ...]:
    """Return the button that leaves a field empty."""
    return ((Button(voice(label), EditValueTap(field, "-")),),)


def _answers(voice: Voice, stand: Stand) -> tuple[Row, ...]:
    card, field, slot = stand.card, stand.field, stand.slot
    match field:
        case EditField.TIME:
            day = voice.zone.wall(card.starts_at).date()
            shown = stand.month or (day.year, day.month)
            return (*time_rows(voice, *shown, stand.today), *(_hours() if stand.month is None else ()))
        case EditField.VENUE:
            return rows_of([Button(v.spoken(voice.language), EditValueTap(field, v.code)) for v in stand.venues], 4)
        case EditField.NOTES if card.notes:
            return _cleared(voice, field, "edit.clear_notes")
        case EditField.TEAM:
            others = [team for team in stand.teams if team.id not in card.team_ids]
            return rows_of([Button(team.short_name, EditValueTap(field, str(team.id))) for team in others], 3)
        case EditField.CATEGORY:
            names = [(name.code, name.spoken(voice.language)) for name in stand.categories]
            return rows_of([Button(name, EditValueTap(field, code)) for code, name in names], 2)
        case EditField.HOURS if slot is not None and slot.starts_at is not None:
            return _cleared(voice, field, "change.throughout")
        case EditField.SLOT_TEAM if slot is not None:
            return _teams_for_slot(voice, stand, slot)
        case EditField.PLACES if slot is not None:
            least = max(1, slot.taken, slot.places - 2)
            near = [n for n in range(least, slot.places + 6) if n != slot.places]
            return rows_of([Button(str(n), EditValueTap(field, str(n))) for n in near[:8]], 4)
        case _:
            return ()


def _teams_for_slot(voice: Voice, stand: Stand, slot: SlotCard) -> tuple[Row, ...]:
    """Return the teams that can get the slot, and the buttons that open it for claiming again or for all teams."""
    others = [team for team in stand.teams if team.id != slot.team_id]
    given = [Button(team.short_name, EditValueTap(EditField.SLOT_TEAM, str(team.id))) for team in others]
    again = [] if slot.open else [Button(voice("edit.open_again"), EditValueTap(EditField.SLOT_TEAM, OPEN))]
    if len(stand.card.team_ids) > 1 and (slot.team_id is not None or slot.open):
        again.append(Button(voice("edit.shared"), EditValueTap(EditField.SLOT_TEAM, SHARED)))
    return (*rows_of(given, 3), *rows_of(again, 1))


def time_rows(voice: Voice, year: int, month: int, today: dt.date) -> tuple[Row, ...]:
    """Return a month whose days move the activity to that day, with the same hours."""
    return month_rows(voice, year, month, today, EditMonthTap, lambda day: EditValueTap(EditField.TIME, day))


def _hours() -> tuple[Row, ...]:
    return rows_of(
        [Button(h.replace("-", "–"), EditValueTap(EditField.TIME, h.replace(":", "."))) for h in COMMON_HOURS], 2
    )


def confirm(voice: Voice, proposal: Proposal, mark: str) -> Screen:
    """Return old → new, the warnings, how many people are told, and 确认修改."""
    warned = [voice(f"caution.{caution.kind.value}", what=caution.what) for caution in proposal.cautions]
    if proposal.clashing:
        warned.append(voice("edit.clashing", n=proposal.clashing))
    comma = voice("list.comma")
    if proposal.losing:
        warned.append(voice("edit.losing", names=comma.join(proposal.losing)))
    if proposal.counting:
        warned.append(voice("edit.counting", names=comma.join(c.spoken(voice.language) for c in proposal.counting)))
    heard = voice("edit.will_tell", heard=hearing(voice, proposal.reach, yet=True))
    told = voice("edit.draft") if proposal.draft else lines(heard, *not_hearing(voice, proposal.reach))
    text = lines(voice("edit.heading", title=proposal.title), "", change_line(voice, proposal.delta), "", *warned, told)
    row = (
        Button(voice("button.confirm_edit"), EditConfirmTap(proposal.activity_id, mark), style=SUCCESS),
        _to_menu(voice, proposal.activity_id),
    )
    return Screen(text, (row,))


def changed(voice: Voice, done: Changed, card: Card, cautions: tuple[Caution, ...]) -> Screen:
    """Return the card as it is now, under what was changed, with the way to change something more."""
    heard = lines(voice("edit.done", heard=hearing(voice, done.reach)), *not_hearing(voice, done.reach))
    told = voice("edit.done_draft") if done.draft else heard
    body = preview_or_card(voice, card, cautions)
    heading = lines(told, change_line(voice, done.delta), "")
    return replace(body, text=lines(heading, body.text), heading=str(heading))
