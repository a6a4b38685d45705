"""A name goes only to those who lead that person when the message goes out; a request never lies with nobody."""

import datetime as dt

import pytest

from corps.addresses import telegram
from corps.delivery.notice_facts import load
from corps.membership import joining, leaving, roles, transfers
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.signups import signups, withdrawals
from tests.base import Corps, all_due
from tests.corps.membership.test_roles import owed

NEWCOMER = 900


def ask(corps: Corps, wang: int, team: str = "民盟") -> None:
    """Let a newcomer ask to join a team."""
    corps.do(NEWCOMER, joining.apply, corps.do(wang, joining.invitation_of, corps.team(team)), "陈小红")


def told(corps: Corps, kind: Kind) -> set[int]:
    """Return to whom the notices of a kind still say something, now that they are due."""
    corps.clock.push(dt.timedelta(minutes=15))
    due = [one for one in corps.run(all_due) if one.kind is kind]
    return {one.address.number for one in due if corps.run(load, one) is not None}


def demote(corps: Corps, wang: int, leader: int) -> None:
    """Take a leader's role away."""
    corps.do(wang, roles.set_leader, corps.member_id(leader), on=False)


def test_a_request_is_not_told_to_who_leads_no_more_but_to_the_coordinators_instead(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    ask(corps, wang)
    demote(corps, wang, zhao)
    assert told(corps, Kind.JOIN_REQUEST) == {wang}


def test_a_leader_who_is_moved_hears_nothing_of_who_asked_the_old_team(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    ask(corps, wang)
    corps.do(wang, transfers.move, corps.member_id(zhao), corps.team("民建"))
    assert told(corps, Kind.JOIN_REQUEST) == {wang}


def test_a_request_whose_leader_has_left_goes_to_who_leads_now(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    ask(corps, wang)
    qian = corps.leader("钱联络")
    corps.do(wang, leaving.remove, corps.member_id(zhao))
    assert told(corps, Kind.JOIN_REQUEST) == {qian}


def test_a_coordinator_who_is_one_no_more_hands_requests_on_to_the_others(corps: Corps) -> None:
    wang = corps.coordinator()
    ask(corps, wang)
    li = corps.coordinator("李统筹")
    corps.do(li, roles.set_coordinator, corps.member_id(wang), on=False)
    assert told(corps, Kind.JOIN_REQUEST) == {li}


def test_who_has_the_request_already_does_not_get_it_again(corps: Corps) -> None:
    wang, zhao, qian = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络")
    ask(corps, wang)
    assert told(corps, Kind.JOIN_REQUEST) == {zhao, qian}
    demote(corps, wang, zhao)
    assert (owed(corps, qian, Kind.JOIN_REQUEST), owed(corps, wang, Kind.JOIN_REQUEST)) == (1, 0)


def test_a_new_request_of_who_was_declined_is_handed_on_to_who_had_the_first(corps: Corps) -> None:
    """The one of last month, which the coordinator has read, is not this one."""
    wang = corps.coordinator()
    ask(corps, wang)
    corps.do(wang, joining.decide, corps.member_id(NEWCOMER), admit=False)
    zhao = corps.leader("赵联络")
    corps.clock.push(dt.timedelta(days=30))
    ask(corps, wang)
    demote(corps, wang, zhao)
    assert told(corps, Kind.JOIN_REQUEST) == {wang}


def test_what_is_decided_already_is_handed_on_to_nobody(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    ask(corps, wang)
    corps.do(zhao, joining.decide, corps.member_id(NEWCOMER), admit=True)
    demote(corps, wang, zhao)
    assert owed(corps, wang, Kind.JOIN_REQUEST) == 0


@pytest.mark.parametrize("still", [True, False], ids=["leads", "leads no more"])
def test_who_cannot_be_reached_is_named_only_to_who_leads_them(corps: Corps, still: bool) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    corps.run(reachability.lost, telegram(zhang))
    if not still:
        demote(corps, wang, zhao)
    assert told(corps, Kind.UNREACHABLE) == {zhao if still else wang}


@pytest.mark.parametrize("still", [True, False], ids=["leads", "leads no more"])
def test_who_gave_a_place_back_late_is_named_only_to_who_leads_that_team(corps: Corps, still: bool) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 09:00")
    corps.do(zhang, withdrawals.withdraw, activity)
    if not still:
        corps.do(wang, transfers.move, corps.member_id(zhao), corps.team("民建"))
    assert told(corps, Kind.LATE_WITHDRAWAL) == {zhao if still else wang}
