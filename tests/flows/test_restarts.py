"""The bot is restarted at every point of a conversation, and each goes on where the person was."""

import sqlite3
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from corps.activities import cards
from corps.activities.cards import Card
from corps.membership.joining import invitation_of
from corps.moment import Moment
from corps.people import Actor
from tests.base import Corps
from tests.stage import Player, Stage

Act = Callable[[], Awaitable[None]]


async def with_restarts(stage: Stage, *acts: Act) -> None:
    """Do one thing after the other, with a bot that has just been started each time."""
    for act in acts:
        await stage.stop_bot()
        await stage.start_bot()
        await act()


def typing(player: Player, text: str) -> Act:
    """Return the act of typing."""
    return lambda: player.types(text)


def tapping(player: Player, label: str) -> Act:
    """Return the act of tapping."""
    return lambda: player.taps(label)


async def test_an_activity_is_filled_in_over_ten_restarts(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    await with_restarts(
        stage,
        typing(wang, "/new"),
        typing(wang, "防诈骗讲座"),
        tapping(wang, "公益讲座"),
        typing(wang, "12月20日"),
        tapping(wang, "14:00"),
        typing(wang, "磁器口街道金蓉社区"),
        tapping(wang, "社区"),
        typing(wang, "志愿者 5"),
        typing(wang, "民盟"),
        tapping(wang, "跳过"),
        tapping(wang, "确认发布"),
        stage.tick,
        tapping(zhang, "报名"),
    )
    assert "防诈骗讲座" in zhang.reads()
    assert "您已报名：志愿者" in zhang.reads()


async def test_somebody_joins_over_five_restarts(stage: Stage, corps: Corps) -> None:
    leader_id = corps.leader("赵联络")
    leader = await stage.enter(leader_id)
    code = corps.do(leader_id, invitation_of, corps.team("民盟"))
    newcomer = await stage.stranger("小陈")
    await with_restarts(
        stage,
        lambda: newcomer.starts(f"join-{code}"),
        tapping(newcomer, "同意"),
        typing(newcomer, "陈小红"),
        stage.tick,
        tapping(leader, "通过"),
        stage.tick,
    )
    assert "欢迎加入" in newcomer.reads()


async def test_a_report_is_filled_in_over_seven_restarts(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator("王统筹")
    li = await stage.enter(corps.coordinator("李统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    corps.publish(wang)
    await stage.tick()
    await zhang.taps("报名 · 志愿者")
    await stage.at("2026-12-05 16:05")
    await with_restarts(
        stage,
        tapping(leader, "反馈"),
        tapping(leader, "张明"),
        tapping(leader, "下一步"),
        typing(leader, "80"),
        tapping(leader, "现场清点"),
        typing(leader, "居民听得很认真"),
        lambda: leader.sends("photo"),
        tapping(leader, "提交"),
        stage.tick,
        tapping(li, "退回"),
        typing(li, "请补充一句怎么清点的"),
        stage.tick,
        tapping(leader, "反馈"),
        tapping(leader, "下一步"),
        typing(leader, "居民听得很认真，签到表清点"),
        tapping(leader, "提交"),
        stage.tick,
        tapping(li, "核实"),
        typing(zhang, "/quota"),
    )
    assert "公益讲座 1/10" in zhang.reads()


@pytest.mark.parametrize("text", ["80", "/cancel"])
async def test_an_answer_that_telegram_repeats_after_a_crash_answers_one_question(
    stage: Stage, corps: Corps, text: str
) -> None:
    """Crash between the commit and the acknowledgement: the same update comes again, to the next question."""
    wang = corps.coordinator("王统筹")
    leader = await stage.enter(corps.leader("赵联络"))
    corps.publish(wang)
    await stage.tick()
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    await leader.taps("下一步")
    await stage.stop_bot()
    stage.sandbox.world.say(leader.id, leader.id, text)
    (update,) = stage.sandbox.world.updates.pending
    await stage.start_bot()
    await stage.settled()
    before = leader.reads()
    stage.sandbox.world.updates.pending.append(update)
    await stage.stop_bot()
    await stage.start_bot()
    await stage.settled()
    if text == "80":
        assert leader.reads() == before, "the question after it is asked again, not answered"
        assert "受益人次：80" in leader.reads()
    else:
        assert "活动结束了" not in leader.reads()


async def test_a_photo_sent_while_the_database_is_locked_is_kept(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk runs the operation again: what the person sent must still be there the second time."""
    leader = await stage.enter(corps.leader("赵联络"))
    corps.publish(corps.coordinator("王统筹"))
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    await leader.taps("下一步")
    see, locked = cards.see, [True]

    def once_locked(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
        if locked and locked.pop():
            raise OperationalError("SELECT …", {}, sqlite3.OperationalError("database is locked"))
        return see(session, actor, at, activity_id)

    monkeypatch.setattr(cards, "see", once_locked)
    await leader.sends("photo")
    assert not locked
    assert "照片：1 张" in leader.reads()
