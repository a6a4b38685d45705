"""没办成: an activity whose time has passed and that was never held ends with a reason, and counts nowhere."""

import pytest

from bot.texts.voice import Voice
from bot.views.cards import activity_card
from corps import conversations
from corps.activities import cards
from corps.addresses import telegram
from corps.attendance import report_requests, reports
from corps.changes import cancel_form
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from models.enums import ActivityState, CountedBy
from tests.base import Corps


def labels(corps: Corps, who: int, activity: int) -> list[str]:
    """Return the labels under an activity's card as somebody sees it."""
    card = corps.do(who, cards.see, activity)
    return [button.label for row in activity_card(Voice("zh", corps.clock), card).rows for button in row]


def test_a_leader_says_that_it_was_not_held_and_no_report_is_asked_for(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    assert "没办成" not in labels(corps, zhao, activity)
    corps.clock.set_wall("2026-12-05 16:30")
    corps.run(report_requests.owe_report_requests)
    assert "没办成" in labels(corps, zhao, activity)
    assert corps.do(zhao, cancel_form.confirm, activity, "1", plainly=True).done is None, "a reason is asked for"
    said = corps.run(lambda s, _at: conversations.find(s, telegram(zhao), cancel_form.KIND))
    assert said is not None
    corps.do(zhao, cancel_form.take, said, "下雨", "2")
    done = corps.do(zhao, cancel_form.confirm, activity, "3", plainly=False)
    assert done.card is not None
    assert (done.card.state, done.card.cancel_reason) == (ActivityState.CANCELLED, "下雨")
    assert corps.owed(Kind.REPORT_REQUEST) == []
    assert corps.run(report_requests.owe_report_requests) == 0


def test_a_leader_cannot_cancel_what_is_to_come_nor_what_is_anothers(corps: Corps) -> None:
    wang, zhao, qian = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络", "民建")
    activity = corps.publish(wang)
    with pytest.raises(Refused) as refused:
        corps.do(zhao, cancel_form.ask, activity, "1")
    assert refused.value.reason is Reason.NOT_ALLOWED
    corps.clock.set_wall("2026-12-05 16:30")
    with pytest.raises(Refused) as refused:
        corps.do(qian, cancel_form.ask, activity, "1")
    assert refused.value.reason is Reason.NOT_ALLOWED


def _not_held(corps: Corps, who: int, activity: int) -> None:
    corps.do(who, cancel_form.ask, activity, "1")
    said = corps.run(lambda s, _at: conversations.find(s, telegram(who), cancel_form.KIND))
    assert said is not None
    corps.do(who, cancel_form.take, said, "下雨", "2")
    assert corps.do(who, cancel_form.confirm, activity, "3", plainly=False).done is not None


def test_whoever_is_writing_the_report_meanwhile_hears_that_it_was_not_held(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:30")
    corps.do(zhao, reports.demand_reportable, activity)
    _not_held(corps, wang, activity)
    with pytest.raises(Refused) as refused:
        corps.do(zhao, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))
    assert refused.value.reason is Reason.CANCELLED
    assert corps.told(Kind.CANCELLED) == {zhao}


def test_a_report_that_was_returned_does_not_count_when_it_was_not_held_after_all(corps: Corps) -> None:
    wang, zhou, zhao = corps.coordinator(), corps.coordinator("周统筹"), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:30")
    corps.do(zhao, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))
    corps.do(wang, reports.send_back, activity, "没有照片")
    assert "没办成" in labels(corps, zhao, activity)
    _not_held(corps, zhao, activity)
    for coordinator in (wang, zhou):
        with pytest.raises(Refused) as refused:
            corps.do(coordinator, reports.verify, activity)
        assert refused.value.reason is Reason.CANCELLED
    assert corps.owed(Kind.RETURNED) == []
    assert corps.run(report_requests.owe_report_requests) == 0


def test_of_a_joint_one_the_coordinator_says_it_and_no_single_leader(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang, corps.plan(teams=("民盟", "民建")))
    corps.clock.set_wall("2026-12-05 16:30")
    assert "没办成" not in labels(corps, zhao, activity)
    with pytest.raises(Refused) as refused:
        corps.do(zhao, cancel_form.ask, activity, "1")
    assert refused.value.reason is Reason.NOT_ALLOWED
    _not_held(corps, wang, activity)
