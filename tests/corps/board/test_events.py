"""The board's activities: counted by team and month, listed by what is asked for, laid out in a month."""

import itertools

import pytest

from corps import sample
from corps.activities.planning import SlotPlan
from corps.board import events
from corps.board.events import Event, Listed, Wanted, YearTable
from corps.quotas import quota_lines, tally
from corps.quotas.tally import STAGES
from corps.refusals import Reason, Refused
from models.enums import ActivityState
from tests.base import ROSTER, Corps


@pytest.fixture
def year(corps: Corps) -> Corps:
    """The sample corps near the end of its year, with two coordinators' telephones beside."""
    corps.clock.set_wall("2026-11-23 10:00")
    corps.run(sample.begin_anew, ROSTER)
    return corps


def listed(corps: Corps, who: int, **wanted: object) -> Listed:
    """Return the list that somebody asks for."""
    return corps.do(who, events.listed, Wanted(2026, **wanted))  # type: ignore[arg-type]


def titles(found: Listed) -> list[str]:
    """Return what is listed."""
    return [one.title for one in found.rows]


def test_every_number_of_the_year_is_that_of_its_list(year: Corps) -> None:
    wang = year.coordinator("王查")
    table: YearTable = year.do(wang, events.year_table, 2026)
    for row in table.rows:
        for month, count in enumerate(row.months, 1):
            if count:
                assert listed(year, wang, month=month, team=row.team.id).total == count
    for month, count in enumerate(table.total, 1):
        assert listed(year, wang, month=month).total == count
    assert sum(table.verified) == listed(year, wang, state="verified").total


def test_every_number_of_the_five_is_that_of_its_list(year: Corps) -> None:
    wang = year.coordinator("王查")
    for line in year.run(tally.tally, 2026).lines:
        if line.pairing:
            continue
        contents = year.do(wang, quota_lines.contents, 2026, line.category.code)
        for state, stage in STAGES.items():
            found = listed(year, wang, category=line.category.code, state=state.value)
            assert found.total == contents.number(stage)
            assert {one.id for one in found.rows} == {item.id for item in contents.items if item.stage is stage}


@pytest.mark.parametrize("column", sorted(events.SORTS))
def test_a_list_is_put_in_order_by_each_column_both_ways_and_stays_in_the_order_of_time_where_equal(
    year: Corps, column: str
) -> None:
    wang = year.coordinator("王查")
    rising, falling = listed(year, wang, sort=column).rows, listed(year, wang, sort=f"-{column}").rows
    assert list(rising) == sorted(listed(year, wang).rows, key=events.SORTS[column])
    keys = [events.SORTS[column](one) for one in falling]
    assert keys == sorted(keys, reverse=True)
    assert {one.id for one in rising} == {one.id for one in falling}
    for one, other in itertools.pairwise(falling):
        if events.SORTS[column](one) == events.SORTS[column](other):
            assert one.starts_at <= other.starts_at


def test_a_joint_activity_stands_under_each_of_its_teams_and_once_in_all(corps: Corps) -> None:
    wang = corps.coordinator()
    slots = (SlotPlan("医生", "clinic", 2, corps.team("民盟")), SlotPlan("推介员", "promotion", 1, None, open=True))
    corps.publish(wang, corps.plan(title="大集", slots=slots, teams=("民盟", "民建")))
    table = corps.do(wang, events.year_table, 2026)
    counts = {row.team.short_name: row.months[11] for row in table.rows}
    assert (counts["民盟"], counts["民建"], table.total[11]) == (1, 1, 1)
    event = listed(corps, wang, team=corps.team("民建")).rows[0]
    assert (event.free, event.open, event.teams) == (3, True, ("民盟", "民建"))
    assert listed(corps, wang, category="promotion").total == 1
    assert listed(corps, wang, category="lecture").total == 0


def test_a_leader_reads_of_the_own_team_alone(corps: Corps) -> None:
    wang, qian = corps.coordinator(), corps.leader("钱联络", "民建")
    corps.publish(wang)
    assert listed(corps, qian).total == 0
    assert corps.do(qian, events.year_table, 2026).total == (0,) * 12
    corps.publish(wang, corps.plan(title="民建的讲座", teams=("民建",)))
    assert titles(listed(corps, qian)) == ["民建的讲座"]
    assert corps.do(qian, events.year_table, 2026).total[11] == 1
    weeks = corps.do(qian, events.month, 2026, 12).weeks
    assert [one.title for week in weeks for _, found in week for one in found] == ["民建的讲座"]
    with pytest.raises(Refused) as no:
        listed(corps, qian, team=corps.team("民盟"))
    assert no.value.reason is Reason.NOT_ALLOWED
    with pytest.raises(Refused):
        listed(corps, corps.member("张明"))


@pytest.mark.parametrize("wanted", [{"month": 13}, {"state": "draft"}, {"sort": "id"}, {"sort": "--when"}])
def test_what_no_page_of_ours_asks_for_is_refused(corps: Corps, wanted: dict[str, object]) -> None:
    with pytest.raises(Refused) as no:
        listed(corps, corps.coordinator(), **wanted)
    assert no.value.reason is Reason.GONE


def test_a_month_has_whole_weeks_and_says_what_is_lacking(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.publish(wang)
    found = corps.do(wang, events.month, 2026, 12)
    assert all(len(week) == 7 for week in found.weeks)
    by_day = {day: list(there) for week in found.weeks for day, there in week if there}
    (event,) = by_day.popitem()[1]
    assert isinstance(event, Event)
    assert (event.state, event.free) == (ActivityState.PUBLISHED, 6)
    assert not by_day


def test_long_lists_come_a_page_at_a_time(corps: Corps, monkeypatch: pytest.MonkeyPatch) -> None:
    wang = corps.coordinator()
    for day in range(1, 6):
        corps.publish(
            wang, corps.plan(title=f"第{day}场", starts=f"2026-12-2{day} 09:00", ends=f"2026-12-2{day} 10:00")
        )
    monkeypatch.setattr(events, "A_PAGE", 2)
    assert titles(listed(corps, wang, page=1)) == ["第3场", "第4场"]
    assert titles(listed(corps, wang, page=99)) == ["第5场"]
