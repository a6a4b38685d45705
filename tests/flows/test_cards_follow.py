"""Cards in chats are kept true by edits: the publisher's, a member's on the day, and the older of two."""

import datetime as dt

from corps.signups import signups
from tests.base import Corps
from tests.stage import Stage


async def test_cards_follow_what_happens(stage: Stage, corps: Corps) -> None:
    wang, zhang = await stage.enter(corps.coordinator()), await stage.enter(corps.member("张明"))
    li = corps.member("李红")
    await wang.types(
        "/new\n活动：讲座\n类别：公益讲座\n时间：2026-12-05 14:00-16:00\n"
        "地点：社区\n场所：社区\n岗位：志愿者 5\n分团：民盟分团"
    )
    await wang.taps("确认发布")
    await stage.tick()
    heading = wang.reads().splitlines()[0]
    await zhang.taps("报名 · 志愿者")
    corps.do(li, signups.sign_up, corps.slot(1))
    sent = len(wang.from_bot())
    corps.clock.push(dt.timedelta(minutes=1))
    await stage.tick()
    assert "志愿者 2/5" in wang.reads()
    assert "张明、李红" in wang.reads()
    assert wang.reads().splitlines()[0] == heading, "what stood above it stays"
    assert len(wang.from_bot()) == sent, "no message more"
    await stage.at("2026-12-05 12:00:01")
    assert "今天 14:00" in zhang.reads()
    await stage.tick()
    assert zhang.buttons(back=2) == ["🔄 这张旧了，点这里看最新"]
    assert "您已报名" in zhang.reads()
    assert "您已报名" not in zhang.reads(back=2), "what an old card says of oneself may not be so any more"
    sent = len(zhang.from_bot())
    await stage.at("2026-12-05 13:30:01")
    await stage.tick()
    assert len(zhang.from_bot()) == sent
    assert "📌 签到" in zhang.buttons()
    await zhang.taps("签到")
    await wang.taps("修改")
    before = wang.reads()
    corps.clock.push(dt.timedelta(minutes=1))
    await stage.tick()
    assert wang.reads() == before, "what shows something else by now is left alone"
