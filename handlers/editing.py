"""修改: choose a field, answer, see old → new, confirm."""

from bot.access import Access
from bot.callbacks.editing import (
    CheckOutRuleTap,
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
from bot.views.new_activity import preview_or_card
from corps.changes import edit_form
from corps.changes.edit_form import KIND, Stand

routes = Routes()


@routes.tap(EditTap, Access.LEADER)
async def on_edit(turn: Turn, tap: EditTap) -> None:
    """修改: choose what to change."""
    card = await turn.run(edit_form.open_menu, tap.activity)
    await turn.show(views.menu(turn.voice, card))


@routes.tap(LeaveTap, Access.LEADER)
async def on_leave(turn: Turn, tap: LeaveTap) -> None:
    """返回: back to the card, with nothing asked any more."""
    card, cautions = await turn.run(edit_form.leave, tap.activity)
    await turn.show(preview_or_card(turn.voice, card, cautions))


@routes.tap(EditSlotsTap, Access.LEADER)
async def on_slots(turn: Turn, tap: EditSlotsTap) -> None:
    """Choose the slot to change."""
    card = await turn.run(edit_form.open_menu, tap.activity)
    await turn.show(views.slots_screen(turn.voice, card))


@routes.tap(EditSlotTap, Access.LEADER)
async def on_slot(turn: Turn, tap: EditSlotTap) -> None:
    """Choose what to change about a slot."""
    card, slot = await turn.run(edit_form.open_slot, tap.slot)
    await turn.show(views.slot_screen(turn.voice, card, slot))


@routes.tap(EditFieldTap, Access.LEADER)
async def on_field(turn: Turn, tap: EditFieldTap) -> None:
    """Ask for the new value of a field."""
    await _show_or_old(turn, await turn.run(edit_form.ask, tap.activity, tap.field, turn.key))


async def _show_or_old(turn: Turn, stand: Stand | None) -> None:
    if stand is None:
        await turn.refuse_old_screen()
        return
    await turn.show(views.screen(turn.voice, stand))


@routes.tap(EditSlotFieldTap, Access.LEADER)
async def on_slot_field(turn: Turn, tap: EditSlotFieldTap) -> None:
    """Ask for the new value about a slot; taking it out only needs 确认修改."""
    stand = await turn.run(edit_form.ask_slot, tap.slot, tap.field, turn.key)
    await turn.show(views.screen(turn.voice, stand))


routes.form(KIND, Access.LEADER, edit_form.ask_again, edit_form.take, views.screen)


@routes.tap(EditValueTap, Access.LEADER)
async def on_value(turn: Turn, tap: EditValueTap) -> None:
    """Take a value given by a button; one to a question no longer open changes nothing."""
    await _show_or_old(turn, await turn.run(edit_form.choose, tap.field, tap.typed, turn.key))


@routes.tap(EditMonthTap, Access.LEADER)
async def on_month(turn: Turn, tap: EditMonthTap) -> None:
    """Turn the calendar."""
    await _show_or_old(turn, await turn.run(edit_form.turn_calendar, tap.year, tap.month))


@routes.tap(EditConfirmTap, Access.LEADER)
async def on_confirm(turn: Turn, tap: EditConfirmTap) -> None:
    """确认修改: make the change that was shown, and tell those affected."""
    result = await turn.run(edit_form.confirm, tap.activity, tap.mark)
    if result is None:
        await turn.refuse_old_screen()
        return
    await turn.show(views.changed(turn.voice, *result), turn.voice("toast.done"))


@routes.tap(CheckOutRuleTap, Access.LEADER)
async def on_check_out_rule(turn: Turn, tap: CheckOutRuleTap) -> None:
    """仅签到, 签到签退: the screen under which it stands says it at once."""
    card, cautions = await turn.run(edit_form.ask_check_out, tap.activity, check_out=tap.on)
    of_menu = turn.under_finger(EditFieldTap) is not None
    await turn.show(
        views.menu(turn.voice, card) if of_menu else preview_or_card(turn.voice, card, cautions),
        turn.voice("toast.done"),
    )
