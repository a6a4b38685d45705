"""Conversations without a bot: what the tests of the forms share."""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from corps import conversations
from corps.conversations import Conversation
from corps.moment import Moment
from corps.people import Actor
from tests.base import Corps

T = TypeVar("T")
Take = Callable[[Session, Actor, Moment, Conversation, str, str], T]


def open_question(corps: Corps, who: int) -> Conversation | None:
    """Return the conversation whose question is open to somebody, if any."""
    return corps.do(who, lambda session, actor, _at: conversations.find_open(session, actor.address))


def say(corps: Corps, who: int, take: Take[T], text: str, key: str = "2") -> T:
    """Type an answer to the open question."""
    asked = open_question(corps, who)
    assert asked is not None, "nothing is asked"
    return corps.do(who, take, asked, text, key)


def leave(corps: Corps, who: int) -> None:
    """Do something else: the open question is set aside."""
    corps.do(who, lambda session, actor, _at: conversations.set_aside(session, actor.address))
