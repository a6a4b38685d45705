"""The 五个10: what counts, in which year, for whom, and how the pace is said."""

import dataclasses
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, delete, select

from bot.runtime.settings import SettingsError
from bot.runtime.teams_file import read_roster
from bot.texts.voice import Voice
from bot.views.quota import quota_screen
from corps.activities import planning
from corps.activities.planning import SlotPlan
from corps.attendance import reports
from corps.attendance.reports import Account
from corps.moment import Moment
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.quotas import quota_lines, tally
from corps.quotas.tally import Quota, QuotaLine, TallyStage
from corps.refusals import Reason, Refused
from corps.signups import claims
from corps.system.roster import CategoryPlan, settle
from models import Activity, Slot, Target
from models.enums import ActivityState, CountedBy
from tests.base import ROSTER, Corps

ACCOUNT = Account(80, CountedBy.HEADCOUNT)


def held(corps: Corps, activity: int, reporter: int, verifier: int) -> None:
    """Report and verify an activity after its end."""
    corps.clock.set_wall("2026-12-20 10:00")
    corps.do(reporter, reports.submit, activity, ACCOUNT)
    corps.do(verifier, reports.verify, activity)


def line(quota: Quota, code: str) -> QuotaLine:
    """Return a line of the tally."""
    return next(line for line in quota.lines if line.category.code == code)


def fair(corps: Corps) -> tuple[SlotPlan, ...]:
    """Return a service fair: five clinic slots of three teams, and one of promotion."""
    teams = ("农工党", "九三", "农工党", "九三", "民盟")
    clinics = tuple(SlotPlan(f"义诊{n}", "clinic", 2, corps.team(team)) for n, team in enumerate(teams))
    return (*clinics, SlotPlan("推介员", "promotion", 2, corps.team("民建")))


def test_a_fair_with_five_clinic_slots_and_a_promotion_is_one_clinic_and_one_promotion(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    activity = corps.publish(wang, corps.plan(slots=fair(corps), teams=()))
    assert line(corps.run(tally.tally), "clinic").planned == 1
    held(corps, activity, wang, li)
    quota = corps.run(tally.tally)
    assert [(item.category.code, item.verified) for item in quota.lines if item.verified] == [
        ("clinic", 1),
        ("promotion", 1),
    ]


def test_each_team_has_its_participation_while_the_corps_counts_once(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    held(corps, corps.publish(wang, corps.plan(slots=fair(corps), teams=())), wang, li)
    clinic = corps.do(wang, quota_lines.contents, 2026, "clinic")
    assert clinic.number(TallyStage.VERIFIED) == 1
    assert clinic.shares == (("民盟", 1), ("农工党", 1), ("九三", 1))


def test_a_shared_slot_is_everybodys_and_an_unclaimed_one_nobodys(corps: Corps) -> None:
    wang = corps.coordinator()
    slots = (SlotPlan("志愿者", "care", 9), SlotPlan("医生", "clinic", 2, None, open=True))
    corps.publish(wang, corps.plan(slots=slots, teams=("民盟", "民进")))
    [shared] = corps.do(wang, quota_lines.contents, 2026, "care").items
    [unclaimed] = corps.do(wang, quota_lines.contents, 2026, "clinic").items
    assert shared.teams == ("民盟", "民进")
    assert unclaimed.teams == ()


def test_a_claimed_slot_is_the_claiming_teams(corps: Corps) -> None:
    wang, doctor = corps.coordinator(), corps.leader("农联络", "农工党")
    slots = (SlotPlan("医生", "clinic", 2, None, open=True),)
    activity = corps.publish(wang, corps.plan(slots=slots, teams=()))
    slot = corps.run(lambda s, _at: s.exec(select(Slot.id).where(Slot.activity_id == activity)).one())
    corps.do(doctor, claims.claim, slot or 0)
    [item] = corps.do(wang, quota_lines.contents, 2026, "clinic").items
    assert item.teams == ("农工党",)


def test_what_counts_is_for_leaders_and_coordinators_to_look_into(corps: Corps) -> None:
    zhang = corps.member("张明")
    with pytest.raises(Refused) as no:
        corps.do(zhang, quota_lines.contents, 2026, "clinic")
    assert no.value.reason is Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    ("starts", "ends", "year"),
    [
        ("2026-12-31 23:30", "2027-01-01 00:30", 2026),
        ("2027-01-01 00:10", "2027-01-01 01:00", 2027),
        ("2027-01-01 07:30", "2027-01-01 09:00", 2027),  # still 2026 in UTC
    ],
)
def test_the_year_is_that_of_the_local_start_date(corps: Corps, starts: str, ends: str, year: int) -> None:
    corps.publish(corps.coordinator(), corps.plan(starts=starts, ends=ends))
    counted = {y: line(corps.run(tally.tally, y), "lecture").planned for y in (2026, 2027)}
    assert counted == {year: 1, 4053 - year: 0}


def test_this_year_is_the_local_one_half_an_hour_into_new_year(corps: Corps) -> None:
    corps.clock.set_wall("2026-12-31 23:30")
    assert corps.run(tally.tally).year == 2026
    corps.clock.set_wall("2027-01-01 00:30")
    quota = corps.run(tally.tally)
    assert quota.year == 2027
    assert all(item.expected == 0 for item in quota.lines)


def test_six_categories_and_other_targets_in_a_later_year_need_no_code(corps: Corps) -> None:
    culture = CategoryPlan("culture", "文化惠民", "Culture", "场", "activity", ("文化",), 0, {2027: 6})
    categories = tuple(
        dataclasses.replace(plan, targets={2027: 12}) if plan.code == "lecture" else plan for plan in ROSTER.categories
    )
    corps.run(lambda s, at: settle(s, dataclasses.replace(ROSTER, categories=(*categories, culture)), at))
    this, later = corps.run(tally.tally, 2026), corps.run(tally.tally, 2027)
    assert [item.target for item in this.lines] == [10, 10, 10, 10, 10]
    assert [item.target for item in later.lines] == [12, 10, 10, 10, 10, 6]
    assert this.later == 2027
    text = str(quota_screen(Voice("zh", corps.clock), later).text)
    assert "公益讲座 0/12" in text
    assert "文化惠民 0/6" in text


def test_two_categories_that_count_pairings_are_refused_at_the_start(tmp_path: Path) -> None:
    roster = (
        Path("teams.toml")
        .read_text(encoding="utf-8")
        .replace('name_en = "Care services"', 'name_en = "Care services"\ncounts = "pairing"')
    )
    path = tmp_path / "teams.toml"
    path.write_text(roster, encoding="utf-8")
    with pytest.raises(SettingsError, match="TEAMS_FILE"):
        read_roster(path)


def test_the_pace_is_said_as_people_say_it(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    for day in range(3, 10):
        held_on = corps.publish(wang, corps.plan(f"讲座{day}", f"2026-12-{day:02} 14:00", f"2026-12-{day:02} 16:00"))
        corps.clock.set_wall("2026-12-11 10:00")
        corps.do(wang, reports.submit, held_on, ACCOUNT)
        corps.do(li, reports.verify, held_on)
        corps.clock.set_wall("2026-12-02 10:00")
    corps.publish(wang, corps.plan("待办的", "2026-12-25 14:00", "2026-12-25 16:00"))
    text = str(quota_screen(Voice("zh", corps.clock), corps.run(tally.tally)).text)
    assert "公益讲座 7/10" in text
    assert "比进度少 2 场 · 离目标 3 场 · 已排 1 场" in text
    assert "照目前安排，到年底预计 8/10，还需安排 2 场；最晚 12月10日前定下来" in text
    english = str(quota_screen(Voice("en", corps.clock), corps.run(tally.tally)).text)
    assert "2 behind the pace, 3 from the target, 1 planned" in english
    assert "the year ends with 8/10; 2 more to arrange, decided by 10 Dec at the latest" in english


def test_a_past_year_has_no_pace_and_a_coming_one_has_not_begun(corps: Corps) -> None:
    past = str(quota_screen(Voice("zh", corps.clock), corps.run(tally.tally, 2025)).text)
    assert "离目标 10 场" in past
    assert "按进度" not in past
    assert "还没开始" in str(quota_screen(Voice("zh", corps.clock), corps.run(tally.tally, 2027)).text)


def test_the_way_to_other_years_skips_those_without_anything(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.publish(wang, corps.plan(starts="2027-03-01 14:00", ends="2027-03-01 16:00"))
    plan = PairingPlan(corps.team("民建"), "天池村", "歌乐山镇", dt.date(2023, 5, 1))
    corps.do(wang, pairings.register, plan)
    now = corps.run(tally.tally)
    assert (now.earlier, now.later) == (2023, 2027)
    assert corps.run(tally.tally, 2023).later == 2026


def test_a_draft_makes_no_year_to_look_at(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.do(wang, planning.draft, corps.plan(starts="2027-03-01 14:00", ends="2027-03-01 16:00"))
    corps.do(wang, planning.draft, corps.plan(starts="2025-03-01 14:00", ends="2025-03-01 16:00"))
    now = corps.run(tally.tally)
    assert (now.earlier, now.later) == (None, None)
    assert corps.run(lambda s, _at: tally.years_with_data(s)) == set()


def test_the_line_of_pairings_counts_confirmed_pairings_and_no_activities(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    plan = PairingPlan(corps.team("民建"), "天池村", "歌乐山镇", dt.date(2026, 5, 1))
    pairing = corps.do(wang, pairings.register, plan).id
    assert line(corps.run(tally.tally), "pairing").verified == 0
    corps.do(li, pairings.confirm, pairing)
    counted = line(corps.run(tally.tally), "pairing")
    assert (counted.verified, counted.pairing) == (1, True)
    assert [item.pairing for item in corps.run(tally.tally).lines if item.verified] == [True]


def test_the_line_of_pairings_names_each_of_the_year_with_its_team_and_what_still_waits(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    known = (("民盟", "别村", "2026-06-01"), ("民建", "天池村", "2026-05-01"), ("民建", "早年村", "2025-05-01"))
    for team, partner, since in known:
        plan = PairingPlan(corps.team(team), partner, "歌乐山镇", dt.date.fromisoformat(since))
        made = corps.do(wang, pairings.register, plan)
        if partner != "别村":
            corps.do(li, pairings.confirm, made.id)
    found = corps.do(wang, quota_lines.contents, 2026, "pairing")
    assert [(item.title, item.teams, item.day, item.stage, item.pairing) for item in found.items] == [
        ("天池村", ("民建",), dt.date(2026, 5, 1), TallyStage.VERIFIED, True),
        ("别村", ("民盟",), dt.date(2026, 6, 1), TallyStage.REPORTED, True),
    ]
    assert found.shares == (("民建", 1),)
    assert found.number(TallyStage.VERIFIED) == line(corps.run(tally.tally), "pairing").verified


CODES = ("lecture", "clinic", "promotion", "care")
ACTIVITIES = st.lists(
    st.tuples(
        st.sampled_from([2025, 2026, 2027]),
        st.sampled_from(list(ActivityState)),
        st.lists(st.sampled_from(CODES), min_size=1, max_size=6),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ACTIVITIES)
def test_the_tally_equals_a_naive_recount(corps: Corps, drawn: list[tuple[int, ActivityState, list[str]]]) -> None:
    wang = corps.coordinator()
    owner = corps.member_id(wang)

    def fill(session: Session, at: Moment) -> None:
        session.exec(delete(Slot))
        session.exec(delete(Activity))
        for number, (year, state, codes) in enumerate(drawn):
            activity = Activity(
                title=f"活动{number}", starts_at=at.now, ends_at=at.now, local_date=dt.date(year, 6, 1), year=year,
                place="", venue="village", state=state, created_by=owner, created_at=at.now,
                check_in_code=str(number),
            )  # fmt: skip
            session.add(activity)
            session.flush()
            session.add_all(Slot(activity_id=activity.id or 0, category=code, role="", places=1) for code in codes)

    corps.run(fill)
    words = {ActivityState.VERIFIED: "verified", ActivityState.REPORTED: "reported", ActivityState.PUBLISHED: "planned"}
    naive = Counter((year, code, words[state]) for year, state, codes in drawn if state in words for code in set(codes))
    for year in (2025, 2026, 2027):
        quota = corps.run(tally.tally, year)
        for code in CODES:
            for word in words.values():
                assert getattr(line(quota, code), word) == naive[year, code, word]
            detail = corps.do(wang, quota_lines.contents, year, code)
            assert [detail.number(stage) for stage in TallyStage] == [
                naive[year, code, stage.value] for stage in TallyStage
            ]


def test_a_line_without_a_target_of_its_year_uses_the_standing_one(corps: Corps) -> None:
    corps.run(lambda s, _at: s.add(Target(year=2026, category="care", amount=3)))
    assert line(corps.run(tally.tally, 2026), "care").target == 3
    assert line(corps.run(tally.tally, 2025), "care").target == 10
