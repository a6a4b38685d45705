"""The rotation by the chat: invited, willing, asked in turn, accepted."""

from tests.base import Corps
from tests.stage import Stage


async def test_a_member_agrees_in_one_tap_is_asked_and_accepts(stage: Stage, corps: Corps) -> None:
    wang, zhang = await stage.enter(corps.coordinator()), await stage.enter(corps.member("张明"))
    await wang.types("/rotation 张明")
    assert "已经问张明了" in wang.reads()
    await stage.tick()
    await zhang.taps("愿意轮值")
    assert "轮到时会先问您" in zhang.reads()
    await wang.types("/rotation")
    await wang.taps("请下一位（2026年12月）")
    await stage.tick()
    assert "轮到请您来讲" in zhang.reads()
    await zhang.taps("接受")
    assert "接受了，12月16日" in zhang.reads()
    await stage.tick()
    assert "张明接受了2026年12月的讲堂" in wang.reads()
    await wang.taps("看活动")
    assert "统战干部讲堂" in wang.reads()
