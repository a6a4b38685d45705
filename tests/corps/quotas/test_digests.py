"""The weekly digest goes out once a week, whatever the process has slept through; calls and requests likewise."""

import datetime as dt

import pytest
from sqlmodel import Session, col, select

from bot.runtime.crontab import last_fire, read_crontab
from corps.activities.planning import SlotPlan
from corps.attendance import report_requests, reports
from corps.attendance.reports import Account
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery.notice_facts import load
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.quotas import digests
from corps.signups import signups, vacancy_calls
from models import Notice, Slot
from models.enums import CountedBy
from tests.base import Corps, all_due, row_at

MONDAY = "0 9 * * mon"
ACCOUNT = Account(80, CountedBy.HEADCOUNT)


def tick(corps: Corps, wall: str, cron: str = MONDAY) -> int:
    """Let the timetable look at the clock, as the job does; return how many digests are newly owed."""
    corps.clock.set_wall(wall)
    fired = last_fire(cron, corps.clock.zone_info, corps.clock.now(), digests.USEFUL)
    return corps.run(digests.owe_digests, fired)


def keys(corps: Corps, kind: Kind) -> list[str]:
    """Return the keys of what is owed of a kind."""
    statement = select(Notice.key).where(Notice.kind == kind.value).order_by(col(Notice.id))
    return corps.run(lambda s, _at: list(s.exec(statement).all()))


def changed(corps: Corps, who: int, **values: object) -> None:
    """Change a member's row."""

    def change(session: Session, _at: Moment) -> None:
        member = row_at(session, who)
        for name, value in values.items():
            setattr(member, name, value)
        session.add(member)

    corps.run(change)


def test_monday_at_nine_each_coordinator_and_leader_is_owed_one_digest_under_its_key(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2026-12-07 08:59") == 0
    assert tick(corps, "2026-12-07 09:00") == 2
    assert keys(corps, Kind.QUOTA) == [f"quota:corps:2026-W50:{corps.member_id(wang)}"]
    assert keys(corps, Kind.TEAM_DIGEST) == [f"quota:{corps.team('民盟')}:2026-W50:{corps.member_id(zhao)}"]


def test_a_restart_on_monday_does_not_owe_it_again(corps: Corps) -> None:
    corps.coordinator()
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2026-12-07 09:00") == 1
    assert [tick(corps, wall) for wall in ("2026-12-07 09:00", "2026-12-07 20:00", "2026-12-10 10:00")] == [0, 0, 0]


def test_a_process_that_slept_over_monday_still_owes_it_on_thursday(corps: Corps) -> None:
    corps.coordinator()
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2026-12-10 23:00") == 1


def test_by_friday_noon_last_mondays_digest_is_of_no_more_use(corps: Corps) -> None:
    corps.coordinator()
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2026-12-11 12:00") == 0


def test_a_clock_that_jumps_over_weeks_brings_one_digest_not_five(corps: Corps) -> None:
    corps.coordinator()
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2027-01-06 10:00") == 1
    assert keys(corps, Kind.QUOTA)[0].startswith("quota:corps:2027-W01:")


def test_a_first_start_on_tuesday_does_not_owe_yesterdays_digest(corps: Corps) -> None:
    corps.coordinator()
    assert tick(corps, "2026-12-08 10:00") == 0
    assert tick(corps, "2026-12-14 09:00") == 1


def test_a_line_that_fires_daily_still_owes_one_digest_a_week(corps: Corps) -> None:
    corps.coordinator()
    tick(corps, "2026-12-02 10:00", "0 9 * * *")
    days = [f"2026-12-{day:02} 09:30" for day in range(3, 15)]
    assert [tick(corps, day, "0 9 * * *") for day in days] == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_a_digest_that_could_not_go_out_ends_four_days_after_its_time(corps: Corps) -> None:
    corps.coordinator()
    tick(corps, "2026-12-02 10:00")
    tick(corps, "2026-12-09 09:00")
    notice = corps.run(lambda s, _at: s.exec(select(Notice)).one())
    assert notice.expires_at == corps.instant("2026-12-11 09:00")


def test_somebody_who_is_leader_and_coordinator_gets_the_corps_digest_only(corps: Corps) -> None:
    corps.person("钱两职", "民盟", leader=True, coordinator=True)
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2026-12-07 09:00") == 1
    assert len(keys(corps, Kind.QUOTA)) == 1


def test_whoever_has_paused_is_left_alone(corps: Corps) -> None:
    changed(corps, corps.coordinator(), paused_until=corps.instant("2026-12-31 00:00"))
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2026-12-07 09:00") == 0


def test_a_leader_with_nothing_to_read_gets_nothing(corps: Corps) -> None:
    corps.leader("赵联络")
    tick(corps, "2027-01-01 00:00")
    assert tick(corps, "2027-01-04 09:00") == 0


def test_a_leader_reads_only_what_the_own_team_can_do(corps: Corps) -> None:
    wang = corps.coordinator()
    own = corps.publish(wang, corps.plan(starts="2026-12-10 14:00", ends="2026-12-10 16:00"))
    corps.publish(wang, corps.plan("别人的讲座", "2026-12-10 14:00", "2026-12-10 16:00", teams=("民进",)))
    suited = (SlotPlan("义诊医生", "clinic", 2, None, open=True), SlotPlan("志愿者", "care", 3, None, open=True))
    claimable = corps.publish(wang, corps.plan("待认领", "2026-12-12 09:00", "2026-12-12 11:00", suited, teams=()))
    digest = corps.run(digests.for_team, corps.team("民盟"))
    assert digest is not None
    assert [opening.activity_id for opening in digest.openings] == [own]
    assert [opening.activity_id for opening in digest.to_claim] == [claimable]
    assert [need.role for need in digest.to_claim[0].needs] == ["志愿者"]
    assert {line.category.code for line in digest.behind} == {"lecture", "care"}


def test_a_coordinators_digest_holds_what_waits_but_not_the_own_reports(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    mine, theirs = (corps.publish(wang, corps.plan(title)) for title in ("统筹填的", "联络员填的"))
    silent = corps.publish(wang, corps.plan("没人填的"))
    corps.clock.set_wall("2026-12-06 10:00")
    corps.do(wang, reports.submit, mine, ACCOUNT)
    corps.do(zhao, reports.submit, theirs, ACCOUNT)
    plan = PairingPlan(corps.team("民建"), "天池村", "歌乐山镇", dt.date(2026, 3, 12))
    corps.do(li, pairings.register, plan)
    seen = corps.do(wang, lambda s, actor, at: digests.for_corps(s, at, actor))
    assert [task.id for task in seen.reports] == [theirs]
    assert [task.title for task in seen.pairings] == ["天池村"]
    assert [task.id for task in seen.unreported] == [silent]


def test_a_digest_names_the_reports_that_its_reader_may_verify_the_longest_waiting_first(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    first, second, mended = (corps.publish(wang, corps.plan(title)) for title in ("先交的", "后交的", "改过类别的"))
    corps.clock.set_wall("2026-12-06 10:00")
    for number, activity in enumerate((mended, first, second)):
        corps.clock.set_wall(f"2026-12-06 1{number}:00")
        corps.do(zhao, reports.submit, activity, ACCOUNT)
    slot = corps.slot(mended)
    corps.do(wang, editing.change, Edit(mended, EditField.CATEGORY, {"category": "clinic"}, slot))
    read = corps.do(wang, lambda s, actor, at: digests.for_corps(s, at, actor)).reports
    assert [(task.title, task.day) for task in read] == [
        ("先交的", dt.date(2026, 12, 5)),
        ("后交的", dt.date(2026, 12, 5)),
    ], "whoever put right what a report counts for is no second person to it"
    assert len(corps.do(li, lambda s, actor, at: digests.for_corps(s, at, actor)).reports) == 3


def test_the_corps_digest_of_somebody_who_laid_the_office_down_is_not_sent(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    tick(corps, "2026-12-02 10:00")
    tick(corps, "2026-12-07 09:00")
    changed(corps, li, is_coordinator=False)
    due = [one for one in corps.run(all_due) if one.kind is Kind.QUOTA]
    assert {one.address.number for one in due if corps.run(load, one) is not None} == {wang}


def test_what_is_done_before_it_goes_out_is_not_sent_at_all(corps: Corps) -> None:
    zhao = corps.leader("赵联络")
    tick(corps, "2026-12-02 10:00")
    assert tick(corps, "2026-12-07 09:00") == 1
    [due] = corps.run(all_due)
    assert corps.run(load, due) is not None
    changed(corps, zhao, is_leader=False)
    assert corps.run(load, due) is None


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("0 9 * * 1", "2026-12-07 09:00"),
        ("0 9 * * mon", "2026-12-07 09:00"),
        ("0 9 * * 0", "2026-12-06 09:00"),
        ("0 9 * * 7", "2026-12-06 09:00"),
        ("0 9 * * 1-5", "2026-12-09 09:00"),
        ("0 9 * * fri-mon", "2026-12-07 09:00"),
        ("30 8 9 * *", "2026-12-09 08:30"),
        ("*/10 * * * *", "2026-12-09 09:50"),
        ("* * * * *", "2026-12-09 09:59"),
    ],
)
def test_weekdays_are_counted_as_cron_counts_them(corps: Corps, line: str, last: str) -> None:
    corps.clock.set_wall("2026-12-09 09:59")
    fired = last_fire(line, corps.clock.zone_info, corps.clock.now(), digests.USEFUL)
    assert fired == corps.instant(last)


def test_a_line_that_last_fired_too_long_ago_has_not_fired(corps: Corps) -> None:
    corps.clock.set_wall("2026-12-11 09:01")
    assert last_fire("0 9 * * 1", corps.clock.zone_info, corps.clock.now(), digests.USEFUL) is None


@pytest.mark.parametrize("line", ["0 9 * *", "0 9 * * foo", "61 9 * * 1", "0 9 * * 8", "", "0 9 * * mon-foo"])
def test_a_line_that_is_no_crontab_is_refused_with_a_sentence(line: str) -> None:
    with pytest.raises(ValueError, match=r"write|weekday"):
        read_crontab(line)


def test_free_places_are_called_out_five_and_two_days_before_once_each(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.publish(wang, corps.plan(starts="2026-12-15 14:00", ends="2026-12-15 16:00"))
    owed = []
    for wall in ("2026-12-10 13:59", "2026-12-10 14:00", "2026-12-11 09:00", "2026-12-13 14:00", "2026-12-15 13:00"):
        corps.clock.set_wall(wall)
        owed.append(corps.run(vacancy_calls.owe_calls))
    assert owed == [0, 1, 0, 1, 0]
    assert all(key.endswith(f":{corps.member_id(zhao)}") for key in keys(corps, Kind.UNFILLED))


def test_a_round_that_came_before_publication_is_not_called(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.leader("赵联络")
    corps.publish(wang)  # for the 5th at 14:00, on the 2nd at 10:00: five days are over, two are to come
    assert corps.run(vacancy_calls.owe_calls) == 0
    corps.clock.set_wall("2026-12-03 14:00")
    assert corps.run(vacancy_calls.owe_calls) == 1


def test_nobody_is_called_in_the_last_hours_before_the_start(corps: Corps) -> None:
    corps.leader("赵联络")
    corps.publish(corps.coordinator())
    corps.clock.set_wall("2026-12-05 11:30")
    assert corps.run(vacancy_calls.owe_calls) == 0


def test_nobody_is_called_when_all_places_are_taken(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.leader("赵联络")
    one = (SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),)
    full = corps.publish(wang, corps.plan(slots=one))
    slot = corps.run(lambda s, _at: s.exec(select(Slot.id).where(Slot.activity_id == full)).one())
    corps.do(zhang, signups.sign_up, slot or 0)
    corps.clock.set_wall("2026-12-03 15:00")
    assert corps.run(vacancy_calls.owe_calls) == 0


def test_an_open_slot_is_called_to_the_leaders_whom_it_suits_else_to_all(corps: Corps) -> None:
    wang = corps.coordinator()
    doctor, teacher = corps.leader("农联络", "农工党"), corps.leader("民联络", "民盟")
    clinic = (SlotPlan("义诊医生", "clinic", 4, None, open=True),)
    goods = (SlotPlan("推介员", "promotion", 2, None, open=True),)
    first = corps.publish(wang, corps.plan("义诊", slots=clinic, teams=()))
    second = corps.publish(wang, corps.plan("推介", slots=goods, teams=()))
    corps.clock.set_wall("2026-12-03 15:00")
    corps.run(vacancy_calls.owe_calls)
    called = {key.split(":")[1] + ":" + key.split(":")[-1] for key in keys(corps, Kind.UNFILLED)}
    doctor_id, teacher_id = corps.member_id(doctor), corps.member_id(teacher)
    assert called == {f"{first}:{doctor_id}", f"{second}:{doctor_id}", f"{second}:{teacher_id}"}


def test_a_report_is_asked_for_twice_the_last_time_of_coordinators_too(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.publish(wang)
    owed = []
    for wall in ("2026-12-05 16:00", "2026-12-08 15:59", "2026-12-08 16:00", "2026-12-12 16:00"):
        corps.clock.set_wall(wall)
        owed.append(corps.run(report_requests.owe_report_requests))
    assert owed == [1, 0, 2, 0]
    asked = [int(key.rsplit(":", 1)[1]) for key in keys(corps, Kind.REPORT_REQUEST)]
    assert sorted(asked[1:]) == sorted((corps.member_id(wang), corps.member_id(zhao)))


def test_a_process_that_slept_a_week_asks_once_now_and_once_three_days_later(corps: Corps) -> None:
    corps.leader("赵联络")
    corps.publish(corps.coordinator())
    owed = []
    for wall in ("2026-12-12 09:00", "2026-12-12 09:01", "2026-12-15 09:00"):
        corps.clock.set_wall(wall)
        owed.append(corps.run(report_requests.owe_report_requests))
    assert owed == [1, 0, 2]


def test_a_report_that_came_back_is_given_three_days_before_the_last_request(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:00")
    corps.run(report_requests.owe_report_requests)
    corps.do(zhao, reports.submit, activity, ACCOUNT)
    corps.clock.set_wall("2026-12-08 18:00")
    corps.do(wang, reports.send_back, activity, "人数请再核对")
    assert corps.run(report_requests.owe_report_requests) == 0
    corps.clock.set_wall("2026-12-11 18:00")
    assert corps.run(report_requests.owe_report_requests) == 2


def test_a_cancelled_activitys_report_waits_for_nobody(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-06 10:00")
    corps.do(zhao, reports.submit, activity, ACCOUNT)
    corps.do(wang, cancelling.cancel, activity, "记错了")
    assert corps.do(wang, lambda s, actor, at: digests.for_corps(s, at, actor)).reports == ()
