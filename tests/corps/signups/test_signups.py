"""报名 and 我来不了: who gets a place, who does not and why, and who hears of it."""

import pytest
from sqlmodel import col, select

from corps.activities import planning
from corps.activities.planning import SlotPlan
from corps.changes import cancelling
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import signups, waitlist, withdrawals
from models import Audit
from models.enums import SignUpState
from tests.base import Corps


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


def one_place(corps: Corps, team: str = "民盟") -> tuple[SlotPlan, ...]:
    """Return a slot with a single place."""
    return (SlotPlan("主讲人", "lecture", 1, corps.team(team)),)


def refusal(corps: Corps, who: int, slot: int, *, wait: bool = False) -> Reason:
    """Return why somebody's sign-up is refused."""
    with pytest.raises(Refused) as refused:
        corps.do(who, signups.sign_up, slot, wait=wait)
    return refused.value.reason


def test_a_member_of_the_team_gets_a_place(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    slot = corps.slot(corps.publish(wang))
    assert corps.do(zhang, signups.sign_up, slot).state is SignUpState.GOING
    assert corps.sign_ups(slot) == {zhang: SignUpState.GOING}


def test_a_second_tap_takes_no_second_place(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    slot = corps.slot(corps.publish(wang), "志愿者")
    corps.do(zhang, signups.sign_up, slot)
    assert refusal(corps, zhang, slot) is Reason.ALREADY_GOING
    assert len(corps.sign_ups(slot)) == 1


def test_a_full_slot_says_so_and_takes_people_on_its_waitlist_in_turn(corps: Corps, wang: int) -> None:
    first, second, third = (corps.member(name) for name in ("甲", "乙", "丙"))
    slot = corps.slot(corps.publish(wang, corps.plan(slots=one_place(corps))))
    corps.do(first, signups.sign_up, slot)
    assert refusal(corps, second, slot) is Reason.FULL
    assert corps.do(second, signups.sign_up, slot, wait=True).queue == 1
    assert corps.do(third, signups.sign_up, slot, wait=True).queue == 2
    assert refusal(corps, second, slot, wait=True) is Reason.ALREADY_WAITING


def test_a_newcomer_does_not_overtake_those_who_wait(corps: Corps, wang: int) -> None:
    first, second, third = (corps.member(name) for name in ("甲", "乙", "丙"))
    slot = corps.slot(corps.publish(wang, corps.plan(slots=one_place(corps))))
    activity = corps.do(first, signups.sign_up, slot).activity_id
    corps.do(second, signups.sign_up, slot, wait=True)
    corps.do(first, withdrawals.withdraw, activity)
    assert corps.sign_ups(slot)[second] is SignUpState.OFFERED
    assert refusal(corps, third, slot) is Reason.FULL


def test_another_teams_slot_is_not_for_me_but_a_shared_one_is(corps: Corps, wang: int) -> None:
    doctor = corps.member("李医生", "农工党")
    own = corps.slot(corps.publish(wang))
    assert refusal(corps, doctor, own) is Reason.OTHER_TEAM
    shared = (SlotPlan("志愿者", "clinic", 5),)
    joint = corps.plan("义诊", "2026-12-06 09:00", "2026-12-06 11:00", slots=shared, teams=("民盟", "农工党"))
    slot = corps.slot(corps.publish(wang, joint))
    assert corps.do(doctor, signups.sign_up, slot).state is SignUpState.GOING
    assert refusal(corps, corps.member("客人", "民建"), slot) is Reason.OTHER_TEAM


def test_somebody_without_a_team_takes_no_place(corps: Corps, wang: int) -> None:
    assert refusal(corps, wang, corps.slot(corps.publish(wang))) is Reason.OTHER_TEAM


def test_an_unclaimed_slot_waits_for_its_team_first(corps: Corps, wang: int) -> None:
    plan = corps.plan(slots=(SlotPlan("医生", "clinic", 2, None, True),), teams=())
    assert refusal(corps, corps.member("张明"), corps.slot(corps.publish(wang, plan))) is Reason.NOT_CLAIMED_YET


def test_nobody_can_be_in_two_places_at_once(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, signups.sign_up, corps.slot(corps.publish(wang)))
    clashing = corps.publish(wang, corps.plan("义诊", "2026-12-05 15:30", "2026-12-05 17:00"))
    with pytest.raises(Refused) as refused:
        corps.do(zhang, signups.sign_up, corps.slot(clashing))
    assert refused.value.reason is Reason.OVERLAP
    assert refused.value.facts["title"] == "防诈骗公益讲座"
    after = corps.publish(wang, corps.plan("晚间讲座", "2026-12-05 16:00", "2026-12-05 17:00"))
    assert corps.do(zhang, signups.sign_up, corps.slot(after)).state is SignUpState.GOING


def test_a_cancelled_activity_no_longer_stands_in_the_way(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.do(wang, cancelling.cancel, activity, "下雨")
    other = corps.publish(wang, corps.plan("义诊"))
    assert corps.do(zhang, signups.sign_up, corps.slot(other)).state is SignUpState.GOING
    assert refusal(corps, corps.member("李"), corps.slot(activity)) is Reason.CANCELLED


def test_a_person_has_one_slot_in_an_activity(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity, "主讲人"))
    assert refusal(corps, zhang, corps.slot(activity, "志愿者")) is Reason.ONE_SLOT


def test_taking_a_place_gives_up_the_turn_on_another_slots_waitlist(corps: Corps, wang: int) -> None:
    zhang, first = corps.member("张明"), corps.member("早到")
    activity = corps.publish(wang)
    speaker, helper = corps.slot(activity, "主讲人"), corps.slot(activity, "志愿者")
    corps.do(first, signups.sign_up, speaker)
    corps.do(zhang, signups.sign_up, speaker, wait=True)
    corps.do(zhang, signups.sign_up, helper)
    assert corps.sign_ups(speaker)[zhang] is SignUpState.WITHDRAWN
    corps.do(first, withdrawals.withdraw, activity)
    assert corps.owed(Kind.OFFER) == []


def test_neither_a_draft_nor_what_has_begun_takes_sign_ups(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    draft = corps.do(wang, planning.draft, corps.plan("草稿"))
    assert refusal(corps, zhang, corps.slot(draft)) is Reason.NOT_PUBLISHED
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 14:00")
    assert refusal(corps, zhang, corps.slot(activity)) is Reason.STARTED


def test_whoever_withdraws_can_come_back_at_the_end_of_the_line(corps: Corps, wang: int) -> None:
    first, second, third = (corps.member(name) for name in ("甲", "乙", "丙"))
    activity = corps.publish(wang, corps.plan(slots=one_place(corps)))
    slot = corps.slot(activity)
    corps.do(first, signups.sign_up, slot)
    for person in (second, third):
        corps.do(person, signups.sign_up, slot, wait=True)
    corps.do(second, withdrawals.withdraw, activity)
    corps.clock.set_wall("2026-12-02 11:00")
    assert corps.do(second, signups.sign_up, slot, wait=True).queue == 2
    corps.do(first, withdrawals.withdraw, activity)
    assert corps.sign_ups(slot)[third] is SignUpState.OFFERED


def test_the_audit_says_how_the_person_stood_before_signing_up(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    slot = corps.slot(activity, "志愿者")
    corps.do(zhang, signups.sign_up, slot)
    corps.do(zhang, withdrawals.withdraw, activity)
    corps.do(zhang, signups.sign_up, slot)
    rows = corps.run(
        lambda s, _at: s.exec(select(Audit).where(Audit.action == "signup.join").order_by(col(Audit.id))).all()
    )
    assert [(row.before, row.after) for row in rows] == [
        ({"state": None}, {"state": "going"}),
        ({"state": "withdrawn"}, {"state": "going"}),
    ]


def test_an_early_withdrawal_frees_the_place_and_alarms_nobody(corps: Corps, wang: int) -> None:
    corps.leader("赵联络")
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    slot = corps.slot(activity)
    corps.do(zhang, signups.sign_up, slot)
    assert not corps.do(zhang, withdrawals.withdraw, activity).late
    assert corps.owed(Kind.LATE_WITHDRAWAL) == []
    assert corps.do(corps.member("李"), signups.sign_up, slot).state is SignUpState.GOING


def test_a_late_withdrawal_also_alerts_the_teams_leaders(corps: Corps, wang: int) -> None:
    zhao, zhang = corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 09:00")
    assert corps.do(zhang, withdrawals.withdraw, activity).late
    (alert,) = corps.owed(Kind.LATE_WITHDRAWAL)
    about = {"member": corps.member_id(zhang), "role": "志愿者", "team": corps.team("民盟")}
    assert (corps.to(alert), alert.subject) == (zhao, about)
    assert alert.priority == 0


def test_a_late_withdrawal_from_a_team_without_a_leader_reaches_the_coordinators(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-05 09:00")
    corps.do(zhang, withdrawals.withdraw, activity)
    assert corps.told(Kind.LATE_WITHDRAWAL) == {wang}


def test_a_leader_who_withdraws_late_is_not_alerted_about_it_but_the_coordinators_are(corps: Corps, wang: int) -> None:
    zhao = corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.do(zhao, signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-05 09:00")
    corps.do(zhao, withdrawals.withdraw, activity)
    assert corps.told(Kind.LATE_WITHDRAWAL) == {wang}


def test_leaving_the_waitlist_late_alarms_nobody(corps: Corps, wang: int) -> None:
    corps.leader("赵联络")
    first, second = corps.member("甲"), corps.member("乙")
    activity = corps.publish(wang, corps.plan(slots=one_place(corps)))
    corps.do(first, signups.sign_up, corps.slot(activity))
    corps.do(second, signups.sign_up, corps.slot(activity), wait=True)
    corps.clock.set_wall("2026-12-05 09:00")
    assert not corps.do(second, withdrawals.withdraw, activity).late
    assert corps.owed(Kind.LATE_WITHDRAWAL) == []


def test_who_holds_nothing_has_nothing_to_give_back(corps: Corps, wang: int) -> None:
    with pytest.raises(Refused) as refused:
        corps.do(corps.member("张明"), withdrawals.withdraw, corps.publish(wang))
    assert refused.value.reason is Reason.NOT_SIGNED_UP


def test_once_it_has_begun_nobody_withdraws(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-05 14:30")
    with pytest.raises(Refused) as refused:
        corps.do(zhang, withdrawals.withdraw, activity)
    assert refused.value.reason is Reason.STARTED


def test_withdrawing_an_offer_passes_it_on_at_once(corps: Corps, wang: int) -> None:
    first, second, third = (corps.member(name) for name in ("甲", "乙", "丙"))
    activity = corps.publish(wang, corps.plan(slots=one_place(corps)))
    slot = corps.slot(activity)
    corps.do(first, signups.sign_up, slot)
    for person in (second, third):
        corps.do(person, signups.sign_up, slot, wait=True)
    corps.do(first, withdrawals.withdraw, activity)
    corps.do(second, withdrawals.withdraw, activity)
    assert corps.sign_ups(slot)[third] is SignUpState.OFFERED
    assert corps.run(waitlist.lapse) == 0
