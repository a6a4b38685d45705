"""The speed at which owed messages go out, and when the line has to rest."""

import itertools

from bot.telegram.circuit_breaker import FAILURES, LONGEST_WAIT, CircuitBreaker
from bot.telegram.rate_limiter import CATCH_UP, GIVE_WAY, OVERALL, PER_CHAT, PER_GROUP, RateLimiter


class Hands:
    """A clock moved by hand, in seconds."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_messages_are_evenly_spaced_below_thirty_a_second() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    hands.at += CATCH_UP
    waits = [pace.reserve() for _ in range(100)]
    steps = [later - earlier for earlier, later in itertools.pairwise(waits[50:])]
    assert all(abs(step - OVERALL) < 1e-6 for step in steps)
    assert 1 / OVERALL <= 30


def test_after_a_standstill_only_a_few_messages_catch_up() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    hands.at += 60
    at_once = sum(pace.reserve() == 0.0 for _ in range(100))
    assert at_once <= CATCH_UP / OVERALL + 1


def test_a_person_and_a_group_rest_after_a_message() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    pace.begin(7)
    pace.begin(-7)
    assert pace.resting() == {7, -7}
    hands.at += PER_CHAT
    assert pace.resting() == {-7}
    hands.at += PER_GROUP
    assert pace.resting() == set()
    assert 60 / PER_GROUP <= 20


def test_a_reply_pushes_what_is_owed_back_but_never_stops_it() -> None:
    hands = Hands()
    pace = RateLimiter(clock=hands)
    hands.at += CATCH_UP
    while pace.reserve() == 0:
        pass
    before = pace.reserve()
    pace.note(7)
    assert pace.reserve() > before + OVERALL * 1.5
    for _ in range(1000):
        pace.note(7)
    assert pace.reserve() <= GIVE_WAY


def test_a_refusal_of_one_chat_is_that_chats_alone() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    for _ in range(10):
        line.refused(7, 30)
    assert line.wait() == 0


def test_refusals_of_several_chats_within_a_second_hold_everything() -> None:
    hands = Hands()
    line = CircuitBreaker(hands)
    for chat in (1, 2, 3):
        line.refused(chat, 30)
        hands.at += 0.3
    assert 29 < line.wait() <= 30


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
