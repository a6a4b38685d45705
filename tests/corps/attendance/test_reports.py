"""反馈 and 核实: two different people, and what the second one is told of who was there."""

import pytest

from corps.attendance import report_requests, reports, roll_call
from corps.attendance.reports import Account
from corps.changes import cancelling
from corps.membership import leaving
from corps.notices.kinds import Kind
from corps.records import audit_log
from corps.records.audit_log import About
from corps.refusals import Reason, Refused
from corps.signups import signups, withdrawals
from models.enums import AttendanceState, CountedBy
from tests.base import Corps

ACCOUNT = Account(80, CountedBy.HEADCOUNT)


def back_entry(corps: Corps, wang: int) -> int:
    """Publish a lecture of last month and return its id."""
    plan = corps.plan(starts="2026-11-05 14:00", ends="2026-11-05 16:00", back_entry_reason="年中启用系统")
    return corps.publish(wang, plan)


def test_the_hours_of_a_back_entry_are_confirmed_by_somebody_who_has_not_entered_them(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator("王统筹"), corps.coordinator("李统筹"), corps.leader("赵联络")
    zhang = corps.member("张明")
    activity = back_entry(corps, wang)
    corps.do(wang, roll_call.mark, activity, [corps.member_id(zhang)], AttendanceState.PRESENT)
    assert corps.do(zhao, reports.submit, activity, ACCOUNT).office.names == ("李统筹",)
    assert corps.told(Kind.VERIFY_REQUEST) == {li}
    with pytest.raises(Refused) as refused:
        corps.do(wang, reports.verify, activity)
    assert refused.value.reason is Reason.SAME_PERSON
    card = corps.do(wang, reports.read, activity)
    assert card is not None
    assert (card.may_decide, card.may_return) == (False, True)
    corps.do(li, reports.verify, activity)


def test_a_coordinator_who_has_marked_nobody_verifies_a_back_entry(corps: Corps) -> None:
    wang, zhao = corps.coordinator("王统筹"), corps.leader("赵联络")
    zhang = corps.member("张明")
    activity = back_entry(corps, wang)
    corps.do(zhao, roll_call.mark, activity, [corps.member_id(zhang)], AttendanceState.PRESENT)
    corps.do(zhao, reports.submit, activity, ACCOUNT)
    card = corps.do(wang, reports.read, activity)
    assert card is not None
    assert card.may_decide
    corps.do(wang, reports.verify, activity)


def test_the_verifier_reads_of_how_many_going_nobody_has_said_anything(corps: Corps) -> None:
    wang, zhao = corps.coordinator("王统筹"), corps.leader("赵联络")
    people = [corps.member(name) for name in ("甲", "乙", "丙", "丁")]
    activity = corps.publish(wang)
    for person in people:
        corps.do(person, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.do(people[3], withdrawals.withdraw, activity)
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(zhao, roll_call.mark, activity, [corps.member_id(people[0])], AttendanceState.PRESENT)
    corps.do(zhao, roll_call.mark, activity, [corps.member_id(people[1])], AttendanceState.ABSENT)
    corps.do(zhao, reports.submit, activity, ACCOUNT)
    card = corps.do(wang, reports.read, activity)
    assert card is not None
    assert (card.present, card.unknown) == (1, 1)


def test_a_report_is_read_by_those_who_run_the_activity_and_by_nobody_else(corps: Corps) -> None:
    wang, zhao, other = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络", "民建")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(zhao, reports.submit, activity, ACCOUNT)
    for reader in (wang, zhao):
        card = corps.do(reader, reports.read, activity)
        assert card is not None
        assert card.beneficiaries == 80
    with pytest.raises(Refused) as refused:
        corps.do(other, reports.read, activity)
    assert refused.value.reason is Reason.NOT_ALLOWED


def test_the_reason_of_a_return_is_kept_in_the_audit_log(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(zhao, reports.submit, activity, ACCOUNT)
    corps.do(wang, reports.send_back, activity, "人数与签到不符")
    newest = corps.do(wang, audit_log.read, About(), 0, 1).entries[0]
    assert (newest.action, newest.after) == ("report.return", {"reason": "人数与签到不符"})


def test_a_request_for_a_report_is_about_its_activity_so_that_it_ends_with_it(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:05")
    corps.run(report_requests.owe_report_requests)
    (request,) = corps.owed(Kind.REPORT_REQUEST)
    assert (request.activity_id, request.subject) == (activity, {"last": False})
    corps.clock.set_wall("2026-12-08 16:06")
    corps.run(report_requests.owe_report_requests)
    assert [(corps.to(one), one.subject) for one in corps.owed(Kind.REPORT_REQUEST)][1:] == [
        (zhao, {"last": True}),
        (wang, {"last": True}),
    ]
    corps.do(wang, cancelling.cancel, activity)
    assert corps.owed(Kind.REPORT_REQUEST) == []


def test_a_returned_report_begins_its_next_round_with_all_that_it_said(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(zhao, reports.submit, activity, Account(80, CountedBy.HEADCOUNT, "现场气氛热烈"))
    corps.do(wang, reports.send_back, activity, "人数与签到不符")
    said = corps.run(lambda s, _at: reports.former(s, activity))
    assert (said["beneficiaries"], said["counted_by"], said["words"]) == (80, "headcount", "现场气氛热烈")


def test_whoever_has_left_the_corps_is_not_on_the_roll_of_a_back_entry(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.member("张明")
    corps.do(corps.member("退出者"), leaving.leave)
    activity = back_entry(corps, wang)
    assert [person.name for person in corps.do(wang, roll_call.roll, activity)] == ["张明"]
