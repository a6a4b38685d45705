"""Nobody has reported: the coordinator sees who owes it, asks them (催联络员), or writes it in their place."""

import datetime as dt

import pytest

from bot.texts.voice import Voice
from bot.views.activities import list_screen
from bot.views.cards import activity_card
from corps.activities import cards, listing
from corps.attendance import report_requests, reports
from corps.delivery import notice_facts
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from models.enums import CountedBy
from tests.base import Corps
from tests.corps.delivery.notices import take


def _over(corps: Corps, *teams: str) -> tuple[int, int, int]:
    """Return coordinator, leader and an activity that is over and was asked for."""
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang, corps.plan(teams=teams or ("民盟",)))
    corps.clock.set_wall("2026-12-05 16:30")
    corps.run(report_requests.owe_report_requests)
    take(corps)
    return wang, zhao, activity


def _seen(corps: Corps, who: int, activity: int) -> tuple[str, str]:
    screen = activity_card(Voice("zh", corps.clock), corps.do(who, cards.see, activity))
    return str(screen.text), str(screen.rows)


def test_the_coordinators_list_says_who_owes_it_and_the_card_asks_them(corps: Corps) -> None:
    wang, zhao, activity = _over(corps)
    shelf = corps.do(wang, listing.browse, listing.Choice(listing.ActivityList.HELD))
    assert "待反馈，等 赵联络 填" in str(list_screen(Voice("zh", corps.clock), shelf).text)
    text, buttons = _seen(corps, wang, activity)
    assert "反馈由 赵联络 填" in text
    assert "催联络员" in buttons
    assert "📝 反馈" in buttons, "the coordinator may write it in their place"
    assert "催联络员" not in _seen(corps, zhao, activity)[1]
    assert corps.do(wang, report_requests.nudge, activity) == ("赵联络",)
    (letter,) = corps.run(notice_facts.open_all, [(due,) for (due,) in take(corps) if due.member_id])
    assert letter.facts is not None
    assert corps.number(letter.due.member_id or 0) == zhao


def test_it_is_used_once_in_twelve_hours_and_says_when(corps: Corps) -> None:
    wang, _, activity = _over(corps)
    corps.do(wang, report_requests.nudge, activity)
    text, buttons = _seen(corps, wang, activity)
    assert "上次催是 16:30" in text
    assert "催联络员" not in buttons
    with pytest.raises(Refused) as refused:
        corps.do(corps.coordinator("周统筹"), report_requests.nudge, activity)
    assert refused.value.reason is Reason.NUDGED_LATELY
    corps.clock.push(dt.timedelta(hours=12))
    corps.do(wang, report_requests.nudge, activity)


def test_what_was_not_read_yet_is_not_said_twice(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:30")
    corps.run(report_requests.owe_report_requests)
    corps.do(wang, report_requests.nudge, activity)
    assert [corps.to(notice) for notice in corps.owed(Kind.REPORT_REQUEST)] == [zhao]


def test_a_leader_asks_nobody_and_of_a_joint_one_the_coordinators_owe_it(corps: Corps) -> None:
    wang, zhao, activity = _over(corps, "民盟", "民建")
    with pytest.raises(Refused) as refused:
        corps.do(zhao, report_requests.nudge, activity)
    assert refused.value.reason is Reason.NOT_ALLOWED
    text, buttons = _seen(corps, wang, activity)
    assert "反馈由 王统筹 填" in text
    assert "催联络员" not in buttons


def test_a_leader_who_can_not_be_reached_is_named_with_the_coordinators_who_stand_in(corps: Corps) -> None:
    from corps.addresses import telegram
    from corps.notices import reachability

    wang, zhao, activity = _over(corps)
    corps.run(lambda s, at: reachability.lost(s, at, telegram(zhao)))
    text, buttons = _seen(corps, wang, activity)
    assert "反馈由 王统筹 填" in text
    assert "催联络员" not in buttons


def test_once_it_is_reported_nobody_is_asked(corps: Corps) -> None:
    wang, zhao, activity = _over(corps)
    corps.do(wang, report_requests.nudge, activity)
    corps.do(zhao, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))
    assert corps.owed(Kind.REPORT_REQUEST) == []
    corps.clock.push(dt.timedelta(hours=13))
    with pytest.raises(Refused) as refused:
        corps.do(wang, report_requests.nudge, activity)
    assert refused.value.reason is Reason.ALREADY_SENT
