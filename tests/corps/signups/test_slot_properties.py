"""A slot under anything people and time may do to it, in any order (Hypothesis)."""

import datetime as dt
import functools
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import Session, col, select

import migrations
from corps.activities.planning import SlotPlan
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.refusals import Refused
from corps.signups import signups, waitlist, withdrawals
from models import Activity, Notice, SignUp, Slot
from models.engine import open_engine
from models.enums import ActivityState, SignUpState
from tests.base import Corps, found_corps

PEOPLE = 4
WHO = st.integers(0, PEOPLE - 1)
HOLDING = (SignUpState.GOING, SignUpState.OFFERED)


def snapshot(session: Session, _at: Moment) -> tuple[Activity, list[Slot], list[SignUp], set[str]]:
    """Return the activity, its slots, all sign-ups, and the keys of the offers people were owed word of."""
    offers = select(Notice.key).where(Notice.kind == Kind.OFFER.value)
    return (
        session.exec(select(Activity)).one(),
        list(session.exec(select(Slot)).all()),
        list(session.exec(select(SignUp)).all()),
        set(session.exec(offers).all()),
    )


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
    """Two slots of one activity; four people who sign up, queue, withdraw, accept and dither; one coordinator."""

    @initialize(places=st.integers(1, 2))
    def publish(self, places: int) -> None:
        """Begin with a published activity on a fresh database."""
        self.done = 0
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "corps.db"
        path.write_bytes(migrated())
        self.corps: Corps = found_corps(open_engine(f"sqlite:///{path}"))
        self.wang = self.corps.coordinator()
        self.people = [self.corps.member(f"成员{number}") for number in range(PEOPLE)]
        self.members = {self.corps.member_id(person): person for person in self.people}
        team = self.corps.team("民盟")
        slots = (SlotPlan("主讲人", "lecture", places, team), SlotPlan("志愿者", "lecture", 1, team))
        self.activity = self.corps.publish(
            self.wang, self.corps.plan(starts="2026-12-12 14:00", ends="2026-12-12 16:00", slots=slots)
        )
        self.slots = [self.corps.slot(self.activity, slot.role) for slot in slots]

    def attempt(self, operation: object, *args: object, **kwargs: object) -> bool:
        """Do something that may well be refused. Returns whether it was done."""
        self.done += 1
        try:
            self.corps.do(*args[:1], operation, *args[1:], **kwargs)  # type: ignore[arg-type]
        except Refused:
            return False
        return True

    @rule(who=WHO, slot=st.integers(0, 1))
    def sign_up(self, who: int, slot: int) -> None:
        """Somebody takes a place, or queues for one."""
        if not self.attempt(signups.sign_up, self.people[who], self.slots[slot]):
            self.attempt(signups.sign_up, self.people[who], self.slots[slot], wait=True)

    @rule(first=WHO)
    def crowd(self, first: int) -> None:
        """Everybody wants the same slot, so that a line forms."""
        for who in range(PEOPLE):
            self.sign_up((first + who) % PEOPLE, 0)

    @rule(turn=WHO)
    def holder_withdraws(self, turn: int) -> None:
        """Somebody who has a place, or is offered one, can't come."""
        holding = [row.member_id for row in self.rows() if row.state in HOLDING]
        if holding:
            self.attempt(withdrawals.withdraw, self.members[holding[turn % len(holding)]], self.activity)

    @rule(who=WHO)
    def withdraw(self, who: int) -> None:
        """Anybody can't come, perhaps from the middle of the line."""
        self.attempt(withdrawals.withdraw, self.people[who], self.activity)

    @rule()
    def accept(self) -> None:
        """Whoever is offered a place takes it."""
        for row in self.rows():
            if row.state is SignUpState.OFFERED:
                self.attempt(waitlist.accept, self.members[row.member_id], row.id)

    @rule(hours=st.sampled_from((1, 6, 30)))
    def time_passes(self, hours: int) -> None:
        """Time passes, and the timetable ends the offers that nobody took."""
        self.corps.clock.push(dt.timedelta(hours=hours))
        while self.corps.run(waitlist.lapse):
            pass

    @rule(slot=st.integers(0, 1), places=st.integers(1, 3))
    def change_capacity(self, slot: int, places: int) -> None:
        """The coordinator changes how many a slot takes."""
        edit = Edit(self.activity, EditField.PLACES, {"places": places}, self.slots[slot])
        before = self.taken(self.slots[slot])
        done = self.attempt(editing.change, self.wang, edit)
        assert not (done and places < before), "a slot shrank below the places taken"

    @rule(days=st.integers(1, 3))
    def postpone(self, days: int) -> None:
        """The coordinator postpones it."""
        row = self.corps.run(lambda s, _at: s.get_one(Activity, self.activity))
        starts, ends = (self.corps.clock.wall(end) + dt.timedelta(days=days) for end in (row.starts_at, row.ends_at))
        value = {"starts": starts.isoformat(), "ends": ends.isoformat()}
        self.attempt(editing.change, self.wang, Edit(self.activity, EditField.TIME, value))

    @precondition(lambda self: self.done > 20)
    @rule()
    def cancel(self) -> None:
        """After a while the coordinator may cancel it."""
        self.corps.do(self.wang, cancelling.cancel, self.activity, "下雨")

    def rows(self) -> list[SignUp]:
        """Return all sign-ups in the order of the line."""
        line = select(SignUp).order_by(col(SignUp.queued_at), col(SignUp.id))
        return self.corps.run(lambda s, _at: list(s.exec(line).all()))

    def taken(self, slot: int) -> int:
        """Count the places of a slot that are gone."""
        return sum(row.state in HOLDING for row in self.rows() if row.slot_id == slot)

    @invariant()
    def all_is_well(self) -> None:
        """Look at everything at once, and hold it to each of the rules below."""
        activity, slots, rows, keys = self.corps.run(snapshot)
        live = activity.state is ActivityState.PUBLISHED and activity.starts_at > self.corps.clock.now()
        for slot in slots:
            own = [row for row in rows if row.slot_id == slot.id]
            holding = sum(row.state in HOLDING for row in own)
            assert holding <= slot.places, "a slot holds more than it has"
            waits = any(row.state is SignUpState.WAITLISTED for row in own)
            assert not (live and waits and holding < slot.places), "a place is free while somebody waits"
        going = [row.member_id for row in rows if row.state is SignUpState.GOING]
        assert len(going) == len(set(going)), "somebody goes in two slots"
        for row in rows:
            offered = row.state is SignUpState.OFFERED
            assert (row.offered_until is not None) is offered, "a deadline without an offer, or the reverse"
            assert not offered or f"offer:{row.id}:{row.offers}" in keys, "an offer nobody was told of"

    def teardown(self) -> None:
        """Put the database away."""
        if hasattr(self, "corps"):
            self.corps.database.close()
            self.folder.cleanup()


# Without shrinking: a failure is a sequence of some twenty named steps, and shrinking it takes minutes.
SlotMachine.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
TestSlotUnderAnything = SlotMachine.TestCase
