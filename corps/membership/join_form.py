"""The conversation of joining: the invitation, 同意, the real name; then the request is with the team's leaders."""

import re
from dataclasses import dataclass

from sqlmodel import Session

from corps import conversations
from corps.activities import cards
from corps.activities.card_queries import Outline
from corps.activities.cards import Card
from corps.conversations import Conversation
from corps.membership import joining
from corps.membership.joining import Applied, Invited
from corps.moment import Moment
from corps.parsing.normalise import plain
from corps.people import Actor, recognise
from corps.refusals import Refused

KIND = "join"
CONSENT = "consent"
"""The first step: the invitation is open, its 同意 not yet pressed."""
NAME = "name"
_AGREES = re.compile(r"(我?同意|(i )?agree|yes)[。.!！]?", re.IGNORECASE)


@dataclass(frozen=True)
class Welcome:
    """Somebody who pressed START: who it is now, and whether to ask again for consent, to a newer version."""

    actor: Actor
    ask_consent: bool


@dataclass(frozen=True)
class Stand:
    """Where joining stands: consent or the name is asked, or, with `applied`, the request is made.

    `unclear`: what was typed cannot be a name. `name` is the one the request was made under.
    """

    step: str
    actor: Actor
    invited: Invited | None = None
    unclear: bool = False
    name: str = ""
    applied: Applied | None = None


def welcome(session: Session, actor: Actor, at: Moment, display_name: str) -> Welcome:
    """/start: a person named in the settings becomes a coordinator."""
    if joining.appear(session, actor, at, display_name):
        actor = recognise(session, at, actor.address)
    return Welcome(actor, joining.consent_is_old(session, actor, at))


def open_invitation(session: Session, actor: Actor, at: Moment, display_name: str, code: str, key: str) -> Stand:
    """Show what is kept and why, and ask for consent. Raises Refused for an invitation that leads nowhere."""
    joining.appear(session, actor, at, display_name)
    invited, actor = joining.read_invitation(session, code), recognise(session, at, actor.address)
    if not actor.is_member:
        conversations.put(session, at, actor.address, KIND, CONSENT, {"code": code}, key)
    return Stand(CONSENT, actor, invited)


def consent(session: Session, actor: Actor, at: Moment, code: str, key: str) -> Stand:
    """同意: ask for the real name."""
    invited = joining.read_invitation(session, code)
    joining.demand_outsider(actor)
    conversations.put(session, at, actor.address, KIND, NAME, {"code": code}, key)
    return Stand(NAME, actor, invited)


def open_activity(
    session: Session, actor: Actor, at: Moment, activity_id: int
) -> tuple[Card | Outline | None, Stand | None]:
    """Return what is behind an activity's link, and the question of joining that opening it has set aside.

    A link to an activity is no reason to begin anew: who was asked for consent or the name is asked on.
    """
    seen = cards.open_link(session, actor, at, activity_id)
    begun = None if actor.is_member else conversations.find(session, actor.address, KIND)
    if begun is None or conversations.find_open(session, actor.address) is not None:
        return seen, None
    try:
        stand = ask_again(session, actor, at, begun)
    except Refused:  # the invitation leads nowhere by now
        return seen, None
    conversations.put(session, at, actor.address, KIND, begun.step, begun.data)
    return seen, stand


def ask_again(session: Session, actor: Actor, _at: Moment, conversation: Conversation) -> Stand:
    """Return the open question again."""
    return Stand(conversation.step, actor, joining.read_invitation(session, conversation.data["code"]))


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str, key: str) -> Stand:
    """Take a typed 同意 for the button, or the real name. What is neither leaves the question open."""
    code, said = conversation.data["code"], " ".join(plain(text).split())
    if conversation.step == CONSENT:
        if _AGREES.fullmatch(said) is None:
            return ask_again(session, actor, at, conversation)
        return consent(session, actor, at, code, key)
    if not joining.is_name(said):
        return Stand(NAME, actor, unclear=True)
    conversations.drop(session, actor.address, KIND)
    return Stand(NAME, actor, name=said, applied=joining.apply(session, actor, at, code, said))
