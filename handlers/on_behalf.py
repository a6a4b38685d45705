"""Acting for somebody: 代报名, 移出名单."""

from bot.access import Access
from bot.callbacks.on_behalf import SignUpForOneTap, SignUpForTap, TakeOffListTap, TakeOffSureTap, TakeOffTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import onsite as views
from corps.signups import on_behalf
from corps.signups.on_behalf import KIND, OFF, Choice

routes = Routes()


@routes.tap(SignUpForTap, Access.LEADER)
async def on_sign_up_for(turn: Turn, tap: SignUpForTap) -> None:
    """代报名: ask who is signed up."""
    choice = await turn.run(on_behalf.ask, tap.activity, tap.page, turn.key)
    await turn.show(views.choice_screen(turn.voice, choice))


routes.form(KIND, Access.LEADER, on_behalf.ask_again, on_behalf.take_name, views.choice_screen)


@routes.tap(SignUpForOneTap, Access.LEADER)
async def on_sign_up_for_one(turn: Turn, tap: SignUpForOneTap) -> None:
    """Sign somebody up, or ask in which slot."""
    done = await turn.run(on_behalf.sign_up, tap.activity, tap.member, tap.slot, tap.shown)
    if isinstance(done, Choice):
        await turn.show(views.choice_screen(turn.voice, done))
        return
    await turn.show(views.signed_up_screen(turn.voice, done), turn.voice("toast.done"))


@routes.tap(TakeOffListTap, Access.LEADER)
async def on_take_off_list(turn: Turn, tap: TakeOffListTap) -> None:
    """移出名单: show who is on the list, to choose whom to take off."""
    found = await turn.run(on_behalf.who_is_on_it, tap.activity)
    await turn.show(views.on_it_screen(turn.voice, found))


@routes.tap(TakeOffTap, Access.LEADER)
async def on_take_off(turn: Turn, tap: TakeOffTap) -> None:
    """Ask whether, and why."""
    asked = await turn.run(on_behalf.ask_off, tap.sign_up, turn.key)
    await turn.show(views.taking_off_screen(turn.voice, asked))


routes.form(OFF, Access.LEADER, on_behalf.ask_off_again, on_behalf.take_reason, views.taking_off_screen)


@routes.tap(TakeOffSureTap, Access.LEADER)
async def on_taken_off(turn: Turn, tap: TakeOffSureTap) -> None:
    """确认移出: take the person off, and show what follows."""
    done = await turn.run(on_behalf.take_off, tap.sign_up, tap.shown)
    await turn.show(views.taken_off_screen(turn.voice, done), turn.voice("toast.done"))
