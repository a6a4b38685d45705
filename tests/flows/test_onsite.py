"""On site: the roll, the code to scan, walk-ins; and before: asking people, sharing the link, giving a claim back."""

import datetime as dt
import re

from corps.activities import planning
from corps.activities.planning import SlotPlan
from corps.activities.rules import find_activity
from corps.signups import signups
from scheduler.live_codes import refresh_codes
from tests.base import Corps
from tests.stage import Stage


def code_of(corps: Corps, activity_id: int) -> str:
    """Return what the code on site says."""
    return corps.run(lambda s, _at: find_activity(s, activity_id).check_in_code)


async def test_the_leader_marks_on_site_those_who_did_not_check_in(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = corps.member("张明")
    activity_id = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await leader.starts(f"act-{activity_id}")
    assert not any("签到名单" in label for label in leader.buttons())
    corps.clock.set_wall("2026-12-05 13:35")
    await leader.starts(f"act-{activity_id}")
    await leader.taps("签到名单")
    assert "到场 0 / 名单 1 人" in leader.reads()
    await leader.taps("张明")
    assert "到场 1 / 名单 1 人" in leader.reads()
    assert "✅ 张明 · 志愿者" in leader.buttons()
    await leader.taps("返回")
    assert "防诈骗公益讲座" in leader.reads()


async def test_who_types_it_once_more_reads_that_they_are_checked_in_and_then_out(stage: Stage, corps: Corps) -> None:
    wang, zhang = corps.coordinator(), await stage.enter(corps.member("张明"))
    activity_id = corps.publish(wang, corps.plan(check_out=True))
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:50")
    await zhang.types("签到")
    await zhang.taps("📌 签到")
    await zhang.types("签到")
    assert "您已签到" in zhang.reads()
    corps.clock.set_wall("2026-12-05 16:05")
    await zhang.types("签退")
    await zhang.taps("签退")
    assert "您已签退" in zhang.reads()
    await zhang.types("签退")
    assert "您已签退" in zhang.reads()


async def test_the_code_on_site_is_a_picture_that_stays_fresh_and_checks_people_in(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    leader = await stage.enter(corps.leader("赵联络"))
    zhang, chen = [await stage.enter(corps.member(name)) for name in ("张明", "陈红")]
    activity_id = corps.publish(wang)
    for person in (zhang, chen):
        corps.do(person.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:40")
    await leader.starts(f"act-{activity_id}")
    await leader.taps("签到码")
    first, held_up = leader.reads(), leader.from_bot()[-1]
    assert "photo" in str(held_up)
    corps.clock.push(dt.timedelta(seconds=60))
    await refresh_codes(stage.context)
    assert leader.from_bot()[-1]["id"] == held_up["id"], "the same message, drawn anew"
    assert leader.reads() != first
    await zhang.types(code_in(first))
    assert "不对，或者已经过期" in zhang.reads()
    await zhang.types(code_in(leader.reads()))
    assert "签到成功" in zhang.reads()
    await zhang.types(code_in(leader.reads()))
    assert "已经签过到" in zhang.reads()
    assert "张明，12月5日（周六）13:41" in zhang.reads()
    corps.clock.push(dt.timedelta(seconds=60))
    await leader.taps("换新码")
    assert leader.from_bot()[-1]["id"] == held_up["id"]
    await chen.starts(re.findall(r"start=(in-[0-9a-f-]+)", leader.reads())[0])
    assert "签到成功" in chen.reads()
    corps.clock.push(dt.timedelta(minutes=40))
    await refresh_codes(stage.context)
    assert "已停止更新" in leader.reads()


def code_in(text: str) -> str:
    """Return the six digits of a message."""
    return str(re.findall(r"\d{3} \d{3}", text)[0])


async def test_the_printed_code_checks_people_in_too(stage: Stage, corps: Corps) -> None:
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    activity_id = corps.publish(corps.coordinator())
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:40")
    await leader.starts(f"act-{activity_id}")
    await leader.taps("签到码")
    await leader.taps("固定码")
    code = code_of(corps, activity_id)
    assert f"?start=in-{code}" in leader.reads()
    await zhang.starts(f"in-{code}")
    assert "签到成功" in zhang.reads()


async def test_somebody_who_is_just_there_signs_up_and_checks_in_with_one_tap(stage: Stage, corps: Corps) -> None:
    activity_id = corps.publish(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    corps.clock.set_wall("2026-12-05 14:20")
    await zhang.starts(f"in-{code_of(corps, activity_id)}")
    assert "您还没有报名" in zhang.reads()
    await zhang.taps("现在报名并签到 · 志愿者")
    assert "您已报名：志愿者" in zhang.reads()
    assert "您已签到" in zhang.reads()


async def test_somebody_for_whom_there_is_no_place_is_sent_to_the_leader(stage: Stage, corps: Corps) -> None:
    activity_id = corps.publish(corps.coordinator())
    guest = await stage.enter(corps.member("客人", "民建"))
    corps.clock.set_wall("2026-12-05 14:20")
    await guest.starts(f"in-{code_of(corps, activity_id)}")
    assert "请找现场的联络员" in guest.reads()
    corps.clock.set_wall("2026-12-05 16:20")
    await guest.starts(f"in-{code_of(corps, activity_id)}")
    assert "签到时间已过" in guest.reads()


async def test_a_stranger_with_any_link_gets_the_way_in_and_nothing_else(stage: Stage, corps: Corps) -> None:
    activity_id = corps.publish(corps.coordinator())
    stranger = await stage.stranger()
    await stranger.starts(f"act-{activity_id}")
    assert "邀请" in stranger.reads()
    assert "防诈骗公益讲座" in stranger.reads(), "title, time and place, and nothing else"
    assert "张明" not in stranger.reads_all()
    assert stranger.buttons() == []
    await stranger.starts("act-999")
    assert stranger.reads().startswith("这个活动链接不对")
    await stranger.starts(f"in-{code_of(corps, activity_id)}")
    assert "防诈骗" not in stranger.reads(), "a code on site tells a stranger nothing"


async def test_a_link_to_nothing_says_so(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    for payload in ("act-999", "act-" + "9" * 40, "act-x", "in-nothing"):
        await zhang.starts(payload)
        assert "找不到了" in zhang.reads()


async def test_a_leader_asks_people_who_are_free_and_each_is_asked_once(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    going = corps.member("已报")
    activity_id = corps.publish(wang)
    corps.do(going, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await stage.tick()
    await leader.starts(f"act-{activity_id}")
    await leader.taps("请人报名")
    assert "张明" in leader.buttons()
    assert "已报" not in leader.buttons()
    _, button = leader.find("张明")
    await leader.taps("张明")
    assert leader.toasts()[-1] == "已请 张明 考虑。"
    assert "张明" not in leader.buttons()
    await leader.forges(button["data"])
    assert "已经有人处理过了" in leader.toasts()[-1]
    await stage.tick()
    assert "赵联络 请您考虑参加" in zhang.reads()
    await zhang.taps("报名 · 志愿者")
    assert "您已报名" in zhang.reads()


async def test_a_card_can_be_passed_on_as_a_link(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    activity_id = corps.publish(wang.id)
    await wang.starts(f"act-{activity_id}")
    await wang.taps("分享链接")
    assert f"?start=act-{activity_id}" in wang.reads()
    await zhang.starts(f"act-{activity_id}")
    assert "报名 · 志愿者" in zhang.buttons()


async def test_a_claim_is_told_to_its_planner_and_can_be_given_back_while_nobody_is_in(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator())
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    activity_id = corps.publish(wang.id, corps.plan(slots=(SlotPlan("医生", "clinic", 2, None, True),), teams=()))
    await leader.starts(f"act-{activity_id}")
    await leader.taps("认领")
    await stage.tick()
    assert "民盟分团 认领了「医生」" in wang.reads()
    await leader.taps("放弃认领")
    assert "认领 · 医生" in leader.buttons()
    await stage.at("2026-12-02 10:01")
    assert "民盟分团 放弃认领「医生」" in wang.reads()
    await leader.taps("认领 · 医生")
    await zhang.starts(f"act-{activity_id}")
    await zhang.taps("报名 · 医生")
    await leader.starts(f"act-{activity_id}")
    assert not any("放弃认领" in label for label in leader.buttons())
    await leader.forges(f"cr:{corps.slot(activity_id)}")
    assert "已经有人报名" in leader.toasts()[-1]


async def test_who_checks_out_has_the_time_between(stage: Stage, corps: Corps) -> None:
    wang, leader = await stage.enter(corps.coordinator()), await stage.enter(corps.leader("赵联络"))
    zhang, chen = [await stage.enter(corps.member(name)) for name in ("张明", "陈红")]
    activity_id = corps.do(wang.id, planning.draft, corps.plan())
    await wang.starts(f"act-{activity_id}")
    assert "✅ 仅签到" in wang.buttons()
    await wang.taps("签到签退")
    assert "✅ 签到签退" in wang.buttons()
    await wang.taps("修改")
    await wang.taps("仅签到")
    assert "✅ 仅签到" in wang.buttons()
    assert "名称" in wang.buttons(), "still the menu of 修改"
    await wang.taps("签到签退")
    await wang.taps("返回")
    await wang.taps("确认发布")
    for person in (zhang, chen):
        corps.do(person.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    corps.clock.set_wall("2026-12-05 14:30")
    for person in (zhang, chen):
        await person.starts(f"act-{activity_id}")
        assert "走时也要签退" in person.reads()
        await person.taps("📌 签到")
    corps.clock.set_wall("2026-12-05 15:30")
    await zhang.taps("签退")
    assert zhang.toasts()[-1] == "签退成功，时长记到 15:30。"
    assert "您已签退：15:30" in zhang.reads()
    corps.clock.set_wall("2026-12-05 16:40")
    await leader.starts(f"act-{activity_id}")
    await leader.taps("反馈")
    assert "✅ 陈红 · 志愿者，14:30 到（没签退）" in leader.buttons()
    await leader.taps("下一步")
    await leader.types("80 清点")
    assert "没有签退，时长先记 0：陈红" in leader.reads()
    await leader.taps("名单")
    await leader.taps("没签退的算到结束")
    assert not any("没签退" in label for label in leader.buttons())


async def test_the_sheet_to_sign_is_a_pdf_and_its_photo_is_shown_as_such(stage: Stage, corps: Corps) -> None:
    leader, li = await stage.enter(corps.leader("赵联络")), await stage.enter(corps.coordinator("李统筹"))
    zhang = corps.member("张明")
    activity_id = corps.publish(corps.coordinator())
    corps.do(zhang, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await leader.starts(f"act-{activity_id}")
    await leader.taps("签到表")
    assert "签到表-20261205" in str(leader.from_bot()[-1])
    corps.clock.set_wall("2026-12-05 16:10")
    await leader.starts(f"act-{activity_id}")
    await leader.taps("反馈")
    await leader.taps("全部到场")
    await leader.taps("下一步")
    await leader.types("80 清点")
    await leader.sends("photo", caption="签到表")
    assert "其中 1 张是签到表" in leader.reads()
    await leader.taps("标出签到表")
    assert "✅ 第 1 张" in leader.buttons()
    await leader.taps("返回")
    await leader.taps("提交")
    await stage.tick()
    assert "其中 1 张是签到表" in li.reads()
    await li.taps("看照片")
    assert "签到表 · 第 1 张" in li.reads(2)
