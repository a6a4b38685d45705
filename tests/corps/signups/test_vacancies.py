"""What a team can still do: its own places to fill, and slots nobody has claimed."""

import pytest

from corps.activities.planning import SlotPlan
from corps.refusals import Reason, Refused
from corps.signups import signups, vacancies
from tests.base import Corps
from tests.corps.membership.test_transfers import slots


def test_a_leader_sees_what_lacks_people_and_what_is_open(corps: Corps) -> None:
    wang, leader, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    own = corps.publish(wang)
    corps.do(zhang, signups.sign_up, slots(corps, own)[0])
    unclaimed = (SlotPlan("医生", "clinic", 2, None, open=True),)
    corps.publish(wang, corps.plan("义诊", "2026-12-06 09:00", "2026-12-06 11:00", unclaimed, ()))
    other = (SlotPlan("推介员", "promotion", 2, corps.team("民建")),)
    corps.publish(wang, corps.plan("推介", "2026-12-06 09:00", "2026-12-06 11:00", other, ("民建",)))
    found = corps.do(leader, vacancies.vacancies_of_team, corps.team("民盟"))
    assert [(o.title, o.role, o.free, o.unclaimed) for o in found] == [
        ("防诈骗公益讲座", "志愿者", 5, False),
        ("义诊", "医生", 2, True),
    ]
    assert found[0].activity_id == own


def test_a_shared_slot_is_everybodys_who_is_named(corps: Corps) -> None:
    wang = corps.coordinator()
    shared = (SlotPlan("引导员", "lecture", 3, None),)
    corps.publish(wang, corps.plan(slots=shared, teams=("民盟", "民建")))
    assert len(corps.do(wang, vacancies.vacancies_of_team, corps.team("民建"))) == 1
    assert corps.do(wang, vacancies.vacancies_of_team, corps.team("民进")) == []


def test_what_has_begun_or_is_another_teams_business_is_not_shown(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络", "民盟")
    corps.publish(wang)
    corps.clock.set_wall("2026-12-05 14:00")
    assert corps.do(leader, vacancies.vacancies_of_team, corps.team("民盟")) == []
    with pytest.raises(Refused) as no:
        corps.do(leader, vacancies.vacancies_of_team, corps.team("民建"))
    assert no.value.reason is Reason.NOT_ALLOWED
