"""A leader acts for somebody who telephoned, on a phone."""

from tests.base import Corps
from tests.stage import Stage


async def test_a_leader_signs_somebody_up_and_takes_them_off_with_a_reason_that_they_read(
    stage: Stage, corps: Corps
) -> None:
    zhao = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    corps.publish(corps.coordinator())
    await stage.tick()
    await zhao.taps("代报名")
    await zhao.types("张")
    await zhao.taps("张明")
    await zhao.taps("志愿者")
    assert "已替 张明 报上名" in zhao.reads()
    await stage.tick()
    assert "赵联络 按您说的替您报了名" in zhang.reads()
    assert "我来不了" in zhang.buttons()
    await zhao.taps("移出名单")
    await zhao.taps("张明 · 志愿者")
    await zhao.types("那天换了场地，只能进一半人")
    await zhao.taps("确认移出")
    assert "已把 张明 移出这场活动" in zhao.reads()
    await stage.tick()
    assert "赵联络 请您退出了这场活动（志愿者）" in zhang.reads()
    assert "原因：那天换了场地，只能进一半人" in zhang.reads()
