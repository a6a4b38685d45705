"""A duty belongs to an office: whoever answers for a team by now hears of it, and nobody is promised what is not so."""

import datetime as dt

from sqlmodel import Session, select

from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import reopening, report_requests, reports
from corps.attendance.reports import Account
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery.notice_facts import load
from corps.membership import joining, roles, transfers
from corps.moment import Moment
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.records import certificates
from corps.records.certificates import CertificatePeriod
from corps.signups import claims, signups, vacancy_calls, withdrawals
from models import Notice
from models.enums import CountedBy, NoticeState
from tests.base import Corps, all_due


def cannot_be_reached(corps: Corps, *people: int) -> None:
    """Let these people block the bot."""
    for number in people:
        corps.run(reachability.lost, telegram(number), "blocked")


def withdraws_late(corps: Corps, who: int, activity: int) -> withdrawals.Withdrawn:
    """Let somebody who is going withdraw five hours before the start."""
    corps.do(who, signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-05 09:00")
    return corps.do(who, withdrawals.withdraw, activity)


def test_the_only_leader_withdraws_late_and_the_coordinators_hear_of_it(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    done = withdraws_late(corps, zhao, corps.publish(wang))
    assert done.told is not None
    assert (done.told.names, done.told.stands_in) == (("王统筹",), True)
    assert corps.told(Kind.LATE_WITHDRAWAL) == {wang}


def test_a_leader_who_cannot_be_reached_is_not_said_to_be_told(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    cannot_be_reached(corps, zhao)
    done = withdraws_late(corps, zhang, activity)
    assert done.told is not None
    assert done.told.names == ("王统筹",)
    assert corps.told(Kind.LATE_WITHDRAWAL) == {wang}


def test_nobody_is_promised_an_ear_when_nobody_can_be_reached(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    cannot_be_reached(corps, zhao, wang)
    done = withdraws_late(corps, zhang, activity)
    assert done.told is not None
    assert (done.told.hears, done.told.names) == (False, ())


def test_what_a_leader_was_owed_goes_on_when_they_cannot_be_reached(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    withdraws_late(corps, zhang, corps.publish(wang))
    assert corps.told(Kind.LATE_WITHDRAWAL) == {zhao}
    cannot_be_reached(corps, zhao)
    assert wang in corps.told(Kind.LATE_WITHDRAWAL)


def test_a_request_to_join_and_one_for_a_report_go_to_who_can_be_reached(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    code = corps.do(zhao, joining.invitation_of, corps.team("民盟"))
    cannot_be_reached(corps, zhao)
    asked = corps.do(900, joining.apply, code, "陈小红").office
    assert asked is not None
    assert asked.names == ("王统筹",)
    assert corps.told(Kind.JOIN_REQUEST) == {wang}
    corps.clock.set_wall("2026-12-05 16:30")
    corps.run(report_requests.owe_report_requests)
    assert [(notice.activity_id, corps.to(notice)) for notice in corps.owed(Kind.REPORT_REQUEST)] == [(activity, wang)]


def test_an_open_request_is_handed_on_also_after_it_was_read(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.do(900, joining.apply, corps.do(zhao, joining.invitation_of, corps.team("民盟")), "陈小红")
    corps.clock.push(dt.timedelta(minutes=5))
    assert corps.told(Kind.JOIN_REQUEST) == {zhao}
    cannot_be_reached(corps, zhao)
    assert wang in corps.told(Kind.JOIN_REQUEST)


def test_a_call_for_a_team_without_a_leader_or_without_one_who_can_be_reached_goes_to_the_coordinators(
    corps: Corps,
) -> None:
    wang = corps.coordinator()
    corps.publish(wang, corps.plan(starts="2026-12-15 14:00", ends="2026-12-15 16:00"))
    corps.clock.set_wall("2026-12-11 10:00")
    corps.run(vacancy_calls.owe_calls)
    assert corps.told(Kind.UNFILLED) == {wang}
    cannot_be_reached(corps, corps.leader("赵联络"))
    corps.clock.set_wall("2026-12-13 15:00")
    corps.run(vacancy_calls.owe_calls)
    assert {corps.to(notice) for notice in corps.owed(Kind.UNFILLED)} == {wang}


def reports_it(corps: Corps, who: int, activity: int) -> reports.Submitted:
    """Let somebody hand in the report of the lecture, once it is over."""
    corps.clock.set_wall("2026-12-05 16:30")
    return corps.do(who, reports.submit, activity, Account(80, CountedBy.HEADCOUNT))


def pairs(corps: Corps, who: int) -> pairings.Registered:
    """Let somebody register a pairing of 民盟."""
    plan = PairingPlan(corps.team("民盟"), "三多桥村", "回龙坝镇", dt.date(2026, 10, 20))
    return corps.do(who, pairings.register, plan)


def read_all(session: Session, _at: Moment) -> None:
    """Let everything that is owed be read."""
    for notice in session.exec(select(Notice)).all():
        notice.state = NoticeState.SENT
        session.add(notice)


def says_something(corps: Corps, kind: Kind) -> set[int]:
    """Return to whom what is due of a kind still says something."""
    corps.clock.push(dt.timedelta(minutes=15))
    due = [one for one in corps.run(all_due) if one.kind is kind]
    return {one.address.number for one in due if corps.run(load, one) is not None}


def test_coordinators_who_cannot_be_reached_are_not_counted_as_asked(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    activity = corps.publish(wang)
    cannot_be_reached(corps, wang)
    assert reports_it(corps, zhao, activity).office.names == ("李统筹",)
    assert pairs(corps, zhao).office.names == ("李统筹",)
    assert corps.told(Kind.VERIFY_REQUEST) == corps.told(Kind.PAIRING_REQUEST) == {li}
    corps.do(li, reports.verify, activity)
    asked = corps.do(li, reopening.ask, activity, "人数不对").office
    assert asked is not None
    assert (asked.hears, asked.names) == (False, ()), "the only other coordinator will see it when she is back"
    assert corps.told(Kind.REOPEN_REQUEST) == {wang}


def test_a_request_that_a_coordinator_read_who_then_blocks_the_bot_goes_to_the_others(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    reports_it(corps, zhao, corps.publish(wang))
    assert says_something(corps, Kind.VERIFY_REQUEST) == {wang}
    li = corps.coordinator("李统筹")
    cannot_be_reached(corps, wang)
    assert says_something(corps, Kind.VERIFY_REQUEST) == {li}


def test_a_record_of_service_that_a_coordinator_read_of_who_then_blocks_the_bot_is_for_the_others(corps: Corps) -> None:
    wang, li, zhang = corps.coordinator(), corps.coordinator("李统筹"), corps.member("张明")
    corps.hold(wang, li, corps.leader("赵联络"), zhang)
    cannot_be_reached(corps, li)
    corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    corps.run(read_all)
    corps.run(reachability.back, telegram(li))
    cannot_be_reached(corps, wang)
    assert says_something(corps, Kind.CERTIFICATE_REQUEST) == {li}


def test_a_new_coordinator_is_asked_for_what_waited_for_a_second_person(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang)
    assert reports_it(corps, wang, activity).office.people == ()
    assert pairs(corps, wang).office.people == ()
    corps.do(wang, roles.set_coordinator, corps.member_id(zhang), on=True)
    assert corps.told(Kind.VERIFY_REQUEST) == corps.told(Kind.PAIRING_REQUEST) == {zhang}
    corps.do(zhang, reports.verify, activity)
    corps.do(zhang, roles.set_coordinator, corps.member_id(corps.member("周红")), on=True)
    assert corps.told(Kind.VERIFY_REQUEST) == {zhang}, "what is decided asks nobody"


def test_a_report_whose_reporter_is_gone_goes_back_to_who_answers_for_the_team(corps: Corps) -> None:
    wang, zhao, qian = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络")
    activity = corps.publish(wang)
    reports_it(corps, zhao, activity)
    cannot_be_reached(corps, zhao)
    assert corps.do(wang, reports.send_back, activity, "多了一个零").names == ("钱联络",)
    assert corps.told(Kind.RETURNED) == {qian}
    card = corps.do(qian, reports.read, activity)
    assert card is not None
    assert (card.mine, card.reporter.name) == (False, "赵联络")


def test_a_returned_report_is_handed_on_while_it_waits_and_only_then(corps: Corps) -> None:
    wang, zhao, qian = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络")
    activity = corps.publish(wang)
    reports_it(corps, zhao, activity)
    assert corps.do(wang, reports.send_back, activity, "多了一个零").names == ("赵联络",)
    assert says_something(corps, Kind.RETURNED) == {zhao}
    corps.do(wang, transfers.move, corps.member_id(zhao), corps.team("民建"))
    assert says_something(corps, Kind.RETURNED) == {qian}
    reports_it(corps, qian, activity)
    cannot_be_reached(corps, qian)
    assert says_something(corps, Kind.RETURNED) == set()


def test_a_pairing_that_is_returned_finds_somebody_who_can_correct_it(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    pairing = pairs(corps, zhao).id
    cannot_be_reached(corps, zhao)
    assert corps.do(wang, pairings.send_back, pairing, "没写地点").names == ("李统筹",)
    assert corps.told(Kind.PAIRING_DECIDED) == {li}


def test_word_of_a_claim_reaches_whoever_plans_by_now(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("义诊医生", "clinic", 4, open=True),), teams=()))
    cannot_be_reached(corps, wang)
    corps.do(zhao, claims.claim, corps.slot(activity))
    assert corps.told(Kind.CLAIMED) == {li}


def test_who_moves_somebody_reads_who_hears_of_it(corps: Corps) -> None:
    wang, zhang, sun = corps.coordinator(), corps.member("张明"), corps.leader("孙联络", "民建")
    cannot_be_reached(corps, zhang)
    moved = corps.do(wang, transfers.move, corps.member_id(zhang), corps.team("民建"))
    assert (moved.own.hears, moved.receivers.names) == (False, ("孙联络",))
    corps.do(wang, roles.set_leader, corps.member_id(sun), on=False)
    li = corps.coordinator("李统筹")
    moved = corps.do(wang, transfers.move, corps.member_id(zhang), corps.team("民盟"))
    assert moved.receivers.names == ("李统筹",), "a team without a leader: the other coordinator"
    assert li in corps.told(Kind.MOVED_IN)


def test_word_of_a_change_and_of_a_cancelling_for_a_team_without_an_ear_goes_to_the_coordinators(corps: Corps) -> None:
    wang, zhou, zhao = corps.coordinator(), corps.coordinator("周统筹"), corps.leader("赵联络")
    activity = corps.publish(wang)
    elsewhere = corps.publish(wang, corps.plan("义诊", "2026-12-06 14:00", "2026-12-06 16:00", teams=("民建",)))
    cannot_be_reached(corps, zhao)
    corps.do(wang, editing.change, Edit(activity, EditField.PLACE, {"place": "区文化馆"}))
    assert corps.told(Kind.CHANGED) == {zhao, zhou}
    corps.do(wang, cancelling.cancel, activity)
    corps.do(wang, cancelling.cancel, elsewhere)
    assert [(corps.to(notice), notice.activity_id) for notice in corps.owed(Kind.CANCELLED)] == [
        (zhao, activity),
        (zhou, activity),
        (zhou, elsewhere),
    ]


def test_word_of_a_change_that_a_leader_cannot_get_is_handed_on(corps: Corps) -> None:
    wang, zhou, zhao, zhang = (
        corps.coordinator(),
        corps.coordinator("周统筹"),
        corps.leader("赵联络"),
        corps.member("张明"),
    )
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.do(wang, editing.change, Edit(activity, EditField.PLACE, {"place": "区文化馆"}))
    assert corps.told(Kind.CHANGED) == {zhao, zhang}
    cannot_be_reached(corps, zhang)
    assert zhou not in corps.told(Kind.CHANGED), "a member's own place is not for others to read of"
    cannot_be_reached(corps, zhao)
    assert zhou in corps.told(Kind.CHANGED)
