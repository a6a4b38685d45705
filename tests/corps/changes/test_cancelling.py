"""取消活动: those affected are told once, nothing else goes out, and twice is as good as once."""

import pytest
from sqlmodel import col, select

from corps.activities import cards, planning
from corps.activities.planning import SlotPlan
from corps.attendance import report_requests, reports, roll_call
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.notices.kinds import URGENT, Kind
from corps.quotas import tally
from corps.refusals import Reason, Refused
from corps.signups import claims, reminders, signups
from models import Activity, Audit, Slot
from models.enums import ActivityState, AttendanceState, CountedBy, NoticeState
from tests.base import Corps, all_due


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


def test_it_tells_who_goes_waits_or_leads_and_who_claimed_but_nobody_else(corps: Corps, wang: int) -> None:
    zhao, qian = corps.leader("赵"), corps.leader("钱", "农工党")
    corps.leader("孙", "民建")
    going, waiting, _bystander = (corps.member(name) for name in ("甲", "乙", "丙"))
    slots = (SlotPlan("主讲人", "lecture", 1, corps.team("民盟")), SlotPlan("医生", "clinic", 2, None, True))
    activity = corps.publish(wang, corps.plan(slots=slots))
    corps.do(qian, claims.claim, corps.slot(activity, "医生"))
    corps.do(going, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.do(waiting, signups.sign_up, corps.slot(activity, "主讲人"), wait=True)
    done = corps.do(wang, cancelling.cancel, activity, "下雨")
    assert corps.told(Kind.CANCELLED) == {zhao, qian, going, waiting}
    assert done.told == 4


def test_nothing_else_that_was_owed_for_it_goes_out(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.do(wang, editing.change, Edit(activity, EditField.PLACE, {"place": "别处"}))
    corps.do(wang, cancelling.cancel, activity)
    assert corps.owed(Kind.CARD) == []
    assert corps.owed(Kind.CHANGED) == []
    assert {notice.state for notice in corps.owed(Kind.CARD, None)} == {NoticeState.CANCELLED}
    corps.clock.set_wall("2026-12-04 15:00")
    assert corps.run(reminders.owe_reminders) == 0
    corps.clock.set_wall("2026-12-05 17:00")
    assert corps.run(report_requests.owe_report_requests) == 0


def test_the_card_says_that_it_is_cancelled_and_why_and_offers_nothing(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    corps.do(wang, cancelling.cancel, activity, "下雨")
    card = corps.do(zhang, cards.see, activity)
    assert (card.state, card.cancel_reason) == (ActivityState.CANCELLED, "下雨")
    assert not any(slot.may_join for slot in card.slots)


def test_cancelling_twice_tells_once(corps: Corps, wang: int) -> None:
    zhang = corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.do(wang, cancelling.cancel, activity, "下雨")
    again = corps.do(corps.coordinator("李统筹"), cancelling.cancel, activity, "别的原因")
    assert again.told == 0
    assert len(corps.owed(Kind.CANCELLED)) == 1
    assert corps.run(lambda s, _at: s.get_one(Activity, activity)).cancel_reason == "下雨"


def test_a_coordinator_who_goes_along_is_not_told_of_the_own_decision(corps: Corps) -> None:
    both = corps.person("王统筹", "民盟", coordinator=True)
    activity = corps.publish(both)
    corps.do(both, signups.sign_up, corps.slot(activity))
    corps.do(both, cancelling.cancel, activity)
    assert corps.owed(Kind.CANCELLED) == []


def test_a_draft_disappears_without_a_word_but_leaves_a_trace(corps: Corps, wang: int) -> None:
    corps.leader("赵")
    draft = corps.do(wang, planning.draft, corps.plan("草稿"))
    assert corps.do(wang, cancelling.cancel, draft).deleted
    assert corps.owed(Kind.CANCELLED) == []
    assert corps.run(lambda s, _at: (s.get(Activity, draft), list(s.exec(select(Slot)).all()))) == (None, [])
    actions = corps.run(lambda s, _at: s.exec(select(Audit.action).order_by(col(Audit.id))).all())
    assert actions[-1] == "activity.delete"
    with pytest.raises(Refused) as refused:
        corps.do(wang, cancelling.cancel, draft)
    assert refused.value.reason is Reason.GONE


def test_neither_a_leader_nor_a_member_cancels(corps: Corps, wang: int) -> None:
    activity = corps.publish(wang)
    for who in (corps.leader("赵"), corps.member("张明")):
        for operation in (cancelling.cancel, cancelling.outlook):
            with pytest.raises(Refused) as refused:
                corps.do(who, operation, activity)
            assert refused.value.reason is Reason.NOT_ALLOWED


def test_the_outlook_says_how_many_will_be_told(corps: Corps, wang: int) -> None:
    activity = corps.publish(wang)
    corps.do(corps.member("张明"), signups.sign_up, corps.slot(activity))
    assert corps.do(wang, cancelling.outlook, activity).told == 1
    corps.do(wang, cancelling.cancel, activity)
    with pytest.raises(Refused) as refused:
        corps.do(wang, cancelling.outlook, activity)
    assert refused.value.reason is Reason.CANCELLED


@pytest.mark.parametrize(("wall", "urgent"), [("2026-12-05 05:00", True), ("2026-12-04 12:00", False)])
def test_only_what_is_near_wakes_people(corps: Corps, wang: int, wall: str, urgent: bool) -> None:
    activity = corps.publish(wang)
    corps.do(corps.member("张明"), signups.sign_up, corps.slot(activity))
    corps.clock.set_wall(wall)
    corps.do(wang, cancelling.cancel, activity)
    (word,) = corps.owed(Kind.CANCELLED)
    assert (word.priority == URGENT) is urgent


def test_a_reported_activity_can_be_cancelled_and_then_is_not_verified_nor_counted(corps: Corps, wang: int) -> None:
    zhao, zhang = corps.leader("赵"), corps.member("张明")
    li = corps.coordinator("李统筹")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(zhao, roll_call.mark, activity, [corps.member_id(zhang)], AttendanceState.PRESENT)
    corps.do(zhao, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))
    corps.do(wang, cancelling.cancel, activity, "没有办成")
    assert corps.owed(Kind.VERIFY_REQUEST) == []
    with pytest.raises(Refused) as refused:
        corps.do(li, reports.verify, activity)
    assert refused.value.reason is Reason.CANCELLED
    assert corps.run(tally.tally).lines[0].reported == 0


def test_a_verified_activity_stays(corps: Corps, wang: int) -> None:
    activity = corps.hold(wang, corps.coordinator("李统筹"), corps.leader("赵"), corps.member("张明"))
    with pytest.raises(Refused) as refused:
        corps.do(wang, cancelling.cancel, activity)
    assert refused.value.reason is Reason.REPORTED


def test_word_of_a_change_already_on_its_way_is_moot_once_it_is_cancelled(corps: Corps, wang: int) -> None:
    from corps.delivery.notice_facts import load

    corps.do(corps.member("张明"), signups.sign_up, corps.slot(activity := corps.publish(wang)))
    corps.do(wang, editing.change, Edit(activity, EditField.PLACE, {"place": "别处"}))
    corps.clock.set_wall("2026-12-02 10:01")
    due = [due for due in corps.run(all_due) if due.kind is Kind.CHANGED]
    corps.do(wang, cancelling.cancel, activity)
    assert [corps.run(load, one) for one in due] == [None]


def test_the_button_of_a_deleted_draft_never_publishes_another_one(corps: Corps, wang: int) -> None:
    deleted = corps.do(wang, planning.draft, corps.plan("写错了"))
    corps.do(wang, cancelling.cancel, deleted)
    corps.do(corps.coordinator("李统筹"), planning.draft, corps.plan("还没想好"))
    with pytest.raises(Refused) as refused:
        corps.do(wang, planning.publish, deleted)
    assert refused.value.reason is Reason.GONE
