"""A reminder begins with what matters: when, where, whom to ask."""

import pytest

from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from corps.delivery import notice_facts
from corps.notices.kinds import Kind
from corps.signups import reminders, signups
from tests.base import Corps
from tests.corps.delivery.notices import take


def _reminded(corps: Corps, wall: str) -> str:
    """Return what the one member reads who is reminded then."""
    corps.clock.set_wall(wall)
    corps.run(reminders.owe_reminders)
    letters = corps.run(notice_facts.open_all, take(corps))
    (letter,) = [one for one in letters if one.due.kind is Kind.REMINDER]
    assert letter.facts is not None
    screen = notice_screen(Voice("zh", corps.clock), letter.due, letter.facts, letter.more, TEXT_LIMITS)
    return screen.text.striptags()


@pytest.mark.parametrize(
    ("wall", "begins"),
    [
        ("2026-12-02 14:00:03", "⏰ 12月5日（周六）14:00，还有 3 天"),
        ("2026-12-04 14:00:03", "⏰ 明天（周六）14:00"),
        ("2026-12-05 12:00:03", "⏰ 今天 14:00，还有 2 小时"),
        ("2026-12-05 13:15:03", "⏰ 今天 14:00，还有 45 分钟"),
    ],
)
def test_it_begins_with_how_near_it_is_then_says_where_and_whom_to_ask(corps: Corps, wall: str, begins: str) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.leader("李敏")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    said = _reminded(corps, wall)
    assert said.startswith(begins)
    assert said.index("📍") < said.index("有事请问：李敏") < said.index("防诈骗公益讲座")
    assert said.count("📍") == 1
    assert ("13:30 起，这张卡片上有「签到」" in said) == wall.startswith("2026-12-05"), (
        "of use on the day, before it opens"
    )


def test_the_leader_who_is_going_is_not_told_to_ask_the_leader(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.leader("李敏")
    activity = corps.publish(wang)
    corps.do(li, signups.sign_up, corps.slot(activity))
    assert "有事请问" not in _reminded(corps, "2026-12-05 12:00")


def test_several_at_once_begin_with_the_nearest(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    for title, starts, ends in (("健康义诊", "17:00", "18:00"), ("公益讲座", "14:00", "16:00")):
        plan = corps.plan(title, f"2026-12-05 {starts}", f"2026-12-05 {ends}")
        corps.do(zhang, signups.sign_up, corps.slot(corps.publish(wang, plan)))
    corps.clock.set_wall("2026-12-04 18:00")
    said = _reminded(corps, "2026-12-04 18:00")
    assert said.startswith("⏰ 明天（周六）14:00")
    assert "2 场活动" in said
