"""公示: what stands open to the team; an objection, and what a coordinator says to it."""

from bot.access import Access
from bot.callbacks.publicity import (
    ListedObjectionTap,
    ObjectionRejectTap,
    ObjectionUpholdTap,
    ObjectTap,
    PublicityTap,
    PublicTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import publicity as views
from corps.publicity import boards, objections
from corps.publicity.objections import ANSWER, KIND

routes = Routes()


@routes.tap(PublicityTap, Access.MEMBER)
async def on_list(turn: Turn, tap: PublicityTap) -> None:
    """Show what stands open."""
    found = await turn.run(boards.list_open, tap.page)
    await turn.show(views.list_screen(turn.voice, found))


@routes.tap(PublicTap, Access.MEMBER)
async def on_one(turn: Turn, tap: PublicTap) -> None:
    """Show who is credited."""
    card = await turn.run(boards.see, tap.about)
    await turn.show(views.card_screen(turn.voice, card))


@routes.redraw("about")
async def redraw_list(turn: Turn, _tap: PublicTap) -> None:
    """Show what stands open now."""
    found = await turn.run(boards.list_open)
    await turn.show(views.list_screen(turn.voice, found))


@routes.tap(ObjectTap, Access.MEMBER)
async def on_object(turn: Turn, tap: ObjectTap) -> None:
    """有异议: ask what is wrong."""
    stand = await turn.run(objections.ask_reason, tap.about)
    await turn.toast()
    await turn.send(views.asking_screen(turn.voice, stand))


routes.question(KIND, Access.MEMBER, objections.ask_again, objections.take_reason, views.taken)


@routes.tap(ListedObjectionTap, Access.COORDINATOR)
async def on_listed(turn: Turn, tap: ListedObjectionTap) -> None:
    """Show one of several objections; the list stays for the others."""
    card = await turn.run(objections.see, tap.objection)
    await turn.toast()
    await turn.send(views.objection_card(turn.voice, card))


@routes.redraw("objection")
async def redraw_card(turn: Turn, tap: ListedObjectionTap) -> None:
    """Show the objection as it is now."""
    card = await turn.run(objections.see, tap.objection)
    await turn.show(views.objection_card(turn.voice, card))


@routes.tap(ObjectionUpholdTap, Access.COORDINATOR)
async def on_uphold(turn: Turn, tap: ObjectionUpholdTap) -> None:
    """异议成立: uphold the objection, and show it as settled."""
    card = await turn.run(objections.uphold, tap.objection, tap.shown)
    await turn.show(views.objection_card(turn.voice, card), turn.voice("toast.done"))


@routes.tap(ObjectionRejectTap, Access.COORDINATOR)
async def on_reject(turn: Turn, tap: ObjectionRejectTap) -> None:
    """异议不成立: ask for the sentence."""
    stand = await turn.run(objections.ask_answer, tap.objection, tap.shown)
    await turn.toast()
    await turn.send(views.asking_screen(turn.voice, stand))


routes.question(ANSWER, Access.COORDINATOR, objections.ask_again, objections.take_answer, views.taken)
