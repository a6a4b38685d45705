"""A leader records a visit by the chat: when, who went, the report; a coordinator verifies it."""

import datetime as dt

from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from tests.base import Corps
from tests.stage import Stage


async def test_a_visit_goes_from_the_pairing_to_the_hours(stage: Stage, corps: Corps) -> None:
    coordinator, leader = corps.coordinator(), corps.leader("赵联络")
    corps.member("张明")
    plan = PairingPlan(corps.team("民盟"), "天池村", "歌乐山镇", dt.date(2026, 3, 1))
    corps.do(coordinator, pairings.confirm, corps.do(leader, pairings.register, plan).id)
    wang, zhao = await stage.enter(coordinator), await stage.enter(leader)
    await zhao.types("/pairings")
    await zhao.taps("天池村")
    await zhao.taps("走访")
    assert "什么时候去的" in zhao.reads()
    await zhao.types("昨天上午9点到11点")
    await zhao.taps("张明")
    await zhao.taps("选好了")
    await zhao.types("3人，清点")
    await zhao.types("看了果园，教了剪枝")
    await zhao.taps("提交")
    await stage.tick()
    await wang.taps("核实")
    await zhao.types("/pairings")
    assert "上次走访：12月1日" in zhao.reads()
