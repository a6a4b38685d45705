"""取消活动: a reason, then 确认取消."""

import re

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.cancelling import CallOffConfirmTap, CallOffTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import cancelling as views
from corps import conversations
from corps.activities import cards
from corps.activities.cards import Card
from corps.changes import cancelling
from corps.changes.cancelling import REASON_MAX, Cancelled, Outlook
from corps.conversations import Conversation
from corps.moment import Moment
from corps.people import Actor

routes = Routes()
KIND = "call_off"


@routes.tap(CallOffTap, Access.COORDINATOR)
async def on_call_off(turn: Turn, tap: CallOffTap) -> None:
    """Say what cancelling does, and ask for the reason."""
    outlook = await turn.run(_ask, tap.activity, "", turn.key)
    await turn.show(views.ask_reason(turn.voice, outlook))


def _ask(session: Session, actor: Actor, at: Moment, activity_id: int, reason: str, key: str | None) -> Outlook:
    outlook = cancelling.outlook(session, actor, at, activity_id)
    if not outlook.draft:
        data = {"activity": activity_id, "reason": reason}
        conversations.put(session, at, actor.address, KIND, "reason", data, key)
    return outlook


async def show_reason_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the reason again, or show the one that was given."""
    outlook = await turn.run(_ask, conversation.data["activity"], conversation.data["reason"], None)
    await turn.send(views.ask_reason(turn.voice, outlook, conversation.data["reason"]))


@routes.conversation(KIND, Access.COORDINATOR, show_reason_question)
async def take_reason(turn: Turn, conversation: Conversation) -> None:
    """Take the reason, and ask for 确认取消."""
    reason = " ".join(turn.text.split())[:REASON_MAX]
    if not re.search(r"\w", reason):
        await show_reason_question(turn, conversation)
        return
    outlook = await turn.run(_ask, conversation.data["activity"], reason, turn.key)
    await turn.send(views.ask_reason(turn.voice, outlook, reason))


@routes.tap(CallOffConfirmTap, Access.COORDINATOR)
async def on_confirm(turn: Turn, tap: CallOffConfirmTap) -> None:
    """确认取消: it does not take place; those affected are told."""
    done, card = await turn.run(_cancel, tap)
    if done is None:
        outlook = await turn.run(_ask, tap.activity, "", turn.key)
        await turn.show(views.ask_reason(turn.voice, outlook))
        return
    await turn.show(views.called_off(turn.voice, done, card), turn.voice("toast.done"))


def _cancel(session: Session, actor: Actor, at: Moment, tap: CallOffConfirmTap) -> tuple[Cancelled | None, Card | None]:
    """Cancel with the reason that was typed; without one only when the button said so."""
    conversation = conversations.find(session, actor.address, KIND)
    ours = conversation is not None and conversation.data["activity"] == tap.activity
    reason = conversation.data["reason"] if conversation is not None and ours and not tap.plainly else ""
    if not tap.plainly and not reason:
        return None, None
    done = cancelling.cancel(session, actor, at, tap.activity, reason)
    if ours:
        conversations.drop(session, actor.address, KIND)
    return done, None if done.deleted else cards.see(session, actor, at, tap.activity)
