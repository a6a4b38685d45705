"""/new as a conversation, whichever channel asks: questions, what was unclear, buttons, going on, publishing."""

import re

import pytest

from bot.texts.voice import Voice
from bot.views.new_activity import screen
from corps.activities import entry_form
from corps.activities.entry_answers import Problem, Step
from corps.activities.entry_form import Stand
from models.enums import ActivityState
from tests.base import Corps
from tests.corps.forms import leave, open_question, say

LECTURE = """活动：防诈骗公益讲座
类别：公益讲座
时间：2026-12-05 14:00-16:00
地点：磁器口街道金蓉社区
场所：社区
岗位：主讲人 1，志愿者 5
分团：民盟分团"""


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


def tell(corps: Corps, who: int, *answers: str) -> Stand:
    """Begin afresh and answer the questions one after another."""
    stand = corps.do(who, entry_form.begin, "", "1")
    for answer in answers:
        stand = say(corps, who, entry_form.take, answer)
    return stand


def test_the_questions_come_one_after_another_and_end_in_a_draft(corps: Corps, wang: int) -> None:
    answers = ("急救讲座", "公益讲座", "2026-12-05 14:00", "2小时", "童家桥街道", "社区", "志愿者 5")
    stand = corps.do(wang, entry_form.begin, "", "1")
    asked = [stand.step]
    for answer in answers:
        stand = say(corps, wang, entry_form.take, answer)
        asked.append(stand.step)
    assert asked == [s for s in Step if s not in (Step.REASON, Step.NOTES)]
    assert say(corps, wang, entry_form.take, "民盟").step is Step.NOTES
    stand = say(corps, wang, entry_form.take, "跳过")
    assert stand.step is None
    assert stand.card is not None
    assert stand.card.state is ActivityState.DRAFT
    assert open_question(corps, wang) is None, "what is typed next answers no question"


def test_notes_are_asked_of_who_is_led_and_not_of_who_pastes(corps: Corps, wang: int) -> None:
    led = tell(
        corps, wang, "急救讲座", "公益讲座", "12月5日下午2点到4点", "金蓉社区", "社区", "志愿者 5", "民盟", "穿红马甲"
    )
    assert led.card is not None
    assert led.card.notes == "穿红马甲"
    pasted = corps.do(wang, entry_form.begin, LECTURE, "9")
    assert pasted.card is not None


def test_a_step_back_asks_the_question_before_again(corps: Corps, wang: int) -> None:
    stand = tell(corps, wang, "急救讲坐", "公益讲座", "12月5日", "14点", "2小时", "金蓉社区")
    assert stand.step is Step.VENUE
    asked = [corps.do(wang, entry_form.back, step) for step in ("venue", "place", "time", "category")]
    assert [one.step for one in asked if one is not None] == [Step.PLACE, Step.TIME, Step.CATEGORY, Step.TITLE]
    assert asked[-1] is not None
    assert asked[-1].data == {"guided": True}
    assert corps.do(wang, entry_form.back, "venue") == asked[-1], "a tap under an older question changes nothing"


def test_a_step_back_from_half_a_time_asks_for_the_day(corps: Corps, wang: int) -> None:
    assert "day" in tell(corps, wang, "急救讲座", "公益讲座", "12月5日").data
    stand = corps.do(wang, entry_form.back, "time")
    assert stand is not None
    assert (stand.step, "day" in stand.data) == (Step.TIME, False)
    say(corps, wang, entry_form.take, "12月5日 14:00")
    stand = corps.do(wang, entry_form.back, "end")
    assert stand is not None
    assert (stand.step, "starts" in stand.data) == (Step.TIME, False)


def test_an_answer_that_is_not_understood_leaves_the_question_open_and_says_why(corps: Corps, wang: int) -> None:
    stand = tell(corps, wang, "急救讲座", "跳舞")
    assert stand.step is Step.CATEGORY
    assert stand.problems == (Problem(Step.CATEGORY, "unknown", "跳舞"),)
    assert say(corps, wang, entry_form.take, "公益讲座").step is Step.TIME


def test_the_unclear_field_of_a_notice_is_asked_before_the_missing_ones(corps: Corps, wang: int) -> None:
    stand = corps.do(wang, entry_form.begin, "活动：讲座\n岗位：主讲人（跳舞）1\n地点：金蓉社区", "1")
    assert stand.step is Step.SLOTS
    assert [problem.step for problem in stand.problems] == [Step.SLOTS]


def test_a_whole_notice_is_welcome_as_an_answer_to_any_question(corps: Corps, wang: int) -> None:
    stand = tell(corps, wang, LECTURE)
    assert stand.card is not None
    assert stand.card.title == "防诈骗公益讲座"


def test_what_the_grammar_filled_in_is_said_with_the_draft(corps: Corps, wang: int) -> None:
    stand = corps.do(wang, entry_form.begin, LECTURE.replace("2026-12-05", "12月5日"), "1")
    assert stand.card is not None
    assert [problem.code for problem in stand.problems] == ["assumed_year"]


def test_the_same_message_twice_makes_one_draft_and_shows_it_again(corps: Corps, wang: int) -> None:
    first = corps.do(wang, entry_form.begin, LECTURE, "7")
    again = corps.do(wang, entry_form.begin, LECTURE, "7")
    assert first.card is not None
    assert again.card is not None
    assert again.card.id == first.card.id


def test_the_open_question_can_be_asked_again(corps: Corps, wang: int) -> None:
    tell(corps, wang, "急救讲座")
    asked = open_question(corps, wang)
    assert asked is not None
    assert corps.do(wang, entry_form.ask_again, asked).step is Step.CATEGORY


def test_what_was_begun_can_be_gone_on_with_or_begun_afresh(corps: Corps, wang: int) -> None:
    tell(corps, wang, "急救讲座")
    leave(corps, wang)
    found = corps.do(wang, entry_form.begin, "", "9")
    assert (found.step, found.card, found.data) == (None, None, {"guided": True, "title": "急救讲座"})
    assert corps.do(wang, entry_form.resume, resume=True).step is Step.CATEGORY
    assert corps.do(wang, entry_form.resume, resume=False).step is Step.TITLE


@pytest.mark.parametrize(
    ("typed", "step", "title"),
    [
        ("继续", Step.CATEGORY, "急救讲座"),
        ("接着写吧。", Step.CATEGORY, "急救讲座"),
        ("好的", Step.CATEGORY, "急救讲座"),
        ("Go on", Step.CATEGORY, "急救讲座"),
        ("类别：公益讲座", Step.TIME, "急救讲座"),
        ("重新开始", Step.TITLE, None),
        ("不要了，重新写一份", Step.TITLE, None),
        ("新活动", Step.TITLE, None),
        ("start over", Step.TITLE, None),
        ("健康讲座", None, "急救讲座"),
        ("继续教育讲座", None, "急救讲座"),
        ("重新认识糖尿病", None, "急救讲座"),
        ("活动：消防讲座\n类别：公益讲座", Step.TIME, "消防讲座"),
    ],
)
def test_whether_to_go_on_or_begin_afresh_may_be_typed(
    corps: Corps, wang: int, typed: str, step: Step | None, title: str | None
) -> None:
    tell(corps, wang, "急救讲座")
    leave(corps, wang)
    corps.do(wang, entry_form.begin, "", "9")
    asked = open_question(corps, wang)
    assert asked is not None
    stand = corps.do(wang, entry_form.take, asked, typed, "10")
    assert (stand.step, stand.data.get("title")) == (step, title)
    again = open_question(corps, wang)
    assert again is not None
    assert corps.do(wang, entry_form.ask_again, again).step is step


def test_a_whole_notice_in_place_of_the_answer_becomes_a_draft_of_its_own(corps: Corps, wang: int) -> None:
    tell(corps, wang, "急救讲座")
    leave(corps, wang)
    corps.do(wang, entry_form.begin, "", "9")
    asked = open_question(corps, wang)
    assert asked is not None
    card = corps.do(wang, entry_form.take, asked, LECTURE, "10").card
    assert card is not None
    assert card.title == "防诈骗公益讲座"


def test_no_button_of_an_earlier_question_answers_whether_to_go_on(corps: Corps, wang: int) -> None:
    tell(corps, wang, "急救讲座")
    leave(corps, wang)
    corps.do(wang, entry_form.begin, "", "9")
    for stand in (
        corps.do(wang, entry_form.choose, "category", "lecture"),
        corps.do(wang, entry_form.back, "resume"),
        corps.do(wang, entry_form.choose, "resume", "继续"),
    ):
        assert stand is not None
        assert (stand.step, stand.data["title"], "category" in stand.data) == (None, "急救讲座", False)


def test_a_button_of_an_earlier_question_changes_nothing(corps: Corps, wang: int) -> None:
    tell(corps, wang, "急救讲座", "公益讲座")
    stand = corps.do(wang, entry_form.choose, "category", "clinic")
    assert stand is not None
    assert stand.step is Step.TIME
    assert stand.data["category"] == "lecture"


def test_a_button_when_nothing_is_asked_is_an_old_one(corps: Corps, wang: int) -> None:
    tell(corps, wang, "急救讲座")
    leave(corps, wang)
    assert corps.do(wang, entry_form.choose, "category", "clinic") is None
    assert corps.do(wang, entry_form.tick_team, corps.team("民盟"), ticked=True) is None
    assert corps.do(wang, entry_form.finish_teams) is None
    assert corps.do(wang, entry_form.turn_calendar, 2027, 1) is None


def test_the_calendar_turns_while_the_time_is_asked_and_only_to_real_months(corps: Corps, wang: int) -> None:
    tell(corps, wang, "急救讲座")
    assert corps.do(wang, entry_form.turn_calendar, 2027, 1) is None
    say(corps, wang, entry_form.take, "公益讲座")
    stand = corps.do(wang, entry_form.turn_calendar, 2027, 1)
    assert stand is not None
    assert (stand.step, stand.month) == (Step.TIME, (2027, 1))
    assert corps.do(wang, entry_form.turn_calendar, 2027, 13) is None


def test_teams_are_ticked_and_unticked_and_none_is_no_answer(corps: Corps, wang: int) -> None:
    tell(corps, wang, LECTURE.replace("\n分团：民盟分团", ""))
    minmeng, jiusan = corps.team("民盟"), corps.team("九三")
    stand = corps.do(wang, entry_form.finish_teams)
    assert stand is not None
    assert stand.step is Step.TEAMS
    for team, ticked in ((minmeng, True), (jiusan, True), (jiusan, True), (minmeng, False), (minmeng, None)):
        corps.do(wang, entry_form.tick_team, team, ticked=ticked)
    stand = corps.do(wang, entry_form.finish_teams)
    assert stand is not None
    assert stand.card is not None
    assert stand.card.teams == ("九三",)


def test_a_past_time_is_asked_why_it_is_entered_now(corps: Corps, wang: int) -> None:
    stand = tell(corps, wang, LECTURE.replace("2026-12-05", "2026-11-05"))
    assert stand.step is Step.REASON
    stand = say(corps, wang, entry_form.take, "年中启用系统")
    assert stand.card is not None
    assert stand.card.back_entry


def test_half_an_answer_stays_known_from_one_message_to_the_next(corps: Corps, wang: int) -> None:
    asked = tell(corps, wang, "急救讲座", "公益讲座", "下周六上午")
    assert (asked.step, asked.problems) == (Step.TIME, ())
    assert say(corps, wang, entry_form.take, "9点半到12点").step is Step.PLACE


def test_half_a_time_is_completed_before_anything_else_is_asked(corps: Corps, wang: int) -> None:
    stand = corps.do(wang, entry_form.begin, "下周六上午", "1")
    assert stand.step is Step.TIME
    stand = say(corps, wang, entry_form.take, "9点半到12点", "2")
    assert (stand.data["starts"], stand.data["ends"]) == ("2026-12-12T09:30:00", "2026-12-12T12:00:00")
    assert stand.step is Step.TITLE


def test_an_answer_under_a_label_is_taken_for_what_it_says(corps: Corps, wang: int) -> None:
    corps.do(wang, entry_form.begin, "活动：讲座", "1")
    stand = say(corps, wang, entry_form.take, "时间：三天后 14:00-16:00", "2")
    assert (stand.step, stand.data["starts"]) == (Step.CATEGORY, "2026-12-05T14:00:00")
    stand = say(corps, wang, entry_form.take, "类别：公益讲座", "3")
    assert (stand.step, stand.data["category"]) == (Step.PLACE, "lecture")


@pytest.mark.parametrize(
    "typed", ["31 February 9:00-11:00", "2月31日 9:00-11:00", "early October 9:00", "next Saturday"]
)
def test_in_english_no_date_is_echoed_in_chinese(corps: Corps, wang: int, typed: str) -> None:
    stand = corps.do(wang, entry_form.begin, f"time: {typed}", "1")
    text = str(screen(Voice("en", corps.clock), stand).text)
    assert not re.search("[\u4e00-\u9fff]", text), text
