"""The buttons of a card: what each does, and the card as it is afterwards, for oneself or for a group."""

import pytest

from corps.activities.cards import Card
from corps.addresses import telegram
from corps.attendance import card_actions, report_form
from corps.refusals import Reason, Refused
from corps.signups import withdrawals
from corps.signups.slots import activity_of_slot
from models.enums import AttendanceState, SignUpState
from tests.base import Corps

GROUP = telegram(-100500)


@pytest.fixture
def speaker(corps: Corps) -> int:
    """The one place of a speaker in a published lecture."""
    return corps.slot(corps.publish(corps.coordinator()), "主讲人")


def test_the_card_after_a_sign_up_says_so_to_the_person_and_not_to_a_group(corps: Corps, speaker: int) -> None:
    zhang, li = corps.member("张明"), corps.member("李华")
    done, card = corps.do(zhang, card_actions.sign_up, speaker, wait=False)
    assert (done.state, card.slots[0].mine) == (SignUpState.GOING, SignUpState.GOING)
    done, card = corps.do(li, card_actions.sign_up, speaker, GROUP, wait=True)
    assert (done.queue, card.slots[0].mine) == (1, None)
    assert corps.do(li, card_actions.see_by_slot, speaker).slots[0].mine is SignUpState.WAITLISTED
    assert corps.do(li, card_actions.see_by_slot, speaker, GROUP).slots[0].mine is None


def test_the_card_after_a_withdrawal_is_free_again(corps: Corps, speaker: int) -> None:
    zhang = corps.member("张明")
    _, card = corps.do(zhang, card_actions.sign_up, speaker, wait=False)
    left = corps.do(zhang, card_actions.withdraw, card.id)
    assert (left.done.queued, left.card.slots[0].mine, left.card.slots[0].taken) == (False, None, 0)


def test_who_checks_in_is_shown_as_present(corps: Corps, speaker: int) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, card_actions.sign_up, speaker, wait=False)
    corps.clock.set_wall("2026-12-05 13:50")
    activity = corps.run(lambda session, _at: activity_of_slot(session, speaker))
    passing = corps.member("路过")
    here = corps.do(zhang, card_actions.check_in, activity)
    there = corps.do(passing, card_actions.walk_in, corps.slot(activity, "志愿者"))
    for card in (here, there):
        assert isinstance(card, Card)
        assert card.my_attendance is AttendanceState.PRESENT


def test_what_a_restore_has_taken_away_is_said_to_be_gone(corps: Corps) -> None:
    """Not that the person, whose card says otherwise, had not signed up, or that nobody had reported."""
    zhang, wang = corps.member("张明"), corps.coordinator()
    for who, gone in ((zhang, withdrawals.withdraw), (wang, report_form.look)):
        with pytest.raises(Refused) as no:
            corps.do(who, gone, 987)
        assert no.value.reason is Reason.GONE
