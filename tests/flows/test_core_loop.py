"""The corps' year in small: publish, sign up, be reminded, check in, report, verify, count."""

from tests.base import Corps
from tests.stage import Stage

NOTICE = """/new
活动：防诈骗公益讲座
类别：公益讲座
时间：2026-12-05 14:00-16:00
地点：磁器口街道金蓉社区
场所：社区
岗位：主讲人 1，志愿者 5
分团：民盟分团"""


async def test_a_lecture_goes_from_a_pasted_notice_to_the_quota(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    li = await stage.enter(corps.coordinator("李统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))

    await wang.types(NOTICE)
    assert "防诈骗公益讲座" in wang.reads()
    assert "12月5日（周六）14:00–16:00" in wang.reads()
    await wang.taps("确认发布")
    assert "已发布" in wang.reads()

    await stage.tick()
    assert "新活动" in zhang.reads()
    await zhang.taps("报名 · 志愿者")
    assert "您已报名：志愿者" in zhang.reads()
    assert zhang.toasts()[-1].startswith("报上了")

    await stage.at("2026-12-04 14:00")
    assert "提醒" in zhang.reads()

    await stage.at("2026-12-05 13:40")
    await zhang.taps("签到")
    assert "您已签到" in zhang.reads()
    assert "我来不了" not in zhang.buttons()

    await stage.at("2026-12-05 16:05")
    assert "活动结束了" in leader.reads()
    await leader.taps("反馈")
    assert "✅ 张明 · 志愿者" in leader.buttons()
    await leader.taps("下一步")
    await leader.types("80")
    await leader.taps("现场清点")
    await leader.types("居民听得很认真")
    await leader.taps("提交")

    await stage.tick()
    assert "受益人次：80" in li.reads()
    await li.taps("核实")
    assert "计入：公益讲座" in li.reads(), "the record says what it counts for"
    await zhang.types("/quota")
    assert "公益讲座 1/10" in zhang.reads()


async def test_joining_takes_an_invitation_consent_a_name_and_a_leader(stage: Stage, corps: Corps) -> None:
    leader_id = corps.leader("赵联络")
    leader = await stage.enter(leader_id)
    from corps.membership.joining import invitation_of

    code = corps.do(leader_id, invitation_of, corps.team("民盟"))
    newcomer = await stage.stranger("小陈")
    await newcomer.starts(f"join-{code}")
    assert "民盟分团" in newcomer.reads()
    await newcomer.taps("同意")
    await newcomer.types("陈小红")
    assert "申请已经交给" in newcomer.reads()
    await stage.tick()
    assert "陈小红" in leader.reads()
    await leader.taps("通过")
    await stage.tick()
    assert "欢迎加入" in newcomer.reads()
