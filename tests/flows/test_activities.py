"""Finding activities: /activities, its filters and pages, and /mine."""

from corps.activities.planning import SlotPlan
from corps.signups import signups
from tests.base import Corps
from tests.stage import Stage


def lectures(corps: Corps, by: int, number: int, first_day: int = 5) -> list[int]:
    """Publish lectures on consecutive days."""
    return [
        corps.publish(
            by,
            corps.plan(f"讲座{n + 1}", f"2026-12-{first_day + n:02d} 14:00", f"2026-12-{first_day + n:02d} 16:00"),
        )
        for n in range(number)
    ]


async def test_what_is_open_to_me_comes_first_then_the_rest_by_week(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    corps.publish(wang, corps.plan("社区义诊", "2026-12-04 09:00", "2026-12-04 11:00", teams=("农工党",)))
    corps.publish(wang, corps.plan("防诈骗讲座"))
    corps.publish(wang, corps.plan("法律讲座", "2026-12-09 14:00", "2026-12-09 16:00"))
    corps.publish(wang, corps.plan("迎春义诊", "2027-01-16 14:00", "2027-01-16 16:00", teams=("农工党",)))
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/activities")
    read = zhang.reads()
    assert "活动（共 4 场）" in read.replace("<b>", "").replace("</b>", "")
    mine, others = read.split("其余活动")
    assert "1. 12月5日（周六）14:00 防诈骗讲座 · 还缺 6 人" in mine
    assert mine.index("本周") < mine.index("防诈骗讲座") < mine.index("下周") < mine.index("法律讲座")
    assert "社区义诊" in others
    assert "2027年1月11日–1月17日" in others
    assert "1. 12/5 防诈骗讲座" in zhang.buttons()


async def test_a_card_opened_from_a_list_leads_back_to_the_same_page(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    lectures(corps, wang, 9)
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/activities")
    await zhang.taps("▶")
    assert "讲座8" in zhang.reads()
    assert "讲座1 " not in zhang.reads()
    await zhang.taps("讲座9")
    assert "返回" in zhang.buttons()
    await zhang.taps("报名 · 志愿者")
    assert "您已报名：志愿者" in zhang.reads()
    await zhang.taps("返回")
    assert "2/2" in zhang.buttons()
    assert "您已报名" in zhang.reads()


async def test_the_list_can_be_narrowed_to_a_category_and_a_team(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    clinic = (SlotPlan("医生", "clinic", 2, corps.team("农工党")),)
    corps.publish(wang, corps.plan("义诊", slots=clinic, teams=("农工党",)))
    corps.publish(wang, corps.plan("讲座"))
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/activities")
    await zhang.taps("类别：全部")
    await zhang.taps("健康义诊")
    assert "义诊" in zhang.reads()
    assert "讲座" not in zhang.reads()
    await zhang.taps("分团：全部")
    await zhang.taps("民盟")
    assert "没有符合的活动" in zhang.reads()
    await zhang.taps("看全部")
    assert "讲座" in zhang.reads()
    assert "义诊" in zhang.reads()


async def test_an_empty_list_says_so_kindly(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/activities")
    assert "现在没有安排活动" in zhang.reads()
    wang = await stage.enter(corps.coordinator())
    await wang.types("/activities")
    assert "📝 发布活动" in wang.buttons()


async def test_a_coordinator_also_finds_drafts_what_is_unreported_and_the_past(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator()
    from corps.activities import planning

    corps.publish(wang_id, corps.plan("明天的讲座", "2026-12-03 09:00", "2026-12-03 10:00"))
    corps.do(wang_id, planning.draft, corps.plan("没写完的讲座"))
    wang = await stage.enter(wang_id)
    corps.clock.set_wall("2026-12-03 12:00")
    await wang.types("/activities")
    await wang.taps("草稿（1）")
    assert "没写完的讲座" in wang.reads()
    await wang.taps("没写完的讲座")
    assert "还没有发布" in wang.reads()
    assert {"确认发布", "✏️ 修改", "🗑 删掉草稿", "返回"} <= set(wang.buttons())
    await wang.taps("返回")
    await wang.taps("待反馈（1）")
    assert "明天的讲座 · 待反馈" in wang.reads()
    await wang.taps("历史")
    assert "明天的讲座" in wang.reads()
    await wang.taps("近期活动")
    assert "现在没有安排活动" in wang.reads()


async def test_a_leader_finds_what_the_own_team_has_still_to_report(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    corps.publish(wang, corps.plan("我们的讲座", "2026-12-03 09:00", "2026-12-03 10:00"))
    corps.publish(wang, corps.plan("别人的讲座", "2026-12-03 09:00", "2026-12-03 10:00", teams=("民建",)))
    leader = await stage.enter(corps.leader("赵联络"))
    corps.clock.set_wall("2026-12-03 12:00")
    await leader.types("/activities")
    await leader.taps("待反馈（1）")
    assert "我们的讲座" in leader.reads()
    assert "别人的讲座" not in leader.reads()
    await leader.taps("我们的讲座")
    assert "📝 反馈" in leader.buttons()


async def test_mine_shows_places_offers_and_turns_then_the_past_and_the_hours(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    own = corps.team("民盟")
    full = corps.publish(wang, corps.plan("满员讲座", slots=(SlotPlan("志愿者", "lecture", 1, own),)))
    other = corps.publish(wang, corps.plan("周一讲座", "2026-12-07 14:00", "2026-12-07 16:00"))
    early, zhang_id = corps.member("早到"), corps.member("张明")
    zhang = await stage.enter(zhang_id)
    await zhang.types("/mine")
    assert "您现在没有报名的活动" in zhang.reads()
    assert "还没有服务时长" in zhang.reads()
    slot = corps.slot(full)
    corps.do(early, signups.sign_up, slot)
    corps.do(zhang_id, signups.sign_up, slot, wait=True)
    corps.do(zhang_id, signups.sign_up, corps.slot(other, "志愿者"))
    await zhang.types("/mine")
    assert "候补第 1 位：志愿者" in zhang.reads()
    assert "已报名：志愿者" in zhang.reads()
    await zhang.taps("满员讲座")
    assert "您在候补" in zhang.reads()
    await zhang.taps("返回")
    assert "接下来（2）" in zhang.reads().replace("<b>", "").replace("</b>", "")


async def test_hours_are_said_in_words_once_an_activity_is_verified(stage: Stage, corps: Corps) -> None:
    wang, li, zhang_id = corps.coordinator(), corps.coordinator("李统筹"), corps.member("张明")
    leader = corps.leader("赵联络")
    held = corps.hold(wang, li, leader, zhang_id)
    assert held
    zhang = await stage.enter(zhang_id)
    await zhang.types("/mine")
    assert "您一共服务了 2 小时，今年 2 小时" in zhang.reads()
    assert "公益讲座 2 小时" in zhang.reads()
    await zhang.taps("今年参加过的（1）")
    assert "服务 2 小时" in zhang.reads()
    await zhang.taps("接下来的")
    assert "没有报名的活动" in zhang.reads()
