"""Acting for somebody: 代报名, 移出名单."""

from bot.access import Access
from bot.callbacks.on_behalf import SignUpForOneTap, SignUpForTap, TakeOffListTap, TakeOffSureTap, TakeOffTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import onsite as views
from corps.conversations import Conversation
from corps.signups import on_behalf
from corps.signups.on_behalf import KIND, OFF, Choice

routes = Routes()


@routes.tap(SignUpForTap, Access.LEADER)
async def on_sign_up_for(turn: Turn, tap: SignUpForTap) -> None:
    """代报名: who."""
    choice = await turn.run(on_behalf.ask, tap.activity, tap.page, turn.key)
    await turn.show(views.choice_screen(turn.voice, choice))


async def show_choice(turn: Turn, conversation: Conversation) -> None:
    """Ask again who is to be signed up."""
    choice = await turn.run(on_behalf.ask_again, conversation)
    await turn.send(views.choice_screen(turn.voice, choice))


@routes.conversation(KIND, Access.LEADER, show_choice)
async def take_name(turn: Turn, conversation: Conversation) -> None:
    """Look for a typed name."""
    choice = await turn.run(on_behalf.take_name, conversation, turn.text, turn.key)
    await turn.send(views.choice_screen(turn.voice, choice))


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
    """移出名单: who."""
    found = await turn.run(on_behalf.who_is_on_it, tap.activity)
    await turn.show(views.on_it_screen(turn.voice, found))


@routes.tap(TakeOffTap, Access.LEADER)
async def on_take_off(turn: Turn, tap: TakeOffTap) -> None:
    """Ask whether, and why."""
    asked = await turn.run(on_behalf.ask_off, tap.sign_up, turn.key)
    await turn.show(views.taking_off_screen(turn.voice, asked))


async def show_taking_off(turn: Turn, conversation: Conversation) -> None:
    """Ask again."""
    asked = await turn.run(on_behalf.ask_off_again, conversation)
    await turn.send(views.taking_off_screen(turn.voice, asked))


@routes.conversation(OFF, Access.LEADER, show_taking_off)
async def take_reason(turn: Turn, conversation: Conversation) -> None:
    """Take the reason, and ask again with it."""
    asked = await turn.run(on_behalf.take_reason, conversation, turn.text, turn.key)
    await turn.send(views.taking_off_screen(turn.voice, asked))


@routes.tap(TakeOffSureTap, Access.LEADER)
async def on_taken_off(turn: Turn, tap: TakeOffSureTap) -> None:
    """确认移出."""
    done = await turn.run(on_behalf.take_off, tap.sign_up, tap.shown)
    await turn.show(views.taken_off_screen(turn.voice, done), turn.voice("toast.done"))
