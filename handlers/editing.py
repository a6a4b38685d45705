"""修改 and 取消活动: choose a field, answer, see old → new, confirm; give a reason, confirm."""

import zlib
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.access import Access
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
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import editing as views
from bot.views.cards import activity_card
from bot.views.new_activity import preview
from bot.views.screen import Screen
from corps import conversations
from corps.activities import cards, entry_form
from corps.activities.cards import Card, SlotCard
from corps.activities.cautions import Caution
from corps.activities.entry_form import Problem, sane_month
from corps.changes import editing
from corps.changes.edit_form import OF_SLOT, ActivityHours, Edit, EditField, read
from corps.conversations import Conversation
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups.slots import activity_of_slot
from corps.teams import TeamName, list_teams
from handlers.activities import see_with_cautions
from handlers.cancelling import KIND as CALL_OFF
from models.enums import ActivityState

routes = Routes()
KIND = "edit"


@dataclass(frozen=True)
class Stand:
    """Where a change stands: its question is open, or it waits to be confirmed."""

    card: Card
    field: EditField
    slot: SlotCard | None
    teams: list[TeamName]
    problem: Problem | None = None
    proposal: editing.Proposal | None = None
    mark: str = ""


def _screen(turn: Turn, stand: Stand) -> Screen:
    if stand.proposal is not None:
        return views.confirm(turn.voice, stand.proposal, stand.mark)
    today = turn.database.clock.wall(turn.database.clock.now()).date()
    return views.question(turn.voice, stand.card, stand.field, stand.slot, stand.teams, today, stand.problem)


@routes.tap(EditTap, Access.COORDINATOR)
async def on_edit(turn: Turn, tap: EditTap) -> None:
    """修改: choose what to change."""
    found = await turn.run(_open, tap.activity)
    await turn.show(views.menu(turn.voice, found))


def _open(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    """Open the activity for changes; a question that was open is open no more."""
    editing.open_for_editing(session, actor, at, activity_id)
    conversations.drop(session, actor.address, KIND)
    return cards.see(session, actor, at, activity_id)


@routes.tap(LeaveTap, Access.COORDINATOR)
async def on_leave(turn: Turn, tap: LeaveTap) -> None:
    """返回: back to the card, with nothing asked any more."""
    card, cautions = await turn.run(_leave, tap.activity)
    if card.state is ActivityState.DRAFT:
        await turn.show(preview(turn.voice, card, cautions))
        return
    await turn.show(activity_card(turn.voice, card))


def _leave(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, tuple[Caution, ...]]:
    for kind in (KIND, CALL_OFF):
        conversations.drop(session, actor.address, kind)
    editing.leave(session, actor, at, activity_id)
    return see_with_cautions(session, actor, at, activity_id)


@routes.tap(EditSlotsTap, Access.COORDINATOR)
async def on_slots(turn: Turn, tap: EditSlotsTap) -> None:
    """Choose the slot to change."""
    found = await turn.run(_open, tap.activity)
    await turn.show(views.slots_screen(turn.voice, found))


@routes.tap(EditSlotTap, Access.COORDINATOR)
async def on_slot(turn: Turn, tap: EditSlotTap) -> None:
    """Choose what to change about a slot."""
    card, slot = await turn.run(_open_slot, tap.slot)
    await turn.show(views.slot_screen(turn.voice, card, slot))


def _open_slot(session: Session, actor: Actor, at: Moment, slot_id: int) -> tuple[Card, SlotCard]:
    card = _open(session, actor, at, activity_of_slot(session, slot_id))
    return card, next(slot for slot in card.slots if slot.id == slot_id)


@routes.tap(EditFieldTap, Access.COORDINATOR)
async def on_field(turn: Turn, tap: EditFieldTap) -> None:
    """Ask for the new value of a field."""
    if tap.field in OF_SLOT:
        await turn.run(lambda _session, _actor, _at: None)
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    stand = await turn.run(_ask, tap.activity, tap.field, 0, turn.key)
    await turn.show(_screen(turn, stand))


@routes.tap(EditSlotFieldTap, Access.COORDINATOR)
async def on_slot_field(turn: Turn, tap: EditSlotFieldTap) -> None:
    """Ask for the new value about a slot; taking it out only needs 确认修改."""
    stand = await turn.run(_ask_slot, tap.slot, tap.field, turn.key)
    await turn.show(_screen(turn, stand))


def _ask_slot(session: Session, actor: Actor, at: Moment, slot_id: int, field: EditField, key: str) -> Stand:
    if field not in OF_SLOT:
        raise Refused(Reason.GONE)
    activity_id = activity_of_slot(session, slot_id)
    stand = _ask(session, actor, at, activity_id, field, slot_id, key)
    if field is EditField.REMOVE:
        return _propose(session, actor, at, Edit(activity_id, field, {}, slot_id), key)
    return stand


def _ask(
    session: Session, actor: Actor, at: Moment, activity_id: int, field: EditField, slot_id: int, key: str | None
) -> Stand:
    """Open the question, so that what is typed next answers it."""
    card = _open(session, actor, at, activity_id)
    data: dict[str, Any] = {"activity": activity_id, "slot": slot_id}
    conversations.put(session, at, actor.address, KIND, field.value, data, key)
    return Stand(card, field, _slot_of(card, slot_id), list_teams(session))


def _slot_of(card: Card, slot_id: int) -> SlotCard | None:
    return next((slot for slot in card.slots if slot.id == slot_id), None)


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Ask the open question again."""
    stand = await turn.run(
        _ask, conversation.data["activity"], EditField(conversation.step), conversation.data["slot"], None
    )
    await turn.send(_screen(turn, stand))


@routes.conversation(KIND, Access.COORDINATOR, show_question)
async def take_answer(turn: Turn, conversation: Conversation) -> None:
    """Take a typed value, and show what it would change."""
    stand = await turn.run(_answer, conversation, turn.text, turn.key)
    await turn.send(_screen(turn, stand))


@routes.tap(EditValueTap, Access.COORDINATOR)
async def on_value(turn: Turn, tap: EditValueTap) -> None:
    """Take a value given by a button; one to a question no longer open changes nothing."""
    stand = await turn.run(_tapped, tap, turn.key)
    if stand is None:
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    await turn.show(_screen(turn, stand))


def _tapped(session: Session, actor: Actor, at: Moment, tap: EditValueTap, key: str) -> Stand | None:
    conversation = conversations.find_open(session, actor.address)
    if conversation is None or conversation.kind != KIND or conversation.step != tap.field.value:
        return None
    if tap.field is EditField.TEAM and tap.value.isdecimal():
        edit = Edit(conversation.data["activity"], tap.field, {"teams": [int(tap.value[:9])]})
        return _propose(session, actor, at, edit, key)
    value = tap.value.replace(".", ":") if tap.field is EditField.TIME else tap.value
    return _answer(session, actor, at, conversation, value, key)


def _answer(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> Stand:
    """Read the answer, and show what it changes; or ask again, saying what was unclear."""
    field, activity_id, slot_id = EditField(conversation.step), conversation.data["activity"], conversation.data["slot"]
    activity = editing.open_for_editing(session, actor, at, activity_id)
    hours = ActivityHours(at.wall(activity.starts_at), at.wall(activity.ends_at))
    value = read(field, text, at.wall(), hours, entry_form.read_choices(session))
    if isinstance(value, Problem):
        stand = _ask(session, actor, at, activity_id, field, slot_id, key)
        return Stand(stand.card, field, stand.slot, stand.teams, value)
    return _propose(session, actor, at, Edit(activity_id, field, value, slot_id), key)


def _propose(session: Session, actor: Actor, at: Moment, edit: Edit, key: str) -> Stand:
    """Keep the change until it is confirmed; the question stays open for another answer."""
    proposal = editing.propose(session, actor, at, edit)
    mark = f"{zlib.crc32(repr((edit, proposal.delta)).encode()):x}"
    data = {"activity": edit.activity_id, "slot": edit.slot_id, "value": edit.value, "mark": mark}
    conversations.put(session, at, actor.address, KIND, edit.field.value, data, key)
    card = cards.see(session, actor, at, edit.activity_id)
    return Stand(card, edit.field, _slot_of(card, edit.slot_id), [], None, proposal, mark)


@routes.tap(EditMonthTap, Access.COORDINATOR)
async def on_month(turn: Turn, tap: EditMonthTap) -> None:
    """Turn the calendar."""
    stand = await turn.run(_asking_time)
    if stand is None or not sane_month(tap.year, tap.month):
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    screen = _screen(turn, stand)
    today = turn.database.clock.wall(turn.database.clock.now()).date()
    await turn.show(Screen(screen.text, (*views.time_rows(turn.voice, tap.year, tap.month, today), screen.rows[-1])))


def _asking_time(session: Session, actor: Actor, at: Moment) -> Stand | None:
    conversation = conversations.find_open(session, actor.address)
    if conversation is None or conversation.kind != KIND or conversation.step != EditField.TIME.value:
        return None
    return _ask(session, actor, at, conversation.data["activity"], EditField.TIME, 0, None)


@routes.tap(EditConfirmTap, Access.COORDINATOR)
async def on_confirm(turn: Turn, tap: EditConfirmTap) -> None:
    """确认修改: make the change that was shown, and tell those affected."""
    result = await turn.run(_confirm, tap)
    if result is None:
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    done, card, cautions = result
    body = preview(turn.voice, card, cautions) if card.state is ActivityState.DRAFT else None
    await turn.show(views.changed(turn.voice, done, card, body), turn.voice("toast.done"))


def _confirm(
    session: Session, actor: Actor, at: Moment, tap: EditConfirmTap
) -> tuple[editing.Changed, Card, tuple[Caution, ...]] | None:
    conversation = conversations.find(session, actor.address, KIND)
    if (
        conversation is None
        or conversation.data.get("mark") != tap.mark
        or conversation.data["activity"] != tap.activity
    ):
        return None
    edit = Edit(tap.activity, EditField(conversation.step), conversation.data["value"], conversation.data["slot"])
    done = editing.change(session, actor, at, edit)
    conversations.drop(session, actor.address, KIND)
    return done, *see_with_cautions(session, actor, at, tap.activity)
