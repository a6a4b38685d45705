"""再办一场: everything is taken over but the date, and those who came are asked in private."""

import pytest

from corps.activities import cards, entry_form, proposals
from corps.activities.entry_answers import Step
from corps.activities.planning import SlotPlan
from corps.attendance import again, report_form, roll_call
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import signups
from models.enums import ActivityState
from tests.base import Corps
from tests.corps.forms import say


def held(corps: Corps, wang: int, *people: int) -> int:
    """Hold an activity with these people. Returns its id."""
    slots = (SlotPlan("志愿者", "lecture", 5, corps.team("民盟")), SlotPlan("推介员", "promotion", 2, None, True))
    plan = corps.plan(slots=slots, teams=(), notes="带水")
    lecture = corps.publish(wang, plan)
    for person in people:
        corps.do(person, signups.sign_up, corps.slot(lecture, "志愿者"))
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(wang, roll_call.mark_all_present, lecture)
    return lecture


def test_all_is_taken_over_the_date_is_asked_and_those_who_came_are_asked_in_private(corps: Corps) -> None:
    wang, zhang, li, new = corps.coordinator(), corps.member("张明"), corps.member("李梅"), corps.member("新人")
    lecture = held(corps, wang, zhang, li)
    asked = corps.do(wang, again.begin, lecture, "1")
    assert asked.step is Step.TIME
    done = say(corps, wang, entry_form.take, "2026-12-12 14:00-16:00")
    card = done.card
    assert card is not None
    assert (card.title, card.place, card.notes, card.teams) == (
        "防诈骗公益讲座",
        "磁器口街道金蓉社区",
        "带水",
        ("民盟",),
    )
    found = [(slot.role, slot.category.code, slot.places, slot.team, slot.open) for slot in card.slots]
    assert found == [("志愿者", "lecture", 5, "民盟", False), ("推介员", "promotion", 2, "", True)]
    assert corps.owed(Kind.AGAIN) == [], "a draft asks nobody"
    entry = corps.do(wang, report_form.publish, card.id)
    assert entry.asked_again == 2
    assert corps.told(Kind.AGAIN) == {zhang, li}
    assert new in corps.told(Kind.CARD)


def test_a_leader_holds_the_own_teams_once_more_as_a_draft_to_approve(corps: Corps) -> None:
    wang, zhao, other = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络", "民建")
    zhang = corps.member("张明")
    lecture = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(lecture, "志愿者"))
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(wang, roll_call.mark_all_present, lecture)
    assert corps.do(zhao, cards.see, lecture).may_repeat
    for who in (other, zhang):
        with pytest.raises(Refused):
            corps.do(who, again.begin, lecture, "1")
    assert corps.do(zhao, again.begin, lecture, "2").step is Step.TIME
    card = say(corps, zhao, entry_form.take, "2026-12-12 14:00-16:00", "3").card
    assert card is not None
    assert (card.state, card.teams, card.may_propose) == (ActivityState.DRAFT, ("民盟",), True)
    corps.do(zhao, proposals.propose, card.id)
    assert corps.do(wang, report_form.publish, card.id).asked_again == 1


def test_what_is_still_to_come_is_not_held_again_and_half_an_entry_is_not_thrown_away(corps: Corps) -> None:
    wang = corps.coordinator()
    lecture = corps.publish(wang)
    with pytest.raises(Refused) as early:
        corps.do(wang, again.begin, lecture, "1")
    assert early.value.reason is Reason.NOT_ENDED
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(wang, entry_form.begin, "别的活动", "2")
    with pytest.raises(Refused) as half:
        corps.do(wang, again.begin, lecture, "3")
    assert half.value.reason is Reason.HALF_FILLED
    with pytest.raises(Refused) as other:
        corps.do(corps.leader("赵", "民建"), again.begin, lecture, "4")
    assert other.value.reason is Reason.NOT_ALLOWED
