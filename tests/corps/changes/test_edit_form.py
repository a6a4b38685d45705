"""修改 as a conversation, whichever channel asks: choose, answer, see what it changes, confirm."""

import pytest

from corps.activities.entry_answers import Problem, Step
from corps.changes import edit_form
from corps.changes.edit_answers import EditField
from corps.refusals import Reason
from corps.signups import signups
from tests.base import Corps
from tests.corps.broadcasts.steps import refused
from tests.corps.forms import open_question, say


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


@pytest.fixture
def lecture(corps: Corps, wang: int) -> int:
    """A published lecture."""
    return corps.publish(wang)


def test_an_answer_is_shown_as_a_change_and_made_only_when_confirmed(corps: Corps, wang: int, lecture: int) -> None:
    asked = corps.do(wang, edit_form.ask, lecture, EditField.PLACE, "1")
    assert asked is not None
    assert asked.card.place == "磁器口街道金蓉社区"
    assert asked.proposal is None
    shown = say(corps, wang, edit_form.take, "童家桥社区")
    assert shown.proposal is not None
    assert shown.card.place == "磁器口街道金蓉社区"
    done = corps.do(wang, edit_form.confirm, lecture, shown.mark)
    assert done is not None
    assert done[1].place == "童家桥社区"
    assert open_question(corps, wang) is None


def test_an_unclear_answer_is_asked_about_again(corps: Corps, wang: int, lecture: int) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.VENUE, "1")
    asked = say(corps, wang, edit_form.take, "月球")
    assert asked.proposal is None
    assert asked.problem == Problem(Step.VENUE, "unknown", "月球")
    assert say(corps, wang, edit_form.take, "农村").proposal is not None


def test_another_answer_takes_the_place_of_the_first_and_an_old_mark_confirms_nothing(
    corps: Corps, wang: int, lecture: int
) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.PLACE, "1")
    old = say(corps, wang, edit_form.take, "童家桥社区")
    new = say(corps, wang, edit_form.take, "石井坡社区")
    assert corps.do(wang, edit_form.confirm, lecture, old.mark) is None
    assert corps.do(wang, edit_form.confirm, lecture, new.mark) is not None
    assert corps.do(wang, edit_form.confirm, lecture, new.mark) is None, "it is made once"


def test_the_mark_of_one_activity_does_not_confirm_another(corps: Corps, wang: int, lecture: int) -> None:
    other = corps.publish(wang)
    corps.do(wang, edit_form.ask, lecture, EditField.PLACE, "1")
    shown = say(corps, wang, edit_form.take, "童家桥社区")
    assert corps.do(wang, edit_form.confirm, other, shown.mark) is None


def test_the_question_can_be_asked_again_and_forgets_the_change_that_was_shown(
    corps: Corps, wang: int, lecture: int
) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.PLACE, "1")
    shown = say(corps, wang, edit_form.take, "童家桥社区")
    asked = open_question(corps, wang)
    assert asked is not None
    assert corps.do(wang, edit_form.ask_again, asked).proposal is None
    assert corps.do(wang, edit_form.confirm, lecture, shown.mark) is None


def test_a_button_answers_only_the_question_it_belongs_to(corps: Corps, wang: int, lecture: int) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.VENUE, "1")
    assert corps.do(wang, edit_form.choose, EditField.TIME, "2026-12-19", "2") is None
    shown = corps.do(wang, edit_form.choose, EditField.VENUE, "village", "2")
    assert shown is not None
    assert shown.proposal is not None


def test_a_team_is_chosen_by_its_button(corps: Corps, wang: int, lecture: int) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.TEAM, "1")
    shown = corps.do(wang, edit_form.choose, EditField.TEAM, str(corps.team("九三")), "2")
    assert shown is not None
    assert shown.proposal is not None
    assert shown.proposal.delta.new == ["民盟", "九三"]


def test_the_calendar_turns_while_the_time_is_asked(corps: Corps, wang: int, lecture: int) -> None:
    assert corps.do(wang, edit_form.turn_calendar, 2027, 1) is None
    corps.do(wang, edit_form.ask, lecture, EditField.TIME, "1")
    stand = corps.do(wang, edit_form.turn_calendar, 2027, 1)
    assert stand is not None
    assert stand.month == (2027, 1)
    assert corps.do(wang, edit_form.turn_calendar, 2027, 0) is None


def test_back_leaves_the_question_and_says_what_is_there(corps: Corps, wang: int, lecture: int) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.PLACE, "1")
    card, cautions = corps.do(wang, edit_form.leave, lecture)
    assert (card.id, cautions) == (lecture, ())
    assert open_question(corps, wang) is None
    corps.do(wang, edit_form.ask, lecture, EditField.PLACE, "1")
    corps.do(wang, edit_form.open_menu, lecture)
    assert open_question(corps, wang) is None


def test_of_a_slot_the_places_the_role_and_its_end_can_be_asked_and_nothing_else(
    corps: Corps, wang: int, lecture: int
) -> None:
    slot = corps.slot(lecture, "志愿者")
    assert corps.do(wang, edit_form.open_slot, slot)[1].role == "志愿者"
    asked = corps.do(wang, edit_form.ask_slot, slot, EditField.PLACES, "1")
    assert asked.slot is not None
    assert asked.slot.places == 5
    assert say(corps, wang, edit_form.take, "0 人").problem == Problem(Step.SLOTS, "number", "0 人")
    with refused(Reason.GONE):
        corps.do(wang, edit_form.ask_slot, slot, EditField.TITLE, "1")
    assert corps.do(wang, edit_form.ask, lecture, EditField.PLACES, "1") is None


def test_taking_a_slot_out_needs_no_answer_only_the_confirmation(corps: Corps, wang: int, lecture: int) -> None:
    shown = corps.do(wang, edit_form.ask_slot, corps.slot(lecture, "志愿者"), EditField.REMOVE, "1")
    assert shown.proposal is not None
    done = corps.do(wang, edit_form.confirm, lecture, shown.mark)
    assert done is not None
    assert [slot.role for slot in done[1].slots] == ["主讲人"]


def test_a_slot_that_somebody_took_meanwhile_is_refused_and_nothing_is_confirmed(
    corps: Corps, wang: int, lecture: int
) -> None:
    slot = corps.slot(lecture, "志愿者")
    shown = corps.do(wang, edit_form.ask_slot, slot, EditField.REMOVE, "1")
    corps.do(corps.member("张明"), signups.sign_up, slot)
    with refused(Reason.HAS_SIGN_UPS):
        corps.do(wang, edit_form.confirm, lecture, shown.mark)


def test_half_a_new_time_is_kept_and_moves_to_no_other_day(corps: Corps, wang: int, lecture: int) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.TIME, "1")
    asked = say(corps, wang, edit_form.take, "下周六上午")
    assert asked.problem == Problem(Step.TIME, "needs_time", "上午")
    shown = say(corps, wang, edit_form.take, "9点半到12点")
    assert shown.proposal is not None
    assert shown.proposal.delta.new == [
        corps.instant("2026-12-12 09:30").isoformat(), corps.instant("2026-12-12 12:00").isoformat()
    ]  # fmt: skip


def test_an_hour_asked_about_stays_on_the_activitys_day(corps: Corps, wang: int, lecture: int) -> None:
    corps.do(wang, edit_form.ask, lecture, EditField.TIME, "1")
    assert say(corps, wang, edit_form.take, "3点").problem == Problem(Step.TIME, "ambiguous_half_day", "3点")
    shown = say(corps, wang, edit_form.take, "下午")
    assert shown.proposal is not None
    assert shown.proposal.delta.new == [
        corps.instant("2026-12-05 15:00").isoformat(), corps.instant("2026-12-05 17:00").isoformat()
    ]  # fmt: skip
