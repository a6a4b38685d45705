"""取消活动: a reason, then 确认取消."""

from bot.access import Access
from bot.callbacks.cancelling import CallOffConfirmTap, CallOffTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import cancelling as views
from corps.changes import cancel_form
from corps.changes.cancel_form import KIND

routes = Routes()


@routes.tap(CallOffTap, Access.LEADER)
async def on_call_off(turn: Turn, tap: CallOffTap) -> None:
    """Say what cancelling does, and ask for the reason."""
    stand = await turn.run(cancel_form.ask, tap.activity, turn.key)
    await turn.show(views.screen(turn.voice, stand))


routes.form(KIND, Access.LEADER, cancel_form.ask_again, cancel_form.take, views.screen)


@routes.tap(CallOffConfirmTap, Access.LEADER)
async def on_confirm(turn: Turn, tap: CallOffConfirmTap) -> None:
    """确认取消: it does not take place; those affected are told."""
    stand = await turn.run(cancel_form.confirm, tap.activity, turn.key, tap.shown, plainly=tap.plainly)
    await turn.show(views.screen(turn.voice, stand), turn.voice("toast.done") if stand.done else "")
