"""The conversation of 定时发送: at which hour? Typed, or one of the usual ones by its button."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from corps import conversations
from corps.addresses import MessageAt
from corps.broadcasts import broadcasts, compose_form, timing
from corps.broadcasts.broadcasts import Preview
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.times import Half
from corps.people import Actor

KIND = "broadcast_hour"


@dataclass(frozen=True)
class Stand:
    """Where it stands: the hour is asked, with `hours` to offer, or it is set (`preview.scheduled_for`, `done`).

    `unclear` is what is known of the hour so far, and why that is not enough.
    """

    preview: Preview
    hours: tuple[dt.datetime, ...] = ()
    unclear: Half | None = None
    done: bool = False


def ask(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Stand:
    """Ask for the hour. Raises Refused when the draft is no longer being composed."""
    return _ask(session, actor, at, broadcast_id, None)


def _ask(session: Session, actor: Actor, at: Moment, broadcast_id: int, known: Half | None) -> Stand:
    compose_form.demand_composed(session, actor, broadcast_id)
    preview = broadcasts.preview(session, actor, at, broadcast_id)
    data: dict[str, Any] = {"broadcast": broadcast_id} | ({"half": known.as_data()} if known else {})
    conversations.put(session, at, actor.address, KIND, "hour", data)
    return Stand(preview, tuple(timing.usual_hours(at)), known)


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Stand:
    """Ask for the hour again."""
    return _ask(session, actor, at, conversation.data["broadcast"], _known(conversation))


def _known(conversation: Conversation) -> Half | None:
    return Half.of(conversation.data["half"]) if "half" in conversation.data else None


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, card: MessageAt) -> Stand:
    """Take a typed hour, such as 明早8点; one that is not understood is asked again. `card` as in `choose`."""
    when = timing.read_hour(text, at, _known(conversation) or Half())
    asked = _ask(session, actor, at, conversation.data["broadcast"], when if isinstance(when, Half) else None)
    if isinstance(when, Half):
        return asked
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
