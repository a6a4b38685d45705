"""The conversations about a pairing, whichever channel asks: registering it; why it is returned or ended."""

import datetime as dt

import pytest

from corps.pairings import pairing_form
from corps.pairings.pairing_form import Problem, Stand, Step
from corps.pairings.pairings import NAME_MAX
from corps.refusals import Reason, Refused
from models.enums import PairingState
from tests.base import Corps
from tests.corps.broadcasts.steps import refused
from tests.corps.forms import leave, open_question, say

ANSWERS = ("民盟", "石井坡镇团结村", "歌乐山镇", "2026-03-01")


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


@pytest.fixture
def zhao(corps: Corps) -> int:
    """The leader of 民盟."""
    return corps.leader("赵联络")


def tell(corps: Corps, who: int, *answers: str) -> Stand:
    """Begin, and answer one question after another."""
    stand = corps.do(who, pairing_form.begin)
    for answer in answers:
        stand = say(corps, who, pairing_form.take, answer)
    return stand


def registered(corps: Corps, who: int) -> int:
    """Register a pairing and return its id."""
    tell(corps, who, *ANSWERS)
    return corps.do(who, pairing_form.submit)[0].id


def test_the_day_is_chosen_in_a_calendar_and_a_day_to_come_is_none(corps: Corps, wang: int) -> None:
    assert tell(corps, wang, *ANSWERS[:3]).today == corps.clock.wall(corps.clock.now()).date()
    turned = corps.do(wang, pairing_form.turn_calendar, 2026, 10)
    assert turned is not None
    assert turned.month == (2026, 10)
    ahead = corps.do(wang, pairing_form.choose_day, "2026-12-9")
    assert ahead is not None
    assert ahead.problem == Problem("since_future", "2026-12-9")
    chosen = corps.do(wang, pairing_form.choose_day, "2026-10-5")
    assert chosen is not None
    assert (chosen.step, chosen.data["since"]) == (None, "2026-10-05")
    assert corps.do(wang, pairing_form.choose_day, "2026-10-6") is None, "it is not asked any more"


def test_a_step_back_asks_the_question_before_again(corps: Corps, wang: int, zhao: int) -> None:
    tell(corps, wang, *ANSWERS)
    asked = [corps.do(wang, pairing_form.back, step) for step in ("ready", "since", "place", "partner")]
    assert [one.step for one in asked if one is not None] == [Step.SINCE, Step.PLACE, Step.PARTNER, Step.TEAM]
    first = tell(corps, zhao)
    assert (first.step, first.may_go_back) == (Step.PARTNER, False), "a leader's team is not asked"


def test_an_old_card_registers_nothing_that_was_not_on_it(corps: Corps, wang: int) -> None:
    old = tell(corps, wang, *ANSWERS).sign
    corps.do(wang, pairing_form.begin_afresh)
    new = tell(corps, wang, ANSWERS[0], "石井坡镇和平村", *ANSWERS[2:]).sign
    with pytest.raises(Refused) as no:
        corps.do(wang, pairing_form.submit, old)
    assert no.value.reason is Reason.MOVED_ON
    assert corps.do(wang, pairing_form.submit, new)[1].partner == "石井坡镇和平村"


def test_a_coordinator_is_asked_four_things_and_submits(corps: Corps, wang: int) -> None:
    asked = [tell(corps, wang).step]
    asked += [say(corps, wang, pairing_form.take, answer).step for answer in ANSWERS]
    assert asked == [*Step, None]
    _, card = corps.do(wang, pairing_form.submit)
    assert (card.team, card.partner, card.place) == ("民盟分团", "石井坡镇团结村", "歌乐山镇")
    assert card.since == dt.date(2026, 3, 1)
    assert open_question(corps, wang) is None


def test_a_leader_registers_for_the_own_team_only(corps: Corps, zhao: int) -> None:
    stand = tell(corps, zhao)
    assert stand.step is Step.PARTNER
    assert stand.data["team"] == corps.team("民盟")
    assert corps.do(zhao, pairing_form.choose_team, corps.team("九三")) is None


@pytest.mark.parametrize(
    ("said", "wrong", "problem"),
    [
        ((), "月球队", Problem("team_unknown", "月球队")),
        (ANSWERS[:1], "……", Problem("empty")),
        (ANSWERS[:1], "村" * (NAME_MAX + 1), Problem("too_long", str(NAME_MAX))),
        (ANSWERS[:3], "2027-01-01", Problem("since_future", "2027-01-01")),
    ],
)
def test_a_wrong_answer_is_named_and_the_question_stays(
    corps: Corps, wang: int, said: tuple[str, ...], wrong: str, problem: Problem
) -> None:
    before = tell(corps, wang, *said)
    after = say(corps, wang, pairing_form.take, wrong)
    assert after.problem == problem
    assert (after.step, after.data) == (before.step, before.data)


def test_what_is_typed_when_nothing_is_missing_changes_nothing(corps: Corps, wang: int) -> None:
    whole = tell(corps, wang, *ANSWERS)
    assert say(corps, wang, pairing_form.take, "还有一句") == whole


def test_buttons_answer_only_the_question_they_belong_to(corps: Corps, wang: int) -> None:
    tell(corps, wang)
    assert corps.do(wang, pairing_form.choose_today) is None
    assert corps.do(wang, pairing_form.choose_team, 999) is None
    stand = corps.do(wang, pairing_form.choose_team, corps.team("九三"))
    assert stand is not None
    assert stand.step is Step.PARTNER
    tell(corps, wang, *ANSWERS[1:3])
    stand = corps.do(wang, pairing_form.choose_today)
    assert stand is not None
    assert (stand.step, stand.data["since"]) == (None, "2026-12-02")


def test_what_was_begun_is_gone_on_with_or_begun_afresh(corps: Corps, wang: int) -> None:
    tell(corps, wang, *ANSWERS[:2])
    leave(corps, wang)
    assert corps.do(wang, pairing_form.begin).step is Step.PLACE
    asked = open_question(corps, wang)
    assert asked is not None
    assert corps.do(wang, pairing_form.ask_again, asked).step is Step.PLACE
    assert corps.do(wang, pairing_form.begin_afresh).step is Step.TEAM


def test_what_is_incomplete_cannot_be_submitted(corps: Corps, wang: int) -> None:
    with refused(Reason.INCOMPLETE):
        corps.do(wang, pairing_form.submit)
    tell(corps, wang, *ANSWERS[:3])
    with refused(Reason.INCOMPLETE):
        corps.do(wang, pairing_form.submit)


def test_a_pairing_goes_back_with_a_reason_is_corrected_and_confirmed(corps: Corps, wang: int, zhao: int) -> None:
    tell(corps, zhao, *ANSWERS[1:])
    pairing = corps.do(zhao, pairing_form.submit)[0].id
    with refused(Reason.ALREADY_DECIDED):
        corps.do(zhao, pairing_form.correct, pairing)
    corps.do(wang, pairing_form.ask_why, "return", pairing)
    asked = open_question(corps, wang)
    assert asked is not None
    assert corps.do(wang, pairing_form.take_why, asked, "？").card is None, "without a letter it is no reason"
    assert corps.do(wang, pairing_form.ask_why_again, asked).partner == "石井坡镇团结村"
    done = corps.do(wang, pairing_form.take_why, asked, "名称不对")
    assert done.card is not None
    assert (done.card.state, done.card.return_reason) == (PairingState.RETURNED, "名称不对")
    assert open_question(corps, wang) is None
    assert corps.do(zhao, pairing_form.correct, pairing).step is None
    assert corps.do(zhao, pairing_form.begin_afresh).data["again"] == pairing, "it stays the same pairing"
    tell(corps, zhao, *ANSWERS[1:])
    assert corps.do(zhao, pairing_form.submit)[0].id == pairing
    assert corps.do(wang, pairing_form.confirm, pairing).state is PairingState.CONFIRMED


def test_a_confirmed_pairing_ends_with_a_reason(corps: Corps, wang: int, zhao: int) -> None:
    pairing = registered(corps, wang)
    corps.do(corps.coordinator("李统筹"), pairing_form.confirm, pairing)
    corps.do(wang, pairing_form.ask_why, "end", pairing)
    asked = open_question(corps, wang)
    assert asked is not None
    done = corps.do(wang, pairing_form.take_why, asked, "项目结束")
    assert done.card is not None
    assert (done.card.state, done.card.end_reason) == (PairingState.ENDED, "项目结束")


@pytest.mark.parametrize(
    ("answers", "since"),
    [
        (("10月初",), "2026-10-01"),
        (("2026年8月",), "2026-08-01"),
        (("去年3月中旬",), "2025-03-11"),
        (("2026年2月底",), "2026-02-28"),
        (("3月2日",), "2026-03-02"),
        (("3月初",), "2026-03-01"),
        (("月底", "2025年11月底"), "2025-11-30"),
        (("两周前",), "2026-11-18"),
    ],
)
def test_since_when_is_read_as_people_say_it(corps: Corps, wang: int, answers: tuple[str, ...], since: str) -> None:
    stand = tell(corps, wang, *ANSWERS[:3], *answers)
    assert (stand.problem, stand.data["since"]) == (None, since)


def test_an_hour_is_no_part_of_since_when(corps: Corps, wang: int) -> None:
    stand = tell(corps, wang, *ANSWERS[:3], "2026年3月2日上午")
    assert stand.problem is not None
    assert stand.problem.code == "not_understood"


def test_a_pairing_of_two_teams_is_asked_about(corps: Corps, wang: int) -> None:
    assert tell(corps, wang, "民盟和农工").problem == Problem("team_unknown", "民盟和农工")
