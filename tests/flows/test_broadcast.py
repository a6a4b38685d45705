"""A coordinator sends a notice to the corps and knows who has it."""

from tests.base import Corps
from tests.stage import Stage


async def test_a_broadcast_reaches_everybody_and_its_card_tells_who_has_not_answered(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    li = await stage.enter(corps.member("李红"))
    chen = await stage.enter(corps.member("陈刚", "民革"))

    await wang.types("/broadcast 周六全体集合：\n上午9点，磁器口广场")
    assert "发给谁" in wang.reads()
    assert "全体（3 人）" in wang.buttons()
    await wang.taps("全体")
    assert "共 3 人" in wang.reads()
    assert wang.reads(back=2) == "周六全体集合：\n上午9点，磁器口广场"
    assert wang.buttons(back=2) == ["✅ 收到"]
    stage.sandbox.world.block(chen.id, blocked=True)
    await wang.taps("确认发送")
    assert "排队 3" in wang.reads()

    await stage.tick()
    assert zhang.reads() == "周六全体集合：\n上午9点，磁器口广场"
    assert wang.from_bot()[-1]["text"].startswith("📣 群发")
    await zhang.taps("收到")
    assert zhang.toasts()[-1] == "谢谢，已记下您收到了。"
    assert zhang.buttons() == ["✓ 已收到"]

    await stage.at("2026-12-02 10:01")
    card = wang.reads()
    assert "已发送 2 · 已确认 1 · 联系不上 1 · 失败 0 · 排队 0" in card
    assert "民盟 已确认 1/2；未确认：李红" in card
    assert "陈刚（民革）：停用了机器人" in card
    assert li.buttons() == ["✅ 收到"]
