"""Questions in the middle of a report: who left early is typed as well as tapped, and the report goes on."""

import pytest

from corps.attendance import report_form, roll_call, roll_form
from corps.attendance.roll_call import RollCall
from corps.attendance.roll_form import Leaving
from corps.conversations import Conversation
from corps.signups import signups
from models.enums import AttendanceState
from tests.base import Corps
from tests.corps.forms import open_question


@pytest.fixture
def roll(corps: Corps) -> tuple[int, int]:
    """Return a leader at the list of a report of 14:00–16:00, with 张明 and 李梅 present; and the activity."""
    zhao = corps.leader("赵联络")
    activity = corps.publish(corps.coordinator())
    for name in ("张明", "李梅"):
        corps.do(corps.member(name), signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(zhao, report_form.begin, activity)
    corps.do(zhao, roll_call.mark_all_present, activity)
    return zhao, activity


def asked(corps: Corps, who: int) -> Conversation:
    """Return the open question."""
    found = open_question(corps, who)
    assert found is not None
    return found


def types(corps: Corps, who: int, text: str) -> Leaving | RollCall:
    """Answer who left early, or when."""
    return corps.do(who, roll_form.take_leaving, asked(corps, who), text)


@pytest.mark.parametrize("typed", ["15:10", "三点十分", "下午3点10分走的", "大概15:10"])
def test_a_name_and_a_time_are_typed_and_there_is_only_one_such_time_in_the_activity(
    corps: Corps, roll: tuple[int, int], typed: str
) -> None:
    zhao, activity = roll
    corps.do(zhao, roll_form.who_left, activity)
    named = types(corps, zhao, "张明")
    assert isinstance(named, Leaving)
    assert named.chosen is not None
    seen = types(corps, zhao, typed)
    assert isinstance(seen, RollCall)
    left = {person.name: person.until for person in seen.people}
    assert left == {"张明": corps.instant("2026-12-05 15:10"), "李梅": None}
    assert asked(corps, zhao).kind == report_form.KIND, "what is typed now goes to the report again"


@pytest.mark.parametrize("typed", ["17:00", "早就走了", "14:00", "三点到四点", "李"])
def test_what_is_no_time_within_the_activity_is_said_and_is_no_word_of_the_report(
    corps: Corps, roll: tuple[int, int], typed: str
) -> None:
    zhao, activity = roll
    who = next(p.member_id for p in corps.do(zhao, roll_call.see, activity).people if p.name == "张明")
    corps.do(zhao, roll_form.who_left, activity, who)
    again = types(corps, zhao, typed)
    assert isinstance(again, Leaving)
    assert again.unclear == typed
    assert "words" not in asked(corps, zhao).data


def test_back_from_a_question_about_the_list_a_number_is_the_reports_again(corps: Corps, roll: tuple[int, int]) -> None:
    zhao, activity = roll
    corps.do(zhao, roll_form.ask, activity)
    corps.do(zhao, roll_form.back, activity)
    stand = corps.do(zhao, report_form.take, asked(corps, zhao), "80", None, "7")
    assert stand is not None
    assert stand.beneficiaries == 80


def test_a_mark_stays_when_only_the_time_was_asked(corps: Corps, roll: tuple[int, int]) -> None:
    zhao, activity = roll
    corps.do(zhao, roll_form.who_left, activity, late=True)
    types(corps, zhao, "李梅")
    seen = types(corps, zhao, "14:20")
    assert isinstance(seen, RollCall)
    assert {person.since for person in seen.people} == {corps.instant("2026-12-05 14:20"), None}
    assert {person.state for person in seen.people} == {AttendanceState.PRESENT}
