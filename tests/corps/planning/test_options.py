"""When, with which team and where something could be held: the options of a plan, and the choice among them."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.solver.child import solve
from bot.solver.solver import as_data
from corps.activities.holidays import DayKind, day_kind
from corps.moment import HolidayYear
from corps.planning.options import Ground, Option, Standing, TeamGround, build

TEAMS = (
    TeamGround(1, ("lecture", "care"), 20),
    TeamGround(2, ("care", "lecture"), 20),
    TeamGround(3, ("clinic",), 20),
    TeamGround(4, ("lecture",), 0),
)
VENUES = {"community": False, "village": False, "enterprise": True}
AUTUMN = Ground(dt.date(2026, 9, 1), dt.date(2026, 12, 31), TEAMS, {"lecture": 3, "care": 2, "clinic": 1}, VENUES)
"""2026 is a year whose holidays are known."""


def chosen(ground: Ground) -> list[Option]:
    """Return the best choice, in the order of days."""
    options, problem = build(ground)
    return sorted((options[place] for place in solve(as_data(problem))["chosen"]), key=lambda o: (o.day, o.category))


def test_what_is_missing_is_found_by_suited_teams_with_people_spread_over_months_and_kinds_of_place() -> None:
    found = chosen(AUTUMN)
    assert Counter(option.category for option in found) == {"lecture": 3, "care": 2, "clinic": 1}
    assert {option.team for option in found if option.category == "lecture"} <= {1, 2}, "4 has no members"
    assert {option.team for option in found if option.category == "clinic"} == {3}
    lectures = [option for option in found if option.category == "lecture"]
    assert len({option.day.month for option in lectures}) == 3
    assert {option.venue for option in lectures} == set(VENUES)


def test_the_same_ground_has_the_same_plan() -> None:
    assert chosen(AUTUMN) == chosen(AUTUMN)


def test_nothing_is_put_on_a_holiday_and_a_make_up_working_day_is_a_working_day() -> None:
    options, _ = build(AUTUMN)
    assert {day_kind(option.day, {}) for option in options} & {DayKind.PUBLIC_HOLIDAY} == set()
    worked = dt.date(2026, 9, 20)
    assert day_kind(worked, {}) is DayKind.MAKEUP_WORKDAY
    week = replace(AUTUMN, first=worked, last=worked, missing={"lecture": 1})
    assert {(o.venue, o.why.day, o.starts.hour) for o in build(week)[0]} == {
        (venue, DayKind.MAKEUP_WORKDAY, 14) for venue in VENUES
    }


def test_enterprises_are_visited_when_people_are_at_work_and_villages_when_they_are_not() -> None:
    days = {option.venue: option.day.weekday() for option in build(replace(AUTUMN, last=dt.date(2026, 9, 6)))[0]}
    assert days["enterprise"] == 2
    assert {days["community"], days["village"]} == {5}


def test_the_office_s_own_notice_of_holidays_wins() -> None:
    day = dt.date(2027, 5, 5)
    ground = replace(AUTUMN, first=day, last=day, missing={"lecture": 1})
    assert build(ground)[0]
    notice = {2027: HolidayYear({day: "劳动节"}, frozenset())}
    assert build(replace(ground, notices=notice))[0] == ()


def test_a_team_that_is_busy_that_day_gets_another_and_one_whose_people_all_go_elsewhere_too() -> None:
    saturday = dt.date(2026, 9, 5)
    week = replace(AUTUMN, first=dt.date(2026, 8, 31), last=dt.date(2026, 9, 6), missing={"clinic": 1})
    at_home = next(option for option in build(week)[0] if option.venue == "village")
    assert at_home.day == saturday
    busy = replace(week, standing=(Standing(saturday, ("care",), (3,), "village", "天池村"),))
    assert next(option for option in build(busy)[0] if option.venue == "village").day == saturday + dt.timedelta(1)
    away = replace(week, busy={(3, saturday): 20})
    assert next(option for option in build(away)[0] if option.venue == "village").day == saturday + dt.timedelta(1)


def test_two_are_not_at_one_place_at_once() -> None:
    day = dt.date(2026, 9, 5)
    places = {"community": ("金蓉社区",)}
    ground = replace(AUTUMN, first=day, last=day, missing={"lecture": 1, "care": 1}, places=places)
    found = chosen(ground)
    assert len(found) == 2
    assert len({(option.place, option.day) for option in found if option.place}) == sum(bool(o.place) for o in found)
    taken = replace(ground, standing=(Standing(day, ("clinic",), (3,), "community", "金蓉社区"),))
    assert all(option.place == "" for option in build(taken)[0])


def test_who_has_done_much_is_asked_later() -> None:
    busy = tuple(Standing(dt.date(2026, month, 3), ("care",), (1,), "square", "三峡广场") for month in range(1, 9))
    found = chosen(replace(AUTUMN, missing={"lecture": 1}, standing=busy))
    assert [option.team for option in found] == [2], "though lectures suit the other better"


def test_what_was_passed_or_barred_is_not_proposed_again() -> None:
    first = chosen(replace(AUTUMN, missing={"lecture": 1}))[0]
    again = chosen(replace(AUTUMN, missing={"lecture": 1}, passed=frozenset({("lecture", first.team, first.week)})))[0]
    assert (again.team, again.week) != (first.team, first.week)
    barred = chosen(replace(AUTUMN, missing={"lecture": 3}, barred=frozenset({("lecture", first.team)})))
    assert {option.team for option in barred} == {1, 2} - {first.team}


def test_where_weeks_do_not_suffice_as_many_as_possible_are_found() -> None:
    late = replace(AUTUMN, first=dt.date(2026, 12, 14), missing={"lecture": 9})
    assert len(chosen(late)) == 3, "one a week of a category"


def clashes(options: Sequence[Option]) -> list[Option]:
    """Return the options that share a team and a week, or a place and a day, with another."""
    teams = Counter((option.team, option.week) for option in options)
    places = Counter((option.place, option.day) for option in options if option.place)
    return [o for o in options if teams[o.team, o.week] > 1 or (o.place and places[o.place, o.day] > 1)]


@settings(max_examples=15, deadline=None)
@given(
    first=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 20)),
    missing=st.dictionaries(st.sampled_from(("lecture", "care", "clinic")), st.integers(0, 6)),
    standing=st.lists(
        st.builds(
            Standing,
            day=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
            categories=st.just(("lecture",)),
            teams=st.sampled_from(((1,), (2,), (1, 3))),
            venue=st.sampled_from(tuple(VENUES)),
            place=st.sampled_from(("金蓉社区", "天池村")),
            proposed=st.booleans(),
        ),
        max_size=8,
    ).map(tuple),
)
def test_no_plan_has_a_clash_or_more_than_is_missing(
    first: dt.date, missing: dict[str, int], standing: tuple[Standing, ...]
) -> None:
    places = {"community": ("金蓉社区",), "village": ("天池村",)}
    ground = replace(AUTUMN, first=first, missing=missing, standing=standing, places=places)
    found = chosen(ground)
    assert clashes(found) == []
    assert all(number <= missing[code] for code, number in Counter(option.category for option in found).items())
    taken = {(team, one.day) for one in standing for team in one.teams}
    assert all((option.team, option.day) not in taken for option in found)
    assert all((option.place, option.day) not in {(one.place, one.day) for one in standing} for option in found)
