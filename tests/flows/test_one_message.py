"""One person, one event, one message: what is due together is read together."""

from corps.activities.planning import SlotPlan
from corps.changes import cancelling
from corps.signups import signups
from tests.base import Corps
from tests.stage import Player, Stage

DAYS = ("05", "06", "07", "08", "09")


async def several(stage: Stage, corps: Corps, number: int = 3) -> tuple[Player, Player, Player, list[int]]:
    """Publish lectures on following days; return coordinator, leader, a member signed up for all, and their ids."""
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    ids = [
        corps.publish(wang.id, corps.plan(f"第{day}日讲座", f"2026-12-{day} 14:00", f"2026-12-{day} 16:00"))
        for day in DAYS[:number]
    ]
    await stage.tick()
    for activity in ids:
        corps.do(zhang.id, signups.sign_up, corps.slot(activity, "志愿者"))
    return wang, leader, zhang, ids


async def test_activities_called_off_together_are_told_together_and_the_list_stays(stage: Stage, corps: Corps) -> None:
    wang, _leader, zhang, ids = await several(stage, corps)
    for activity in ids:
        corps.do(wang.id, cancelling.cancel, activity, "场地维修")
    before = len(zhang.from_bot())
    await stage.tick()
    assert len(zhang.from_bot()) == before + 1
    assert "您的 3 场活动取消了" in zhang.reads()
    assert zhang.reads().count("场地维修") == 3
    assert zhang.reads().index("第05日讲座") < zhang.reads().index("第07日讲座")
    await zhang.taps("第06日讲座")
    assert "第06日讲座" in zhang.reads()
    assert "您的 3 场活动取消了" in zhang.reads(back=2), "the list is still there for the others"


async def test_a_leader_is_asked_for_several_reports_at_once_and_begins_with_any_of_them(
    stage: Stage, corps: Corps
) -> None:
    _wang, leader, _zhang, _ids = await several(stage, corps)
    await stage.at("2026-12-08 09:00")
    assert "3 场活动等您填反馈" in leader.reads_all()
    await leader.taps("反馈 · 第06日讲座")
    assert "第06日讲座" in leader.reads()
    await leader.taps("反馈 · 第05日讲座")
    assert "第05日讲座" in leader.reads()


async def test_a_leader_reads_one_call_for_all_free_places(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    for hour in ("09", "14"):
        plan = corps.plan(f"{hour}点的讲座", f"2026-12-10 {hour}:00", f"2026-12-10 {hour}:50")
        corps.publish(wang.id, plan)
    await stage.tick()
    before = len(leader.from_bot())
    await stage.at("2026-12-05 14:01")
    assert len(leader.from_bot()) == before + 1
    assert "2 场活动还缺人" in leader.reads()
    assert leader.reads().count("主讲人还缺 1 人") == 2


async def test_a_night_full_of_new_activities_is_one_list_in_the_morning_to_sign_up_from(
    stage: Stage, corps: Corps
) -> None:
    wang_id = corps.coordinator("王统筹")
    zhang = await stage.enter(corps.member("张明"))
    for day in DAYS:
        corps.publish(wang_id, corps.plan(f"第{day}日讲座", f"2026-12-{day} 14:00", f"2026-12-{day} 16:00"))
    await stage.tick()
    assert len(zhang.from_bot()) == 1
    assert "5 场新活动" in zhang.reads()
    await zhang.taps("第06日讲座")
    await zhang.taps("报名 · 志愿者")
    assert zhang.toasts()[-1].startswith("报上了")
    await zhang.taps("第08日讲座")
    assert "第08日讲座" in zhang.reads(), "the list still leads to the others"


async def test_the_longest_list_still_fits_a_message(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    zhang = await stage.enter(corps.member("张明"))
    slots = (SlotPlan("志" * 60, "lecture", 5, corps.team("民盟")),)
    ids = []
    for number in range(10):
        plan = corps.plan(
            "题" * 119 + str(number), f"2026-12-{10 + number} 14:00", f"2026-12-{10 + number} 16:00", slots
        )
        ids.append(corps.publish(wang_id, plan))
    await stage.tick()
    for activity in ids:
        corps.do(zhang.id, signups.sign_up, corps.slot(activity))
        corps.do(wang_id, cancelling.cancel, activity, "因" * 290)
    before = len(zhang.from_bot())
    await stage.tick()
    assert len(zhang.from_bot()) == before + 1
    assert all("题" * 119 + str(number) in zhang.reads() for number in range(10))
    assert len(zhang.reads()) <= 4096
