"""What a rule says of a row at hand, the expression beside it says of all rows: over random corps (Hypothesis)."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select

from corps.activities import places, presence, served_categories, stages
from corps.activities.rules import concerned_teams, concerns, concerns_others
from corps.activities.sign_up_rule import SignUpRequest, joinable, ruling, slot_is_ahead
from corps.activities.stages import COMING, Stage, at_stage, coming, stage_of
from corps.moment import Moment
from corps.pairings import pairings
from corps.refusals import Reason
from corps.signups import waitlist
from corps.signups.signup_queries import read_request
from models import Activity, Attendance, Member, Pairing, SignUp, Slot, Visit
from models.enums import ActivityState, AttendanceState, PairingCounts, PairingState, SignUpState, Source
from tests.base import Corps
from tests.corps.activities.test_listing_pages import ACTIVITIES, CODES, Drawn, Ground, fill

HOUR = dt.timedelta(hours=1)
RANDOM = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ground(corps: Corps) -> Ground:
    """Return a corps of four people, of whom the first looks."""
    known = corps.run(lambda s, _at: s.exec(select(Member.id).order_by(col(Member.id))).all())
    ids = [found or 0 for found in known] or [corps.member_id(corps.member(f"成员{n}")) for n in range(4)]
    return Ground(ids[0], leads=False, teams={0: None, 1: corps.team("民盟"), 2: corps.team("民建")}, people=ids)


def holds(session: Session, activity: Activity, condition: ColumnElement[bool]) -> bool:
    """Tell whether a condition is met by an activity."""
    return session.exec(select(Activity.id).where(Activity.id == activity.id, condition)).first() is not None


def of_slot(session: Session, slot: Slot, condition: ColumnElement[bool]) -> bool:
    """Tell whether a condition is met by a slot, of its activity."""
    joined = select(Slot.id).join(Activity, col(Activity.id) == col(Slot.activity_id))
    return session.exec(joined.where(Slot.id == slot.id, condition)).first() is not None


@RANDOM
@given(drawn=ACTIVITIES)
def test_each_activity_is_at_the_one_stage_that_it_is_found_at(corps: Corps, drawn: list[Drawn]) -> None:
    corps.run(fill, ground(corps), drawn)

    def compare(session: Session, at: Moment) -> None:
        for activity in session.exec(select(Activity)).all():
            found = [stage for stage in Stage if holds(session, activity, at_stage(stage, at.now))]
            assert found == [stage_of(activity, at.now)]
            assert holds(session, activity, coming(at.now)) is (stage_of(activity, at.now) in COMING)

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES)
def test_who_fills_a_slot_and_what_is_left_of_it(corps: Corps, drawn: list[Drawn]) -> None:
    who = ground(corps)
    corps.run(fill, who, drawn)

    def compare(session: Session, _at: Moment) -> None:
        together = places.concerned_by_activity(session, session.exec(select(Activity.id)).all())  # type: ignore[arg-type]
        left = {slot.id: free for slot, free in places.slots_with_places_left(session, list(together))}
        for activity in session.exec(select(Activity)).all():
            others = together.get(activity.id or 0, set()) - {who.teams[1]}
            assert holds(session, activity, concerns_others(who.teams[1])) is bool(others)
        for slot in session.exec(select(Slot)).all():
            concerned = concerned_teams(session, slot.activity_id)
            assert set(concerned) == together[slot.activity_id]
            assert of_slot(session, slot, places.unclaimed()) is places.is_unclaimed(slot)
            assert of_slot(session, slot, places.is_shared()) is (slot.team_id is None and not slot.open)
            for team in (who.teams[1] or 0, who.teams[2] or 0):
                assert of_slot(session, slot, places.fills(team)) is (team in places.filling_teams(slot, concerned))
                assert of_slot(session, slot, concerns(team)) is (team in concerned)
            in_slot = session.exec(select(SignUp.state).where(SignUp.slot_id == slot.id)).all()
            free = places.places_left(slot.places, sum(state in places.HOLDS_PLACE for state in in_slot))
            assert of_slot(session, slot, places.has_room()) is (free > 0)
            assert left.get(slot.id, free) == free

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES)
def test_what_takes_the_same_time(corps: Corps, drawn: list[Drawn]) -> None:
    corps.run(fill, ground(corps), drawn)

    def compare(session: Session, _at: Moment) -> None:
        everything = session.exec(select(Activity)).all()
        for one in everything:
            found = session.exec(select(Activity.id).where(places.at_that_time(one.starts_at, one.ends_at))).all()
            assert set(found) == {
                other.id
                for other in everything
                if other.state is ActivityState.PUBLISHED
                and other.starts_at < one.ends_at
                and other.ends_at > one.starts_at
            }

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES)
def test_an_activity_is_listed_as_joinable_if_and_only_if_a_tap_would_give_a_place(
    corps: Corps, drawn: list[Drawn]
) -> None:
    who = ground(corps)
    corps.run(fill, who, drawn)

    def compare(session: Session, at: Moment) -> None:
        for slot, activity in session.exec(select(Slot, Activity).where(Slot.activity_id == Activity.id)).all():
            if (slot.id or 0) % 2:  # some have hours of their own
                half = activity.starts_at + (activity.ends_at - activity.starts_at) / 2
                early = (slot.id or 0) % 3 == 0
                slot.starts_at, slot.ends_at = (activity.starts_at, half) if early else (half, activity.ends_at)
        session.flush()
        for activity in session.exec(select(Activity)).all():
            if stage_of(activity, at.now) not in COMING:
                continue
            slots = session.exec(select(Slot.id).where(Slot.activity_id == activity.id)).all()
            rulings = [ruling(read_request(session, who.me, slot or 0), at.now) for slot in slots]
            listed = holds(session, activity, joinable(who.me, who.teams[1], at.now))
            assert listed is (SignUpState.GOING in rulings)

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES, own=st.lists(st.booleans(), min_size=72, max_size=72))
def test_the_hours_of_a_slot_are_its_own_or_its_activitys(corps: Corps, drawn: list[Drawn], own: list[bool]) -> None:
    corps.run(fill, ground(corps), drawn)

    def compare(session: Session, at: Moment) -> None:
        both = session.exec(select(Slot, Activity).where(Slot.activity_id == Activity.id).order_by(col(Slot.id))).all()
        for (slot, activity), has_own in zip(both, own, strict=False):
            if has_own:
                slot.starts_at = activity.starts_at + (activity.ends_at - activity.starts_at) / 2
                slot.ends_at = activity.ends_at
        session.flush()
        joined = select(places.slot_starts(), places.slot_ends()).join(Activity, col(Activity.id) == Slot.activity_id)
        for slot, activity in both:
            hours = places.hours_of(slot, activity.starts_at, activity.ends_at)
            assert session.exec(joined.where(Slot.id == slot.id)).one() == hours
            closed = stages.closed(presence.expected(activity, slot), at.now)
            assert of_slot(session, slot, slot_is_ahead(at.now)) is (closed is None)
            for begins in (at.now, activity.starts_at, hours[1]):
                taken = hours[0] < begins + HOUR and hours[1] > begins and activity.state is ActivityState.PUBLISHED
                assert of_slot(session, slot, places.serves_at(begins, begins + HOUR)) is taken

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES)
def test_who_holds_a_place_who_waits_and_which_offers_stand(corps: Corps, drawn: list[Drawn]) -> None:
    corps.run(fill, ground(corps), drawn)

    def compare(session: Session, at: Moment) -> None:
        for row in session.exec(select(SignUp)).all():
            row.offered_until = (None, at.now - HOUR, at.now, at.now + HOUR)[(row.id or 0) % 4]
        session.flush()
        overdue = set(session.exec(select(SignUp.id).where(waitlist.overdue(at.now))).all())
        holding = set(session.exec(select(SignUp.id).where(places.holds_place())).all())
        for slot in session.exec(select(Slot)).all():
            rows = session.exec(select(SignUp).where(SignUp.slot_id == slot.id)).all()
            offers = [row for row in rows if row.state is SignUpState.OFFERED]
            until = [row.offered_until for row in offers if row.offered_until is not None]
            of = select(places.in_state(SignUpState.OFFERED), places.held_until()).select_from(Slot)
            assert session.exec(of.where(Slot.id == slot.id)).one() == (len(offers), max(until, default=None))
            assert {row.id for row in rows} & holding == {row.id for row in rows if row.state in places.HOLDS_PLACE}
            assert {row.id for row in offers if not waitlist.offer_stands(row, at.now)} == overdue & {
                r.id for r in rows
            }

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES, shift=st.sampled_from((0, 15, 30, 45)), check_out=st.booleans())
def test_where_people_can_check_in_and_out(corps: Corps, drawn: list[Drawn], shift: int, check_out: bool) -> None:
    corps.run(fill, ground(corps), drawn)

    def compare(session: Session, at: Moment) -> None:
        for activity in session.exec(select(Activity)).all():
            activity.starts_at += dt.timedelta(minutes=shift)
            activity.ends_at = max(activity.starts_at, activity.ends_at - dt.timedelta(minutes=shift))
            activity.check_out = check_out
            session.flush()
            assert holds(session, activity, presence.have_doors_open(at.now)) is presence.doors_open(activity, at.now)
            refused = presence.check_in_refusal(activity, at.now) is not None
            assert holds(session, activity, presence.take_check_in(at.now)) is not refused
            open_ = presence.check_out_open(activity, at.now)
            assert holds(session, activity, presence.take_check_out(at.now)) is open_

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES, marks=st.lists(st.sampled_from([None, *AttendanceState]), min_size=96, max_size=96))
def test_who_has_come_and_which_categories_are_served(
    corps: Corps, drawn: list[Drawn], marks: list[AttendanceState | None]
) -> None:
    who = ground(corps)

    def compare(session: Session, at: Moment) -> None:
        for mark in session.exec(select(Attendance)).all():
            session.delete(mark)
        session.flush()
        fill(session, at, who, drawn)
        left = iter(marks)
        for activity in session.exec(select(Activity)).all():
            own = activity.id or 0
            slot = session.exec(select(Slot.id).where(Slot.activity_id == own).order_by(col(Slot.id))).first()
            said = {person: state for person in who.people if (state := next(left)) is not None}
            session.add_all(
                Attendance(activity_id=own, member_id=person, slot_id=slot or 0, state=state,
                           source=Source.LEADER_CONFIRMED, marked_by=who.me, marked_at=at.now)
                for person, state in said.items()
            )  # fmt: skip
            session.flush()
            came = {person for person in who.people if presence.came(said.get(person))}
            here = select(Attendance.member_id).where(Attendance.activity_id == own, presence.came_there())
            assert set(session.exec(here).all()) == came
            assert {person for person in who.people if presence.has_come(session, own, person)} == came
            planned, done = served_categories.planned(session, own), served_categories.by_deeds(session, own)
            for note in (None, planned, done):
                activity.serves = None if note is None else served_categories.write(note)
                session.flush()
                served = planned if activity.serves is None else served_categories.read(activity.serves)
                for code in CODES:
                    assert holds(session, activity, served_categories.serving(code)) is (code in served)

    corps.run(compare)


PAIRINGS = st.lists(
    st.tuples(
        st.sampled_from(list(PairingState)), st.integers(2025, 2027), st.integers(2025, 2028) | st.none(),
        st.none() | st.tuples(st.sampled_from(list(ActivityState)), st.integers(2025, 2027)),
    ), max_size=12,
)  # fmt: skip


@RANDOM
@given(drawn=PAIRINGS, rule=st.sampled_from(list(PairingCounts)))
def test_which_pairings_count(
    corps: Corps,
    drawn: list[tuple[PairingState, int, int | None, tuple[ActivityState, int] | None]],
    rule: PairingCounts,
) -> None:
    who = ground(corps)

    def compare(session: Session, at: Moment) -> None:
        for table in (Visit, Pairing):
            session.exec(delete(table))
        fill(session, at, who, [])
        visited = {}
        for state, year, ended, visit in drawn:
            row = Pairing(
                team_id=who.teams[1] or 0, partner="天池村", since=dt.date(year, 3, 1), year=year, state=state,
                registered_by=who.me, registered_at=at.now, ended_on=dt.date(ended, 7, 1) if ended else None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            if visit is not None:
                activity = Activity(
                    title="走访", starts_at=at.now, ends_at=at.now, local_date=dt.date(visit[1], 6, 1), year=visit[1],
                    place="", venue="village", state=visit[0], created_by=who.me, created_at=at.now,
                    check_in_code=str(row.id),
                )  # fmt: skip
                session.add(activity)
                session.flush()
                session.add(Visit(pairing_id=row.id or 0, activity_id=activity.id or 0))
            visited[row.id] = visit == (ActivityState.VERIFIED, year)
        session.flush()
        everything = session.exec(select(Pairing)).all()
        for year in range(2025, 2028):
            found = set(session.exec(select(Pairing.id).where(pairings.counted(year, rule))).all())
            assert found == {
                one.id for one in everything if one.year == year and pairings.counts(one, rule, visited=visited[one.id])
            }

    corps.run(compare)


def request(corps: Corps, **facts: object) -> SignUpRequest:
    """Return a request that is granted: one place, free, of the person's team, three days ahead."""
    starts, ends = corps.instant("2026-12-05 14:00"), corps.instant("2026-12-05 16:00")
    plain: dict[str, object] = {
        "slot_id": 1, "activity_id": 1, "title": "讲座", "state": ActivityState.PUBLISHED, "starts_at": starts,
        "ends_at": ends, "places": 1, "team_id": 7, "open": False, "teams": (7,), "taken": 0, "waiting": 0,
        "member_id": 1, "member_team": 7,
    }  # fmt: skip
    return SignUpRequest(**{**plain, **facts})  # type: ignore[arg-type]  # by name


GOING, OFFERED, WAITLISTED = SignUpState.GOING, SignUpState.OFFERED, SignUpState.WAITLISTED


@pytest.mark.parametrize(
    ("facts", "now", "asked", "queueing", "on_site"),
    [
        ({}, "12-02 10:00", GOING, GOING, Reason.TOO_EARLY),
        ({}, "12-05 13:40", GOING, GOING, GOING),
        ({}, "12-05 14:00", Reason.STARTED, Reason.STARTED, GOING),
        ({}, "12-05 16:01", Reason.STARTED, Reason.STARTED, Reason.TOO_LATE),
        ({"state": ActivityState.CANCELLED}, "12-05 13:40", Reason.CANCELLED, Reason.CANCELLED, Reason.CANCELLED),
        ({"state": ActivityState.DRAFT}, "12-05 13:40", Reason.NOT_PUBLISHED, Reason.NOT_PUBLISHED, Reason.TOO_LATE),
        ({"taken": 1}, "12-05 13:40", Reason.FULL, WAITLISTED, Reason.FULL),
        ({"waiting": 1}, "12-05 13:40", Reason.FULL, WAITLISTED, Reason.FULL),
        ({"waiting": 1}, "12-05 14:05", Reason.STARTED, Reason.STARTED, GOING),
        ({"waiting": 1, "mine": WAITLISTED}, "12-05 13:40", *[Reason.ALREADY_WAITING] * 2, Reason.FULL),
        ({"taken": 1, "mine": OFFERED}, "12-05 13:40", Reason.ALREADY_GOING, Reason.ALREADY_GOING, GOING),
        ({"taken": 1, "mine": GOING}, "12-05 13:40", *[Reason.ALREADY_GOING] * 3),
        ({"here": (GOING,)}, "12-05 13:40", *[Reason.ONE_SLOT] * 3),
        ({"here": (OFFERED,)}, "12-05 13:40", Reason.ONE_SLOT, Reason.ONE_SLOT, GOING),
        ({"here": (WAITLISTED,)}, "12-05 13:40", GOING, GOING, GOING),
        ({"elsewhere": ((GOING, "义诊"),)}, "12-05 13:40", *[Reason.OVERLAP] * 3),
        ({"elsewhere": ((OFFERED, "义诊"),)}, "12-05 13:40", Reason.OVERLAP, Reason.OVERLAP, GOING),
        ({"elsewhere": ((WAITLISTED, "义诊"),)}, "12-05 13:40", GOING, GOING, GOING),
        ({"member_team": 8}, "12-05 13:40", *[Reason.OTHER_TEAM] * 3),
        ({"member_team": None}, "12-05 13:40", *[Reason.OTHER_TEAM] * 3),
        ({"open": True, "team_id": None, "teams": ()}, "12-05 13:40", *[Reason.NOT_CLAIMED_YET] * 3),
    ],
)  # fmt: skip
def test_the_rule_case_by_case(
    corps: Corps,
    facts: dict[str, object],
    now: str,
    asked: SignUpState | Reason,
    queueing: SignUpState | Reason,
    on_site: SignUpState | Reason,
) -> None:
    wish, when = request(corps, **facts), corps.instant(f"2026-{now}")
    assert ruling(wish, when) is asked
    assert ruling(wish, when, wait=True) is queueing
    assert ruling(wish, when, on_site=True) is on_site


@given(places_=st.integers(0, 9), taken=st.integers(0, 9))
def test_no_slot_has_fewer_than_no_places_left(places_: int, taken: int) -> None:
    assert places.places_left(places_, taken) == max(0, places_ - taken)
