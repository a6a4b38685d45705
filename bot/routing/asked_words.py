"""Asks for the words that a command takes, so that nobody has to type a command: a name, a number, a span of days."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.common import AskWordsTap
from bot.routing.routes import Route, Routes
from bot.routing.turn import Turn
from bot.views.menu import TAKE_WORDS, words_question
from corps import conversations
from corps.conversations import Conversation
from corps.moment import Moment
from corps.people import Actor

KIND = "words"


def asked_words(commands: Mapping[str, Route]) -> Routes:
    """Return the routes of the button that asks, and of the answer, which is done as if typed after the command."""
    routes = Routes()

    @routes.tap(AskWordsTap, Access.ANYONE)
    async def on_ask(turn: Turn, tap: AskWordsTap) -> None:
        """Ask, below the message with the button."""
        if tap.name not in TAKE_WORDS:
            await turn.pass_gate()
            await turn.refuse_old_button()
            return
        turn.needs = commands[tap.name].needs
        await turn.run(_ask, tap.name)
        await turn.toast()
        await turn.send(words_question(turn.voice, tap.name))

    async def show(turn: Turn, conversation: Conversation) -> None:
        """Ask again."""
        await turn.pass_gate()
        await turn.send(words_question(turn.voice, conversation.data["command"]))

    @routes.conversation(KIND, Access.ANYONE, show)
    async def take(turn: Turn, conversation: Conversation) -> None:
        """Do the command with the words; what is refused may be written again."""
        route = commands[conversation.data["command"]]
        turn.needs = route.needs
        if not turn.text.strip():
            await show(turn, conversation)
            return
        await route.handler(turn)
        await turn.run(_answered)

    return routes


def _ask(session: Session, actor: Actor, at: Moment, command: str) -> None:
    conversations.put(session, at, actor.address, KIND, "words", {"command": command})


def _answered(session: Session, actor: Actor, _at: Moment) -> None:
    conversations.drop(session, actor.address, KIND)
