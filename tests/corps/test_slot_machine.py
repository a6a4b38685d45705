"""A slot under anything people and time may do to it, in any order (Hypothesis)."""

import datetime as dt
import functools
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import col, select

import migrations
from corps import cancelling, editing, signups, waitlist
from corps.activities import SlotPlan
from corps.edits import Edit, Field
from corps.notice_kinds import Kind
from corps.refusals import Refused
from models import Activity, SignUp, Slot
from models.engine import open_engine
from models.words import ActivityState, SignUpState
from tests.base import Corps, found_corps

PEOPLE = 5
WHO = st.integers(0, PEOPLE - 1)
HOLDING = (SignUpState.GOING, SignUpState.OFFERED)


@functools.cache
def migrated() -> bytes:
    """Return an empty migrated database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corps.db"
        engine = open_engine(f"sqlite:///{path}")
        migrations.upgrade(engine)
        with engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return path.read_bytes()


class SlotMachine(RuleBasedStateMachine):
    """Two slots of one activity; five people who sign up, queue, withdraw, accept and dither; one coordinator."""

    @initialize(places=st.integers(1, 3))
    def publish(self, places: int) -> None:
        """Begin with a published activity on a fresh database."""
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "corps.db"
        path.write_bytes(migrated())
        self.corps: Corps = found_corps(open_engine(f"sqlite:///{path}"))
        self.wang = self.corps.coordinator()
        self.people = [self.corps.member(f"成员{number}") for number in range(PEOPLE)]
        team = self.corps.team("民盟")
        slots = (SlotPlan("主讲人", "lecture", places, team), SlotPlan("志愿者", "lecture", 1, team))
        self.activity = self.corps.publish(self.wang, self.corps.plan(slots=slots))
        self.slots = [self.corps.slot(self.activity, slot.role) for slot in slots]

    def attempt(self, operation: object, *args: object, **kwargs: object) -> bool:
        """Do something that may well be refused. Returns whether it was done."""
        try:
            self.corps.do(*args[:1], operation, *args[1:], **kwargs)  # type: ignore[arg-type]
        except Refused:
            return False
        return True

    @rule(who=WHO, slot=st.integers(0, 1), wait=st.booleans())
    def sign_up(self, who: int, slot: int, wait: bool) -> None:
        """Somebody takes a place, or queues."""
        self.attempt(signups.sign_up, self.people[who], self.slots[slot], wait=wait)

    @rule(who=WHO)
    def withdraw(self, who: int) -> None:
        """Somebody can't come."""
        self.attempt(signups.withdraw, self.people[who], self.activity)

    @rule(who=WHO)
    def accept(self, who: int) -> None:
        """Somebody takes an offer."""
        member = self.corps.member_id(self.people[who])
        offered = select(SignUp.id).where(SignUp.member_id == member, SignUp.state == SignUpState.OFFERED)
        for row in self.corps.run(lambda s, _at: s.exec(offered).all()):
            self.attempt(waitlist.accept, self.people[who], row)

    @rule(hours=st.integers(1, 20))
    def time_passes(self, hours: int) -> None:
        """Time passes, and the timetable ends the offers that nobody took."""
        self.corps.clock.push(dt.timedelta(hours=hours))
        while self.corps.run(waitlist.lapse):
            pass

    @rule(slot=st.integers(0, 1), places=st.integers(1, 4))
    def change_capacity(self, slot: int, places: int) -> None:
        """The coordinator changes how many a slot takes."""
        edit = Edit(self.activity, Field.PLACES, {"places": places}, self.slots[slot])
        before = self.count(self.slots[slot], *HOLDING)
        done = self.attempt(editing.change, self.wang, edit)
        assert not (done and places < before), "a slot shrank below the places taken"

    @rule(days=st.integers(1, 3))
    def postpone(self, days: int) -> None:
        """The coordinator postpones it."""
        row = self.corps.run(lambda s, _at: s.get_one(Activity, self.activity))
        starts, ends = (self.corps.clock.wall(end) + dt.timedelta(days=days) for end in (row.starts_at, row.ends_at))
        value = {"starts": starts.isoformat(), "ends": ends.isoformat()}
        self.attempt(editing.change, self.wang, Edit(self.activity, Field.TIME, value))

    @rule(sure=st.integers(0, 9))
    def cancel(self, sure: int) -> None:
        """Once in a while the coordinator cancels it."""
        if sure == 0:
            self.corps.do(self.wang, cancelling.cancel, self.activity, "下雨")

    def rows(self, slot: int) -> list[SignUp]:
        """Return a slot's sign-ups in the order of the line."""
        line = select(SignUp).where(SignUp.slot_id == slot).order_by(col(SignUp.queued_at), col(SignUp.id))
        return self.corps.run(lambda s, _at: list(s.exec(line).all()))

    def places(self, slot: int) -> int:
        """Return how many a slot takes."""
        return self.corps.run(lambda s, _at: s.get_one(Slot, slot)).places

    def count(self, slot: int, *states: SignUpState) -> int:
        """Count a slot's sign-ups in these states."""
        return sum(row.state in states for row in self.rows(slot))

    @invariant()
    def no_slot_holds_more_than_it_has(self) -> None:
        """Capacity is never exceeded."""
        for slot in self.slots:
            assert self.count(slot, *HOLDING) <= self.places(slot)

    @invariant()
    def no_place_is_free_while_somebody_waits(self) -> None:
        """Before the start of a live activity, a free place and a waiting person never coexist."""
        activity = self.corps.run(lambda s, _at: s.get_one(Activity, self.activity))
        if activity.state is not ActivityState.PUBLISHED or activity.starts_at <= self.corps.clock.now():
            return
        for slot in self.slots:
            if self.count(slot, SignUpState.WAITLISTED):
                assert self.count(slot, *HOLDING) == self.places(slot)

    @invariant()
    def nobody_has_two_places(self) -> None:
        """One person goes in one slot."""
        going = [row.member_id for slot in self.slots for row in self.rows(slot) if row.state is SignUpState.GOING]
        assert len(going) == len(set(going))

    @invariant()
    def every_offer_is_told_and_has_a_deadline(self) -> None:
        """Whoever is offered a place has been owed word of it; nobody else holds a deadline."""
        keys = {notice.key for notice in self.corps.owed(Kind.OFFER, None)}
        for slot in self.slots:
            for row in self.rows(slot):
                offered = row.state is SignUpState.OFFERED
                assert (row.offered_until is not None) is offered
                assert not offered or f"offer:{row.id}:{row.offers}" in keys

    def teardown(self) -> None:
        """Put the database away."""
        if hasattr(self, "corps"):
            self.corps.desk.close()
            self.folder.cleanup()


SlotMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSlotUnderAnything = SlotMachine.TestCase
