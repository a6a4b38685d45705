"""取消活动 as a conversation, whichever channel asks: the reason, then the confirmation."""

import pytest

from corps.activities import planning
from corps.changes import cancel_form
from models.enums import ActivityState
from tests.base import Corps
from tests.corps.forms import open_question, say


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


def test_the_reason_is_kept_until_it_is_confirmed(corps: Corps, wang: int) -> None:
    lecture = corps.publish(wang)
    asked = corps.do(wang, cancel_form.ask, lecture, "1")
    assert (asked.reason, asked.done) == ("", None)
    given = say(corps, wang, cancel_form.take, "  场地\n  停电 ")
    assert given.reason == "场地 停电"
    done = corps.do(wang, cancel_form.confirm, lecture, "3", plainly=False)
    assert done.card is not None
    assert done.card.state is ActivityState.CANCELLED
    assert done.card.cancel_reason == "场地 停电"
    assert open_question(corps, wang) is None


def test_what_has_no_letter_in_it_is_no_reason(corps: Corps, wang: int) -> None:
    corps.do(wang, cancel_form.ask, corps.publish(wang), "1")
    assert say(corps, wang, cancel_form.take, "？！").reason == ""


def test_the_reason_that_was_given_is_shown_again(corps: Corps, wang: int) -> None:
    corps.do(wang, cancel_form.ask, corps.publish(wang), "1")
    say(corps, wang, cancel_form.take, "停电")
    asked = open_question(corps, wang)
    assert asked is not None
    assert corps.do(wang, cancel_form.ask_again, asked).reason == "停电"


def test_without_a_reason_only_the_button_that_says_so_cancels(corps: Corps, wang: int) -> None:
    lecture = corps.publish(wang)
    corps.do(wang, cancel_form.ask, lecture, "1")
    asked = corps.do(wang, cancel_form.confirm, lecture, "2", plainly=False)
    assert asked.done is None
    assert asked.outlook is not None
    assert corps.do(wang, cancel_form.confirm, lecture, "3", plainly=True).done is not None


def test_the_reason_for_one_activity_is_none_for_another(corps: Corps, wang: int) -> None:
    lecture, other = corps.publish(wang), corps.publish(wang)
    corps.do(wang, cancel_form.ask, lecture, "1")
    say(corps, wang, cancel_form.take, "停电")
    assert corps.do(wang, cancel_form.confirm, other, "3", plainly=False).done is None


def test_a_draft_is_deleted_without_a_reason(corps: Corps, wang: int) -> None:
    draft = corps.do(wang, planning.draft, corps.plan())
    asked = corps.do(wang, cancel_form.ask, draft, "1")
    assert asked.outlook is not None
    assert asked.outlook.draft
    assert open_question(corps, wang) is None
    done = corps.do(wang, cancel_form.confirm, draft, "2", plainly=True)
    assert done.done is not None
    assert (done.done.deleted, done.card) == (True, None)
