"""A call for free places in a team's group."""

from corps import groups
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.delivery import notice_facts
from corps.membership import group_binding
from corps.notices.kinds import Kind
from corps.signups import signups, vacancy_calls
from tests.base import Corps, all_due

GROUP = -500


def called(corps: Corps) -> set[int]:
    """Sweep five days before the activity and return the chats that are called."""
    corps.clock.set_wall("2026-12-07 14:01")
    corps.run(vacancy_calls.owe_calls)
    return corps.told(Kind.UNFILLED)


def tied(corps: Corps, *, cards: bool) -> int:
    """Tie a group to a team that has an activity with free places; return the team's leader."""
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    corps.do(leader, group_binding.bind, telegram(GROUP), "民盟分团群", corps.team("民盟"))
    corps.do(leader, groups.set_cards, telegram(GROUP), on=cards)
    corps.publish(wang, corps.plan(starts="2026-12-12 14:00", ends="2026-12-12 16:00"))
    return leader


def test_a_group_that_wants_no_cards_gets_no_calls_either(corps: Corps) -> None:
    leader = tied(corps, cards=False)
    assert called(corps) == {leader}


def test_a_place_open_to_claim_is_a_matter_of_leaders_not_of_groups(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    corps.do(leader, group_binding.bind, telegram(GROUP), "民盟分团群", corps.team("民盟"))
    corps.do(leader, groups.set_cards, telegram(GROUP), on=True)
    plan = corps.plan(
        starts="2026-12-12 14:00",
        ends="2026-12-12 16:00",
        slots=(SlotPlan("主讲人", "lecture", 1, None, open=True),),
        teams=(),
    )
    corps.publish(wang, plan)
    assert called(corps) == {leader}


def test_the_call_is_moot_once_the_own_teams_places_are_taken(corps: Corps) -> None:
    tied(corps, cards=True)
    assert called(corps) == {GROUP}
    for number in range(6):
        role = "主讲人" if number == 0 else "志愿者"
        corps.do(corps.member(f"成员{number}"), signups.sign_up, corps.slot(1, role))
    dues = [due for due in corps.run(all_due) if due.kind is Kind.UNFILLED]
    assert [corps.run(notice_facts.load, due) for due in dues] == [None]


def test_when_the_group_is_lost_its_leader_is_called_instead(corps: Corps) -> None:
    leader = tied(corps, cards=True)
    assert called(corps) == {GROUP}
    corps.run(group_binding.lose, telegram(GROUP))
    assert corps.told(Kind.UNFILLED) == {leader}
