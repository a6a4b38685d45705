"""The speed at which messages and edits go out, what it learns from refusals, and when the line has to rest."""

import heapq
import itertools
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.circuit_breaker import FAILURES, LONGEST_WAIT, MOMENT, CircuitBreaker
from bot.telegram.rate_limiter import (
    CATCH_UP,
    CUT,
    GIVE_WAY,
    PATIENCE,
    PER_CHAT,
    PER_GROUP,
    STATED,
    WINDOW,
    RateLimiter,
    Slot,
)
from sandbox.botapi.limits import LENIENT, STRICT, Limits
from sandbox.errors import Refused


class Hands:
    """A clock moved by hand, in seconds."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Line:
    """Owed messages, and edits for people who tap, through a pace to a server with limits, on a clock moved by hand.

    `way`: from how many seconds to how many a call takes to the server, and its answer back.
    """

    def __init__(self, reading: str, way: tuple[float, float], seed: int = 1) -> None:
        self.hands = Hands()
        self.pace = RateLimiter(clock=self.hands)
        self.limits = Limits(on=True, clock=self.hands, reading=reading)
        self.passed: list[float] = []
        self.seen: list[float] = []
        self._way = way
        self._dice = random.Random(seed)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def send(self, owed: int, taps_every: float = 0.0) -> float:
        """Send so many messages while people tap. Returns how many seconds that took."""
        begun = self.hands.at
        chats = iter(range(1, owed * 2))
        if taps_every:
            self._after(taps_every, lambda: self._tap(taps_every))
        while len(self.passed) < owed:
            if (wait := self.pace.owed_wait()) > 0:
                self._let_pass(min(wait, 0.02))
            else:
                self._call(self.pace.take_owed(), next(chats))
        return self.passed[owed - 1] - begun

    def _tap(self, every: float) -> None:
        self._after(every, lambda: self._tap(every))
        self.pace._answers += 1
        self._edit()

    def _edit(self) -> None:
        if (wait := self.pace._full_for(message=False)) > 0:
            self._after(min(wait, 0.02), self._edit)
            return
        self.pace._answers -= 1
        self._call(self.pace.take_answer(message=False), -1)

    def _call(self, slot: Slot, chat: int) -> None:
        slot.used = True
        self._after(self._dice.uniform(*self._way), lambda: self._arrives(slot, chat))

    def _arrives(self, slot: Slot, chat: int) -> None:
        refused = False
        try:
            self.limits.check("sendmessage" if slot.message else "editmessagetext", chat)
        except Refused:
            refused = True
        else:
            self.seen.append(self.hands.at)
            if slot.message:
                self.passed.append(self.hands.at)
        self._after(self._dice.uniform(*self._way), lambda: self._answered(slot, chat, refused=refused))

    def _answered(self, slot: Slot, chat: int, *, refused: bool) -> None:
        self.pace.end(slot)
        if refused:
            self.pace.refused(chat, 1)

    def _after(self, seconds: float, then: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.hands.at + seconds, next(self._numbers), then))

    def _let_pass(self, seconds: float) -> None:
        until = self.hands.at + seconds
        while self._events and self._events[0][0] <= until:
            self.hands.at, _, then = heapq.heappop(self._events)
            then()
        self.hands.at = until


def most_in_a_second(times: list[float]) -> int:
    """Return the largest number in any one second."""
    return max(sum(1 for at in times if begin <= at < begin + 1.0) for begin in times)


@settings(max_examples=25, deadline=None)
@given(least=st.floats(0.001, 0.15), jitter=st.floats(0.0, 0.005), seed=st.integers(0, 999))
def test_messages_alone_are_never_refused_and_come_near_the_limit(least: float, jitter: float, seed: int) -> None:
    line = Line(STRICT, (least, least + jitter), seed)
    took = line.send(300)
    assert line.limits.refused == 0
    assert most_in_a_second(line.seen) <= STATED
    assert took <= 300 / STATED * (1.03 + 0.25 * least + 2 * jitter) + 1


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 999), every=st.floats(0.2, 1.0))
def test_a_broadcast_with_taps_meanwhile_keeps_to_the_strict_limit(seed: int, every: float) -> None:
    """At most one in five hundred is refused, and the way is as short as messages and edits together allow."""
    line = Line(STRICT, (0.002, 0.006), seed)
    took = line.send(2500, every)
    assert line.limits.refused <= len(line.seen) / 500
    assert took <= 1.08 * len(line.seen) / STATED


def test_where_edits_do_not_count_a_broadcast_does_not_wait_for_them() -> None:
    line = Line(LENIENT, (0.002, 0.006))
    assert line.send(2500, 0.5) <= 1.035 * 2500 / STATED
    assert line.limits.refused == 0


def full(hands: Hands, pace: RateLimiter) -> int:
    """Use all the room at this moment; return how much that was."""
    while pace.owed_wait() == 0 or pace.load < int(pace.room):
        slot = pace.take(message=False)
        slot.used = True
        pace.end(slot, answered=False)
    return pace.load


def test_a_refusal_takes_a_tenth_of_the_room_and_it_comes_back_by_and_by() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    full(hands, pace)
    for chat in range(5):
        pace.refused(chat, 1)
    assert pace.room == pytest.approx(STATED * CUT, abs=0.1), "refusals at the same moment are one"
    rooms = []
    for _ in range(600):
        hands.at += 0.05
        full(hands, pace)
        rooms.append(pace.room)
    assert rooms == sorted(rooms)
    assert STATED - 1 <= rooms[-1] < STATED + 1, "back to what had passed, and beyond it only slowly"


def test_a_refusal_of_a_chat_that_was_written_to_too_fast_is_that_chats_alone() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    full(hands, pace)
    pace.refused(7, 30, hurried=True)
    assert pace.room >= STATED
    assert pace.resting() == {7}


async def test_an_answer_goes_before_what_is_owed_and_waits_but_a_moment() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    full(hands, pace)
    pace._answers = 1
    hands.at += WINDOW
    assert pace.owed_wait() > 0, "the room is for whoever waits for an answer"
    pace._answers = 2
    full(hands, pace)
    assert not (await pace.answer(message=True)).ended, "in a crowd of answers it goes at once"
    pace._refused_at = hands.at
    assert pace._patience() == PATIENCE, "but while Telegram refuses more, in turn"


def test_room_that_was_not_used_is_there_again_at_once() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    slot = pace.take_owed()
    assert pace.load == 1
    pace.end(slot)
    pace.end(slot)
    assert pace.load == 0


def test_after_a_standstill_only_a_few_messages_catch_up() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    hands.at += 60
    at_once = 0
    while pace.owed_wait() <= 1e-9:
        pace.take_owed()
        at_once += 1
    assert at_once <= CATCH_UP * STATED + 1


def test_a_person_and_a_group_rest_after_a_message() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    pace.begin(7)
    pace.begin(-7)
    assert pace.resting() == {7, -7}
    hands.at += PER_CHAT
    assert pace.resting() == {-7}
    assert pace.rests(-7)
    assert not pace.rests(7)
    hands.at += PER_GROUP
    assert pace.resting() == set()
    assert 60 / PER_GROUP <= 20


def test_a_reply_pushes_what_is_owed_back_but_never_stops_it() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    while pace.owed_wait() == 0:
        pace.take_owed()
    before = pace.owed_wait()
    pace.take_answer(message=False)
    assert pace.owed_wait() == pytest.approx(before + 1 / STATED)
    hands.at += WINDOW
    for _ in range(1000):
        pace.end(pace.take_answer(message=False))
    assert pace.owed_wait() <= GIVE_WAY


def test_a_refusal_of_one_chat_is_that_chats_alone() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    for _ in range(10):
        line.refused(7, 30)
    assert line.wait() == 0


def test_refusals_of_several_chats_that_shut_the_door_hold_everything() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    for chat in (1, 2, 3):
        line.refused(chat, 30)
        hands.at += 0.3
    assert 29 < line.wait() <= 30


def test_refusals_by_the_second_cost_a_moment_and_longer_only_while_nothing_passes() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    silences = []
    for chat in range(30):
        line.refused(chat, 1)
        if line.wait() > 0:
            silences.append(line.wait())
            hands.at += line.wait()
    assert silences[:3] == pytest.approx([MOMENT, MOMENT * 2, 1.0])
    assert max(silences) <= 1.0
    line.succeeded()
    for chat in (1, 2, 3):
        line.refused(chat, 1)
    assert line.wait() == pytest.approx(MOMENT)


def test_refusals_between_which_messages_pass_hold_nothing() -> None:
    line = CircuitBreaker(Hands())
    for chat in range(20):
        line.refused(chat, 1)
        line.succeeded()
        assert line.wait() == 0


def test_refusals_far_apart_hold_nothing() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    for chat in (1, 2, 3, 4):
        line.refused(chat, 30)
        hands.at += 0.6
    assert line.wait() == 0


def test_the_line_is_down_after_failures_in_a_row_and_up_with_the_first_success() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    for _ in range(FAILURES - 1):
        line.failed(7)
    assert not line.down
    line.failed(7)
    assert line.down
    assert line.wait() > 0
    line.succeeded()
    assert not line.down


def test_a_long_outage_is_waited_out_ever_more_slowly_but_never_for_long() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    waits = []
    for _ in range(20):
        line.failed(7)
        waits.append(line.wait())
        hands.at += line.wait()
    assert max(waits) <= LONGEST_WAIT * 1.2
    assert waits[-1] > waits[FAILURES]


def test_telegram_is_away_since_the_first_of_the_sends_that_failed() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    for chat in (1, 2, 3):
        assert line.away_for == 0
        line.failed(chat)
        hands.at += 10
    assert line.away_for == 30
    line.succeeded()
    assert line.away_for == 0
    line.failed(1)
    assert line.away_for == 0
