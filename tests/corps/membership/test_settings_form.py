"""/settings as a conversation, whichever channel asks: what was chosen is shown, and the name is asked for."""

import pytest

from corps.membership import settings_form
from corps.membership.preferences import Language, Pause
from corps.refusals import Reason
from tests.base import Corps
from tests.corps.broadcasts.steps import refused
from tests.corps.forms import open_question


@pytest.fixture
def zhang(corps: Corps) -> int:
    """A member, whose name is misspelt."""
    return corps.member("张名")


def test_of_a_stranger_nothing_is_held_and_nothing_can_be_set(corps: Corps) -> None:
    assert corps.do(99, settings_form.begin) is None
    with refused(Reason.NOT_MEMBER):
        corps.do(99, settings_form.look, members_only=True)


def test_every_choice_returns_the_settings_as_they_are_now(corps: Corps, zhang: int) -> None:
    assert not corps.do(zhang, settings_form.set_reminders, on=False).reminders
    leads = corps.do(zhang, settings_form.set_lead, 120, on=False).leads
    assert [lead.minutes for lead in leads if lead.on] == [4320, 1440]
    assert corps.do(zhang, settings_form.set_pause, Pause.OPEN).paused_open
    assert corps.do(zhang, settings_form.set_language, Language.EN)[0].language == "en"


def test_the_right_name_is_asked_for_and_taken(corps: Corps, zhang: int) -> None:
    assert corps.do(zhang, settings_form.ask_name, "1").actor.name == "张名"
    unclear = corps.do(zhang, settings_form.take_name, "张")
    assert (unclear.unclear, unclear.chosen) == (True, None)
    assert open_question(corps, zhang) is not None
    assert corps.do(zhang, settings_form.ask_name_again).actor.name == "张名"
    named = corps.do(zhang, settings_form.take_name, "张明")
    assert named.chosen is not None
    assert named.actor.name == "张明"
    assert open_question(corps, zhang) is None


def test_back_leaves_the_question_for_the_name(corps: Corps, zhang: int) -> None:
    corps.do(zhang, settings_form.ask_name, "1")
    corps.do(zhang, settings_form.look, members_only=False)
    assert open_question(corps, zhang) is None


def test_who_leaves_or_is_erased_is_no_member_any_more(corps: Corps, zhang: int) -> None:
    actor, released = corps.do(zhang, settings_form.leave)
    assert (actor.is_member, released) == (False, 0)
    assert corps.do(zhang, settings_form.erase).member_id is None
