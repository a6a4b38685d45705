"""The lists: what is open to whom, in which order, and at which cost."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from corps.activities import planning
from corps.activities.listing import PAGE, ActivityList, Choice, Listing, browse
from corps.activities.planning import SlotPlan
from corps.attendance import roll_call
from corps.changes import cancelling
from corps.records.mine import Mine, mine
from corps.refusals import Reason, Refused
from corps.signups import signups
from models.enums import AttendanceState, SignUpState
from tests.base import Corps


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


def titles(listing: Listing) -> list[str]:
    """Return the titles in order."""
    return [line.title for line in listing.lines]


def day(corps: Corps, title: str, date: str, hours: str = "14:00 16:00", **more: object) -> planning.Plan:
    """Return the plan of an activity on a day."""
    starts, ends = hours.split()
    return corps.plan(title, f"{date} {starts}", f"{date} {ends}", **more)  # type: ignore[arg-type]


@contextmanager
def counting(corps: Corps) -> Iterator[list[str]]:
    """Collect the statements that the database is asked."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(corps.engine, "before_cursor_execute", note)
    yield asked
    event.remove(corps.engine, "before_cursor_execute", note)


def test_what_i_may_join_comes_before_what_is_sooner(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    corps.publish(wang, day(corps, "别队义诊", "2026-12-03", teams=("农工党",)))
    corps.publish(wang, day(corps, "我们的讲座", "2026-12-10"))
    listing = corps.do(zhang, browse, Choice())
    assert [(line.title, line.open_to_me) for line in listing.lines] == [("我们的讲座", True), ("别队义诊", False)]


def test_what_i_am_in_what_is_full_and_what_clashes_is_not_open_to_me(corps: Corps, wang: int) -> None:
    zhang, other = corps.member("张明"), corps.member("别人")
    one = (SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),)
    mine_, full = (
        corps.publish(wang, day(corps, "我的", "2026-12-05")),
        corps.publish(wang, day(corps, "满员", "2026-12-06", slots=one)),
    )
    corps.publish(wang, day(corps, "同一时间", "2026-12-05", "15:00 17:00"))
    corps.do(zhang, signups.sign_up, corps.slot(mine_))
    corps.do(other, signups.sign_up, corps.slot(full))
    lines = {line.title: line for line in corps.do(zhang, browse, Choice()).lines}
    assert not any(line.open_to_me for line in lines.values())
    assert lines["我的"].mine is SignUpState.GOING
    assert (lines["满员"].free, lines["同一时间"].free) == (0, 6)


def test_a_leader_finds_slots_to_claim_first_a_member_does_not(corps: Corps, wang: int) -> None:
    zhao, zhang = corps.leader("赵"), corps.member("张明")
    open_slot = (SlotPlan("医生", "clinic", 2, None, True),)
    corps.publish(wang, day(corps, "待认领义诊", "2026-12-09", slots=open_slot, teams=()))
    corps.publish(wang, day(corps, "讲座", "2026-12-05"))
    assert [line.open_to_me for line in corps.do(zhao, browse, Choice()).lines] == [True, True]
    assert titles(corps.do(zhang, browse, Choice())) == ["讲座", "待认领义诊"]
    line = corps.do(zhang, browse, Choice()).lines[1]
    assert (line.to_claim, line.open_to_me) == (1, False)


def test_what_is_under_way_is_listed_and_what_is_over_or_cancelled_is_not(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    corps.publish(wang, day(corps, "正在进行", "2026-12-03"))
    corps.publish(wang, day(corps, "已经结束", "2026-12-03", "09:00 11:00"))
    cancelled = corps.publish(wang, day(corps, "取消了", "2026-12-04"))
    corps.do(wang, cancelling.cancel, cancelled)
    corps.clock.set_wall("2026-12-03 15:00")
    (line,) = corps.do(zhang, browse, Choice()).lines
    assert (line.title, line.open_to_me) == ("正在进行", False)


def test_filters_narrow_by_category_and_team_and_name_themselves(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    clinic = (SlotPlan("医生", "clinic", 2, corps.team("农工党")), SlotPlan("推介员", "promotion", 2))
    corps.publish(wang, day(corps, "联合义诊", "2026-12-05", slots=clinic, teams=("农工党", "民建")))
    corps.publish(wang, day(corps, "讲座", "2026-12-06"))
    promotion = corps.do(zhang, browse, Choice(category="promotion"))
    assert titles(promotion) == ["联合义诊"]
    assert promotion.category is not None
    assert promotion.category.zh == "沙磁好物推介"
    assert titles(corps.do(zhang, browse, Choice(team=corps.team("民建")))) == ["联合义诊"]
    assert titles(corps.do(zhang, browse, Choice(category="clinic", team=corps.team("民盟")))) == []
    assert titles(corps.do(zhang, browse, Choice(category="nonsense", team=99999))) == []


def test_a_page_beyond_the_end_is_the_last_one(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    for number in range(PAGE + 1):
        corps.publish(wang, day(corps, f"讲座{number}", f"2026-12-{5 + number:02d}"))
    last = corps.do(zhang, browse, Choice(page=99))
    assert (last.choice.page, last.pages, last.total, len(last.lines)) == (1, 2, PAGE + 1, 1)
    assert len(corps.do(zhang, browse, Choice(page=-5)).lines) == PAGE


@pytest.mark.parametrize("shelf", [ActivityList.DRAFTS, ActivityList.HELD, ActivityList.PAST])
def test_drafts_and_the_past_are_not_for_members(corps: Corps, shelf: ActivityList) -> None:
    with pytest.raises(Refused) as refused:
        corps.do(corps.member("张明"), browse, Choice(shelf))
    assert refused.value.reason is Reason.NOT_ALLOWED


def test_the_past_is_paged_newest_first(corps: Corps, wang: int) -> None:
    for number in range(PAGE + 2):
        corps.publish(wang, day(corps, f"讲座{number}", f"2026-12-{5 + number:02d}"))
    corps.clock.set_wall("2026-12-31 10:00")
    first = corps.do(wang, browse, Choice(ActivityList.PAST))
    assert titles(first)[0] == f"讲座{PAGE + 1}"
    assert titles(corps.do(wang, browse, Choice(ActivityList.PAST, page=1))) == ["讲座1", "讲座0"]
    assert first.unreported == PAGE + 2


def test_the_cost_grows_neither_with_activities_nor_with_sign_ups(corps: Corps, wang: int) -> None:
    people = [corps.member(f"成员{number}") for number in range(12)]
    first = corps.publish(wang, day(corps, "讲座", "2026-12-05"))
    with counting(corps) as few:
        corps.do(people[0], browse, Choice())
    with counting(corps) as few_of_mine:
        corps.do(people[0], mine)
    for number in range(1, 7):
        activity = corps.publish(wang, day(corps, f"讲座{number}", f"2026-12-{5 + number:02d}"))
        for person in people:
            corps.do(person, signups.sign_up, corps.slot(activity, "志愿者"), wait=True)
    assert first
    with counting(corps) as many:
        corps.do(people[0], browse, Choice())
    with counting(corps) as many_of_mine:
        corps.do(people[0], mine)
    assert len(many) == len(few) <= 8
    assert len(many_of_mine) == len(few_of_mine) <= 10


def test_mine_counts_my_place_in_each_line(corps: Corps, wang: int) -> None:
    people = [corps.member(f"成员{number}") for number in range(4)]
    one = (SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),)
    slot = corps.slot(corps.publish(wang, day(corps, "讲座", "2026-12-05", slots=one)))
    for person in people:
        corps.do(person, signups.sign_up, slot, wait=True)
    (holding,) = corps.do(people[3], mine).holdings
    assert (holding.state, holding.queue) == (SignUpState.WAITLISTED, 3)


def test_mine_keeps_apart_who_came_who_did_not_and_what_is_not_known(corps: Corps, wang: int) -> None:
    zhang, zhao = corps.member("张明"), corps.leader("赵")
    for number, state in enumerate((AttendanceState.PRESENT, AttendanceState.ABSENT, None)):
        activity = corps.publish(wang, day(corps, f"讲座{number}", f"2026-12-{5 + number:02d}"))
        corps.do(zhang, signups.sign_up, corps.slot(activity))
        corps.clock.set_wall(f"2026-12-{5 + number:02d} 17:00")
        if state is not None:
            corps.do(zhao, roll_call.mark, activity, [corps.member_id(zhang)], state)
        corps.clock.set_wall("2026-12-02 10:00")
    corps.clock.set_wall("2026-12-20 10:00")
    found: Mine = corps.do(zhang, mine, past=True)
    assert [past.attendance for past in found.pasts] == [
        AttendanceState.UNKNOWN,
        AttendanceState.ABSENT,
        AttendanceState.PRESENT,
    ]
    assert (found.hours.total, found.coming, found.over) == (0, 0, 3)


def test_hours_come_from_the_ledger_by_year_and_category(corps: Corps, wang: int) -> None:
    zhang, zhao, li = corps.member("张明"), corps.leader("赵"), corps.coordinator("李统筹")
    corps.hold(wang, li, zhao, zhang, plan=day(corps, "讲座", "2026-12-05"))
    clinic = (SlotPlan("医生", "clinic", 2, corps.team("民盟")),)
    corps.hold(wang, li, zhao, zhang, plan=day(corps, "义诊", "2026-12-06", "09:00 12:30", slots=clinic))
    hours = corps.do(zhang, mine).hours
    assert (hours.total, hours.this_year.minutes) == (330, 330)
    assert [(category.zh, minutes) for category, minutes in hours.this_year.by_category] == [
        ("公益讲座", 120),
        ("健康义诊", 210),
    ]
    corps.clock.set_wall("2027-01-02 10:00")
    hours = corps.do(zhang, mine).hours
    assert (hours.total, hours.this_year.minutes, hours.this_year.by_category) == (330, 0, ())
    assert [(year.year, year.minutes) for year in hours.years] == [(2026, 330)]


def test_what_waits_for_a_leaders_report_is_what_the_leader_may_report(corps: Corps, wang: int) -> None:
    """A joint activity is reported by a coordinator."""
    zhao = corps.leader("赵联络")
    corps.publish(wang, day(corps, "自己的", "2026-12-05"))
    corps.publish(wang, day(corps, "集中的", "2026-12-06", teams=("民盟", "九三")))
    slots = (SlotPlan("讲解", "lecture", 1, corps.team("民盟")), SlotPlan("医生", "clinic", 1, corps.team("农工党")))
    corps.publish(wang, day(corps, "两家的岗位", "2026-12-07", slots=slots))
    corps.clock.set_wall("2026-12-31 10:00")
    assert corps.do(zhao, browse, Choice()).unreported == 1
    assert titles(corps.do(zhao, browse, Choice(ActivityList.HELD))) == ["自己的"]
    assert corps.do(wang, browse, Choice()).unreported == 3
