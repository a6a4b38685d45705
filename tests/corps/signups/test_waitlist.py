"""候补 and 递补: how long an offer holds, who may take it, and where it goes when it is not taken."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corps import notices
from corps.activities import cards
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.changes import cancelling
from corps.delivery import leasing
from corps.delivery.notice_facts import load
from corps.moment import Moment, Policy, Quiet
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import signups, waitlist, withdrawals
from models import Audit, SignUp
from models.enums import Failure, SignUpState
from tests.base import Corps, StoppedClock, all_due, found_corps, row_at

NIGHT = Quiet(dt.time(22), dt.time(7, 30))


@pytest.fixture
def corps(engine: Engine) -> Iterator[Corps]:
    """A corps with quiet hours."""
    corps = found_corps(engine, quiet=NIGHT)
    yield corps
    corps.database.close()


@pytest.fixture
def queue(corps: Corps) -> "Queue":
    """A slot with one place, taken, and two people waiting."""
    return Queue(corps)


class Queue:
    """One place, one person in it, two in line."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.wang = corps.coordinator()
        self.leader = corps.leader("赵联络")
        self.holder, self.second, self.third = (corps.member(name) for name in ("甲", "乙", "丙"))
        plan = corps.plan(slots=(SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),))
        self.activity = corps.publish(self.wang, plan)
        self.slot = corps.slot(self.activity)
        corps.do(self.holder, signups.sign_up, self.slot)
        for person in (self.second, self.third):
            corps.do(person, signups.sign_up, self.slot, wait=True)

    def frees(self, wall: str) -> None:
        """Let the holder withdraw at that time."""
        self.corps.clock.set_wall(wall)
        self.corps.do(self.holder, withdrawals.withdraw, self.activity)

    def row(self, who: int) -> SignUp:
        """Return somebody's sign-up in the slot."""
        own = select(SignUp).where(SignUp.member_id == self.corps.member_id(who), SignUp.slot_id == self.slot)
        return self.corps.run(lambda s, _at: s.exec(own).one())

    def until(self, who: int) -> str:
        """Return until when somebody's offer holds, as wall-clock time."""
        until = self.row(who).offered_until
        return f"{self.corps.clock.wall(until):%m-%d %H:%M}" if until else ""

    def accept(self, who: int) -> Reason | None:
        """Accept somebody's offer. Returns why not, if not."""
        try:
            self.corps.do(who, waitlist.accept, self.row(who).id or 0)
        except Refused as refused:
            return refused.reason
        return None


@pytest.mark.parametrize(
    ("withdrawn", "until"),
    [
        pytest.param("2026-12-02 10:00", "12-03 19:30", id="three days before, twenty-four hours awake"),
        pytest.param("2026-12-03 15:00", "12-03 21:00", id="two days before, six hours"),
        pytest.param("2026-12-03 18:00", "12-04 09:30", id="six hours, of which two are left for the morning"),
        pytest.param("2026-12-05 06:00", "12-05 08:30", id="at night, the hour begins when people wake"),
        pytest.param("2026-12-05 07:45", "12-05 08:45", id="on the day, one hour"),
        pytest.param("2026-12-05 12:00", "12-05 12:20", id="two hours before, twenty minutes"),
        pytest.param("2026-12-05 13:50", "12-05 14:00", id="never beyond the start"),
    ],
)
def test_an_offer_holds_shorter_near_the_start_and_rests_in_quiet_hours(
    queue: Queue, withdrawn: str, until: str
) -> None:
    queue.frees(withdrawn)
    assert queue.row(queue.second).state is SignUpState.OFFERED
    assert queue.until(queue.second) == until


def test_only_the_next_in_line_is_offered_the_place(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-02 12:00")
    assert corps.told(Kind.OFFER) == {queue.second}
    assert queue.row(queue.third).state is SignUpState.WAITLISTED


def test_who_leaves_the_line_and_comes_back_stands_at_its_end(corps: Corps, queue: Queue) -> None:
    corps.do(queue.second, withdrawals.withdraw, queue.activity)
    corps.clock.push(dt.timedelta(minutes=1))
    corps.do(queue.second, signups.sign_up, queue.slot, wait=True)
    queue.frees("2026-12-02 12:00")
    assert corps.told(Kind.OFFER) == {queue.third}


def test_a_place_freed_at_night_wakes_nobody(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-03 23:00")
    (offer,) = corps.owed(Kind.OFFER)
    assert corps.clock.wall(offer.due_at) == dt.datetime.fromisoformat("2026-12-04 07:30")
    assert offer.due_at < offer.expires_at


def test_an_accepted_offer_is_a_place(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-02 12:00")
    assert queue.accept(queue.second) is None
    assert corps.sign_ups(queue.slot)[queue.second] is SignUpState.GOING
    assert queue.accept(queue.second) is Reason.ALREADY_GOING


def test_an_offer_of_an_activity_that_was_cancelled_meanwhile_is_refused_as_cancelled(
    corps: Corps, queue: Queue
) -> None:
    queue.frees("2026-12-02 11:00")
    offered = queue.row(queue.second).id or 0
    corps.do(queue.wang, cancelling.cancel, queue.activity)
    with pytest.raises(Refused) as refused:
        corps.do(queue.second, waitlist.accept, offered)
    assert (refused.value.reason, refused.value.facts["title"]) == (Reason.CANCELLED, "防诈骗公益讲座")


def test_nobody_accepts_for_somebody_else(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-02 12:00")
    with pytest.raises(Refused) as refused:
        corps.do(queue.third, waitlist.accept, queue.row(queue.second).id or 0)
    assert refused.value.reason is Reason.NOT_ALLOWED


def test_an_offer_not_taken_in_time_goes_to_the_next_and_both_are_told(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-05 08:00")
    corps.clock.set_wall("2026-12-05 09:01")
    assert queue.accept(queue.second) is Reason.OFFER_LAPSED
    assert corps.run(waitlist.lapse) == 1
    assert queue.row(queue.second).state is SignUpState.WITHDRAWN
    assert queue.row(queue.third).state is SignUpState.OFFERED
    assert corps.told(Kind.LAPSED) == {queue.second}
    assert queue.third in corps.told(Kind.OFFER)
    assert corps.run(waitlist.lapse) == 0


def test_whoever_let_it_lapse_may_queue_again(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-05 08:00")
    corps.clock.set_wall("2026-12-05 09:01")
    corps.run(waitlist.lapse)
    assert corps.do(queue.second, signups.sign_up, queue.slot, wait=True).state is SignUpState.WAITLISTED
    corps.do(queue.third, withdrawals.withdraw, queue.activity)
    assert queue.row(queue.second).offers == 2


def test_an_offer_that_clashes_with_another_place_is_refused_with_its_name(corps: Corps, queue: Queue) -> None:
    other = corps.publish(queue.wang, corps.plan("义诊"))
    corps.do(queue.second, signups.sign_up, corps.slot(other))
    queue.frees("2026-12-02 12:00")
    assert queue.accept(queue.second) is Reason.OVERLAP


def test_of_two_offers_at_the_same_hour_either_can_be_taken(corps: Corps, queue: Queue) -> None:
    plan = corps.plan("另一场", slots=(SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),))
    other = corps.publish(queue.wang, plan)
    early = corps.member("早到")
    corps.do(early, signups.sign_up, corps.slot(other))
    corps.do(queue.second, signups.sign_up, corps.slot(other), wait=True)
    corps.do(early, withdrawals.withdraw, other)
    corps.do(queue.holder, withdrawals.withdraw, queue.activity)
    assert corps.sign_ups(corps.slot(other))[queue.second] is SignUpState.OFFERED
    assert queue.accept(queue.second) is None


def test_after_the_start_a_freed_place_is_offered_to_nobody(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-05 13:55")
    corps.clock.set_wall("2026-12-05 14:05")
    corps.run(waitlist.lapse)
    assert queue.row(queue.third).state is SignUpState.WAITLISTED
    assert corps.owed(Kind.LAPSED) == []


def test_the_card_says_until_when_the_place_is_held(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-05 08:00")
    card = corps.do(queue.second, cards.see, queue.activity)
    assert (card.slots[0].mine, card.slots[0].held, card.slots[0].free) == (SignUpState.OFFERED, 1, 0)


def test_every_move_on_the_waitlist_leaves_a_trace(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-02 12:00")
    queue.accept(queue.second)

    def actions(session: Session, _at: Moment) -> list[str]:
        return list(session.exec(select(Audit.action).order_by(col(Audit.id))).all())

    assert corps.run(actions)[-3:] == ["signup.leave", "signup.offer", "signup.accept"]


def test_without_quiet_hours_time_simply_passes() -> None:
    clock = StoppedClock()
    at = Moment(clock.now(), Policy(zone=clock))
    starts = clock.now() + dt.timedelta(days=5)
    assert waitlist.offer_deadline(at, starts) == clock.now() + dt.timedelta(hours=24)


@pytest.mark.parametrize("minutes", [-1, 0, 1, None])
def test_the_database_finds_overdue_exactly_the_offers_that_do_not_stand(queue: Queue, minutes: int | None) -> None:
    queue.frees("2026-12-04 09:00")
    row, now = queue.row(queue.second), queue.corps.clock.now()
    row.offered_until = None if minutes is None else now + dt.timedelta(minutes=minutes)
    queue.corps.run(lambda s, _at: s.merge(row))
    overdue = queue.corps.run(lambda s, _at: s.exec(select(SignUp.id).where(waitlist.overdue(now))).all())
    assert (row.id in overdue) is not waitlist.offer_stands(row, now)
    for state in set(SignUpState) - {SignUpState.OFFERED}:
        row.state = state
        assert not waitlist.offer_stands(row, now)


def test_word_of_an_offer_is_about_that_offer_and_no_later_one(queue: Queue) -> None:
    queue.frees("2026-12-04 09:00")
    row = queue.row(queue.second)
    told = {"sign_up": row.id, "offer": row.offers}
    assert queue.corps.run(waitlist.still_told, told)
    assert not queue.corps.run(waitlist.still_told, {**told, "offer": row.offers + 1})
    queue.corps.clock.push(dt.timedelta(days=1))
    assert not queue.corps.run(waitlist.still_told, told)


def test_an_offer_passes_over_whoever_cannot_be_reached_until_they_are_back(corps: Corps, queue: Queue) -> None:
    corps.run(reachability.lost, telegram(queue.second), "blocked")
    queue.frees("2026-12-02 12:00")
    assert queue.row(queue.second).state is SignUpState.WAITLISTED
    assert queue.row(queue.third).state is SignUpState.OFFERED
    corps.do(queue.third, withdrawals.withdraw, queue.activity)
    corps.run(waitlist.lapse)
    assert queue.row(queue.second).state is SignUpState.WAITLISTED
    corps.run(reachability.back, telegram(queue.second))
    corps.run(waitlist.lapse)
    assert queue.row(queue.second).state is SignUpState.OFFERED


def test_an_offer_to_somebody_who_turns_unreachable_goes_on_to_the_next(corps: Corps, queue: Queue) -> None:
    queue.frees("2026-12-02 12:00")
    corps.run(reachability.lost, telegram(queue.second), "blocked")
    assert corps.run(waitlist.lapse) == 1
    assert queue.row(queue.third).state is SignUpState.OFFERED
    assert corps.told(Kind.LAPSED) == {queue.second}
    assert queue.second not in {corps.number(due.member_id or 0) for due in corps.run(all_due)}
    assert corps.told(Kind.LAPSED) == set()
    corps.run(reachability.back, telegram(queue.second))
    assert corps.told(Kind.LAPSED) == {queue.second}, "told when back"
    assert [notice.subject for notice in corps.owed(Kind.LAPSED)] == [{"away": True}]


def test_an_offer_that_could_not_be_sent_is_freed_for_the_next(corps: Corps, queue: Queue) -> None:
    """Blocked between the offer and its sending: the try finds out."""
    queue.frees("2026-12-02 12:00")
    (offer,) = [due for due in corps.run(all_due) if due.kind is Kind.OFFER]
    corps.run(leasing.record, [(offer.id, notices.GiveUp("blocked", unreachable=True, failure=Failure.BLOCKED))])
    assert corps.run(waitlist.lapse) == 1
    assert queue.row(queue.third).state is SignUpState.OFFERED
    assert corps.told(Kind.OFFER) == {queue.third}
    corps.run(reachability.back, telegram(queue.second))
    again = {corps.number(due.member_id or 0): due for due in corps.run(all_due) if due.kind is Kind.OFFER}
    assert corps.run(load, again[queue.second]) is None, "what is over is not offered again"


def test_who_has_paused_reminders_still_gets_the_place_they_wait_for(corps: Corps, queue: Queue) -> None:
    def pause(session: Session, at: Moment) -> None:
        row_at(session, queue.second).paused_until = at.now + dt.timedelta(days=7)

    corps.run(pause)
    queue.frees("2026-12-02 12:00")
    assert queue.row(queue.second).state is SignUpState.OFFERED
    assert Kind.OFFER in {due.kind for due in corps.run(all_due)}
