"""/today heads the menu, and each of its buttons leads to where the thing is done."""

from tests.base import Corps
from tests.stage import Stage


async def test_a_leader_goes_from_the_list_to_the_report_and_a_member_to_the_own_places(
    stage: Stage, corps: Corps
) -> None:
    corps.publish(corps.coordinator("王统筹"))
    leader, member = await stage.enter(corps.leader("赵联络")), await stage.enter(corps.member("张明"))
    corps.clock.set_wall("2026-12-05 18:00")
    await leader.types("/help")
    assert "今天要办" in leader.buttons()[0]
    await leader.taps("今天要办")
    assert "等写反馈的活动 1 场" in leader.reads()
    await leader.taps("反馈")
    assert "防诈骗公益讲座" in leader.reads()
    await member.types("/today")
    assert "给联络员和统筹看的" in member.reads()
    assert "您现在没有报名的活动" in member.reads()
    await member.types("/help")
    assert not any("今天要办" in label for label in member.buttons())
