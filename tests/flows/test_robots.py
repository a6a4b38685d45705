"""A team's group in another messenger is told by its robot what concerns the team."""

from sandbox.robots.robots import WECOM, GroupRobot
from tests.base import Corps
from tests.stage import Player, Stage

KEY = "0a1b2c3d-1111-4222-8333-444455556666"


async def tied(stage: Stage, corps: Corps, robot: GroupRobot) -> Player:
    """Let a leader tie a robot to the own team, and return the leader."""
    stage.with_robots()
    stage.sandbox.platforms.add(robot)
    leader = await stage.enter(corps.leader("赵联络"))
    await leader.types("/bind")
    await leader.types(robot.address)
    return leader


async def test_a_leader_pastes_a_robots_address_and_its_group_reads_of_a_new_activity(
    stage: Stage, corps: Corps
) -> None:
    robot = GroupRobot(WECOM, KEY)
    leader = await tied(stage, corps, robot)
    assert "绑好了" in leader.reads()
    assert "新活动" in robot.said[-1]
    assert not any(KEY in message["text"] for message in leader.messages()), "the address does not stay in the chat"
    wang = await stage.enter(corps.coordinator())
    activity = corps.publish(wang.id)
    await stage.tick()
    assert "防诈骗公益讲座" in robot.said[-1]
    assert f"start=act-{activity}" in robot.said[-1]
    assert "防诈骗公益讲座" in leader.reads(), "each member has it as before"
