"""定时发送 as a conversation, whichever channel asks: the hour, typed or chosen."""

import datetime as dt

import pytest

from bot.telegram.formatting import TEXT_LIMITS
from corps.broadcasts import compose_form, timing_form
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.compose_form import SentPiece
from corps.broadcasts.compose_options import Step
from corps.refusals import Reason
from tests.base import Corps
from tests.corps.broadcasts.steps import CARD, refused
from tests.corps.forms import open_question


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator, with somebody to write to."""
    corps.member("张明")
    return corps.coordinator()


@pytest.fixture
def preview(corps: Corps, wang: int) -> Preview:
    """A broadcast that has been composed."""
    corps.do(wang, compose_form.absorb, SentPiece("周六集合"), "1", TEXT_LIMITS, afresh=True)
    stand = corps.do(wang, compose_form.choose, Step.AUDIENCE, "all")
    assert stand.preview is not None
    return stand.preview


def say(corps: Corps, who: int, text: str) -> timing_form.Stand:
    """Type an hour."""
    asked = open_question(corps, who)
    assert asked is not None
    return corps.do(who, timing_form.take, asked, text, CARD)


def test_a_typed_hour_sets_it_and_ends_both_conversations(corps: Corps, wang: int, preview: Preview) -> None:
    asked = corps.do(wang, timing_form.ask, preview.id)
    assert asked.hours[0] == corps.instant("2026-12-02 19:00")
    done = say(corps, wang, "明早8点")
    assert done.done
    assert done.preview.scheduled_for == corps.instant("2026-12-03 08:00")
    assert open_question(corps, wang) is None
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, compose_form.look)


@pytest.mark.parametrize("typed", ["过几天", "明天8点到9点"])
def test_an_hour_that_is_not_understood_is_asked_again(corps: Corps, wang: int, preview: Preview, typed: str) -> None:
    corps.do(wang, timing_form.ask, preview.id)
    asked = say(corps, wang, typed)
    assert asked.unclear is not None
    assert not asked.done
    assert asked.hours
    assert say(corps, wang, "明早8点").done


def test_an_hour_that_is_past_is_refused_and_the_question_stays(corps: Corps, wang: int, preview: Preview) -> None:
    corps.do(wang, timing_form.ask, preview.id)
    with refused(Reason.PAST_TIME):
        say(corps, wang, "2026-12-01 08:00")
    asked = open_question(corps, wang)
    assert asked is not None
    assert corps.do(wang, timing_form.ask_again, asked).preview == preview


def test_one_of_the_usual_hours_is_chosen_by_its_button(corps: Corps, wang: int, preview: Preview) -> None:
    hour = corps.do(wang, timing_form.ask, preview.id).hours[0]
    done = corps.do(wang, timing_form.choose, preview.id, preview.revision, hour, CARD)
    assert done.preview.scheduled_for == hour


def test_what_is_no_longer_composed_or_was_changed_gets_no_hour(corps: Corps, wang: int, preview: Preview) -> None:
    hour = corps.clock.now() + dt.timedelta(hours=9)
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, timing_form.choose, preview.id, preview.revision - 1, hour, CARD)
    corps.do(wang, compose_form.cancel, preview.id)
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, timing_form.ask, preview.id)
    with refused(Reason.PREVIEW_OLD):
        corps.do(wang, timing_form.choose, preview.id, preview.revision, hour, CARD)


def test_half_an_hour_is_kept_for_the_next_answer(corps: Corps, wang: int, preview: Preview) -> None:
    corps.do(wang, timing_form.ask, preview.id)
    asked = say(corps, wang, "下周六上午")
    assert asked.unclear is not None
    assert asked.unclear.day == dt.date(2026, 12, 12)
    done = say(corps, wang, "9点")
    assert done.preview.scheduled_for == corps.instant("2026-12-12 09:00")
