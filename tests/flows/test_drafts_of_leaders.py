"""A leader drafts, a coordinator approves in one tap; before that nobody of the team has heard of it."""

from tests.base import Corps
from tests.corps.activities.test_proposals import NOTICE
from tests.stage import Stage


async def test_a_draft_goes_back_once_and_is_approved_in_one_tap(stage: Stage, corps: Corps) -> None:
    wang, zhang = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.member("张明"))
    zhao = await stage.enter(corps.leader("赵联络"))
    await zhao.types(f"/new\n{NOTICE}")
    assert "确认发布" not in zhao.buttons()
    await zhao.taps("提交")
    assert "已提交" in zhao.reads()
    await stage.tick()
    assert "赵联络起草了一场活动" in wang.reads()
    await wang.taps("退回")
    await wang.types("请换个地方")
    await stage.tick()
    assert "请换个地方" in zhao.reads()
    await zhao.taps("提交")
    await stage.tick()
    assert "讲座" not in zhang.reads()
    await wang.types("/today")
    await wang.taps("批准")
    await wang.taps("批准")
    await stage.tick()
    assert "您起草的活动已由" in zhao.reads()
    assert "讲座" in zhang.reads()
