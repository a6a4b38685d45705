"""评价 in the chat: asked the day after, by a code for whoever was served, read by those who run it."""

import re

from corps.attendance import reports, roll_call
from corps.signups import signups
from models.enums import AttendanceState, CountedBy
from tests.base import Corps
from tests.stage import Stage


async def test_people_say_how_it_was_and_a_passer_by_too(stage: Stage, corps: Corps) -> None:
    leader, li = await stage.enter(corps.leader("赵联络")), await stage.enter(corps.coordinator("李统筹"))
    names = ("张明", "陈红", "周强", "吴新")
    people = [await stage.enter(corps.member(name)) for name in names]
    activity_id = corps.publish(corps.coordinator())
    for person in people:
        corps.do(person.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:40")
    await leader.starts(f"act-{activity_id}")
    await leader.taps("签到表")
    await leader.taps("评价码")
    link = re.findall(r"start=(rate-[\w-]+)", leader.reads())[0]
    assert len(link) <= 64
    corps.clock.set_wall("2026-12-05 16:10")
    there = [corps.member_id(person.id) for person in people]
    corps.do(leader.id, roll_call.mark, activity_id, there, AttendanceState.PRESENT)
    corps.do(leader.id, reports.submit, activity_id, reports.Account(80, CountedBy.HEADCOUNT))
    await stage.at("2026-12-06 10:00")
    for person in people:
        assert "防诈骗公益讲座" in person.reads()
        await person.taps("4 分")
        await person.taps("跳过")
        assert person.reads() == "谢谢您的评价！"
    await li.starts(f"act-{activity_id}")
    await li.taps("看反馈")
    assert "评价收到 4 份，满 5 份再汇总" in li.reads()
    stranger = await stage.stranger()
    await stranger.starts(link)
    await stranger.taps("5 分")
    await stranger.types("讲得<b>明白")
    assert stranger.reads() == "谢谢您的评价！"
    await stranger.starts(link)
    assert "✅ 5 分" in stranger.buttons(), "once each: what was said can be changed"
    await li.starts(f"act-{activity_id}")
    await li.taps("看反馈")
    assert "平均 4.2 分（5 份，其中不是参加者的 1 份）" in li.reads()
    assert "「讲得<b>明白」" in li.reads()
