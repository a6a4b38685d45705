"""What a leader does for the own team without a coordinator: write to it, and take its ledger away."""

from tests.base import Corps
from tests.stage import Stage


async def test_a_leader_writes_to_the_own_team_and_takes_its_ledger(stage: Stage, corps: Corps) -> None:
    corps.coordinator("王统筹")
    zhang = await stage.enter(corps.member("张明"))
    zhao, other = await stage.enter(corps.leader("赵联络")), await stage.enter(corps.member("孙平", "民建"))
    await zhao.types("/broadcast")
    assert "民盟分团" in zhao.reads()
    await zhao.types("周六八点集合")
    assert not any("换" in label for label in zhao.buttons())
    await zhao.taps("确认发送")
    await stage.tick()
    assert "周六八点集合" in zhang.reads()
    assert "周六" not in other.reads()
    await zhang.taps("收到")
    await zhao.types("/export")
    assert "民盟分团 2026 年台账" in zhao.reads()
    assert zhao.from_bot()[-1]["media"]["kind"] == "document"
