"""Who is turned away reads by name whom to ask."""

import pytest

from bot.access import Access, Denied, admit
from bot.texts.voice import Voice
from bot.views import fallbacks
from corps.addresses import telegram
from tests.base import Corps


def turned_away(corps: Corps, who: int, private: str = "") -> str:
    with pytest.raises(Denied) as door:
        corps.run(lambda s, at: admit(s, at, telegram(who), Access.COORDINATOR))
    return str(fallbacks.denied(Voice("zh", corps.clock), door.value, private).text)


def test_a_member_asks_the_own_leader_and_a_leader_a_coordinator(corps: Corps) -> None:
    corps.coordinator("王统筹")
    zhao, zhang = corps.leader("赵联络"), corps.member("张明")
    assert "请找联络员赵联络" in turned_away(corps, zhang)
    assert "请找统筹王统筹" in turned_away(corps, zhao)
    assert "请找统筹王统筹" in turned_away(corps, corps.member("周强", "民建")), "a team without a leader"


def test_nobody_is_named_where_others_read_it_or_where_nobody_can_be_asked(corps: Corps) -> None:
    zhang = corps.member("张明")
    assert "请找您的联络员或区里的统筹" in turned_away(corps, zhang)
    corps.leader("赵联络")
    assert "赵联络" not in turned_away(corps, zhang, private="https://t.me/x")
