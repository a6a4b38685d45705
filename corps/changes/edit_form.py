"""The conversation of 修改: choose a field, answer, see old → new, confirm.

Every step returns a `Stand`: the open question, or the change that waits for 确认修改. What is typed is read by
`edit_answers`; what a change does is `editing`'s.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from corps import audit, conversations
from corps.activities import cards, cautions
from corps.activities.cards import Card, SlotCard
from corps.activities.cautions import Caution
from corps.activities.entry_answers import Problem
from corps.changes import cancel_form, editing
from corps.changes.edit_answers import OF_SLOT, ActivityHours, Edit, EditField, picked, read
from corps.conversations import Conversation
from corps.moment import Moment, sane_month
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups.slots import activity_of_slot
from corps.teams import CategoryName, TeamName, VenueName, event_categories, list_teams, read_choices, venue_names

KIND = "edit"


@dataclass(frozen=True)
class Stand:
    """Where a change stands: its question is open, or, with a `proposal`, it waits to be confirmed.

    `mark` tells the proposal from one shown later. `today` is the local date; `month` the year and month that the
    calendar was turned to.
    """

    today: dt.date
    card: Card
    field: EditField
    slot: SlotCard | None = None
    teams: tuple[TeamName, ...] = ()
    categories: tuple[CategoryName, ...] = ()
    problem: Problem | None = None
    proposal: editing.Proposal | None = None
    mark: str = ""
    month: tuple[int, int] | None = None
    venues: tuple[VenueName, ...] = ()


def open_menu(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """修改: open the activity for changes, to choose a field; a question that was open is open no more."""
    editing.open_for_editing(session, actor, at, activity_id)
    conversations.drop(session, actor.address, KIND)
    return cards.see(session, actor, at, activity_id)


def open_slot(session: Session, actor: Actor, at: Moment, slot_id: int) -> tuple[Card, SlotCard]:
    """Open one slot for changes, to choose what about it."""
    card = open_menu(session, actor, at, activity_of_slot(session, slot_id))
    return card, next(slot for slot in card.slots if slot.id == slot_id)


def leave(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, tuple[Caution, ...]]:
    """返回 to the card: nothing is asked any more. With what to look at twice while it is a draft."""
    for kind in (KIND, cancel_form.KIND):
        conversations.drop(session, actor.address, kind)
    editing.leave(session, actor, at, activity_id)
    return cautions.see_with_cautions(session, actor, at, activity_id)


def ask_check_out(
    session: Session, actor: Actor, at: Moment, activity_id: int, *, check_out: bool
) -> tuple[Card, tuple[Caution, ...]]:
    """仅签到, 签到签退: done at once. Returns the card, with what to look at twice while it is a draft."""
    editing.ask_check_out(session, actor, at, activity_id, check_out=check_out)
    return cautions.see_with_cautions(session, actor, at, activity_id)


def ask(session: Session, actor: Actor, at: Moment, activity_id: int, field: EditField, key: str) -> Stand | None:
    """Ask for the new value of a field of the activity; None when it is a slot's field."""
    return None if field in OF_SLOT else _ask(session, actor, at, activity_id, field, 0, key)


def ask_slot(session: Session, actor: Actor, at: Moment, slot_id: int, field: EditField, key: str) -> Stand:
    """Ask for the new value about a slot; taking it out needs no answer, only 确认修改."""
    if field not in OF_SLOT:
        raise Refused(Reason.GONE)
    activity_id = activity_of_slot(session, slot_id)
    stand = _ask(session, actor, at, activity_id, field, slot_id, key)
    if field is EditField.REMOVE:
        return _propose(session, actor, at, Edit(activity_id, field, {}, slot_id), key)
    return stand


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Stand:
    """Return the open question again."""
    data = conversation.data
    kept = {"half": data["half"]} if "half" in data else None
    return _ask(session, actor, at, data["activity"], EditField(conversation.step), data["slot"], None, kept)


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> Stand:
    """Take an answer as it is typed, and show what it changes; or ask again, saying what was unclear."""
    field, activity_id, slot_id = EditField(conversation.step), conversation.data["activity"], conversation.data["slot"]
    activity = editing.open_for_editing(session, actor, at, activity_id)
    hours = ActivityHours(at.wall(activity.starts_at), at.wall(activity.ends_at))
    value = read(field, text, at.wall(), hours, read_choices(session), conversation.data)
    if isinstance(value, Problem):
        return replace(_ask(session, actor, at, activity_id, field, slot_id, key, value.kept), problem=value)
    return _propose(session, actor, at, Edit(activity_id, field, value, slot_id), key)


def choose(session: Session, actor: Actor, at: Moment, field: EditField, value: str, key: str) -> Stand | None:
    """Take a value given by a button, as it would be typed (a team by its id). None when that is not asked."""
    conversation = _open(session, actor, field)
    if conversation is None:
        return None
    by_id = picked(field, value)
    if by_id is not None:
        edit = Edit(conversation.data["activity"], field, by_id, conversation.data["slot"])
        return _propose(session, actor, at, edit, key)
    return take(session, actor, at, conversation, value, key)


def turn_calendar(session: Session, actor: Actor, at: Moment, year: int, month: int) -> Stand | None:
    """Show another month to choose the day in. None when the time is not asked, or there is no such month."""
    conversation = _open(session, actor, EditField.TIME)
    if conversation is None or not sane_month(year, month):
        return None
    stand = ask_again(session, actor, at, conversation)
    return replace(stand, month=(year, month))


def confirm(
    session: Session, actor: Actor, at: Moment, activity_id: int, mark: str
) -> tuple[editing.Changed, Card, tuple[Caution, ...]] | None:
    """确认修改: make the change that was shown under that mark, and tell those affected. None when another is open."""
    found = conversations.find(session, actor.address, KIND)
    if found is None or found.data.get("mark") != mark or found.data["activity"] != activity_id:
        return None
    edit = Edit(activity_id, EditField(found.step), found.data["value"], found.data["slot"])
    now = editing.propose(session, actor, at, edit)
    stands = audit.fingerprint(edit, now.delta, now.losing)
    audit.demand_as_shown(session, actor, mark, stands, f"activity:{activity_id}")
    done = editing.change(session, actor, at, edit)
    conversations.drop(session, actor.address, KIND)
    return done, *cautions.see_with_cautions(session, actor, at, activity_id)


def _open(session: Session, actor: Actor, field: EditField) -> Conversation | None:
    """Return the conversation if this very question is open."""
    found = conversations.find_open(session, actor.address)
    return found if found is not None and (found.kind, found.step) == (KIND, field.value) else None


def _ask(
    session: Session,
    actor: Actor,
    at: Moment,
    activity_id: int,
    field: EditField,
    slot_id: int,
    key: str | None,
    kept: dict[str, Any] | None = None,
) -> Stand:
    """Open the question, so that what is typed next answers it, with what is `kept` of an answer not taken."""
    card = open_menu(session, actor, at, activity_id)
    data: dict[str, Any] = {"activity": activity_id, "slot": slot_id, **(kept or {})}
    conversations.put(session, at, actor.address, KIND, field.value, data, key)
    teams, categories = tuple(list_teams(session)), tuple(event_categories(session))
    return Stand(at.today(), card, field, _slot_of(card, slot_id), teams, categories, venues=venue_names(session))


def _propose(session: Session, actor: Actor, at: Moment, edit: Edit, key: str) -> Stand:
    """Keep the change until it is confirmed; the question stays open for another answer."""
    proposal = editing.propose(session, actor, at, edit)
    mark = audit.fingerprint(edit, proposal.delta, proposal.losing)
    data = {"activity": edit.activity_id, "slot": edit.slot_id, "value": edit.value, "mark": mark}
    conversations.put(session, at, actor.address, KIND, edit.field.value, data, key)
    card = cards.see(session, actor, at, edit.activity_id)
    return Stand(at.today(), card, edit.field, _slot_of(card, edit.slot_id), proposal=proposal, mark=mark)


def _slot_of(card: Card, slot_id: int) -> SlotCard | None:
    return next((slot for slot in card.slots if slot.id == slot_id), None)
