"""What is too long to be kept and shown whole is refused when it is typed, in the unit that the sentence names."""

from collections.abc import Callable
from typing import Any

import pytest

from corps import conversations
from corps.activities import entry_answers
from corps.activities.entry_answers import Problem, Step
from corps.addresses import telegram
from corps.attendance import reopening, report_form, reports, roll_form
from corps.changes import cancel_form, cancelling
from corps.conversations import Conversation
from corps.pairings import pairing_form, pairings
from corps.parsing.lengths import units
from corps.refusals import Reason, Refused
from corps.teams import Choices
from tests.base import Corps
from tests.flows.crowded import Crowded

EMOJI = "😀"
NONE = Choices({}, {}, frozenset(), {})


def open_one(corps: Corps, who: int, kind: str) -> Conversation:
    """Return somebody's open conversation."""
    found = corps.run(lambda s, _at: conversations.find(s, telegram(who), kind))
    assert found is not None
    return found


def _words(session: Any, actor: Any, at: Any, conversation: Any, text: str) -> object:  # noqa: ANN401 - as corps.do calls
    return report_form.take(session, actor, at, conversation, text, None, "k")


def _cancel(session: Any, actor: Any, at: Any, conversation: Any, text: str) -> object:  # noqa: ANN401
    return cancel_form.take(session, actor, at, conversation, text, "k")


def _roll(session: Any, actor: Any, at: Any, conversation: Any, text: str) -> object:  # noqa: ANN401
    return roll_form.take_name(session, actor, at, conversation, text, "k")


def begun(world: Crowded) -> dict[str, tuple[int, str, int, Callable[..., Any]]]:
    """Begin every conversation that takes words. Returns who is asked, its kind, the most, the step."""
    corps, wang = world.corps, world.people["coordinator"].telegram_id
    zhao, li = world.people["leader"].telegram_id, world.people["next coordinator"].telegram_id
    over, reported = world.activity("办完未反馈"), world.activity("已反馈")
    corps.do(zhao, report_form.begin, over)
    corps.do(wang, report_form.ask_reason, reported)
    corps.do(wang, cancel_form.ask, world.activity("有空"), "k")
    corps.do(li, reopening.ask_reason, world.activity("已核实"))
    corps.do(wang, pairing_form.ask_why, "return", world.ids["pairing"][0])
    corps.do(wang, roll_form.ask, over)
    return {
        "words": (
            zhao,
            report_form.KIND,
            report_form.WORDS_MAX,
            _words,
        ),
        "return": (wang, report_form.RETURN, reports.REASON_MAX, report_form.take_reason),
        "cancel": (
            wang,
            cancel_form.KIND,
            cancelling.REASON_MAX,
            _cancel,
        ),
        "reopen": (li, reopening.KIND, reopening.REASON_MAX, reopening.take_reason),
        "pairing": (wang, pairing_form.WHY, pairings.REASON_MAX, pairing_form.take_why),
        "roll": (
            wang,
            roll_form.KIND,
            roll_form.NAME_MAX,
            _roll,
        ),
    }


@pytest.mark.parametrize("which", ["words", "return", "cancel", "reopen", "pairing", "roll"])
def test_an_answer_one_emoji_too_long_is_refused_and_the_question_stays(which: str, corps: Corps) -> None:
    who, kind, most, take = begun(Crowded(corps))[which]
    text = "好" + EMOJI * (most // 2)
    with pytest.raises(Refused) as no:
        corps.do(who, take, open_one(corps, who, kind), text)
    assert (no.value.reason, no.value.facts) == (Reason.TOO_LONG, {"length": units(text), "most": most})
    assert open_one(corps, who, kind)
    corps.do(who, take, open_one(corps, who, kind), "好" + EMOJI * (most // 2 - 1))


def test_words_that_grow_beyond_the_most_are_refused_and_those_before_stay(corps: Corps) -> None:
    who, kind, most, take = begun(Crowded(corps))["words"]
    corps.do(who, take, open_one(corps, who, kind), EMOJI * (most // 2 - 10))
    with pytest.raises(Refused):
        corps.do(who, take, open_one(corps, who, kind), EMOJI * 10)
    assert open_one(corps, who, kind).data["words"] == EMOJI * (most // 2 - 10)


@pytest.mark.parametrize("step", [Step.TITLE, Step.PLACE, Step.NOTES, Step.REASON])
def test_a_field_of_a_notice_is_counted_the_same_way(step: Step, corps: Corps) -> None:
    most, wall = entry_answers._MOST[step], corps.clock.wall(corps.clock.now())
    said = entry_answers.answer({}, step, EMOJI * (most // 2 + 1), wall, NONE)
    assert said == Problem(step, "long", str(most))
    said = entry_answers.answer({}, step, EMOJI * (most // 2), wall, NONE)
    assert said == {step.value: EMOJI * (most // 2)}
