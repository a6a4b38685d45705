"""Whom a broadcast is for."""

import pytest
from sqlalchemy import Update, update
from sqlmodel import Session, col, select

from corps import teams
from corps.addresses import telegram
from corps.broadcasts import audience
from corps.broadcasts.audience import Audience, Scope, Which
from corps.moment import Moment
from corps.people import recognise
from corps.refusals import Refused
from corps.signups import signups
from models import Member, Slot
from models.enums import MemberStatus
from tests.base import Corps


def carry_out(session: Session, _at: Moment, change: Update) -> None:
    """Run one UPDATE."""
    session.connection().execute(change)


def names(corps: Corps, chosen: Audience, but: int = 0) -> set[str]:
    """Return who belongs to an audience."""
    found = corps.run(lambda s, _at: audience.people(s, chosen, but))
    assert len(found) == corps.run(lambda s, _at: audience.size(s, chosen, but))
    return {member.name for member in found}


@pytest.fixture
def people(corps: Corps) -> dict[str, int]:
    """A coordinator, a leader and members of two teams."""
    return {
        "王统筹": corps.coordinator("王统筹"),
        "赵联络": corps.leader("赵联络"),
        "张明": corps.member("张明"),
        "陈刚": corps.member("陈刚", "民革"),
    }


def test_everybody_means_all_who_are_admitted_but_the_sender(corps: Corps, people: dict[str, int]) -> None:
    wang = corps.member_id(people["王统筹"])
    assert names(corps, Audience(Scope.ALL), wang) == {"赵联络", "张明", "陈刚"}


def test_applicants_and_those_who_left_are_written_to_no_more(corps: Corps, people: dict[str, int]) -> None:
    for name, status in (("张明", MemberStatus.LEFT), ("陈刚", MemberStatus.APPLICANT)):
        change = update(Member).where(col(Member.id) == corps.member_id(people[name])).values(status=status)
        corps.run(carry_out, change)
    assert names(corps, Audience(Scope.ALL)) == {"王统筹", "赵联络"}


def test_leaders_and_teams_can_be_chosen(corps: Corps, people: dict[str, int]) -> None:
    assert names(corps, Audience(Scope.LEADERS)) == {"赵联络"}
    assert names(corps, Audience(Scope.TEAMS, teams=(corps.team("民革"),))) == {"陈刚"}


def test_a_category_means_the_members_of_the_teams_that_suit_it(corps: Corps, people: dict[str, int]) -> None:
    doctors = corps.member("许医生", "农工党")
    assert corps.run(lambda s, at: recognise(s, at, telegram(doctors))).is_member
    suiting = corps.run(lambda s, _at: teams.teams_suiting(s, "clinic"))
    assert corps.team("农工党") in suiting
    assert "许医生" in names(corps, Audience(Scope.CATEGORY, category="clinic"))


def test_an_activity_means_those_who_go_or_wait_as_chosen(corps: Corps, people: dict[str, int]) -> None:
    activity = corps.publish(people["王统筹"])
    slots = corps.run(lambda s, _at: s.exec(select(Slot.id).where(Slot.activity_id == activity)).all())
    corps.do(people["张明"], signups.sign_up, slots[0] or 0)
    corps.do(people["赵联络"], signups.sign_up, slots[0] or 0, wait=True)
    chosen = {which: names(corps, Audience(Scope.ACTIVITY, activity=activity, which=which)) for which in Which}
    assert chosen == {Which.GOING: {"张明"}, Which.WAITLISTED: {"赵联络"}, Which.BOTH: {"张明", "赵联络"}}


def test_a_choice_is_kept_as_it_was_made(corps: Corps) -> None:
    chosen = Audience(Scope.TEAMS, teams=(1, 2), in_groups=True)
    assert Audience.read(chosen.stored()) == chosen


def test_an_audience_that_names_what_is_gone_is_refused(corps: Corps) -> None:
    with pytest.raises(Refused):
        corps.run(lambda s, _at: audience.describe(s, Audience(Scope.CATEGORY, category="x")))
    with pytest.raises(Refused):
        corps.run(lambda s, _at: audience.describe(s, Audience(Scope.ACTIVITY, activity=9)))
