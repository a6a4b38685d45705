"""What a rule says of a row at hand, the expression beside it says of all rows: over random corps (Hypothesis)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from corps.activities import places, stages
from corps.activities.rules import concerned_teams, concerns
from corps.activities.sign_up_rule import SignUpRequest, joinable, ruling
from corps.activities.stages import Stage, at_stage, coming, is_coming, stage_of
from corps.moment import Moment
from corps.refusals import Reason
from corps.signups.signup_queries import read_request
from models import Activity, Member, SignUp, Slot
from models.enums import ActivityState, SignUpState
from tests.base import Corps
from tests.corps.activities.test_listing_pages import ACTIVITIES, Drawn, Ground, fill

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
            assert holds(session, activity, coming(at.now)) is is_coming(activity, at.now)

    corps.run(compare)


@RANDOM
@given(drawn=ACTIVITIES)
def test_who_fills_a_slot_and_what_is_left_of_it(corps: Corps, drawn: list[Drawn]) -> None:
    who = ground(corps)
    corps.run(fill, who, drawn)

    def compare(session: Session, _at: Moment) -> None:
        together = places.concerned_by_activity(session, session.exec(select(Activity.id)).all())  # type: ignore[arg-type]
        left = {slot.id: free for slot, free in places.slots_with_places_left(session, list(together))}
        for slot in session.exec(select(Slot)).all():
            concerned = concerned_teams(session, slot.activity_id)
            assert set(concerned) == together[slot.activity_id]
            assert of_slot(session, slot, places.unclaimed()) is places.is_unclaimed(slot)
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
                half = (activity.ends_at - activity.starts_at) / 2
                slot.starts_at, slot.ends_at = activity.starts_at + half, activity.ends_at
        session.flush()
        for activity in session.exec(select(Activity)).all():
            if stages.closed(activity, at.now) is not None:
                continue
            slots = session.exec(select(Slot.id).where(Slot.activity_id == activity.id)).all()
            rulings = [ruling(read_request(session, who.me, slot or 0), at.now) for slot in slots]
            listed = holds(session, activity, joinable(who.me, who.teams[1], at.now))
            assert listed is (SignUpState.GOING in rulings)

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
