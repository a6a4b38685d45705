"""One person's in order, different people's at once, and nobody takes the places of the others."""

import asyncio
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.routing import user_queues
from bot.routing.incoming import Incoming
from bot.routing.patience import (
    IDLE,
    IDLE_TOGETHER,
    IN_A_RUSH,
    LONGEST,
    ONE_BY_ONE,
    TOGETHER,
    Outsiders,
    Patience,
)
from bot.routing.user_queues import SHARE, UserQueues, more_is_waiting, out_of_the_way
from corps.addresses import telegram


class Work:
    """What is handled, in which order; it stands still where it is held."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, int]] = []
        self.done: list[tuple[int, int]] = []
        self.go = asyncio.Event()
        self.rests: Callable[[Incoming], bool] = lambda _: False
        self.queues = UserQueues(self.read, self.handle)
        self.numbers = 0

    def read(self, raw: dict[str, int]) -> Incoming:
        who = telegram(raw["who"])
        return Incoming(str(raw["update_id"]), who, telegram(raw.get("chat", raw["who"])))

    async def handle(self, incoming: Incoming) -> None:
        one = (incoming.address.number, int(incoming.key))
        self.begun.append(one)
        if self.rests(incoming):
            async with out_of_the_way():
                await self.go.wait()
        else:
            await self.go.wait()
        self.done.append(one)

    def bring(self, who: int, times: int = 1, **more: int) -> list["asyncio.Future[None]"]:
        found = []
        for _ in range(times):
            self.numbers += 1
            found.append(self.queues.admit(self.numbers, {"update_id": self.numbers, "who": who, **more}))
        return found


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(user_queues, "BREATH", 0.0)
    return Work()


async def quiet() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_five_hundred_of_one_person_take_one_place_and_are_handled_in_order(work: Work) -> None:
    work.bring(1, 500)
    await quiet()
    assert work.queues.under_way == 1
    assert sum(work.queues.parks(number) for number in work.queues.unfinished) == 500 - SHARE
    work.bring(2)
    await quiet()
    assert work.begun == [(1, 1), (2, 501)], "somebody else is handled at once"
    work.go.set()
    await work.queues.settle(10)
    assert [number for who, number in work.done if who == 1] == list(range(1, 501)), "none lost, in order"
    assert (work.queues.under_way, len(work.queues.unfinished)) == (0, 0)


async def test_fifty_who_flood_share_one_gate_for_what_exceeds_their_share(work: Work) -> None:
    at_once = 0
    work.go.set()
    under_way: list[int] = []
    for who in range(1, 51):
        work.bring(who, 20)
    while work.queues.unfinished:
        await asyncio.sleep(0)
        at_once = sum(lane[0].parked for lane in work.queues._lanes.values())
        under_way.append(work.queues.under_way - at_once)
    assert max(under_way) <= 50
    for who in range(1, 51):
        mine = [number for one, number in work.done if one == who]
        assert mine == sorted(mine)
        assert len(mine) == 20


async def test_who_waits_for_the_own_chat_takes_no_place_nor_the_gate(work: Work) -> None:
    work.rests = lambda incoming: incoming.address.number < 10
    for who in range(1, 10):
        work.bring(who, SHARE + 5)
    await quiet()
    assert work.queues.under_way == 0
    assert len(work.queues.unfinished) == 9 * (SHARE + 5)
    work.go.set()
    await work.queues.settle(10)
    assert (work.queues.under_way, len(work.done)) == (0, 9 * (SHARE + 5))
    assert not work.queues._gate.locked()


async def test_a_group_that_waits_for_its_own_limit_holds_up_nobodys_private_chat(work: Work) -> None:
    work.rests = lambda incoming: incoming.chat.number == -100
    work.bring(1, 30, chat=-100)
    work.bring(2, chat=-100)
    await quiet()
    work.rests = lambda _: False
    work.bring(1)
    work.bring(2)
    await quiet()
    assert work.begun == [(1, 1), (2, 31), (1, 32), (2, 33)]
    work.go.set()
    await work.queues.settle(10)
    assert len(work.done) == 33


async def test_a_card_and_a_toast_that_wait_at_once_give_up_one_place(work: Work) -> None:
    async def both(_: Incoming) -> None:
        async def one(seconds: float) -> None:
            async with out_of_the_way():
                await asyncio.sleep(seconds)

        await asyncio.gather(one(0), one(0.01), one(0.001))
        seen.append(work.queues.under_way)

    seen: list[int] = []
    work.queues._handle = both
    work.bring(1, SHARE + 3)
    await work.queues.settle(5)
    assert seen == [1] * (SHARE + 3)
    assert work.queues.under_way == 0
    assert not work.queues._gate.locked()


async def test_it_is_known_whether_more_of_the_same_person_waits(work: Work) -> None:
    seen: list[bool] = []

    async def look(_: Incoming) -> None:
        seen.append(more_is_waiting())

    work.queues._handle = look
    work.bring(1, 3)
    work.bring(2)
    await work.queues.settle(5)
    assert sorted(seen) == [False, False, True, True]
    assert not more_is_waiting(), "outside of any"


class Hands:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@settings(max_examples=50, deadline=None)
@given(pauses=st.lists(st.floats(0, 5), min_size=50, max_size=300))
def test_whoever_goes_on_and_on_is_answered_ever_more_rarely(pauses: list[float]) -> None:
    hands = Hands()
    patience = Patience(1, 30.0, hands)
    answered = []
    for pause in pauses:
        hands.at += pause
        if patience.allows("who"):
            answered.append(hands.at)
    gaps = [later - earlier for earlier, later in itertools.pairwise(answered)]
    assert all(gap >= 30 * 2 ** min(n, 5) - 1e-6 or gap >= LONGEST - 1e-6 for n, gap in enumerate(gaps))
    hands.at += LONGEST
    assert patience.allows("who"), "and after a quiet while as at first"


async def test_one_who_sends_one_after_the_other_without_end_is_parked_too(work: Work) -> None:
    """A webhook brings one of a chat at a time: there is never a heap, and yet it takes the place of others."""
    work.go.set()
    work.queues._share = Patience(3, 1.0, Hands())
    parked = []
    for _ in range(5):
        done = work.bring(1)
        parked.append(work.queues.parks(work.numbers))
        await asyncio.gather(*done)
    assert parked == [False, False, False, True, True]
    assert [number for _, number in work.done] == [1, 2, 3, 4, 5]


async def test_what_is_parked_waits_while_others_are_handled_but_not_for_ever(work: Work) -> None:
    work.queues._share = Patience(1, 1.0, Hands())
    work.bring(1)
    work.bring(2, 2)
    work.go.set()
    await work.queues.settle(5)
    work.go.clear()
    work.done.clear()
    work.bring(3)
    work.bring(1)
    await quiet()
    assert work.begun[-1] == (1, 5), "somebody else has been at it for a while, and goes on"
    work.go.set()
    await work.queues.settle(5)


async def test_of_what_is_parked_only_so_much_stays_in_memory(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is fetched from the channel's keeping when its turn comes, in order."""
    monkeypatch.setattr(user_queues, "IN_MEMORY", 10)
    fetched: list[int] = []

    async def fetch(number: int) -> dict[str, int] | None:
        fetched.append(number)
        return {"update_id": number, "who": 1} if number != gone else None

    work.queues._fetch, gone = fetch, 200
    work.bring(1, 300)
    assert work.queues.in_memory == 300 - SHARE, "not yet kept by anybody else"
    work.queues.laid_by(range(1, 301))
    assert work.queues.in_memory == 10
    work.go.set()
    await work.queues.settle(10)
    assert [number for _, number in work.done] == [number for number in range(1, 301) if number != gone]
    assert fetched == list(range(SHARE + 1, 291))
    assert work.queues.in_memory == 0


def test_an_outsider_who_waits_for_answers_gets_them_and_all_of_them_together_not_without_end() -> None:
    hands = Hands()
    outsiders = Outsiders(hands)
    assert sum(outsiders.allow(telegram(1), followed=False) for _ in range(500)) == ONE_BY_ONE[0]
    given_out = sum(outsiders.allow(telegram(who), followed=False) for who in range(2, 1000))
    assert given_out == TOGETHER[0] - ONE_BY_ONE[0]
    hands.at += IN_A_RUSH[1]
    assert outsiders.allow(telegram(5000), followed=False)


def test_words_that_nobody_asked_for_are_answered_a_few_times_and_then_once_in_a_while() -> None:
    hands = Hands()
    outsiders = Outsiders(hands)
    assert sum(outsiders.allow_idle(telegram(1)) for _ in range(100)) == IDLE[0]
    hands.at += IDLE[1]
    assert outsiders.allow_idle(telegram(1))
    fifty = sum(outsiders.allow_idle(telegram(who)) for who in range(2, 52) for _ in range(100))
    assert fifty <= IDLE_TOGETHER[0] + 1
