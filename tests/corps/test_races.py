"""Many people want the same thing at the same moment: real writers, several engines, several processes.

Each writer has an engine of its own, as another process would; nothing but the database keeps them apart.
"""

import itertools
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select

from bot.runtime.database import Database, passes_by_itself
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import reports, roll_call
from corps.attendance.reports import Account
from corps.membership import joining
from corps.moment import Moment, Policy
from corps.people import Actor, recognise
from corps.refusals import Reason, Refused
from corps.signups import claims, signups, waitlist, withdrawals
from models import Activity, Audit, Claim, HoursEntry, SignUp, Slot, Team
from models.engine import open_engine
from models.enums import ActivityState, AttendanceState, CountedBy, SignUpState
from tests.base import Corps, StoppedClock

Operation = Callable[[Session, Actor, Moment], object]


@dataclass(frozen=True)
class Wish:
    """Somebody who wants something done."""

    who: int
    operation: Operation


@contextmanager
def desks(corps: Corps, count: int) -> Iterator[list[Database]]:
    """Open the same database `count` times over."""
    url = corps.engine.url.render_as_string(hide_password=False)
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            database = Database(open_engine(url), corps.clock, corps.database.policy)
            stack.callback(database.close)
            opened.append(database)
        yield opened


def fulfil(database: Database, wish: Wish) -> object:
    """Return what comes of a wish, or the reason why not; a locked file is waited for, as the program does."""
    while True:
        try:
            return database.run_now(lambda s, at: wish.operation(s, recognise(s, at, telegram(wish.who)), at))
        except Refused as refused:
            return refused.reason
        except DBAPIError as error:
            if not passes_by_itself(error):
                raise


def at_once(corps: Corps, wishes: list[Wish], engines: int = 4) -> list[object]:
    """Let everybody act at the same moment, spread over several engines; return what came of each."""
    barrier = threading.Barrier(len(wishes))

    def act(database: Database, wish: Wish) -> object:
        barrier.wait(timeout=90)
        return fulfil(database, wish)

    with desks(corps, engines) as opened, ThreadPoolExecutor(len(wishes)) as pool:
        tasks = [
            pool.submit(act, database, wish) for database, wish in zip(itertools.cycle(opened), wishes, strict=False)
        ]
        return [task.result(timeout=100) for task in tasks]


def going(corps: Corps, slot_id: int, *states: SignUpState) -> int:
    """Count those who hold a place."""
    wanted = states or (SignUpState.GOING, SignUpState.OFFERED)
    statement = select(func.count()).select_from(SignUp).where(SignUp.slot_id == slot_id, col(SignUp.state).in_(wanted))
    return corps.run(lambda s, _at: s.exec(statement).one())


def slot_of(corps: Corps, activity_id: int) -> int:
    """Return the id of an activity's first slot."""
    statement = select(Slot.id).where(Slot.activity_id == activity_id).order_by(col(Slot.id))
    return corps.run(lambda s, _at: s.exec(statement).first()) or 0


def published(corps: Corps, places: int, title: str = "讲座") -> int:
    """Publish an activity of one slot; return the slot's id."""
    own = SlotPlan("志愿者", "lecture", places, corps.team("民盟"))
    return slot_of(corps, corps.publish(corps.coordinator(), corps.plan(title, slots=(own,))))


def join(slot_id: int, *, wait: bool = False) -> Operation:
    """Return the wish for a place."""
    return lambda s, actor, at: signups.sign_up(s, actor, at, slot_id, wait=wait).state


def test_two_taps_at_once_for_the_last_place_give_it_to_one(corps: Corps) -> None:
    slot_id = published(corps, 1)
    people = [corps.member(name) for name in ("张明", "陈红")]
    outcomes = at_once(corps, [Wish(who, join(slot_id)) for who in people])
    assert sorted(map(str, outcomes)) == ["full", "going"]
    assert going(corps, slot_id) == 1


def test_sixty_people_for_ten_places_fill_exactly_ten(corps: Corps) -> None:
    slot_id = published(corps, 10)
    outcomes = at_once(corps, [Wish(corps.member(f"成员{n}"), join(slot_id)) for n in range(60)], engines=6)
    assert outcomes.count(SignUpState.GOING) == 10
    assert outcomes.count(Reason.FULL) == 50
    assert going(corps, slot_id) == 10


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.integers(1, 6), asking=st.integers(1, 14), waiting=st.integers(0, 6), twice=st.booleans())
def test_places_never_overflow_and_none_stays_empty_while_people_ask(
    corps: Corps, places: int, asking: int, waiting: int, twice: bool
) -> None:
    slot_id = published(corps, places)
    people = [corps.member(f"成员{n}") for n in range(asking + waiting)]
    wishes = [Wish(who, join(slot_id, wait=n >= asking)) for n, who in enumerate(people)]
    at_once(corps, wishes * (2 if twice else 1), engines=3)
    taken = going(corps, slot_id)
    assert taken <= places
    assert taken == min(places, asking + waiting)
    rows = corps.run(lambda s, _at: s.exec(select(SignUp.member_id).where(SignUp.slot_id == slot_id)).all())
    assert len(rows) == len(set(rows)), "one row a person, however often they tap"
    _leave(corps, people, slot_id)


def _leave(corps: Corps, people: list[int], slot_id: int) -> None:
    """Give everything back, so that the next example meets nobody who is busy at that hour."""
    activity_id = corps.run(lambda s, _at: s.exec(select(Slot.activity_id).where(Slot.id == slot_id)).one())
    for who in people:
        fulfil(corps.database, Wish(who, lambda s, actor, at: withdrawals.withdraw(s, actor, at, activity_id)))


def test_one_person_tapping_ten_times_signs_up_once(corps: Corps) -> None:
    slot_id = published(corps, 5)
    who = corps.member("张明")
    outcomes = at_once(corps, [Wish(who, join(slot_id))] * 10)
    assert outcomes.count(SignUpState.GOING) == 1
    assert outcomes.count(Reason.ALREADY_GOING) == 9
    joined = select(func.count()).select_from(Audit).where(Audit.action == "signup.join")
    assert corps.run(lambda s, _at: s.exec(joined).one()) == 1


def test_nobody_ends_up_in_two_places_at_the_same_hour(corps: Corps) -> None:
    one, other = published(corps, 5, "讲座一"), published(corps, 5, "讲座二")
    who = corps.member("张明")
    outcomes = at_once(corps, [Wish(who, join(slot_id)) for slot_id in (one, other) * 4])
    assert outcomes.count(SignUpState.GOING) == 1
    assert going(corps, one) + going(corps, other) == 1


def test_an_open_slot_is_claimed_by_one_team(corps: Corps) -> None:
    wang = corps.coordinator()
    plan = corps.plan(slots=(SlotPlan("义诊医生", "clinic", 4, open=True),), teams=())
    slot_id = slot_of(corps, corps.publish(wang, plan))
    teams = corps.run(lambda s, _at: s.exec(select(Team.short_name)).all())
    leaders = [corps.leader(f"{team}联络", team) for team in teams]
    outcomes = at_once(corps, [Wish(who, lambda s, a, at: claims.claim(s, a, at, slot_id)) for who in leaders])
    assert outcomes.count(Reason.ALREADY_CLAIMED) == len(leaders) - 1
    held = corps.run(lambda s, _at: s.exec(select(Claim.team_id)).all())
    owner = corps.run(lambda s, _at: s.exec(select(Slot.team_id).where(Slot.id == slot_id)).one())
    assert list(held) == [owner]


def test_an_offer_is_either_accepted_or_lapsed_never_both(corps: Corps) -> None:
    """The deadline is the same instant for the person who takes the place and for the sweep that ends it."""
    slot_id = published(corps, 1)
    holder, next_one, last = (corps.member(name) for name in ("张明", "陈红", "刘强"))
    fulfil(corps.database, Wish(holder, join(slot_id)))
    for who in (next_one, last):
        fulfil(corps.database, Wish(who, join(slot_id, wait=True)))
    activity_id = corps.run(lambda s, _at: s.exec(select(Slot.activity_id).where(Slot.id == slot_id)).one())
    corps.do(holder, withdrawals.withdraw, activity_id)
    offered = corps.run(lambda s, _at: s.exec(select(SignUp).where(SignUp.state == SignUpState.OFFERED)).one())
    assert offered.offered_until is not None
    corps.clock.at = offered.offered_until
    offer = offered.id or 0
    wishes = [Wish(next_one, lambda s, a, at: waitlist.accept(s, a, at, offer)) for _ in range(4)]
    wishes += [Wish(holder, lambda s, _a, at: waitlist.lapse(s, at)) for _ in range(4)]
    outcomes = at_once(corps, wishes)
    assert outcomes[:4].count(Reason.OFFER_LAPSED) == 4, "the deadline has come"
    assert sum(int(str(n)) for n in outcomes[4:]) == 1, "ended once"
    assert going(corps, slot_id, SignUpState.OFFERED) == 1, "and offered on once"
    assert going(corps, slot_id) == 1


def test_a_place_given_back_by_many_is_offered_once_each(corps: Corps) -> None:
    slot_id = published(corps, 4)
    holders = [corps.member(f"先{n}") for n in range(4)]
    queue = [corps.member(f"候{n}") for n in range(6)]
    for who in holders:
        fulfil(corps.database, Wish(who, join(slot_id)))
    for who in queue:
        fulfil(corps.database, Wish(who, join(slot_id, wait=True)))
    activity_id = corps.run(lambda s, _at: s.exec(select(Slot.activity_id).where(Slot.id == slot_id)).one())
    leave: Operation = lambda s, actor, at: withdrawals.withdraw(s, actor, at, activity_id)  # noqa: E731 - a wish
    late = [Wish(corps.member(f"新{n}"), join(slot_id)) for n in range(6)]
    outcomes = at_once(corps, [Wish(who, leave) for who in holders] + late)
    assert going(corps, slot_id) == 4
    assert going(corps, slot_id, SignUpState.OFFERED) == 4, "those who waited come first"
    assert outcomes[4:].count(SignUpState.GOING) == 0, "nobody jumps the queue"


def test_a_report_is_verified_once_and_its_hours_count_once(corps: Corps) -> None:
    reporter, *others = (corps.coordinator(f"统筹{n}") for n in range(5))
    slot_id = published(corps, 3)
    zhang = corps.member("张明")
    fulfil(corps.database, Wish(zhang, join(slot_id)))
    activity_id = corps.run(lambda s, _at: s.exec(select(Slot.activity_id).where(Slot.id == slot_id)).one())
    corps.clock.set_wall("2026-12-05 16:30")
    corps.do(reporter, roll_call.mark, activity_id, [corps.member_id(zhang)], AttendanceState.PRESENT)
    corps.do(reporter, reports.submit, activity_id, Account(80, CountedBy.HEADCOUNT, "好", ()))
    outcomes = at_once(corps, [Wish(who, lambda s, a, at: reports.verify(s, a, at, activity_id)) for who in others * 2])
    assert outcomes.count(Reason.ALREADY_DECIDED) + outcomes.count(Reason.NOT_REPORTED) == len(outcomes) - 1
    state = corps.run(lambda s, _at: s.exec(select(Activity.state).where(Activity.id == activity_id)).one())
    assert state is ActivityState.VERIFIED
    minutes = corps.run(lambda s, _at: s.exec(select(HoursEntry.minutes)).all())
    assert list(minutes) == [120]


def _writer(url: str, now: str, slot_id: int, people: list[int], results: "multiprocessing.Queue[str]") -> None:
    """Be another process: sign everybody up, in turn."""
    clock = StoppedClock()
    clock.set_wall(now)
    database = Database(open_engine(url), clock, Policy(zone=clock))
    for who in people:
        results.put(str(fulfil(database, Wish(who, join(slot_id)))))
    database.close()


def test_an_admission_stands_however_often_the_person_asks_at_that_moment(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    for newcomer in range(900, 905):
        corps.do(newcomer, joining.apply, code, "陈小红")
        own = corps.member_id(newcomer)
        admit = Wish(leader, lambda s, actor, at, own=own: joining.decide(s, actor, at, own, admit=True).admitted)  # type: ignore[misc]
        ask = Wish(newcomer, lambda s, actor, at: joining.apply(s, actor, at, code, "陈小红").asked)
        assert True in at_once(corps, [ask, ask, admit, ask, ask])
        assert corps.run(lambda s, at, who=newcomer: recognise(s, at, telegram(who))).is_member  # type: ignore[misc]


@pytest.mark.timeout(180)
def test_two_processes_with_sixty_people_fill_exactly_ten_places(corps: Corps) -> None:
    slot_id = published(corps, 10)
    people = [corps.member(f"成员{n}") for n in range(60)]
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[str] = context.Queue()
    url = corps.engine.url.render_as_string(hide_password=False)
    processes = [
        context.Process(target=_writer, args=(url, "2026-12-02 10:00", slot_id, people[half::2], results))
        for half in (0, 1)
    ]
    for process in processes:
        process.start()
    outcomes = [results.get(timeout=150) for _ in people]
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0
    assert outcomes.count("going") == 10
    assert outcomes.count("full") == 50
    assert going(corps, slot_id) == 10
