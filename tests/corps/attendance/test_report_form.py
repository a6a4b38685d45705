"""反馈 and 退回 as conversations, whichever channel asks: who was there, how many, how counted; why back."""

import datetime as dt

import pytest

from corps.activities import planning
from corps.addresses import telegram
from corps.attachments import Attachment
from corps.attendance import card_actions, report_form, reports, roll_call, roll_form
from corps.attendance.report_form import Stand, Step
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.conversations import Conversation
from corps.refusals import Reason, Refused
from corps.signups import on_behalf, signups
from models.enums import ActivityState, AttendanceState, CountedBy, ReportState
from tests.base import Corps, photo
from tests.corps.broadcasts.steps import refused
from tests.corps.forms import leave, open_question


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator("王统筹")


@pytest.fixture
def zhao(corps: Corps) -> int:
    """The leader of 民盟."""
    return corps.leader("赵联络")


@pytest.fixture
def lecture(corps: Corps, wang: int) -> int:
    """A lecture that is over, for which 张明 had signed up."""
    activity = corps.publish(wang)
    corps.do(corps.member("张明"), signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 16:05")
    return activity


def asked(corps: Corps, who: int) -> Conversation:
    """Return the open question."""
    found = open_question(corps, who)
    assert found is not None, "nothing is asked"
    return found


def say(corps: Corps, who: int, text: str, file: Attachment | None = None) -> Stand | None:
    """Type something, or send a photo."""
    return corps.do(who, report_form.take, asked(corps, who), text, file, "5")


def step(corps: Corps, who: int, text: str, file: Attachment | None = None) -> Step:
    """Type something that is an answer, and return what is asked next."""
    stand = say(corps, who, text, file)
    assert stand is not None
    return stand.step


def test_the_roll_the_number_the_way_and_it_is_handed_in(corps: Corps, wang: int, zhao: int, lecture: int) -> None:
    assert [person.name for person in corps.do(zhao, report_form.begin, lecture).people] == ["张明"]
    assert corps.do(zhao, report_form.ask, lecture, "2").step is Step.NUMBER
    assert step(corps, zhao, "80") is Step.HOW
    assert corps.do(zhao, report_form.choose_way, lecture, CountedBy.HEADCOUNT, "3").step is Step.READY
    assert corps.do(zhao, report_form.submit, lecture).office.names == ("王统筹",)
    assert open_question(corps, zhao) is None
    assert [line.activity_id for line in corps.do(wang, reports.waiting)] == [lecture]
    assert corps.do(wang, report_form.verify, lecture)[1].state is ReportState.VERIFIED


def test_a_back_entry_goes_straight_to_its_report_and_what_is_to_come_does_not(
    corps: Corps, wang: int, zhao: int
) -> None:
    late = corps.plan(starts="2026-11-05 14:00", ends="2026-11-05 16:00", back_entry_reason="补录")
    entry = corps.do(wang, report_form.publish, corps.do(wang, planning.draft, late))
    assert entry.done.back_entry
    assert entry.roll is not None
    assert [person.name for person in entry.roll.people] == ["赵联络"]
    assert asked(corps, wang).step == Step.ROLL.value
    leave(corps, wang)
    entry = corps.do(wang, report_form.publish, corps.do(wang, planning.draft, corps.plan()))
    assert (entry.roll, entry.card.state) == (None, ActivityState.PUBLISHED)
    assert open_question(corps, wang) is None


def test_answers_are_welcome_in_any_order(corps: Corps, zhao: int, lecture: int) -> None:
    corps.do(zhao, report_form.begin, lecture)
    assert step(corps, zhao, "讲了两小时，反响很好") is Step.NUMBER
    assert step(corps, zhao, "", photo("file")) is Step.NUMBER
    stand = say(corps, zhao, "清点 80")
    assert stand is not None
    assert (stand.step, stand.beneficiaries, stand.counted_by) == (Step.READY, 80, CountedBy.HEADCOUNT)
    assert (stand.words, len(stand.photos)) == ("讲了两小时，反响很好", 1)


def test_a_photo_that_comes_twice_counts_once(corps: Corps, zhao: int, lecture: int) -> None:
    corps.do(zhao, report_form.begin, lecture)
    for file in (photo("file"), photo("again", "ufile"), photo("other")):
        stand = say(corps, zhao, "", file)
    assert stand is not None
    assert len(stand.photos) == 2


def test_a_number_that_cannot_be_taken_is_named_and_asked_again(corps: Corps, zhao: int, lecture: int) -> None:
    corps.do(zhao, report_form.begin, lecture)
    stand = say(corps, zhao, "-5")
    assert stand is not None
    assert stand.unclear is not None
    assert (stand.step, stand.beneficiaries) == (Step.NUMBER, None)


def test_what_is_no_answer_changes_nothing(corps: Corps, zhao: int, lecture: int) -> None:
    corps.do(zhao, report_form.begin, lecture)
    before = asked(corps, zhao)
    assert say(corps, zhao, "") is None
    assert say(corps, zhao, "，。") is None
    assert asked(corps, zhao) == before


def test_what_was_said_is_kept_for_going_on_and_not_for_another_activity(
    corps: Corps, wang: int, zhao: int, lecture: int
) -> None:
    corps.do(zhao, report_form.begin, lecture)
    say(corps, zhao, "80")
    leave(corps, zhao)
    corps.do(zhao, report_form.begin, lecture)
    assert corps.do(zhao, report_form.ask_again, asked(corps, zhao), "6").beneficiaries == 80
    plan = corps.plan(starts="2026-12-05 10:00", ends="2026-12-05 11:00", back_entry_reason="补录")
    other = corps.publish(wang, plan)
    corps.do(zhao, report_form.begin, other)
    assert corps.do(zhao, report_form.ask, other, "7").beneficiaries is None


def test_an_incomplete_report_is_not_handed_in(corps: Corps, zhao: int, lecture: int) -> None:
    with refused(Reason.INCOMPLETE):
        corps.do(zhao, report_form.submit, lecture)
    corps.do(zhao, report_form.begin, lecture)
    say(corps, zhao, "80")
    with refused(Reason.INCOMPLETE):
        corps.do(zhao, report_form.submit, lecture)


def test_a_button_says_which_mark_it_gives_so_that_two_taps_give_one_and_an_old_one_gives_none(
    corps: Corps, zhao: int, lecture: int
) -> None:
    zhang = corps.do(zhao, roll_call.see, lecture).people[0].member_id
    present, unknown = AttendanceState.PRESENT, AttendanceState.UNKNOWN
    said = (present, present, unknown, AttendanceState.ABSENT)
    marks = [corps.do(zhao, roll_call.mark_as, lecture, zhang, state).people[0].state for state in said]
    assert marks == [present, present, present, AttendanceState.ABSENT]
    with refused(Reason.GONE):
        corps.do(zhao, roll_call.mark_as, lecture, 999, present)


def test_all_present_are_those_who_signed_up_and_of_whom_nothing_was_said(corps: Corps, wang: int, zhao: int) -> None:
    plan = corps.plan(starts="2026-11-05 14:00", ends="2026-11-05 16:00", back_entry_reason="补录")
    corps.member("旁人")
    entered = corps.publish(wang, plan)
    people = corps.do(zhao, roll_call.mark_all_present, entered).people
    assert {person.state for person in people} == {AttendanceState.UNKNOWN}, "nobody signed up for a back-entry"


def test_all_present_leaves_a_mark_that_was_made(corps: Corps, zhao: int, lecture: int) -> None:
    zhang = corps.do(zhao, roll_call.see, lecture).people[0].member_id
    corps.do(zhao, roll_call.mark, lecture, [zhang], AttendanceState.EXCUSED)
    people = corps.do(zhao, roll_call.mark_all_present, lecture).people
    assert [person.state for person in people] == [AttendanceState.EXCUSED]


def test_the_list_goes_on_to_the_next_report_and_ends_with_the_last(corps: Corps, wang: int, zhao: int) -> None:
    li = corps.coordinator("李统筹")
    days = ("2026-12-03", "2026-12-04", "2026-12-05")
    held = [corps.publish(wang, corps.plan(day, f"{day} 14:00", f"{day} 16:00")) for day in days]
    corps.clock.set_wall("2026-12-06 09:00")
    for one in held:
        corps.do(zhao, reports.submit, one, reports.Account(80, CountedBy.HEADCOUNT))
    assert corps.do(li, report_form.review, held[2])[1].following == held[0], "after the last comes the first"
    assert corps.do(li, report_form.verify, held[0])[1].following == held[1]
    corps.do(li, report_form.ask_reason, held[1])
    question = open_question(corps, li)
    assert question is not None
    asked = corps.do(li, report_form.take_reason, question, "照片不清楚")
    assert (asked.office is not None, asked.following) == (True, held[2])
    assert corps.do(li, report_form.verify, held[2])[1].following is None
    assert corps.do(zhao, report_form.review, held[2])[1].following is None, "a leader has no list to go through"


def test_reading_the_report_again_leaves_the_question_for_the_reason(corps: Corps, zhao: int, lecture: int) -> None:
    li = corps.coordinator("李统筹")
    corps.do(zhao, reports.submit, lecture, reports.Account(80, CountedBy.HEADCOUNT))
    corps.do(li, report_form.ask_reason, lecture)
    corps.do(li, report_form.review, lecture)
    assert open_question(corps, li) is None


def test_a_report_goes_back_with_a_reason_and_begins_with_what_it_said(
    corps: Corps, wang: int, zhao: int, lecture: int
) -> None:
    with refused(Reason.NOT_REPORTED):
        corps.do(wang, report_form.review, lecture)
    corps.do(zhao, report_form.begin, lecture)
    say(corps, zhao, "600 估算")
    corps.do(zhao, report_form.submit, lecture)
    corps.do(wang, report_form.ask_reason, lecture)
    assert not corps.do(wang, report_form.take_reason, asked(corps, wang), "？").office, "without a letter it is none"
    assert not corps.do(wang, report_form.ask_reason_again, asked(corps, wang)).office
    gone_back = corps.do(wang, report_form.take_reason, asked(corps, wang), "多了一个零？").office
    assert gone_back is not None
    assert gone_back.names == ("赵联络",)
    assert open_question(corps, wang) is None
    assert corps.do(wang, report_form.review, lecture)[1].return_reason == "多了一个零？"
    corps.do(zhao, report_form.begin, lecture)
    stand = corps.do(zhao, report_form.ask, lecture, "8")
    assert (stand.step, stand.beneficiaries) == (Step.READY, 600)


def test_what_the_reporter_changed_themselves_is_not_put_on_somebody_else(
    corps: Corps, wang: int, zhao: int, lecture: int
) -> None:
    corps.do(zhao, report_form.begin, lecture)
    corps.do(zhao, report_form.ask, lecture, "2")
    say(corps, zhao, "80，签到")
    old = corps.do(zhao, report_form.ask, lecture, "3").shown
    corps.clock.push(dt.timedelta(minutes=1))
    say(corps, zhao, "大家很满意")
    with pytest.raises(Refused) as own:
        corps.do(zhao, report_form.submit, lecture, old)
    assert (own.value.reason, own.value.facts) == (Reason.MOVED_ON, {}), (
        "wang published it, and has nothing to do with it"
    )
    corps.clock.push(dt.timedelta(minutes=1))
    corps.do(wang, editing.change, Edit(lecture, EditField.PLACE, {"place": "文化站"}))
    with pytest.raises(Refused) as others:
        corps.do(zhao, report_form.submit, lecture, old)
    assert str(others.value.facts["by"]) != ""


def test_who_goes_back_to_the_card_writes_into_no_report_and_goes_on_with_it_later(
    corps: Corps, wang: int, zhao: int, lecture: int
) -> None:
    corps.do(zhao, report_form.begin, lecture)
    say(corps, zhao, "80，签到")
    corps.do(zhao, card_actions.turn_to, lecture)
    assert open_question(corps, zhao) is None
    corps.do(zhao, report_form.begin, lecture)
    assert corps.do(zhao, report_form.ask, lecture, "8").beneficiaries == 80


def test_who_looks_at_another_card_meanwhile_or_at_one_in_a_group_is_still_asked(
    corps: Corps, wang: int, zhao: int, lecture: int
) -> None:
    other = corps.publish(wang, corps.plan("义诊", "2026-12-20 14:00", "2026-12-20 16:00"))
    corps.do(zhao, report_form.begin, lecture)
    corps.do(zhao, card_actions.turn_to, other)
    corps.do(zhao, card_actions.turn_to, lecture, telegram(-500))
    assert asked(corps, zhao).kind == report_form.KIND


def test_who_goes_back_from_asking_for_a_name_or_a_reason_is_asked_no_more(
    corps: Corps, wang: int, zhao: int, lecture: int
) -> None:
    ahead = corps.publish(wang, corps.plan("义诊", "2026-12-20 14:00", "2026-12-20 16:00"))
    for activity, begin in ((ahead, on_behalf.ask), (lecture, roll_form.ask)):
        corps.do(wang, begin, activity)
        assert asked(corps, wang).data["activity"] == activity
        corps.do(wang, card_actions.turn_to, activity)
        assert open_question(corps, wang) is None
