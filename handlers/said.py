"""What is said without being asked: a notice to be published or sent, a question to be passed on."""

from bot.access import Access
from bot.callbacks.said import BroadcastSaidTap, PassOnTap, PublishSaidTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import fallbacks, new_activity
from corps.membership import said
from handlers.broadcast import show_stand

routes = Routes()


@routes.otherwise
async def hear(turn: Turn) -> None:
    """Say what can be done with words that answer nothing and name nothing."""
    turn.demand_last_unasked()
    if not turn.text or not turn.actor.is_member:
        await turn.send(fallbacks.nothing_asked(turn.voice, turn.actor))
        return
    heard = await turn.run(said.hear, turn.text, turn.incoming.html, turn.key)
    await turn.send(fallbacks.heard(turn.voice, turn.actor, heard))


@routes.redraw(PublishSaidTap, BroadcastSaidTap, PassOnTap)
async def redraw_said(turn: Turn, _tap: PublishSaidTap) -> None:
    """Take the buttons away: the words they were about are kept no more."""
    await turn.rebutton(())


@routes.tap(PublishSaidTap, Access.LEADER)
async def on_publish(turn: Turn, tap: PublishSaidTap) -> None:
    """发布; of a leader a draft that a coordinator approves."""
    stand = await turn.run(said.publish, tap.sign, turn.key)
    await turn.show(new_activity.screen(turn.voice, stand))


@routes.tap(BroadcastSaidTap, Access.LEADER)
async def on_broadcast(turn: Turn, tap: BroadcastSaidTap) -> None:
    """群发; of a leader to the own team."""
    await show_stand(turn, await turn.run(said.broadcast, tap.sign, turn.key, turn.limits))


@routes.tap(PassOnTap, Access.MEMBER)
async def on_pass_on(turn: Turn, tap: PassOnTap) -> None:
    """转给联络员: pass on what was typed, and say to whom it went."""
    office = await turn.run(said.pass_on, tap.sign)
    await turn.show(fallbacks.passed_on(turn.voice, office), turn.voice("toast.done"))
