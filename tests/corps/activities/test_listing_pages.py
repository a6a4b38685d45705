"""Walking all pages shows everything exactly once, in the order that a plain reading of the rules gives."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from corps import member_addresses
from corps.activities.listing import PAGE, ActivityList, Choice, Line, browse
from corps.moment import Moment
from models import Activity, ActivityTeam, Member, SignUp, Slot
from models.enums import ActivityState, SignUpState
from tests.base import Corps

TAKING = (SignUpState.GOING, SignUpState.OFFERED)
LIVE = (*TAKING, SignUpState.WAITLISTED)
CODES = ("lecture", "clinic")


@dataclass(frozen=True)
class SlotDrawn:
    """A slot: of a team (0: none, 1: ours, 2: another's), and who is in it: 0 is the person who looks."""

    code: str
    places: int
    team: int
    open: bool
    people: tuple[tuple[int, SignUpState], ...]


@dataclass(frozen=True)
class Drawn:
    """An activity, in hours from now; many begin at the same hour."""

    starts: int
    hours: int
    state: ActivityState
    named: frozenset[int]
    slots: tuple[SlotDrawn, ...]


PEOPLE = st.dictionaries(st.integers(0, 3), st.sampled_from(list(SignUpState)), max_size=3)
SLOTS = st.builds(
    SlotDrawn,
    code=st.sampled_from(CODES),
    places=st.integers(1, 3),
    team=st.integers(0, 2),
    open=st.booleans(),
    people=PEOPLE.map(lambda drawn: tuple(drawn.items())),
)
ACTIVITIES = st.lists(
    st.builds(
        Drawn,
        starts=st.integers(-3, 12),
        hours=st.integers(0, 4),
        state=st.sampled_from([*[ActivityState.PUBLISHED] * 6, *ActivityState]),
        named=st.frozensets(st.integers(1, 2)),
        slots=st.lists(SLOTS, min_size=1, max_size=3).map(tuple),
    ),
    max_size=24,
)


@dataclass(frozen=True)
class Ground:
    """Who looks, from which team; the teams' ids by the numbers drawn."""

    me: int
    leads: bool
    teams: dict[int, int | None]
    people: list[int]


def fill(session: Session, at: Moment, ground: Ground, drawn: list[Drawn]) -> None:
    """Put what was drawn in the place of all there is."""
    for table in (SignUp, Slot, ActivityTeam, Activity):
        for row in session.exec(select(table)).all():
            session.delete(row)
        session.flush()
    for number, plan in enumerate(drawn):
        starts = at.now + dt.timedelta(hours=plan.starts)
        activity = Activity(
            title=f"活动{number}", starts_at=starts, ends_at=starts + dt.timedelta(hours=plan.hours),
            local_date=starts.date(), year=2026, place="", venue="village", state=plan.state,
            created_by=ground.people[0], created_at=at.now, check_in_code=str(number),
        )  # fmt: skip
        session.add(activity)
        session.flush()
        own = activity.id or 0
        session.add_all(ActivityTeam(activity_id=own, team_id=ground.teams[team] or 0) for team in plan.named)
        for need in plan.slots:
            slot = Slot(activity_id=own, category=need.code, role="", places=need.places,
                        team_id=ground.teams[need.team], open=need.open)  # fmt: skip
            session.add(slot)
            session.flush()
            session.add_all(
                SignUp(activity_id=own, slot_id=slot.id or 0, member_id=ground.people[who], state=state,
                       queued_at=at.now, created_at=at.now, updated_at=at.now)
                for who, state in need.people
            )  # fmt: skip


def naive(session: Session, at: Moment, ground: Ground, category: str, team: int) -> list[Line]:
    """Read everything and apply the rules one by one."""
    slots: defaultdict[int | None, list[Slot]] = defaultdict(list)
    ups: defaultdict[int | None, list[SignUp]] = defaultdict(list)
    named: defaultdict[int | None, set[int]] = defaultdict(set)
    for slot in session.exec(select(Slot)).all():
        slots[slot.activity_id].append(slot)
    for up in session.exec(select(SignUp)).all():
        ups[up.slot_id].append(up)
    for row in session.exec(select(ActivityTeam)).all():
        named[row.activity_id].add(row.team_id)
    ahead = [
        activity
        for activity in session.exec(select(Activity)).all()
        if activity.state is ActivityState.PUBLISHED and activity.ends_at > at.now
    ]

    def states(activity: Activity) -> list[SignUpState]:
        """Return how the person stands in it."""
        rows = (up for slot in slots[activity.id] for up in ups[slot.id])
        return [up.state for up in rows if up.member_id == ground.me and up.state in LIVE]

    busy = [other for other in ahead if set(states(other)) & set(TAKING)]
    lines = []
    for activity in ahead:
        teams = named[activity.id] | {slot.team_id for slot in slots[activity.id] if slot.team_id}
        if (category and category not in {s.category for s in slots[activity.id]}) or (team and team not in teams):
            continue
        free = claims = kept = 0
        mine_now = False
        open_slots = slots[activity.id] if activity.starts_at > at.now else []
        for slot in open_slots:
            here = [up for up in ups[slot.id] if up.state in LIVE]
            left = max(0, slot.places - sum(up.state in TAKING for up in here))
            if slot.open and slot.team_id is None:
                claims += 1
                continue
            free += left
            kept += sum(up.state is SignUpState.OFFERED for up in here)
            ours = slot.team_id == ground.teams[1] if slot.team_id else ground.teams[1] in teams
            waits = any(up.state is SignUpState.WAITLISTED for up in here)
            mine_now |= ours and left > 0 and not waits and ground.me not in {up.member_id for up in here}
        clash = activity in busy or any(
            other.starts_at < activity.ends_at and other.ends_at > activity.starts_at for other in busy
        )
        held = states(activity)
        is_open = (mine_now and not clash) or (claims > 0 and ground.leads)
        offers = [up for slot in open_slots for up in ups[slot.id] if up.state is SignUpState.OFFERED]
        until = [up.offered_until for up in offers if up.offered_until]
        best = next((state for state in LIVE if state in held), None)
        lines.append(
            Line(activity.id or 0, activity.title, activity.starts_at, activity.ends_at, activity.state,
                 free, claims, best, is_open, kept, max(until, default=None))
        )  # fmt: skip
    return sorted(lines, key=lambda line: (not line.open_to_me, line.starts_at, line.id))


def walk(corps: Corps, who: int, choice: Choice) -> tuple[list[Line], int]:
    """Return the lines of all pages, one after another, and how many the list says there are."""
    first = corps.do(who, browse, choice)
    found = [
        corps.do(who, browse, Choice(choice.shelf, choice.category, choice.team, number))
        for number in range(first.pages)
    ]
    assert all(len(page.lines) == PAGE for page in found[:-1])
    return [line for page in found for line in page.lines], first.total


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ACTIVITIES, code=st.sampled_from(["", *CODES]), team=st.integers(0, 2))
@pytest.mark.parametrize("leads", [False, True])
def test_all_pages_together_are_what_a_plain_reading_gives(
    corps: Corps, leads: bool, drawn: list[Drawn], code: str, team: int
) -> None:
    known = {name for (name,) in corps.run(lambda s, _at: [(row.name,) for row in s.exec(select(Member)).all()])}
    if not known:
        corps.person("我", "民盟", leader=leads)
        for number in range(1, 4):
            corps.member(f"成员{number}")
    me, people = corps.run(_people)
    ground = Ground(people[0], leads, {0: None, 1: corps.team("民盟"), 2: corps.team("民建")}, people)
    corps.run(fill, ground, drawn)
    narrowed = ground.teams[team] or 0
    expected = corps.run(naive, ground, code, narrowed)
    assert walk(corps, me, Choice(category=code, team=narrowed)) == (expected, len(expected))


def _people(session: Session, _at: Moment) -> tuple[int, list[int]]:
    rows = session.exec(select(Member).order_by(Member.id)).all()  # type: ignore[arg-type]  # a column
    home = member_addresses.best(session, rows[0].id)
    return home.address.number if home else 0, [row.id or 0 for row in rows]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ACTIVITIES, code=st.sampled_from(["", *CODES]), team=st.integers(0, 2))
def test_every_other_shelf_is_walked_whole_and_in_order(corps: Corps, drawn: list[Drawn], code: str, team: int) -> None:
    if not corps.run(lambda s, _at: s.exec(select(Member.id)).first()):
        corps.coordinator()
        for number in range(3):
            corps.member(f"成员{number}")
    me, people = corps.run(_people)
    ground = Ground(people[0], False, {0: None, 1: corps.team("民盟"), 2: corps.team("民建")}, people)
    corps.run(fill, ground, drawn)
    kept = [
        (number, plan)
        for number, plan in enumerate(drawn)
        if (not code or code in {slot.code for slot in plan.slots})
        and (not team or team in plan.named | {slot.team for slot in plan.slots})
    ]
    ended = {number for number, plan in kept if plan.starts + plan.hours <= 0}
    over = (ActivityState.REPORTED, ActivityState.VERIFIED, ActivityState.CANCELLED)
    held = [(n, p) for n, p in kept if p.state is ActivityState.PUBLISHED and n in ended]
    past = [(n, p) for n, p in kept if p.state in over] + held
    expected = {
        ActivityList.DRAFTS: sorted((p.starts, n) for n, p in kept if p.state is ActivityState.DRAFT),
        ActivityList.HELD: sorted((-p.starts - p.hours, n) for n, p in held),
        ActivityList.PAST: sorted((-p.starts, n) for n, p in past),
    }
    for shelf, order in expected.items():
        lines, total = walk(corps, me, Choice(shelf, code, ground.teams[team] or 0))
        assert [line.title for line in lines] == [f"活动{number}" for _, number in order]
        assert total == len(order)


def test_a_coordinator_of_no_team_sees_everything_ahead_by_time_and_nothing_as_open(corps: Corps) -> None:
    wang = corps.coordinator()
    starts = [f"2026-12-{5 + number % 9:02d} {9 + number % 4:02d}:00" for number in range(2 * PAGE + 3)]
    for number, when in enumerate(starts):
        corps.publish(wang, corps.plan(f"讲座{number}", when, when[:11] + "16:00"))
    lines, total = walk(corps, wang, Choice())
    assert [corps.clock.wall(line.starts_at).strftime("%Y-%m-%d %H:%M") for line in lines] == sorted(starts)
    assert total == len({line.id for line in lines}) == len(starts)
    assert not any(line.open_to_me for line in lines)
