"""电话清单: what nobody could deliver is told by telephone, and stands there until it is."""

import pytest

from bot.texts.voice import Voice
from bot.views.doors.calls import calls_screen
from corps.addresses import telegram
from corps.membership import call_list, team_pages
from corps.notices import reachability
from corps.refusals import Reason, Refused
from tests.base import Corps, all_due
from tests.corps.broadcasts.steps import sent


def test_who_cant_be_reached_stands_on_the_leaders_list_until_called(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    corps.run(lambda s, at: reachability.lost(s, at, telegram(zhang), "blocked"))
    corps.publish(wang)
    corps.run(all_due)
    own = corps.team("民盟")
    [call] = corps.do(zhao, call_list.waiting, own)
    assert (call.name, call.title) == ("张明", "防诈骗公益讲座")
    page = corps.do(zhao, team_pages.see_own)
    assert page is not None
    assert page.calls == 1
    with pytest.raises(Refused) as no:
        corps.do(zhao, call_list.called, call.notice, own, "of before a restore")
    assert no.value.reason is Reason.MOVED_ON
    with pytest.raises(Refused) as no:
        corps.do(zhao, call_list.called, call.notice + 1, own)
    assert no.value.reason is Reason.GONE, "it is not said to be noted"
    assert corps.do(zhao, call_list.called, call.notice, own, call.sign) == []
    assert corps.do(zhao, call_list.called, call.notice, own) == [], "twice does no harm"
    assert corps.do(wang, call_list.waiting, own) == []


def test_another_teams_list_is_not_shown(corps: Corps) -> None:
    qian = corps.leader("钱联络", "民建")
    with pytest.raises(Refused) as no:
        corps.do(qian, call_list.waiting, corps.team("民盟"))
    assert no.value.reason is Reason.NOT_ALLOWED


def test_what_a_broadcast_says_can_be_told_by_telephone(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    corps.run(lambda s, at: reachability.lost(s, at, telegram(zhang), "blocked"))
    sent(corps, wang, "周六请带雨伞")
    corps.run(all_due)
    calls = corps.do(zhao, call_list.waiting, corps.team("民盟"))
    said = str(calls_screen(Voice("zh", corps.clock), corps.team("民盟"), calls).text)
    assert "张明：群发「周六请带雨伞」" in said
