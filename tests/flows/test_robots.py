"""A team's group in another messenger is told by its robot what concerns the team."""

import logging

import pytest
import structlog
from sqlmodel import Session, SQLModel

from corps.moment import Moment
from corps.records import personal_data
from sandbox.robots.robots import DINGTALK, FEISHU, WECOM, GroupRobot
from tests.base import Corps
from tests.stage import Player, Stage

KEY = "0a1b2c3d-1111-4222-8333-444455556666"
SECRET = "SEC" + "5e" * 32


async def ties(leader: Player, robot: GroupRobot) -> None:
    """Let a leader tie a robot to the own team."""
    leader.stage.sandbox.platforms.add(robot)
    await leader.types("/bind")
    await leader.types(robot.address)
    if robot.platform != WECOM:
        await (leader.types(robot.secret) if robot.secret else leader.taps("没有设置"))


async def test_a_leader_pastes_addresses_and_the_groups_read_what_concerns_the_team(
    stage: Stage, corps: Corps, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.with_robots()
    leader, wang = await stage.enter(corps.leader("赵联络")), await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    robots = [
        GroupRobot(WECOM, KEY),
        GroupRobot(DINGTALK, KEY.replace("-", ""), secret=SECRET, keyword="同心"),
        GroupRobot(FEISHU, KEY, secret=SECRET, keyword="同心"),
    ]
    corps.clock.set_wall("2026-12-02 10:05")
    with structlog.testing.capture_logs() as logs:
        for robot in robots:
            await ties(leader, robot)
            assert "绑好了" in leader.reads(), robot.platform
            assert "新活动" in robot.said[-1]
        activity = corps.publish(wang.id)
        await zhang.types("/activities")
        await stage.tick()
        for robot in robots:
            assert "防诈骗公益讲座" in robot.said[-1]
            assert robot.said[-1].count("http") == 1
            assert f"start=act-{activity}" in robot.said[-1]
            assert "张明" not in robot.said[-1]
        assert "防诈骗公益讲座" in leader.reads(), "each member has it as before"
        await wang.types("/broadcast 周六集合")
        await wang.taps("全体")
        assert "也会发到群机器人：民盟（企业微信）、民盟（钉钉）、民盟（飞书）" in wang.reads()
        await wang.taps("确认发送")
        await stage.tick()
        assert all("周六集合" in robot.said[-1] for robot in robots)
        await stage.at("2026-12-02 10:06")
        assert "民盟的钉钉群：已交给平台，未确认" in wang.reads_all()
        await wang.types("/notices")
        assert "其中 6 条由群机器人已交给平台，未确认" in wang.reads()
        robots[0].gone = True
        await wang.types("/broadcast 改到周日")
        await wang.taps("全体")
        await wang.taps("确认发送")
        await stage.tick()
        await stage.tick()
        assert "民盟的企业微信群机器人不能用了：机器人已被删掉" in leader.reads_all()
        await wang.types("/teams")
        assert "群机器人不能用" in wang.reads()
    said = [message["text"] for player in (leader, wang, zhang) for message in player.messages()]
    kept = corps.run(everything)
    export = corps.do(leader.id, personal_data.everything)
    # The sandbox's server and Telegram's library are silent in the program: see `bot.runtime.logs`.
    client = [one.getMessage() for one in caplog.records if one.name.startswith(("aiohttp", "asyncio"))]
    seen = repr((said, kept, export, logs, client, stage.outbound.metrics.text()))
    assert KEY not in seen
    assert KEY.replace("-", "") not in seen
    assert SECRET not in seen, "an address and a secret are shown nowhere, and kept encrypted"


def everything(session: Session, _at: Moment) -> list[object]:
    """Return all that is stored, of every table."""
    link = session.connection()
    return [tuple(row) for table in SQLModel.metadata.sorted_tables for row in link.execute(table.select()).all()]


async def test_a_robot_that_refuses_is_not_tied_and_it_is_said_why(stage: Stage, corps: Corps) -> None:
    leader, zhang = await stage.enter(corps.leader("赵联络")), await stage.enter(corps.member("张明"))
    await zhang.types("/bind")
    assert "联络员的功能" in zhang.reads()
    await leader.types("/bind")
    await leader.types("不知道在哪里")
    assert "这不是我认识的机器人地址" in leader.reads()
    await leader.taps("钉钉")
    assert "SEC 开头的密钥" in leader.reads()
    await leader.types(GroupRobot(WECOM, KEY).address)
    assert "平台不认这个地址" in leader.reads()
    robot = GroupRobot(DINGTALK, KEY, keyword="讲座")
    await ties(leader, robot)
    assert "请把关键词改成或加上“同心”" in leader.reads()
    robot.keyword, robot.secret = "", SECRET
    await ties(leader, GroupRobot(DINGTALK, KEY, secret=SECRET))
    stage.sandbox.platforms.add(GroupRobot(DINGTALK, KEY + "x", secret="other" * 5))
    await leader.types("/bind")
    await leader.types(GroupRobot(DINGTALK, KEY + "x").address)
    await leader.taps("没有设置")
    assert "签名不对" in leader.reads()
    await leader.types("/cancel")
    await leader.types(robot.address)
    assert "等于口令" in leader.reads()
    assert not any(KEY in message["text"] for message in leader.messages())
    await leader.types("/team")
    await leader.taps("群机器人")
    assert "钉钉 1 号：能用" in leader.reads()
    await leader.taps("解除 钉钉")
    await leader.taps("确定解除")
    assert "还没有绑定" in leader.reads()


async def test_without_a_key_robots_are_not_tied_and_it_is_said_who_can_change_that(stage: Stage, corps: Corps) -> None:
    from bot.robots.webhooks import Vault

    stage.robots.vault = Vault(())
    leader = await stage.enter(corps.leader("赵联络"))
    await leader.types("/bind")
    assert "SECRET_KEY" in leader.reads()
