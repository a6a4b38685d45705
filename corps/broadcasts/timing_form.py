"""The conversation of 定时发送: at which hour? Typed, or one of the usual ones by its button."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session

from corps import conversations
from corps.addresses import MessageAt
from corps.broadcasts import broadcasts, compose_form, timing
from corps.broadcasts.broadcasts import Preview
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.times import Refusal
from corps.people import Actor

KIND = "broadcast_hour"


@dataclass(frozen=True)
class Stand:
    """Where it stands: the hour is asked, with `hours` to offer, or it is set (`preview.scheduled_for`, `done`).

    `unclear` says why the last answer was not taken.
    """

    preview: Preview
    hours: tuple[dt.datetime, ...] = ()
    unclear: Refusal | None = None
    done: bool = False


def ask(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Stand:
    """Ask for the hour. Raises Refused when the draft is no longer being composed."""
    compose_form.demand_composed(session, actor, broadcast_id)
    preview = broadcasts.preview(session, actor, at, broadcast_id)
    conversations.put(session, at, actor.address, KIND, "hour", {"broadcast": broadcast_id})
    return Stand(preview, tuple(timing.usual_hours(at)))


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Stand:
    """Ask for the hour again."""
    return ask(session, actor, at, conversation.data["broadcast"])


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, card: MessageAt) -> Stand:
    """Take a typed hour, such as 明早8点; one that is not understood is asked again. `card` as in `choose`."""
    asked = ask_again(session, actor, at, conversation)
    when = timing.read_hour(text, at)
    if isinstance(when, Refusal):
        return Stand(asked.preview, asked.hours, when)
    return choose(session, actor, at, asked.preview.id, asked.preview.revision, when, card)


def choose(
    session: Session,
    actor: Actor,
    at: Moment,
    broadcast_id: int,
    revision: int,
    when: dt.datetime,
    card: MessageAt,
) -> Stand:
    """Let it go out at that hour. `card` is the chat and the message (0: one to come) that show how it stands."""
    compose_form.demand_composed(session, actor, broadcast_id)
    preview = timing.schedule(session, actor, at, broadcast_id, revision, when, card)
    compose_form.finish(session, actor, broadcast_id)
    conversations.drop(session, actor.address, KIND)
    return Stand(preview, done=True)
