"""修改 and 取消活动, as a coordinator does them and as those concerned read of them."""

import pytest

from corps.activities import planning
from corps.signups import signups
from tests.base import Corps
from tests.stage import Player, Stage


@pytest.fixture
async def wang(stage: Stage, corps: Corps) -> Player:
    """The coordinator."""
    return await stage.enter(corps.coordinator())


@pytest.fixture
async def zhang(stage: Stage, corps: Corps) -> Player:
    """A member."""
    return await stage.enter(corps.member("张明"))


async def open_card(player: Player, activity_id: int) -> None:
    """Open an activity's card by its link, as from a chat."""
    await player.starts(f"act-{activity_id}")


async def test_a_new_time_is_shown_old_and_new_confirmed_and_told_once(
    stage: Stage, corps: Corps, wang: Player, zhang: Player
) -> None:
    leader = await stage.enter(corps.leader("赵联络"))
    bystander = await stage.enter(corps.member("旁人"))
    activity_id = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await stage.tick()
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("时间")
    assert "现在是：2026年12月5日（周六）14:00–16:00" in wang.reads()
    await wang.types("12月6日上午9点到11点")
    assert "时间：12月5日（周六）14:00–16:00 → 12月6日（周日）09:00–11:00" in wang.reads()
    assert "会通知 2 人" in wang.reads()
    seen = len(zhang.from_bot()), len(bystander.from_bot())
    await wang.taps("确认修改")
    assert "已修改" in wang.reads()
    said = len(wang.from_bot())
    await stage.at("2026-12-02 10:01")
    assert "活动有变动" in zhang.reads()
    assert "时间：12月5日（周六）14:00–16:00 → 12月6日（周日）09:00–11:00" in zhang.reads()
    assert "我来不了" in zhang.buttons()
    assert "活动有变动" in leader.reads()
    assert len(zhang.from_bot()) == seen[0] + 1
    assert len(bystander.from_bot()) == seen[1]
    assert len(wang.from_bot()) == said


async def test_a_tapped_day_keeps_the_hours_and_tapped_hours_keep_the_day(
    stage: Stage, corps: Corps, wang: Player
) -> None:
    activity_id = corps.publish(wang.id)
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("时间")
    await wang.taps("19")
    assert "→ 12月19日（周六）14:00–16:00" in wang.reads()
    await wang.taps("返回")
    await wang.taps("时间")
    await wang.taps("09:00–11:00")
    assert "→ 12月5日（周六）09:00–11:00" in wang.reads()


async def test_the_calendar_can_be_turned_to_another_month(stage: Stage, corps: Corps, wang: Player) -> None:
    activity_id = corps.publish(wang.id)
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("时间")
    await wang.taps("▶")
    assert "2027年1月" in wang.buttons()
    await wang.taps("16")
    assert "1月16日（周六）14:00–16:00" in wang.reads()


async def test_an_unclear_answer_is_asked_about_again(stage: Stage, corps: Corps, wang: Player) -> None:
    activity_id = corps.publish(wang.id)
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("时间")
    await wang.types("过几天")
    assert "看不懂" in wang.reads()
    await wang.types("2026-12-01 14:00-16:00")
    assert "已经过去" in wang.reads()
    await wang.types("15:00-17:00")
    assert "→ 12月5日（周六）15:00–17:00" in wang.reads()


async def test_several_changes_in_a_row_are_one_message(
    stage: Stage, corps: Corps, wang: Player, zhang: Player
) -> None:
    activity_id = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await stage.tick()
    seen = len(zhang.from_bot())
    await open_card(wang, activity_id)
    for field, value in (("地点", "童家桥社区"), ("名称", "反诈讲座"), ("地点", "石井坡社区")):
        await wang.taps("修改")
        await wang.taps(field)
        await wang.types(value)
        await wang.taps("确认修改")
    await stage.at("2026-12-02 10:01")
    assert len(zhang.from_bot()) == seen + 1
    assert "地点：磁器口街道金蓉社区 → 石井坡社区" in zhang.reads()
    assert "名称：防诈骗公益讲座 → 反诈讲座" in zhang.reads()
    assert "童家桥" not in zhang.reads()


async def test_an_old_confirmation_does_not_make_a_newer_change(stage: Stage, corps: Corps, wang: Player) -> None:
    activity_id = corps.publish(wang.id)
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("地点")
    await wang.types("童家桥社区")
    _, old = wang.find("确认修改")
    await wang.types("石井坡社区")
    await wang.forges(old["data"])
    assert "过期" in wang.toasts()[-1]
    await wang.taps("确认修改")
    assert "石井坡社区" in wang.reads()


async def test_more_places_go_to_those_who_wait(stage: Stage, corps: Corps, wang: Player, zhang: Player) -> None:
    activity_id = corps.publish(wang.id)
    slot = corps.slot(activity_id, "主讲人")
    corps.do(corps.member("早到"), signups.sign_up, slot)
    corps.do(zhang.id, signups.sign_up, slot, wait=True)
    await stage.tick()
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("岗位")
    await wang.taps("主讲人 1/1")
    await wang.taps("改人数")
    await wang.types("两个")
    assert "主讲人：1 人 → 2 人" in wang.reads()
    await wang.taps("确认修改")
    await stage.tick()
    assert "有空位了" in zhang.reads()
    await zhang.taps("递补")
    assert "您已报名：主讲人" in zhang.reads()


async def test_slots_can_be_added_renamed_and_removed(stage: Stage, corps: Corps, wang: Player) -> None:
    activity_id = corps.publish(wang.id)
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("岗位")
    await wang.taps("增加岗位")
    await wang.types("摄影 1，场务 2")
    assert "一次增加一个" in wang.reads()
    await wang.types("摄影 1")
    assert "增加岗位：摄影 1 人" in wang.reads()
    await wang.taps("确认修改")
    assert "摄影 0/1" in wang.reads()
    await wang.taps("修改")
    await wang.taps("岗位")
    await wang.taps("摄影")
    await wang.taps("改岗位名")
    await wang.types("拍照")
    await wang.taps("确认修改")
    assert "拍照 0/1" in wang.reads()
    await wang.taps("修改")
    await wang.taps("岗位")
    await wang.taps("拍照")
    await wang.taps("删除这个岗位")
    assert "取消岗位：拍照" in wang.reads()
    await wang.taps("确认修改")
    assert "拍照 0/1" not in wang.reads()


async def test_venue_and_notes_and_a_team_are_changed_by_buttons(stage: Stage, corps: Corps, wang: Player) -> None:
    doctor = await stage.enter(corps.member("李医生", "农工党"))
    activity_id = corps.publish(wang.id)
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("场所")
    await wang.taps("农村")
    await wang.taps("确认修改")
    assert "（农村）" in wang.reads()
    await wang.taps("修改")
    await wang.taps("备注")
    await wang.types("请自带水杯")
    await wang.taps("确认修改")
    assert "请自带水杯" in wang.reads()
    await wang.taps("修改")
    await wang.taps("备注")
    await wang.taps("清空备注")
    await wang.taps("确认修改")
    await wang.taps("修改")
    await wang.taps("增加分团")
    await wang.taps("农工党")
    assert "分团：民盟 → 民盟、农工党" in wang.reads()
    await wang.taps("确认修改")
    await stage.tick()
    assert "新活动" in doctor.reads()
    await doctor.taps("报名 · 志愿者")
    assert "您已报名" in doctor.reads()


async def test_a_draft_is_changed_before_it_is_published_and_nobody_hears_of_it(
    stage: Stage, corps: Corps, wang: Player, zhang: Player
) -> None:
    corps.do(wang.id, planning.draft, corps.plan())
    await wang.types("/activities")
    await wang.taps("草稿（1）")
    await wang.taps("防诈骗公益讲座")
    await wang.taps("修改")
    await wang.taps("名称")
    await wang.types("反诈讲座")
    assert "不会通知任何人" in wang.reads()
    await wang.taps("确认修改")
    assert "确认发布" in wang.buttons()
    await stage.at("2026-12-02 10:05")
    assert zhang.from_bot() == []
    await wang.taps("确认发布")
    await stage.tick()
    assert "反诈讲座" in zhang.reads()


async def test_cancelling_asks_for_a_reason_and_tells_those_affected_once(
    stage: Stage, corps: Corps, wang: Player, zhang: Player
) -> None:
    bystander = await stage.enter(corps.member("旁人"))
    activity_id = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await stage.tick()
    seen = len(bystander.from_bot())
    await open_card(wang, activity_id)
    await wang.taps("取消活动")
    assert "会通知 1 人" in wang.reads()
    await wang.types("下雨，改期再通知")
    assert "原因：下雨，改期再通知" in wang.reads()
    await wang.taps("确认取消")
    assert "已取消" in wang.reads()
    await stage.tick()
    assert "活动取消了" in zhang.reads()
    assert "下雨，改期再通知" in zhang.reads()
    assert len(bystander.from_bot()) == seen
    told = len(zhang.from_bot())
    await wang.forges(f"xy:{activity_id}:1")
    await stage.at("2026-12-05 13:00")
    assert len(zhang.from_bot()) == told


async def test_an_activity_can_be_cancelled_without_a_reason(
    stage: Stage, corps: Corps, wang: Player, zhang: Player
) -> None:
    activity_id = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await open_card(wang, activity_id)
    await wang.taps("取消活动")
    await wang.taps("不写原因")
    await stage.tick()
    assert "活动取消了" in zhang.reads()


async def test_a_draft_is_deleted_without_telling_anybody(
    stage: Stage, corps: Corps, wang: Player, zhang: Player
) -> None:
    corps.do(wang.id, planning.draft, corps.plan())
    await wang.types("/activities")
    await wang.taps("草稿（1）")
    await wang.taps("防诈骗公益讲座")
    await wang.taps("删掉草稿")
    await wang.taps("确认取消")
    assert "已删除草稿" in wang.reads()
    await stage.at("2026-12-02 10:05")
    assert zhang.from_bot() == []


async def test_a_leader_neither_changes_nor_cancels(stage: Stage, corps: Corps, wang: Player) -> None:
    leader = await stage.enter(corps.leader("赵联络"))
    activity_id = corps.publish(wang.id)
    await open_card(leader, activity_id)
    assert not any("修改" in label or "取消活动" in label for label in leader.buttons())
    await leader.forges(f"xy:{activity_id}:1")
    assert "权限" in leader.toasts()[-1], "whoever leads may only end what was not held, once it is over"
    await leader.forges(f"e:{activity_id}")
    assert "权限" in leader.toasts()[-1], "leaders change only what they draft"


async def test_a_restart_in_the_middle_of_a_change_goes_on_there(stage: Stage, corps: Corps, wang: Player) -> None:
    activity_id = corps.publish(wang.id)
    await open_card(wang, activity_id)
    await wang.taps("修改")
    await wang.taps("地点")
    await stage.stop_bot()
    await stage.start_bot()
    await wang.types("童家桥社区")
    assert "→ 童家桥社区" in wang.reads()
