"""A duty belongs to an office: whoever answers for a team by now hears of it, and nobody is promised what is not so."""

import datetime as dt

from corps.addresses import telegram
from corps.attendance import report_requests
from corps.membership import joining
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.signups import signups, vacancy_calls, withdrawals
from tests.base import Corps


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
