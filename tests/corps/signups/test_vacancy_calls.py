"""A call for free places in a team's group."""

from bot.texts.voice import Voice
from bot.views.digests import call
from corps import groups
from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.planning import Plan, SlotPlan
from corps.addresses import telegram
from corps.delivery import notice_facts
from corps.membership import group_binding, preferences
from corps.membership.preferences import Pause
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.people import recognise
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


def fair(corps: Corps, *slots: SlotPlan) -> Plan:
    """Return the plan of a fair on 12 December with these slots."""
    return corps.plan("服务大集", "2026-12-12 14:00", "2026-12-12 16:00", slots, teams=())


def says(corps: Corps) -> dict[int, str]:
    """Return what whoever is called reads above the card."""
    voice, said = Voice("zh", corps.clock), {}
    for due in (one for one in corps.run(all_due) if one.kind is Kind.UNFILLED):
        facts = corps.run(notice_facts.load, due)
        if facts is not None:
            said[due.address.number] = str(call(voice, facts.the(Card), facts.actor))
    return said


def test_a_call_goes_to_who_can_do_something_and_names_only_that(corps: Corps) -> None:
    wang, zhao, sun = corps.coordinator(), corps.leader("赵联络"), corps.leader("孙联络", "农工党")
    corps.leader("周联络", "民建")
    slots = (
        SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),
        SlotPlan("义诊医生", "clinic", 2, corps.team("农工党")),
        SlotPlan("志愿者", "care", 3, corps.team("侨联")),
    )
    corps.publish(wang, fair(corps, *slots))
    assert called(corps) == {zhao, sun, wang}, "民建 has no slot there; 侨联 has no leader"
    said = says(corps)
    assert "主讲人还缺 1 人" in said[zhao]
    assert "义诊医生" not in said[zhao]
    assert all(
        role in said[wang] for role in ("民盟的主讲人还缺 1 人", "农工党的义诊医生还缺 2 人", "侨联的志愿者还缺 3 人")
    )
    assert "本分团" not in said[wang]


def test_a_leader_whose_own_gap_is_filled_meanwhile_is_not_called_for_others(corps: Corps) -> None:
    wang, zhao, sun = corps.coordinator(), corps.leader("赵联络"), corps.leader("孙联络", "农工党")
    slots = (
        SlotPlan("主讲人", "lecture", 1, corps.team("民盟")),
        SlotPlan("义诊医生", "clinic", 2, corps.team("农工党")),
    )
    activity = corps.publish(wang, fair(corps, *slots))
    assert called(corps) == {zhao, sun}
    corps.do(zhao, signups.sign_up, corps.slot(activity, "主讲人"))
    assert set(says(corps)) == {sun}


def test_who_has_paused_or_cannot_be_reached_is_called_for_nothing_and_somebody_else_is(corps: Corps) -> None:
    wang, zhao, sun = corps.coordinator(), corps.leader("赵联络"), corps.leader("孙联络", "农工党")
    slots = (SlotPlan("主讲人", "lecture", 1, corps.team("民盟")), SlotPlan("义诊医生", "clinic", 2, None, open=True))
    corps.publish(wang, fair(corps, *slots))
    corps.do(zhao, preferences.set_pause, Pause.MONTH)
    corps.run(reachability.lost, telegram(sun), "blocked")
    assert called(corps) == {wang}


def test_a_leader_who_blocks_the_bot_after_the_call_was_owed_passes_it_on(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.publish(wang, fair(corps, SlotPlan("主讲人", "lecture", 1, corps.team("民盟"))))
    assert called(corps) == {zhao}
    corps.run(reachability.lost, telegram(zhao), "blocked")
    assert set(says(corps)) == {wang}


def test_the_called_have_the_button_for_it(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang, fair(corps, SlotPlan("义诊医生", "clinic", 2, None, open=True)))
    assert called(corps) == {zhao}
    assert corps.do(zhao, cards.see, activity).slots[0].may_claim
    seen = corps.do(wang, cards.see, activity)
    assert seen.may_edit
    assert vacancy_calls.gaps(seen, corps.run(lambda s, at: recognise(s, at, telegram(wang)))) == seen.slots
