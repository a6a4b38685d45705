"""A tap or message brought twice, at once or after what came later, does what it did once (docs/rules.md, rule 3)."""

from sqlmodel import select

from corps import repeats
from corps.attendance import reports, roll_call
from corps.signups import signups
from models import Handled, Report
from models.enums import AttendanceState, CountedBy, SignUpState
from tests.base import Corps
from tests.stage import Stage


async def test_a_mark_in_the_roll_is_not_moved_on_by_the_same_tap(stage: Stage, corps: Corps) -> None:
    leader, zhang = await stage.enter(corps.leader("赵联络")), corps.member("张明")
    activity = corps.publish(corps.coordinator())
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    await leader.taps("张明")
    await stage.brings_again(leader)
    [person] = corps.do(leader.id, roll_call.roll, activity)
    assert person.state is AttendanceState.PRESENT


async def test_a_withdrawal_brought_again_after_a_new_sign_up_takes_nothing_away(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    activity = corps.publish(corps.coordinator())
    await stage.tick()
    await zhang.taps("报名 · 志愿者")
    await zhang.taps("我来不了")
    withdrawal = stage.last_tap(zhang)
    await zhang.taps("报名 · 志愿者")
    await stage.app.handle(withdrawal)
    assert corps.sign_ups(corps.slot(activity, "志愿者")) == {zhang.id: SignUpState.GOING}
    assert "您已报名" in zhang.reads()


async def test_a_team_ticked_twice_by_one_tap_is_ticked(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types(
        "/new 活动：讲座\n类别：公益讲座\n时间：2026-12-05 14:00-16:00\n地点：社区\n场所：社区\n岗位：主讲 1"
    )
    await wang.taps("民盟")
    await stage.brings_again(wang)
    assert "✅ 民盟" in wang.buttons()


async def test_words_brought_again_after_what_came_later_say_nothing_new(stage: Stage, corps: Corps) -> None:
    """The answers to two questions; the first comes again, to the third."""
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new")
    await wang.types("防诈骗讲座")
    first = stage.came[-1]
    await wang.taps("公益讲座")
    asked = wang.reads()
    await stage.app.handle(first)
    assert wang.reads() == asked, "the open question again"
    await wang.types("明天下午两点到四点")
    await stage.app.handle(first)
    assert "地点：防诈骗讲座" not in wang.reads()
    assert "在什么地方" in wang.reads()


async def test_leaving_brought_again_leaves_what_was_begun_later(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new")
    await wang.types("/cancel")
    leaving = stage.came[-1]
    await wang.types("/broadcast")
    await stage.app.handle(leaving)
    await wang.types("明天开会，请准时")
    assert "全体" in "".join(wang.buttons())


async def test_the_reason_is_still_asked_for_when_the_tap_that_asked_comes_again(stage: Stage, corps: Corps) -> None:
    wang, leader, zhang = await stage.enter(corps.coordinator()), corps.leader("赵联络"), corps.member("张明")
    activity = corps.publish(wang.id)
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 16:05")
    corps.do(leader, roll_call.mark_all_present, activity)
    corps.do(leader, reports.submit, activity, reports.Account(80, CountedBy.HEADCOUNT))
    await wang.types("/verify")
    await wang.taps("防诈骗公益讲座")
    await wang.taps("退回")
    await stage.brings_again(wang)
    await wang.types("人次对不上")
    assert corps.run(lambda s, _at: s.exec(select(Report.return_reason)).one()) == "人次对不上"


async def test_what_is_remembered_is_forgotten_when_nobody_brings_it_again(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    corps.publish(corps.coordinator())
    await stage.tick()
    await zhang.taps("报名 · 志愿者")
    assert len(corps.run(lambda s, _at: s.exec(select(Handled)).all())) == 1
    corps.clock.push(repeats.REMEMBERED * 1.1)
    await stage.tick()
    assert corps.run(lambda s, _at: s.exec(select(Handled)).all()) == []
