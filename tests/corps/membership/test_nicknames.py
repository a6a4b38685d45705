"""Two people of one name are told apart by a nickname that their leader gives; it is exported and erased with them."""

import pytest

from corps.activities import cards
from corps.attendance import roll_call
from corps.membership import erasure, nicknames, team_cards
from corps.records import personal_data
from corps.refusals import Refused
from corps.signups import signups
from models import Member
from tests.base import Corps
from tests.corps.forms import say


def named(corps: Corps, leader: int, member: int, nickname: str) -> None:
    """Let a leader give a nickname."""
    corps.do(leader, nicknames.ask, corps.member_id(member))
    say(corps, leader, lambda s, actor, at, asked, text, _key: nicknames.take(s, actor, at, asked, text), nickname)


def test_a_nickname_stands_only_where_two_share_a_name(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    li, other, han = (corps.member(name) for name in ("李雷", "李雷", "韩梅梅"))
    named(corps, zhao, li, "大李")
    named(corps, zhao, han, "小韩")
    activity = corps.publish(wang)
    for person in (li, other, han):
        corps.do(person, signups.sign_up, corps.slot(activity, "志愿者"))
    assert corps.do(zhao, cards.see, activity).slots[1].names == ("李雷（大李）", "李雷", "韩梅梅")
    team = corps.do(zhao, team_cards.see_team, corps.team("民盟"))
    assert [person.name for person in team.people] == ["赵联络", "韩梅梅", "李雷", "李雷（大李）"]
    corps.clock.set_wall("2026-12-05 13:45")
    roll = corps.do(zhao, roll_call.see, activity).people
    assert [(person.name, person.nickname) for person in roll] == [("李雷", "大李"), ("李雷", ""), ("韩梅梅", "")]


def test_only_those_who_act_for_the_team_give_it(corps: Corps) -> None:
    li, stranger = corps.member("李雷"), corps.leader("钱联络", "民建")
    for somebody in (li, stranger):
        with pytest.raises(Refused):
            corps.do(somebody, nicknames.give, corps.member_id(li), "大李")


def test_it_can_be_taken_away_is_exported_and_erased(corps: Corps) -> None:
    zhao, li = corps.leader("赵联络"), corps.member("李雷")
    named(corps, zhao, li, "大李")
    assert corps.do(li, personal_data.everything).nickname == "大李"
    named(corps, zhao, li, "无")
    assert corps.do(li, personal_data.everything).nickname == ""
    named(corps, zhao, li, "大李")
    own = corps.member_id(li)
    corps.do(li, erasure.erase)
    assert corps.run(lambda s, _at: s.get_one(Member, own).nickname) == ""
