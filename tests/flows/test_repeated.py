"""The same tap brought twice, at once or after what came later, does what it did once (docs/rules.md, rule 3)."""

from corps.attendance import roll_call
from corps.signups import signups
from models.enums import AttendanceState, SignUpState
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


async def test_what_is_remembered_is_forgotten_when_nobody_brings_it_again(stage: Stage, corps: Corps) -> None:
    from sqlmodel import select

    from corps import repeats
    from models import Handled

    zhang = await stage.enter(corps.member("张明"))
    corps.publish(corps.coordinator())
    await stage.tick()
    await zhang.taps("报名 · 志愿者")
    assert len(corps.run(lambda s, _at: s.exec(select(Handled)).all())) == 1
    corps.clock.push(repeats.REMEMBERED * 1.1)
    await stage.tick()
    assert corps.run(lambda s, _at: s.exec(select(Handled)).all()) == []
