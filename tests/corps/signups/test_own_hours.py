"""A slot may have hours of its own, inside those of its activity: who serves in it gives that time and no more."""

import pytest
from sqlmodel import Session

from corps import conversations
from corps.activities import cards, entry_answers, entry_form, rules
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import reports, roll_call
from corps.changes import edit_form, editing
from corps.changes.edit_answers import Edit, EditField
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.records import mine
from corps.refusals import Reason, Refused
from corps.signups import reminders, signups
from models.enums import AttendanceState, CountedBy, NoticeState
from tests.base import Corps

NOTICE = (
    "活动：社区服务日\n类别：公益讲座\n时间：2026-12-05 9:00-17:00\n地点：金蓉社区\n场所：社区\n分团：民盟分团\n"
    "岗位：主讲人 1（{hours}），志愿者 5"
)


def demand_terms(session: Session, actor: Actor, _at: Moment, activity_id: int, shown: str) -> None:
    """Demand that an activity is as it was shown."""
    rules.demand_terms(session, actor, activity_id, shown)


def fair(corps: Corps, by: int) -> int:
    """Publish a day from nine to five with a speaker from two to three, and volunteers all day."""
    own = corps.team("民盟")
    at = corps.instant("2026-12-05 14:00"), corps.instant("2026-12-05 15:00")
    slots = (SlotPlan("主讲人", "lecture", 1, own, False, *at), SlotPlan("志愿者", "lecture", 5, own))
    plan = corps.plan(starts="2026-12-05 09:00", ends="2026-12-05 17:00", slots=slots)
    return corps.publish(by, plan)


@pytest.mark.parametrize("said", ["14:00-15:00", "下午两点到三点", "14：00—15：00"])
def test_hours_in_brackets_behind_a_role_are_its_own(corps: Corps, said: str) -> None:
    wang = corps.coordinator()
    stand = corps.do(wang, entry_form.begin, NOTICE.format(hours=said), "k")
    assert stand.card is not None
    speaker, volunteer = stand.card.slots
    assert (speaker.starts_at, speaker.ends_at) == (
        corps.instant("2026-12-05 14:00"),
        corps.instant("2026-12-05 15:00"),
    )
    assert volunteer.starts_at is None


@pytest.mark.parametrize("mended", ["15:00-16:00", "全程"])
def test_hours_outside_the_activity_are_asked_for_again(corps: Corps, mended: str) -> None:
    wang = corps.coordinator()
    stand = corps.do(wang, entry_form.begin, NOTICE.format(hours="18:00-19:00"), "k")
    assert stand.step is entry_answers.Step.SLOTS
    assert [problem.code for problem in stand.problems] == ["hours"]
    open_one = corps.run(lambda s, _at: conversations.find(s, telegram(wang), entry_form.KIND))
    assert open_one is not None
    stand = corps.do(wang, entry_form.take, open_one, mended, "l")
    assert stand.card is not None
    assert [slot.role for slot in stand.card.slots] == ["主讲人", "志愿者"]
    assert (stand.card.slots[0].starts_at is None) is (mended == "全程")


def test_somebody_may_serve_elsewhere_before_the_own_hours_begin(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.member("李雷")
    own = corps.do(li, signups.sign_up, corps.slot(fair(corps, wang), "主讲人"))
    assert own
    morning = corps.publish(wang, corps.plan("晨间义诊", "2026-12-05 09:30", "2026-12-05 11:00"))
    corps.do(li, signups.sign_up, corps.slot(morning, "志愿者"))
    noon = corps.publish(wang, corps.plan("午后宣讲", "2026-12-05 14:30", "2026-12-05 16:00"))
    with pytest.raises(Refused) as no:
        corps.do(li, signups.sign_up, corps.slot(noon, "志愿者"))
    assert no.value.reason is Reason.OVERLAP


def test_reminders_keep_to_the_own_hours(corps: Corps) -> None:
    wang, li, han = corps.coordinator(), corps.member("李雷"), corps.member("韩梅梅")
    activity = fair(corps, wang)
    corps.do(li, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.do(han, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 07:01")
    corps.run(reminders.owe_reminders)
    assert corps.told(Kind.REMINDER) == {li, han}
    two_hours = [corps.to(notice) for notice in corps.owed(Kind.REMINDER) if notice.key.endswith(":120")]
    assert two_hours == [han]
    corps.clock.set_wall("2026-12-05 12:01")
    corps.run(reminders.owe_reminders)
    two_hours = [corps.to(notice) for notice in corps.owed(Kind.REMINDER) if notice.key.endswith(":120")]
    assert two_hours == [han, li]


def test_hours_that_are_changed_and_put_back_leave_the_reminder_as_it_was(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.member("李雷")
    activity = fair(corps, wang)
    slot = corps.slot(activity, "主讲人")
    corps.do(li, signups.sign_up, slot)
    corps.clock.set_wall("2026-12-04 14:01")
    corps.run(reminders.owe_reminders)
    before = {notice.key for notice in corps.owed(Kind.REMINDER)}
    assert before
    for words in ("16:00-17:00", "14:00-15:00"):
        corps.do(wang, editing.change, Edit(activity, EditField.HOURS, {"hours": words}, slot))
        corps.run(reminders.owe_reminders)
    assert {notice.key for notice in corps.owed(Kind.REMINDER)} == before
    assert all(notice.state is NoticeState.OWED for notice in corps.owed(Kind.REMINDER))


def test_only_the_own_hours_are_credited(corps: Corps) -> None:
    wang, leader, li, han = corps.coordinator(), corps.leader("赵联络"), corps.member("李雷"), corps.member("韩梅梅")
    other = corps.coordinator("周统筹")
    activity = fair(corps, wang)
    corps.do(li, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.do(han, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 17:05")
    ids = [corps.member_id(li), corps.member_id(han)]
    corps.do(leader, roll_call.mark, activity, ids, AttendanceState.PRESENT)
    corps.do(leader, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))
    corps.do(other, reports.verify, activity)
    assert corps.do(li, mine.mine).hours.total == 60
    assert corps.do(han, mine.mine).hours.total == 480


def test_own_hours_move_with_the_activity_and_can_be_taken_away(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.member("李雷")
    activity = fair(corps, wang)
    slot = corps.slot(activity, "主讲人")
    corps.do(li, signups.sign_up, slot)
    moved = {"starts": "2026-12-06T09:00:00", "ends": "2026-12-06T14:30:00"}
    corps.do(wang, editing.change, Edit(activity, EditField.TIME, moved))
    seen = corps.do(li, cards.see, activity)
    assert seen.my_hours == (corps.instant("2026-12-06 14:00"), corps.instant("2026-12-06 14:30"))
    corps.do(wang, edit_form.ask_slot, slot, EditField.HOURS, "a")
    stand = corps.do(wang, edit_form.choose, EditField.HOURS, "-", "b")
    assert stand is not None
    corps.do(wang, edit_form.confirm, activity, stand.mark)
    seen = corps.do(li, cards.see, activity)
    assert seen.my_hours == (seen.starts_at, seen.ends_at)


def test_hours_outside_the_activity_are_no_change(corps: Corps) -> None:
    wang = corps.coordinator()
    activity = fair(corps, wang)
    slot = corps.slot(activity, "主讲人")
    with pytest.raises(Refused) as no:
        corps.do(wang, editing.change, Edit(activity, EditField.HOURS, {"hours": "18:00-19:00"}, slot))
    assert no.value.reason is Reason.HOURS_OUTSIDE


def test_a_card_from_before_the_own_hours_signs_nobody_up_for_them(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.member("李雷")
    activity = fair(corps, wang)
    slot = corps.slot(activity, "主讲人")
    shown = corps.do(li, cards.see, activity).terms
    corps.do(wang, editing.change, Edit(activity, EditField.HOURS, {"hours": "15:00-16:00"}, slot))
    with pytest.raises(Refused) as no:
        corps.do(li, demand_terms, activity, shown)
    assert no.value.reason is Reason.MOVED_ON
    corps.do(li, demand_terms, activity, corps.do(li, cards.see, activity).terms)
