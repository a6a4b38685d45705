"""Joining as a conversation, whichever channel asks: the invitation, 同意, the real name, the request."""

import pytest

from corps import conversations
from corps.addresses import telegram
from corps.membership import join_form, joining
from corps.membership.join_form import CONSENT, NAME
from corps.refusals import Reason
from tests.base import Corps
from tests.corps.broadcasts.steps import refused
from tests.corps.forms import open_question, say

CHEN = 900


@pytest.fixture
def code(corps: Corps) -> str:
    """The invitation of 民盟."""
    return corps.do(corps.leader("赵联络"), joining.invitation_of, corps.team("民盟"))


def test_who_opens_an_invitation_agrees_says_the_name_and_has_applied(corps: Corps, code: str) -> None:
    asked = corps.do(CHEN, join_form.open_invitation, "小红", code, "1")
    assert asked.step == CONSENT
    assert asked.invited is not None
    assert asked.invited.team == "民盟分团"
    assert corps.do(CHEN, join_form.consent, code, "2").step == NAME
    done = say(corps, CHEN, join_form.take, "陈　小红")
    assert done.applied is not None
    assert (done.name, done.applied.asked) == ("陈 小红", 1)
    assert open_question(corps, CHEN) is None


@pytest.mark.parametrize("typed", ["同意", "我同意。", "I agree", "yes!"])
def test_consent_may_be_typed(corps: Corps, code: str, typed: str) -> None:
    corps.do(CHEN, join_form.open_invitation, "小红", code, "1")
    assert say(corps, CHEN, join_form.take, typed).step == NAME


def test_a_name_before_the_consent_is_not_taken(corps: Corps, code: str) -> None:
    corps.do(CHEN, join_form.open_invitation, "小红", code, "1")
    asked = say(corps, CHEN, join_form.take, "陈小红")
    assert (asked.step, asked.applied) == (CONSENT, None)


def test_what_cannot_be_a_name_leaves_the_question_open(corps: Corps, code: str) -> None:
    corps.do(CHEN, join_form.consent, code, "1")
    asked = say(corps, CHEN, join_form.take, "13800138000")
    assert (asked.unclear, asked.applied) == (True, None)
    assert say(corps, CHEN, join_form.take, "陈小红").applied is not None


def test_the_open_question_can_be_asked_again(corps: Corps, code: str) -> None:
    corps.do(CHEN, join_form.open_invitation, "小红", code, "1")
    for step in (CONSENT, NAME):
        asked = open_question(corps, CHEN)
        assert asked is not None
        assert corps.do(CHEN, join_form.ask_again, asked).step == step
        corps.do(CHEN, join_form.consent, code, "2")


def test_an_invitation_that_ends_meanwhile_leads_nowhere(corps: Corps, code: str) -> None:
    corps.do(CHEN, join_form.consent, code, "1")
    corps.do(corps.coordinator(), joining.revoke_invitation, corps.team("民盟"), renew=False)
    with refused(Reason.INVITATION_INVALID):
        say(corps, CHEN, join_form.take, "陈小红")
    assert open_question(corps, CHEN) is not None, "nothing of a refused answer is kept"


def test_a_member_is_asked_nothing_by_an_invitation(corps: Corps, code: str) -> None:
    zhang = corps.member("张明")
    assert corps.do(zhang, join_form.open_invitation, "张明", code, "1").actor.is_member
    assert open_question(corps, zhang) is None
    with refused(Reason.ALREADY_MEMBER):
        corps.do(zhang, join_form.consent, code, "2")


def test_start_welcomes_a_member_and_a_stranger(corps: Corps) -> None:
    known = corps.do(corps.member("张明"), join_form.welcome, "张明")
    assert (known.actor.name, known.ask_consent) == ("张明", False)
    assert not corps.do(CHEN, join_form.welcome, "小红").actor.is_member


def test_who_was_about_to_join_goes_on_with_it_after_any_link_to_an_activity(corps: Corps, code: str) -> None:
    """What a command sets aside is asked on; whose invitation is no more begins anew."""
    wang = corps.coordinator()
    activity = corps.publish(wang)
    corps.do(CHEN, join_form.open_invitation, "小红", code, "1")
    corps.do(CHEN, join_form.consent, code, "2")
    for number in (999, activity):
        assert corps.do(CHEN, join_form.open_activity, number)[1] is None, "nothing was set aside: a page looks"
        corps.run(lambda s, _at: conversations.set_aside(s, telegram(CHEN)))
        _, stand = corps.do(CHEN, join_form.open_activity, number)
        assert stand is not None
        standing = open_question(corps, CHEN)
        assert standing is not None
        assert (stand.step, standing.step) == (NAME, NAME)
    corps.run(lambda s, _at: conversations.set_aside(s, telegram(CHEN)))
    corps.do(wang, joining.revoke_invitation, corps.team("民盟"), renew=True)
    assert corps.do(CHEN, join_form.open_activity, activity)[1] is None
