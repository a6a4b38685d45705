"""补报时长 through the chat: from /mine to the leader, to a coordinator, and back."""

from tests.base import Corps
from tests.stage import Stage


async def test_a_member_hands_in_the_leader_confirms_a_coordinator_verifies(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    await stage.at("2026-12-02 10:00")
    await zhang.types("/mine")
    await zhang.taps("补报时长")
    await zhang.types("日期：2026-12-01\n内容：小区值守\n地点：渝碚路街道\n时长：3小时")
    assert "小区值守" in zhang.reads()
    await zhang.taps("提交")
    assert "赵联络" in zhang.reads()
    await stage.tick()
    assert "请您确认" in leader.reads()
    await leader.taps("确认")
    await leader.types("/today")
    assert "补报时长" not in leader.reads()
    await stage.tick()
    assert "请您核实" in wang.reads()
    await wang.taps("核实")
    await stage.tick()
    assert "已核实" in zhang.reads()
    await zhang.types("/mine")
    assert "另有补报 3 小时" in zhang.reads()
    await zhang.taps("按年份看时长")
    await zhang.taps("我补报的")
    await zhang.taps("小区值守")
    await zhang.taps("撤回")
    await zhang.types("记错了日子")
    assert "已撤回" in zhang.reads()
    await zhang.types("/mine")
    assert "补报 3 小时" not in zhang.reads()
    await wang.types("/quota")
    assert "公益讲座 0/10" in wang.reads()
