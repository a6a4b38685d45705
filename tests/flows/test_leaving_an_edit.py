"""Leaving a change half-way: nothing is asked any more, and what was changed before is told."""

from corps.signups import signups
from tests.base import Corps
from tests.stage import Stage


async def test_after_return_typed_words_no_longer_answer_the_question(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    activity_id = corps.publish(wang.id)
    await wang.starts(f"act-{activity_id}")
    await wang.taps("修改")
    await wang.taps("地点")
    await wang.taps("返回")
    await wang.types("童家桥社区")
    assert "现在没有要您填写的内容" in wang.reads()
    await wang.taps("返回")
    assert "磁器口街道金蓉社区" in wang.reads(2)
    assert "🚫 取消活动" in wang.buttons(2)


async def test_word_held_while_the_fields_were_open_goes_out_once_they_are_left(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    activity_id = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await stage.tick()
    await wang.starts(f"act-{activity_id}")
    await wang.taps("修改")
    await wang.taps("地点")
    await wang.types("童家桥社区")
    await wang.taps("确认修改")
    await wang.taps("修改")
    await stage.at("2026-12-02 10:01")
    assert "活动有变动" not in zhang.reads()
    await wang.taps("返回")
    await stage.at("2026-12-02 10:02")
    assert "→ 童家桥社区" in zhang.reads()


async def test_a_later_change_for_others_does_not_keep_the_first_from_going_out(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    activity_id = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await stage.tick()
    await wang.starts(f"act-{activity_id}")
    await wang.taps("修改")
    await wang.taps("地点")
    await wang.types("童家桥社区")
    await wang.taps("确认修改")
    for label in ("修改", "岗位", "志愿者", "改人数"):
        await wang.taps(label)
    await wang.types("7")
    await wang.taps("确认修改")
    await stage.at("2026-12-02 10:01")
    assert "→ 童家桥社区" in zhang.reads()


async def test_a_cancelled_card_no_longer_says_that_one_is_signed_up(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhang = await stage.enter(corps.member("张明"))
    activity_id = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity_id, "志愿者"))
    await wang.starts(f"act-{activity_id}")
    await wang.taps("取消活动")
    await wang.taps("确认取消")
    await zhang.starts(f"act-{activity_id}")
    assert "已取消" in zhang.reads()
    assert "您已报名" not in zhang.reads()
    assert not any("报名" in label or "来不了" in label for label in zhang.buttons())
