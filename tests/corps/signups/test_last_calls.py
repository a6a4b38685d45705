"""Shortly before the start somebody who can still do something hears that people are missing."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from corps.activities.planning import SlotPlan
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery import notice_facts
from corps.moment import Quiet
from corps.notices.kinds import Kind
from corps.signups import last_calls, signups
from tests.base import Corps
from tests.corps.delivery.notices import take

NIGHT = Quiet(dt.time(22), dt.time(7, 30))


def _called(corps: Corps, wall: str) -> set[int]:
    """Return who is owed the last call by then."""
    corps.clock.set_wall(wall)
    corps.run(last_calls.owe_last_calls)
    return corps.told(Kind.LAST_CALL)


@pytest.fixture
def night(corps: Corps) -> Corps:
    """Return the corps with quiet hours."""
    corps.database.policy = replace(corps.database.policy, quiet=NIGHT)
    return corps


def test_a_slot_that_nobody_claimed_is_called_for_a_day_before_with_what_can_be_done(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.leader("李敏")
    plan = corps.plan(slots=(SlotPlan("主讲人", "lecture", 1, None, open=True),), teams=())
    corps.publish(wang, plan)
    assert _called(corps, "2026-12-04 13:59") == set()
    assert _called(corps, "2026-12-04 14:01") == {wang, li}
    said = {}
    for letter in corps.run(notice_facts.open_all, take(corps)):
        if letter.due.kind is Kind.LAST_CALL and letter.facts is not None:
            screen = notice_screen(Voice("zh", corps.clock), letter.due, letter.facts, letter.more, TEXT_LIMITS)
            said[corps.number(letter.due.member_id or 0)] = (str(screen.text), str(screen.rows))
    assert said[wang][0].startswith("⚠️ <b>明天（周六）14:00</b>，人还没齐：主讲人")
    assert all(way in said[wang][1] for way in ("改时间", "减名额", "请别的分团", "取消活动"))
    assert "请联系统筹" in said[li][0]
    assert ("请点「认领」" in said[li][0], "再找找人" in said[li][0]) == (True, False), (
        "it is not that team's to fill yet"
    )
    assert "认领" in said[li][1]
    assert "减名额" not in said[li][1]


def test_what_is_published_less_than_a_day_ahead_is_called_for_an_hour_later(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.publish(wang, corps.plan(starts="2026-12-02 20:00", ends="2026-12-02 21:00"))
    assert _called(corps, "2026-12-02 10:59") == set()
    assert _called(corps, "2026-12-02 11:00") == {wang}


@pytest.mark.parametrize(
    ("published", "starts", "called"),
    [
        ("2026-12-02 10:00", "2026-12-05 14:00", "2026-12-04 14:00"),
        ("2026-12-02 10:00", "2026-12-05 06:00", "2026-12-04 07:30"),
        ("2026-12-02 21:30", "2026-12-03 09:00", "2026-12-03 07:30"),
        ("2026-12-02 21:30", "2026-12-03 08:00", "2026-12-02 21:30"),
        ("2026-12-02 10:00", "2026-12-02 11:30", "2026-12-02 10:00"),
    ],
)
def test_it_comes_at_a_sensible_hour_or_at_once(night: Corps, published: str, starts: str, called: str) -> None:
    moments = [night.instant(wall) for wall in (published, starts, called)]
    assert night.run(lambda _s, at: last_calls.call_at(at, moments[1], moments[0])) == moments[2]


def test_nobody_is_called_for_what_is_full_and_everybody_once(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("志愿者", "lecture", 1, corps.team("民盟")),)))
    assert _called(corps, "2026-12-04 15:00") == {wang}, "the team has no leader"
    assert len(corps.owed(Kind.LAST_CALL)) == 1
    assert _called(corps, "2026-12-04 16:00") == {wang}
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    dues = [due for (due,) in take(corps) if due.kind is Kind.LAST_CALL]
    assert [corps.run(notice_facts.load, due) for due in dues] == [None]


def test_moved_away_and_back_it_is_owed_as_before(corps: Corps) -> None:
    wang = corps.coordinator()
    activity = corps.publish(wang)
    assert _called(corps, "2026-12-04 15:00") == {wang}
    for starts, ends in (("2026-12-12 14:00", "2026-12-12 16:00"), ("2026-12-05 14:00", "2026-12-05 16:00")):
        value = {"starts": starts.replace(" ", "T"), "ends": ends.replace(" ", "T")}
        corps.do(wang, editing.change, Edit(activity, EditField.TIME, value))
        owed = len(corps.owed(Kind.LAST_CALL))
        assert owed == (1 if starts.startswith("2026-12-05") else 0)
