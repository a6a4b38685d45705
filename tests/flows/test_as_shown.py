"""A confirmation confirms what was shown; a refused tap leaves no dead button behind and says who it was and when."""

import datetime as dt

from corps.attendance import roll_call
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.signups import signups
from models import Report
from models.enums import AttendanceState
from tests.base import Corps
from tests.stage import Player, Stage


def button(player: Player, label: str) -> str:
    """Return the callback data of the newest button with that label."""
    return str(player.find(label)[1]["data"])


async def reported(stage: Stage, corps: Corps, reporter: Player, activity: int, number: str) -> None:
    """Report an activity by buttons, as its leader."""
    await reporter.taps("反馈")
    await reporter.taps("下一步")
    await reporter.types(number)
    await reporter.taps("现场清点")
    await reporter.taps("提交")
    await stage.tick()


async def test_verifying_an_old_card_verifies_nothing_and_shows_the_report_as_it_is(stage: Stage, corps: Corps) -> None:
    wang, li = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.coordinator("李统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    member = corps.member("张明")
    activity = corps.publish(wang.id)
    corps.do(member, signups.sign_up, corps.slot(activity))
    await stage.at("2026-12-05 16:05")
    corps.do(leader.id, roll_call.mark, activity, [corps.member_id(member)], AttendanceState.PRESENT)
    await reported(stage, corps, leader, activity, "60")
    old = button(li, "核实")
    assert "受益人次：60" in li.reads()
    await li.taps("退回")
    await li.types("人数请核对")
    await stage.tick()
    await leader.taps("反馈")
    await leader.taps("下一步")
    await leader.types("999")
    await leader.taps("提交")
    await stage.tick()
    await li.forges(old)
    assert "已经变了" in li.toasts()[-1]
    assert "赵联络" in li.toasts()[-1]
    assert corps.run(lambda s, _at: s.get_one(Report, 1).verifier_id) is None
    await li.taps("核实")
    await wang.types("/quota")
    assert "公益讲座 1/10" in wang.reads()


async def test_signing_up_on_a_card_of_another_date_signs_up_for_nothing(stage: Stage, corps: Corps) -> None:
    wang, zhang = corps.coordinator(), await stage.enter(corps.member("张明"))
    activity = corps.publish(wang)
    await stage.tick()
    value = {"starts": "2026-12-12T14:00", "ends": "2026-12-12T16:00"}
    corps.do(wang, editing.change, Edit(activity, EditField.TIME, value, 0))
    await zhang.taps("报名 · 志愿者")
    assert corps.sign_ups(corps.slot(activity, "志愿者")) == {}
    assert "12月12日" in zhang.reads()
    assert "（统筹，" in zhang.toasts()[-1], "who did it; a coordinator's name is not for members"
    await zhang.taps("报名 · 志愿者")
    assert "您已报名" in zhang.reads()


async def test_a_change_shown_before_another_coordinator_changed_the_same_is_not_made(
    stage: Stage, corps: Corps
) -> None:
    wang, li = await stage.enter(corps.coordinator("王统筹")), corps.coordinator("李统筹")
    activity = corps.publish(wang.id)
    await wang.starts(f"act-{activity}")
    await wang.taps("修改")
    await wang.taps("地点")
    await wang.types("老地方")
    corps.do(li, editing.change, Edit(activity, EditField.PLACE, {"place": "新地方"}, 0))
    await wang.taps("确认修改")
    assert "已经变了" in wang.toasts()[-1]
    assert "李统筹" in wang.toasts()[-1]
    assert "新地方" in wang.reads()


async def test_who_was_admitted_by_somebody_else_is_said_and_the_dead_buttons_go(stage: Stage, corps: Corps) -> None:
    first, second = await stage.enter(corps.leader("赵联络")), await stage.enter(corps.leader("钱联络"))
    newcomer = await stage.stranger("小陈")
    from corps.membership.joining import invitation_of

    code = corps.do(first.id, invitation_of, corps.team("民盟"))
    await newcomer.starts(f"join-{code}")
    await newcomer.taps("同意")
    await newcomer.types("陈小红")
    await stage.tick()
    await first.taps("通过")
    await second.taps("通过")
    assert "赵联络" in second.toasts()[-1]
    assert "通过" not in second.buttons()


async def test_the_card_of_a_scheduled_broadcast_that_has_gone_out_offers_no_cancelling(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator())
    await stage.enter(corps.member("张明"))
    await wang.types("/broadcast 周六上午集合")
    await wang.taps("全体")
    await wang.taps("定时发送")
    await wang.types("明天上午9点")
    scheduled = wang.from_bot()[-1]
    cancel = button(wang, "取消")
    await stage.at(f"{corps.clock.wall(corps.clock.now()).date() + dt.timedelta(days=1)} 09:00")
    stage.sandbox.world.tap(wang.id, wang.id, scheduled["id"], cancel, forged=True)
    await stage.settled()
    after = next(message for message in wang.from_bot() if message["id"] == scheduled["id"])
    assert "取消" not in [one["text"] for row in after["keyboard"] for one in row]
