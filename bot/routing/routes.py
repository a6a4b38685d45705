"""Which handler answers which command, deep link, tap or open question, and which role it needs.

Every handler file makes a `Routes` and fills it; `handlers.routes()` merges them, and refuses a clash.
"""

import dataclasses
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session

from bot.access import Access, level
from bot.callbacks import Payload
from bot.routing.incoming import Event
from bot.routing.turn import Turn
from bot.texts.voice import Voice
from bot.views.screen import Screen
from corps.conversations import Conversation
from corps.moment import Moment
from corps.people import Actor

Step = Callable[[Turn], Awaitable[None]]
Tap = Callable[[Turn, Any], Awaitable[None]]
Words = Callable[[Turn], Awaitable[bool]]
Answer = Callable[[Turn, Conversation], Awaitable[None]]
TapT = TypeVar("TapT", bound=Tap)
StepT = TypeVar("StepT", bound=Step)
WordsT = TypeVar("WordsT", bound=Words)
AnswerT = TypeVar("AnswerT", bound=Answer)
T = TypeVar("T")


@dataclass(frozen=True)
class Route:
    """A handler and what it needs. `in_groups`: it may also answer in a group chat."""

    handler: Any
    needs: Access
    in_groups: bool = False


@dataclass(frozen=True)
class ConversationRoute:
    """A conversation: `take` takes an answer in, `show` asks the open question again."""

    take: Answer
    show: Answer
    needs: Access


class Routes:
    """A table of handlers."""

    def __init__(self) -> None:
        self.commands: dict[str, Route] = {}
        self.links: dict[str, Route] = {}
        self.taps: dict[type[Payload], Route] = {}
        self.conversations: dict[str, ConversationRoute] = {}
        self.words: dict[re.Pattern[str], Words] = {}
        self.events: dict[Event, Step] = {}
        self.redraws: dict[str | type[Payload], Tap] = {}
        self.unasked: dict[None, Step] = {}

    def command(self, name: str, needs: Access, *, in_groups: bool = False) -> Callable[[StepT], StepT]:
        """Register the handler of `/name`."""

        def register(handler: StepT) -> StepT:
            _put(self.commands, name, Route(handler, needs, in_groups))
            return handler

        return register

    def link(self, prefix: str, needs: Access = Access.ANYONE) -> Callable[[StepT], StepT]:
        """Register the handler of `/start prefix-…`; the rest of the payload is the turn's text."""

        def register(handler: StepT) -> StepT:
            _put(self.links, prefix, Route(handler, needs))
            return handler

        return register

    def tap(self, kind: type[Payload], needs: Access, *, in_groups: bool = False) -> Callable[[TapT], TapT]:
        """Register the handler of a payload."""

        def register(handler: TapT) -> TapT:
            _put(self.taps, kind, Route(handler, needs, in_groups))
            return handler

        return register

    def redraw(self, *of: str | type[Payload]) -> Callable[[TapT], TapT]:
        """Register what shows a thing as it is now, after a button that stands under it was refused.

        `of` are kinds of payloads, or names of payloads' fields that hold the thing's id; the handler gets the payload.
        """

        def register(handler: TapT) -> TapT:
            shows: Tap = handler
            for one in of:
                _put(self.redraws, one, shows)
            return handler

        return register

    def redraw_of(self, payload: Payload) -> Tap | None:
        """Return what redraws the screen that a payload's button stands on, if anything does."""
        keys = (type(payload), *(field.name for field in dataclasses.fields(payload)))
        return next((self.redraws[key] for key in keys if key in self.redraws), None)

    def conversation(self, kind: str, needs: Access, show: Answer) -> Callable[[AnswerT], AnswerT]:
        """Register what takes in the answers of a conversation, and what asks its open question again."""

        def register(handler: AnswerT) -> AnswerT:
            _put(self.conversations, kind, ConversationRoute(handler, show, needs))
            return handler

        return register

    def question(
        self,
        kind: str,
        needs: Access,
        again: Callable[[Session, Actor, Moment, Conversation], T],
        take: Callable[[Session, Actor, Moment, Conversation, str], T],
        screen: Callable[[Voice, T], Screen],
    ) -> None:
        """Register a conversation of one question, such as for a reason.

        `again` returns the question once more, `take` what became of the typed answer; `screen` shows either.
        """

        def take_text(session: Session, actor: Actor, at: Moment, asked: Conversation, text: str, _key: str) -> T:
            return take(session, actor, at, asked, text)

        self.form(kind, needs, again, take_text, screen)

    def form(
        self,
        kind: str,
        needs: Access,
        again: Callable[[Session, Actor, Moment, Conversation], T],
        take: Callable[[Session, Actor, Moment, Conversation, str, str], T],
        screen: Callable[[Voice, T], Screen],
    ) -> None:
        """Register a conversation of typed answers whose operations know what is asked next.

        As `question`; `take` is given the message's key as well, which is the same when the channel repeats itself.
        """

        async def show_again(turn: Turn, conversation: Conversation) -> None:
            """Ask the open question again."""
            asked = await turn.run(again, conversation)
            await turn.send(screen(turn.voice, asked))

        async def take_in(turn: Turn, conversation: Conversation) -> None:
            """Take the answer, and show the next question, or what became of it."""
            done = await turn.run(take, conversation, turn.text, turn.key)
            await turn.send(screen(turn.voice, done))

        _put(self.conversations, kind, ConversationRoute(take_in, show_again, needs))

    def spoken(self, pattern: str) -> Callable[[WordsT], WordsT]:
        """Register a handler of texts of that form, asked before the open question; it returns whether it took it."""

        def register(handler: WordsT) -> WordsT:
            words: Words = handler
            _put(self.words, re.compile(pattern), words)
            return handler

        return register

    def event(self, event: Event) -> Callable[[StepT], StepT]:
        """Register the handler of an event that is not a message."""

        def register(handler: StepT) -> StepT:
            step: Step = handler
            _put(self.events, event, step)
            return handler

        return register

    def otherwise(self, handler: StepT) -> StepT:
        """Register the handler of texts that answer no question and name no command. There is one."""
        step: Step = handler
        _put(self.unasked, None, step)
        return handler

    def command_meant(self, names: Sequence[str], actor: Actor) -> str:
        """Return which command is meant by words that name several: the first that the person may use, else the first.

        Empty when there is none of these.
        """
        known = [name for name in names if name in self.commands]
        return next((name for name in known if self.commands[name].needs <= level(actor)), *known[:1] or [""])

    def include(self, other: "Routes") -> None:
        """Take in another table. Raises ValueError on a clash."""
        for name, handler in other.commands.items():
            _put(self.commands, name, handler)
        for prefix, handler in other.links.items():
            _put(self.links, prefix, handler)
        for kind, handler in other.taps.items():
            _put(self.taps, kind, handler)
        for kind_of, route in other.conversations.items():
            _put(self.conversations, kind_of, route)
        for pattern, words in other.words.items():
            _put(self.words, pattern, words)
        for event, step in other.events.items():
            _put(self.events, event, step)
        for of, redraw in other.redraws.items():
            _put(self.redraws, of, redraw)
        for nothing, step in other.unasked.items():
            _put(self.unasked, nothing, step)


K = TypeVar("K")
V = TypeVar("V")


def _put(table: dict[K, V], key: K, route: V) -> None:
    if key in table:
        raise ValueError(f"two handlers for {key}")
    table[key] = route
