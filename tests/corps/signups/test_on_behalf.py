"""代报名 and 移出名单: acting for somebody who telephoned, by their own rules, and with word to them."""

import pytest

from corps.activities.planning import SlotPlan
from corps.delivery.notice_facts import load
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import on_behalf, signups, withdrawals
from corps.signups.on_behalf import Choice, SignedUpFor
from models.enums import NoticeState, SignUpState
from tests.base import Corps, all_due, row_at
from tests.corps.forms import open_question, say


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


@pytest.fixture
def zhao(corps: Corps) -> int:
    """The leader of the team."""
    return corps.leader("赵联络")


def one_slot(corps: Corps, places: int = 1) -> tuple[SlotPlan, ...]:
    """Return a plan of one slot of the team."""
    return (SlotPlan("志愿者", "lecture", places, corps.team("民盟")),)


def sign_up(corps: Corps, by: int, lecture: int, who: int, slot: int = 0) -> SignedUpFor | Choice:
    """Sign somebody up."""
    return corps.do(by, on_behalf.sign_up, lecture, corps.member_id(who), slot)


def refusal(corps: Corps, by: int, lecture: int, who: int) -> Refused:
    """Return why signing somebody up is refused."""
    with pytest.raises(Refused) as refused:
        sign_up(corps, by, lecture, who)
    return refused.value


def sign_up_id(corps: Corps, by: int, lecture: int, who: str) -> int:
    """Return the sign-up of somebody on the activity."""
    found = corps.do(by, on_behalf.who_is_on_it, lecture)
    return next(one.sign_up for one in found.people if one.person.name == who)


def test_a_leader_signs_up_who_telephoned_and_they_are_told_and_can_withdraw(
    corps: Corps, wang: int, zhao: int
) -> None:
    zhang = corps.member("张明")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    done = sign_up(corps, zhao, lecture, zhang)
    assert isinstance(done, SignedUpFor)
    assert (done.name, done.queue, done.hears) == ("张明", 0, True)
    assert corps.told(Kind.SIGNED_UP_FOR) == {zhang}
    (word,) = [due for due in corps.run(all_due) if due.kind is Kind.SIGNED_UP_FOR]
    assert corps.run(load, word) is not None
    corps.do(zhang, withdrawals.withdraw, lecture)
    assert corps.sign_ups(corps.slot(lecture))[zhang] is SignUpState.WITHDRAWN


def test_a_full_slot_puts_them_on_the_waitlist_and_a_choice_of_slots_is_asked(
    corps: Corps, wang: int, zhao: int
) -> None:
    first, second = corps.member("甲"), corps.member("乙")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    sign_up(corps, zhao, lecture, first)
    done = sign_up(corps, zhao, lecture, second)
    assert isinstance(done, SignedUpFor)
    assert done.queue == 1
    fair = corps.publish(wang, corps.plan("义诊", "2026-12-06 14:00", "2026-12-06 16:00"))
    asked = sign_up(corps, zhao, fair, first)
    assert isinstance(asked, Choice)
    assert [slot.role for slot in asked.slots] == ["主讲人", "志愿者"]
    sign_up(corps, zhao, fair, first, corps.slot(fair, "志愿者"))
    assert corps.sign_ups(corps.slot(fair, "志愿者")) == {first: SignUpState.GOING}


def test_the_same_rule_holds_as_for_ones_own_tap_in_words_about_them(corps: Corps, wang: int, zhao: int) -> None:
    zhang, other = corps.member("张明"), corps.member("李梅", "农工党")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps, 3)))
    beside = corps.publish(wang, corps.plan("义诊", "2026-12-05 15:00", "2026-12-05 17:00"))
    corps.do(zhang, signups.sign_up, corps.slot(beside))
    clash = refusal(corps, zhao, lecture, zhang)
    assert (clash.reason, clash.facts) == (Reason.THEY_ARE_ELSEWHERE, {"title": "义诊", "who": "张明"})
    assert refusal(corps, wang, lecture, other).reason is Reason.THEY_ARE_OF_ANOTHER_TEAM
    assert refusal(corps, zhao, lecture, other).reason is Reason.NOT_ALLOWED, "a leader acts for the own team"
    assert refusal(corps, corps.leader("钱", "农工党"), lecture, zhang).reason is Reason.NOT_ALLOWED
    corps.do(zhang, withdrawals.withdraw, beside)
    sign_up(corps, zhao, lecture, zhang)
    assert refusal(corps, zhao, lecture, zhang).reason is Reason.THEY_GO
    corps.clock.set_wall("2026-12-05 14:00")
    assert refusal(corps, zhao, lecture, corps.member("迟")).reason is Reason.STARTED


def test_who_can_be_signed_up_is_found_by_name_and_those_of_one_name_are_told_apart(
    corps: Corps, wang: int, zhao: int
) -> None:
    first, _second, _third = corps.member("张明"), corps.member("张明"), corps.member("李梅")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps, 3)))
    assert [one.name for one in corps.do(zhao, on_behalf.ask, lecture).people] == ["张明", "张明", "李梅", "赵联络"]
    found = say(corps, zhao, on_behalf.take_name, "张")
    assert [(one.name, one.team, one.joined is not None) for one in found.people] == [("张明", "民盟", True)] * 2
    sign_up(corps, zhao, lecture, first)
    corps.do(zhao, on_behalf.ask, lecture)
    assert len(say(corps, zhao, on_behalf.take_name, "张", "3").people) == 1


def test_one_person_is_taken_off_one_activity_with_a_word_and_the_waitlist_moves_up(
    corps: Corps, wang: int, zhao: int
) -> None:
    zhang, li = corps.member("张明"), corps.member("李梅")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    slot = corps.slot(lecture)
    corps.do(zhang, signups.sign_up, slot)
    corps.do(li, signups.sign_up, slot, wait=True)
    row = sign_up_id(corps, zhao, lecture, "张明")
    corps.do(zhao, on_behalf.ask_off, row)
    asked = say(corps, zhao, on_behalf.take_reason, "这次要会普通话的")
    done = corps.do(zhao, on_behalf.take_off, row, asked.shown)
    assert (done.name, done.hears) == ("张明", True)
    assert corps.sign_ups(slot) == {zhang: SignUpState.REMOVED, li: SignUpState.OFFERED}
    (word,) = corps.owed(Kind.REMOVED)
    assert (corps.to(word), word.subject["reason"]) == (zhang, "这次要会普通话的")
    assert corps.run(lambda s, _at: row_at(s, zhang).team_id) == corps.team("民盟"), "only this one activity"
    assert open_question(corps, zhao) is None


def test_what_is_confirmed_is_what_was_shown_and_nobody_is_taken_off_by_another_team(
    corps: Corps, wang: int, zhao: int
) -> None:
    zhang = corps.member("张明")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    corps.do(zhang, signups.sign_up, corps.slot(lecture))
    row = sign_up_id(corps, zhao, lecture, "张明")
    before = corps.do(zhao, on_behalf.ask_off, row)
    say(corps, zhao, on_behalf.take_reason, "原因")
    with pytest.raises(Refused) as old:
        corps.do(zhao, on_behalf.take_off, row, before.shown)
    assert old.value.reason is Reason.MOVED_ON
    with pytest.raises(Refused) as other:
        corps.do(corps.leader("钱", "农工党"), on_behalf.take_off, row)
    assert other.value.reason is Reason.NOT_ALLOWED
    corps.do(zhang, withdrawals.withdraw, lecture)
    with pytest.raises(Refused) as gone:
        corps.do(wang, on_behalf.take_off, row)
    assert gone.value.reason is Reason.THEY_ARE_OFF
    assert corps.owed(Kind.REMOVED, None) == []


def test_taking_somebody_off_late_is_told_to_the_leader_too_and_a_word_of_signing_up_is_moot(
    corps: Corps, wang: int, zhao: int
) -> None:
    zhang = corps.member("张明")
    lecture = corps.publish(wang, corps.plan(slots=one_slot(corps)))
    sign_up(corps, zhao, lecture, zhang)
    corps.clock.set_wall("2026-12-05 09:00")
    corps.do(wang, on_behalf.take_off, sign_up_id(corps, wang, lecture, "张明"))
    assert corps.told(Kind.LATE_WITHDRAWAL) == {zhao}
    assert [row.state for row in corps.owed(Kind.SIGNED_UP_FOR, None)] == [NoticeState.CANCELLED]
