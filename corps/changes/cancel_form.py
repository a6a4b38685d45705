"""The conversation of 取消活动: what it would do, a reason, then 确认取消."""

from dataclasses import dataclass

from sqlmodel import Session

from corps import conversations
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.rules import demand_terms, terms_of
from corps.changes import cancelling
from corps.changes.cancelling import REASON_MAX, Cancelled, Outlook
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.lengths import reason_in
from corps.people import Actor

KIND = "call_off"


@dataclass(frozen=True)
class Stand:
    """Where cancelling stands: the reason is asked, given (`reason`), or, with `done`, it is cancelled.

    `terms` is the fingerprint of what the activity is while that is asked.

    `card` is the cancelled activity's; a draft, which is deleted, has none.
    """

    outlook: Outlook | None = None
    terms: str = ""
    reason: str = ""
    done: Cancelled | None = None
    card: Card | None = None


def ask(session: Session, actor: Actor, at: Moment, activity_id: int, key: str | None, reason: str = "") -> Stand:
    """Return what cancelling would do, and open the question for the reason; a draft needs none."""
    outlook = cancelling.outlook(session, actor, at, activity_id)
    if not outlook.draft:
        data = {"activity": activity_id, "reason": reason}
        conversations.put(session, at, actor.address, KIND, "reason", data, key)
    return Stand(outlook, terms_of(session, activity_id), reason)


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Stand:
    """Ask for the reason again, or return the one that was given."""
    return ask(session, actor, at, conversation.data["activity"], None, conversation.data["reason"])


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> Stand:
    """Take the reason; what has no letter in it is none, and the question stays."""
    reason = reason_in(text, REASON_MAX)
    if not reason:
        return ask_again(session, actor, at, conversation)
    return ask(session, actor, at, conversation.data["activity"], key, reason)


def confirm(
    session: Session, actor: Actor, at: Moment, activity_id: int, key: str, shown: str = "", *, plainly: bool
) -> Stand:
    """确认取消 of what was `shown`, with the reason that was typed; without one (`plainly`) only as the button said.

    Asks for the reason when there is none to go with.
    """
    demand_terms(session, actor, activity_id, shown)
    found = conversations.find(session, actor.address, KIND)
    ours = found is not None and found.data["activity"] == activity_id
    reason = found.data["reason"] if found is not None and ours and not plainly else ""
    outlook = cancelling.outlook(session, actor, at, activity_id)
    if not reason and (not plainly or outlook.over):
        return ask(session, actor, at, activity_id, key)
    done = cancelling.cancel(session, actor, at, activity_id, reason)
    if ours:
        conversations.drop(session, actor.address, KIND)
    return Stand(reason=reason, done=done, card=None if done.deleted else cards.see(session, actor, at, activity_id))
