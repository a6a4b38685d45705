"""A coordinator sends a notice to the corps and knows who has it."""

import datetime as dt
from typing import Any

from sqlmodel import col, select

from corps.changes import cancelling
from models import Team
from sandbox.world.messages import Content
from tests.base import Corps
from tests.stage import Player, Stage

LONG_TITLE = "：防范电信网络诈骗与养老诈骗，守好钱袋子，全家一起学（社区专场）"
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def dresses(player: Player, text: str, *entities: dict[str, object]) -> None:
    """Type a text with formatting, as a phone does."""
    world = player.stage.sandbox.world
    world._utter(world.people[player.id], world.chats[player.id], Content(text, list(entities)))
    await player.stage.settled()


async def sends(player: Player, text: str, audience: str = "全体") -> None:
    """Broadcast a text."""
    await player.types(f"/broadcast {text}")
    await player.taps(audience)
    await player.taps("确认发送")
    await player.stage.tick()


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
    await zhang.taps("收到")
    assert zhang.toasts()[-1] == "谢谢，已记下您收到了。"
    assert zhang.buttons() == ["✓ 已收到"]
    await zhang.taps("已收到")
    assert zhang.toasts()[-1] == "您之前已经确认过了，谢谢。"

    await stage.at("2026-12-02 10:01")
    card = wang.reads()
    assert "已发送 2 · 已确认 1 · 联系不上 1\n" in card
    assert "民盟 已确认 1/2；未确认：李红" in card
    assert "陈刚（民革）：之前就联系不上" in card
    assert li.buttons() == ["✅ 收到"]


async def test_the_text_may_follow_the_command_and_keeps_its_formatting(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast")
    assert "要群发什么" in wang.reads()
    bold, link = {"type": "bold", "offset": 0, "length": 2}, {"type": "text_link", "offset": 8, "length": 2}
    await dresses(wang, "通知 a<b & 报名", bold, {**link, "url": "https://example.org/?a=1&b=2"})
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    message = zhang.from_bot()[-1]
    assert message["text"] == "通知 a<b & 报名"
    wire = stage.sandbox.world.chats[zhang.id].messages[message["id"]].content
    kinds = [(entity["type"], entity["offset"], entity["length"]) for entity in wire.entities]
    assert kinds == [("bold", 0, 2), ("text_link", 8, 2)]
    assert wire.entities[1]["url"] == "https://example.org/?a=1&b=2"


async def test_the_formatting_of_a_text_behind_the_command_moves_with_it(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    command = {"type": "bot_command", "offset": 0, "length": 10}
    await dresses(wang, "/broadcast 重要：开会", command, {"type": "bold", "offset": 0, "length": 13})
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    content = stage.sandbox.world.chats[zhang.id].messages[zhang.from_bot()[-1]["id"]].content
    assert content.text == "重要：开会"
    assert content.entities == [{"type": "bold", "offset": 0, "length": 2}]


async def test_a_photo_comes_along_before_or_after_the_text(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast 看图集合")
    await wang.sends("photo", PICTURE)
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    message = zhang.from_bot()[-1]
    assert message["text"] == "看图集合"
    assert message["media"]["kind"] == "photo"
    await zhang.taps("收到")
    assert zhang.buttons() == ["✓ 已收到"]

    await wang.types("/broadcast")
    await wang.sends("document", b"list", caption="名单见附件")
    await wang.taps("联络员")
    assert "没有人会收到" in wang.toasts()[-1]
    leader = await stage.enter(corps.leader("赵联络"))
    await wang.taps("联络员")
    await wang.taps("确认发送")
    await stage.tick()
    assert leader.reads() == "名单见附件"
    assert leader.from_bot()[-1]["media"]["kind"] == "document"


async def test_a_sticker_or_a_text_that_is_too_long_gets_a_clear_sentence_and_sends_nothing(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast")
    await wang.sends("sticker")
    assert "这个发不了" in wang.reads()
    assert "要群发什么" in wang.reads()
    await wang.sends("photo", PICTURE)
    await wang.types("长" * 1025)
    assert "最多 1024 字，现在有 1025 字" in wang.reads()
    await wang.types("短")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    assert zhang.reads() == "短"


async def test_a_broadcast_can_be_changed_or_dropped_before_it_is_out(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast 第一稿")
    await wang.taps("全体")
    await wang.taps("修改")
    await wang.types("第二稿")
    assert wang.reads(back=2) == "第二稿"
    await wang.taps("取消")
    assert "没有发给任何人" in wang.reads()
    await stage.tick()
    assert zhang.reads() == ""


async def test_only_the_newest_preview_can_be_confirmed_and_it_sends_once(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast 第一稿")
    await wang.taps("全体")
    old = wang.from_bot()[-1]
    await wang.types("第二稿")
    data = old["keyboard"][0][0]["data"]
    stage.sandbox.world.tap(wang.id, wang.id, old["id"], data)
    await stage.settled()
    assert "不是最新的" in wang.toasts()[-1]
    await wang.taps("确认发送")
    send = data.rsplit(":", 1)[0] + ":2"
    await wang.forges(send)
    await wang.forges(send)
    await stage.tick()
    assert [message["text"] for message in zhang.from_bot()] == ["第二稿"]


async def test_the_conversation_survives_a_restart_and_any_command_leaves_it(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast")
    await stage.stop_bot()
    await stage.start_bot()
    await wang.types("重启之后的通知")
    assert "发给谁" in wang.reads()
    await wang.types("/help")
    await wang.types("这句话不是群发内容")
    assert "现在没有要您填写的内容" in wang.reads()
    await wang.types("/broadcast")
    await wang.taps("接着上次的")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    assert zhang.reads() == "重启之后的通知"


async def test_it_goes_to_some_teams_or_to_the_people_of_an_activity(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    wang = await stage.enter(wang_id)
    zhang = await stage.enter(corps.member("张明"))
    chen = await stage.enter(corps.member("陈刚", "民革"))
    corps.publish(wang_id)
    await stage.tick()
    await zhang.taps("报名 · 志愿者")
    await wang.types("/broadcast 请提前十分钟到")
    await wang.taps("某场活动的人")
    await wang.taps("防诈骗公益讲座")
    await wang.taps("已报名的（1 人）")
    await wang.taps("确认发送")
    await stage.tick()
    assert zhang.reads() == "请提前十分钟到"
    await wang.types("/broadcast 民革的同志请留意")
    await wang.taps("按分团")
    await wang.taps("民革 1")
    await wang.taps("选好了（1）")
    assert "发给：民革，共 1 人" in wang.reads()
    await wang.taps("确认发送")
    await stage.tick()
    assert chen.reads() == "民革的同志请留意"
    assert zhang.reads() == "请提前十分钟到"


async def test_a_reminder_goes_once_in_twelve_hours_to_those_who_have_not_answered(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    li = await stage.enter(corps.member("李红"))
    await sends(wang, "周六集合")
    await zhang.taps("收到")
    await stage.at("2026-12-02 10:05")
    await wang.taps("催一下")
    await stage.tick()
    assert "看到请点「收到」" in li.reads()
    assert "周六集合" in li.reads()
    assert zhang.reads() == "周六集合"
    await wang.taps("催一下")
    assert "12月2日（周三）22:05以后可以再催" in wang.toasts()[-1]
    await li.taps("收到")
    await stage.at("2026-12-02 10:20")
    assert "已确认 2" in wang.reads()


async def test_a_broadcast_waits_for_its_hour_and_can_be_called_off_until_then(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast 明早的通知")
    await wang.taps("全体")
    await wang.taps("定时发送")
    await wang.types("8点")
    assert "是哪一天" in wang.reads()
    await wang.types("昨天上午8点")
    assert "时间已经过去" in wang.reads()
    await wang.types("随便什么时候")
    assert "我看不懂" in wang.reads()
    await wang.types("明早8点")
    assert "定时群发：2026年12月3日（周四）08:00" in wang.reads()
    await stage.tick()
    assert zhang.reads() == ""
    await stage.at("2026-12-03 08:00")
    assert zhang.reads() == "明早的通知"
    await stage.at("2026-12-03 08:01")
    assert "已发送 1" in wang.reads()
    assert "不能再取消" in wang.reads(back=2), "the card that waited for the hour offers nothing that is too late"

    await wang.types("/broadcast 不发了")
    await wang.taps("全体")
    await wang.taps("定时发送")
    await wang.taps("12月3日（周四）19:00")
    await wang.taps("取消")
    await stage.at("2026-12-03 19:01")
    assert zhang.reads() == "明早的通知"


async def test_a_correction_changes_what_has_arrived_and_what_has_not(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    li = await stage.enter(corps.member("李红"))
    await sends(wang, "周六9点集合")
    await zhang.taps("收到")
    stage.sandbox.world.erase(stage.sandbox.world.chats[li.id].messages[li.from_bot()[-1]["id"]])
    await wang.taps("更正")
    await wang.types("周六10点集合")
    assert "已收到的 2 条" in wang.reads()
    await wang.taps("确认更正")
    await stage.tick()
    assert [message["text"] for message in zhang.from_bot()] == ["（更正）\n周六10点集合"]
    assert zhang.buttons() == ["✓ 已收到"]
    assert li.reads() == "（更正）\n周六10点集合"
    await stage.at("2026-12-02 10:02")
    assert "已更正 2/2" in wang.reads()
    await wang.taps("更正")
    await wang.types("周六10点集合")
    await wang.taps("确认更正")
    assert "没有改动" in wang.toasts()[-1]


async def test_what_is_not_out_yet_can_be_stopped(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast 发错了")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await wang.taps("停止发送")
    assert "已停止，1 人没有发" in wang.reads()
    await stage.tick()
    assert zhang.reads() == ""


async def test_a_leader_sees_how_it_stands_in_the_own_team(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    await stage.enter(corps.member("陈刚", "民革"))
    await sends(wang, "周六集合")
    await zhang.types("收到")
    assert zhang.buttons(back=2) == ["✓ 已收到"], "the copy asks no more for what was typed"
    await leader.taps("收到")
    assert leader.buttons() == ["✓ 已收到", "👥 本分团情况"]
    await leader.taps("本分团情况")
    assert "民盟 已确认 2/2" in leader.reads()
    assert "民革" not in leader.reads()
    await zhang.forges("bt:1:0")
    assert "联络员的功能" in zhang.toasts()[-1]


async def test_the_schedule_of_a_week_is_made_from_the_published_activities(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    wang = await stage.enter(wang_id)
    zhang = await stage.enter(corps.member("张明"))
    activity = corps.publish(wang_id)
    corps.publish(wang_id, corps.plan("下周的讲座", "2026-12-09 09:00", "2026-12-09 10:00"))
    await stage.tick()
    await wang.types("/broadcast")
    await wang.taps("本周安排")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    assert zhang.from_bot()[-1]["media"]["kind"] == "photo"
    text = zhang.reads()
    assert "本周安排（12月2日（周三）–12月6日（周日））" in text
    assert "12月5日（周六）" in text
    assert "14:00–16:00 防诈骗公益讲座" in text
    assert "还缺 6 人" in text
    assert "下周的讲座" not in text
    content = stage.sandbox.world.chats[zhang.id].messages[zhang.from_bot()[-1]["id"]].content
    links = [entity["url"] for entity in content.entities if entity["type"] == "text_link"]
    assert [link.partition("?")[2] for link in links] == [f"start=act-{activity}"]


async def test_the_quiet_hours_hold_a_broadcast_and_the_preview_says_so(stage: Stage, corps: Corps) -> None:
    from dataclasses import replace

    from corps.moment import Quiet

    corps.database.policy = replace(corps.database.policy, quiet=Quiet(dt.time(22), dt.time(7, 30)))
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    corps.clock.set_wall("2026-12-02 23:00")
    await wang.types("/broadcast 夜里写的")
    await wang.taps("全体")
    assert "12月3日（周四）07:30 才会发出" in wang.reads()
    await wang.taps("确认发送")
    await stage.tick()
    assert zhang.reads() == ""
    assert "休息时间不打扰，还有 1 人，12月3日（周四）07:30 起发出" in wang.reads()
    await stage.at("2026-12-03 07:31")
    assert zhang.reads() == "夜里写的"


async def test_a_long_schedule_goes_out_as_a_picture_and_then_its_texts(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    wang = await stage.enter(wang_id)
    zhang = await stage.enter(corps.member("张明", "民革"))
    for number in range(24):
        corps.publish(
            wang_id, corps.plan(f"第{number}场讲座", f"2026-12-{5 + number % 20:02} 14:00", "2026-12-31 16:00")
        )
    await wang.types("/broadcast")
    await wang.taps("本月安排")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    picture, text = zhang.from_bot()[-2:]
    assert picture["media"]["kind"] == "photo"
    assert picture["keyboard"] == []
    assert "第23场讲座" in text["text"]
    assert zhang.buttons() == ["✅ 收到"]


async def test_a_schedule_in_several_messages_is_corrected_where_it_stands(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    wang = await stage.enter(wang_id)
    zhang = await stage.enter(corps.member("张明", "民革"))
    ids = [
        corps.publish(
            wang_id, corps.plan(f"第{n}场讲座{LONG_TITLE}", f"2026-12-{5 + n % 20:02} 14:00", "2026-12-31 16:00")
        )
        for n in range(60)
    ]
    await wang.types("/broadcast")
    await wang.taps("本月安排")
    await wang.taps("全体")
    await wang.taps("确认发送")
    await stage.tick()
    picture, first, second = zhang.from_bot()
    await zhang.taps("收到")
    photo = file_of(stage, zhang, picture)

    for activity in ids[:40]:
        corps.do(wang_id, cancelling.cancel, activity, "场地有变")
    await wang.taps("更正")
    assert "点下面重新生成" in wang.reads()
    await wang.taps("本月安排")
    assert "会改成「此条作废」" in wang.reads()
    await wang.taps("确认更正")
    await stage.tick()
    again = zhang.from_bot()
    assert [message["id"] for message in again] == [picture["id"], first["id"], second["id"]]
    assert file_of(stage, zhang, again[0]) != photo
    assert again[1]["text"] == "（此条作废，请看更正后的内容）"
    assert again[2]["text"].startswith("（更正）\n🗓 本月安排")
    assert "第0场讲座" not in again[2]["text"]
    assert zhang.buttons() == ["✓ 已收到"]

    for number in range(60):
        corps.publish(
            wang_id, corps.plan(f"新{number}场{LONG_TITLE}", f"2026-12-{5 + number % 20:02} 09:00", "2026-12-31 10:00")
        )
    await wang.taps("更正")
    await wang.taps("本月安排")
    assert "会接着补发" in wang.reads()
    await wang.taps("确认更正")
    await stage.tick()
    grown = zhang.from_bot()
    assert len(grown) == 4
    assert grown[3]["text"].startswith("（更正）")
    said = grown[2]["text"] + grown[3]["text"]
    assert all(f"新{number}场" in said for number in range(60))
    await stage.at("2026-12-02 10:30")
    assert "已更正 2/2" in wang.reads()


def file_of(stage: Stage, player: Player, message: dict[str, Any]) -> str:
    """Return the id of the file a message shows."""
    media = stage.sandbox.world.chats[player.id].messages[message["id"]].content.media
    assert media is not None
    return media.file.id


async def test_a_span_without_activities_says_so(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    await wang.types("/broadcast")
    await wang.taps("下月安排")
    assert "还没有已发布的活动" in wang.toasts()[-1]


async def test_a_leader_finds_the_own_teams_state_of_recent_broadcasts_under_team(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    lost = await stage.enter(corps.member("李红"))
    await stage.enter(corps.member("陈刚", "民革"))
    await leader.types("/team")
    assert "📣 群发情况" not in leader.buttons()
    stage.sandbox.world.block(lost.id, blocked=True)
    await stage.settled()
    await sends(wang, "周六集合")
    await zhang.taps("收到")
    await leader.types("/team")
    await leader.taps("群发情况")
    assert "已发送 2 · 已确认 1 · 联系不上 1" in leader.reads()
    await leader.taps("周六集合")
    assert "民盟 已确认 1/3；未确认：赵联络" in leader.reads()
    assert "李红（民盟）：之前就联系不上" in leader.reads()
    assert "陈刚" not in leader.reads()
    await leader.taps("其他群发")
    await leader.taps("返回")
    assert "邀请" in leader.reads()
    await zhang.forges("bv")
    assert "联络员的功能" in zhang.toasts()[-1]


async def test_a_leader_of_a_large_team_turns_the_pages_of_names(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    for number in range(45):
        person = await stage.enter(corps.member(f"成员{number}"))
        if number < 9:
            stage.sandbox.world.block(person.id, blocked=True)
    for number in range(10):
        await stage.enter(corps.member(f"别家{number}", "民革"))
    for number in range(45, 60):
        await stage.enter(corps.member(f"成员{number}"))
    await stage.settled()
    await sends(wang, "周六集合")
    await leader.taps("本分团情况")
    await leader.taps("未确认名单（52）")
    assert "成员59" not in leader.reads()
    await leader.taps("▶")
    assert "成员59" in leader.reads()
    assert "别家" not in leader.reads()
    await leader.taps("返回")
    await leader.taps("联系不上（9）")
    assert "成员8（民盟）" in leader.reads()


async def test_a_scheduled_broadcast_is_changed_before_it_is_out_and_only_the_new_words_go(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    await wang.types("/broadcast 第一稿")
    await wang.taps("全体")
    await wang.taps("定时发送")
    await wang.types("明早8点")
    await wang.taps("修改")
    await stage.at("2026-12-03 08:01")
    assert zhang.reads() == "", "while it is being changed it does not go out"
    await wang.types("第二稿")
    await wang.taps("定时发送")
    await wang.types("明早8点")
    await stage.at("2026-12-04 08:00")
    assert [message["text"] for message in zhang.from_bot()] == ["第二稿"]


async def test_it_goes_once_more_to_those_who_have_not_confirmed_also_where_their_group_got_it(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    chen = await stage.enter(corps.member("陈刚", "民革"))
    group = stage.sandbox.world.new_group("民盟分团群", [leader.id, zhang.id])
    await leader.types("/bind", chat=group.id)
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("发到分团群")
    await wang.taps("确认发送")
    await stage.tick()
    await chen.taps("收到")
    await wang.types("/broadcast 还没确认的同志请看")
    await wang.taps("没点收到的人")
    await wang.taps("周六集合")
    assert "共 2 人" in wang.reads()
    await wang.taps("确认发送")
    await stage.tick()
    assert zhang.reads() == "还没确认的同志请看"
    assert chen.reads() == "周六集合"


async def test_it_goes_to_the_teams_whose_expertise_suits_a_category(stage: Stage, corps: Corps) -> None:
    suited = corps.run(lambda s, _at: s.exec(select(Team).order_by(col(Team.id))).all())
    doctors = next(team for team in suited if "clinic" in team.suits)
    others = next(team for team in suited if "clinic" not in team.suits)
    wang = await stage.enter(corps.coordinator("王统筹"))
    doctor = await stage.enter(corps.member("许医生", doctors.short_name))
    other = await stage.enter(corps.member("张明", others.short_name))
    await wang.types("/broadcast 义诊需要医生")
    await wang.taps("按专长/类别")
    await wang.taps("健康义诊")
    await wang.taps("确认发送")
    await stage.tick()
    assert doctor.reads() == "义诊需要医生"
    assert other.reads() == ""
