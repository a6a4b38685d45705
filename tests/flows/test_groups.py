"""A team's group takes what concerns the whole team, once."""

import datetime as dt
from typing import Any

from sqlmodel import Session, select

from bot.telegram.updates import read_update
from corps import groups
from corps.addresses import telegram
from corps.moment import Moment
from models import Notice, TeamGroup
from models.enums import NoticeState
from sandbox import Person
from sandbox.world.messages import Chat
from scheduler import jobs
from tests.base import Corps
from tests.stage import Player, Stage


def said_in(stage: Stage, chat: Chat) -> list[dict[str, Any]]:
    """Return what the bot has said in a group, oldest first."""
    world = stage.sandbox.world
    pages = [world.page(message) for message in world.chats[chat.id].messages.values()]
    return [page for page in pages if page["from"]["is_bot"]]


def buttons_in(stage: Stage, chat: Chat) -> list[str]:
    """Return the labels under the bot's newest message in a group."""
    return [button["text"] for row in said_in(stage, chat)[-1]["keyboard"] for button in row]


async def taps_in(player: Player, chat: Chat, label: str) -> None:
    """Tap the newest button in a group whose label contains `label`."""
    for message in reversed(said_in(player.stage, chat)):
        for row in message["keyboard"]:
            for button in row:
                if label in button["text"]:
                    player.stage.sandbox.world.tap(player.id, chat.id, message["id"], button["data"])
                    await player.stage.settled()
                    return
    raise AssertionError(f"no button {label}")


def tied(corps: Corps) -> dict[int, int]:
    """Return the groups that are tied, with their teams."""
    return corps.run(lambda s, _at: {row.address.number: row.team_id for row in s.exec(select(TeamGroup)).all()})


async def test_a_leader_ties_the_group_to_the_own_team_and_a_coordinator_chooses(stage: Stage, corps: Corps) -> None:
    leader = await stage.enter(corps.leader("赵联络"))
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhang = await stage.enter(corps.member("张明"))
    group = stage.sandbox.world.new_group("民盟分团群", [leader.id, wang.id, zhang.id])
    await stage.settled()
    assert "/bind" in said_in(stage, group)[-1]["text"]
    await zhang.types("/bind", chat=group.id)
    assert "联络员的功能" in said_in(stage, group)[-1]["text"]
    assert tied(corps) == {}
    await leader.types("/bind", chat=group.id)
    assert "已绑定 民盟" in said_in(stage, group)[-1]["text"]
    assert tied(corps) == {group.id: corps.team("民盟")}
    await leader.types("/bind")
    assert "先把我拉进群" in leader.reads()

    await wang.types("/bind", chat=group.id)
    await taps_in(leader, group, "民革")
    assert "没有做这件事的权限" in leader.toasts()[-1]
    await taps_in(wang, group, "民革")
    assert tied(corps) == {group.id: corps.team("民革")}
    await wang.types("/unbind", chat=group.id)
    assert tied(corps) == {}
    await wang.types("/unbind", chat=group.id)
    assert "还没有和分团绑定" in said_in(stage, group)[-1]["text"]


async def in_a_tied_group(stage: Stage, corps: Corps) -> tuple[Player, Player, Player, Player, Chat]:
    """Set up a coordinator, a leader and two members of one team, in the team's group."""
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    zhang = await stage.enter(corps.member("张明"))
    li = await stage.enter(corps.member("李红"))
    group = stage.sandbox.world.new_group("民盟分团群", [leader.id, zhang.id, li.id])
    await leader.types("/bind", chat=group.id)
    return wang, leader, zhang, li, group


async def test_a_broadcast_goes_to_the_group_once_and_whoever_taps_is_counted(stage: Stage, corps: Corps) -> None:
    wang, _leader, zhang, li, group = await in_a_tied_group(stage, corps)
    chen = await stage.enter(corps.member("陈刚", "民革"))
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("发到分团群（1 个群）")
    assert "有分团群的发到群里：民盟分团群" in wang.reads()
    await wang.taps("确认发送")
    await stage.tick()
    assert said_in(stage, group)[-1]["text"] == "周六集合"
    assert zhang.reads() == ""
    assert chen.reads() == "周六集合"
    await taps_in(zhang, group, "收到")
    assert zhang.toasts()[-1] == "谢谢，已记下您收到了。"
    assert buttons_in(stage, group)[0] == "✅ 收到"
    await stage.at("2026-12-02 10:05")
    card = wang.reads()
    assert "民盟 已确认 1/3；未确认：赵联络、李红" in card
    assert "💬 民盟分团群：已发到群里" in card
    await wang.taps("催一下")
    await stage.tick()
    assert "请看一下这条通知" in li.reads()
    assert zhang.reads() == ""


async def test_cards_of_new_activities_go_to_the_group_when_the_leader_wants(stage: Stage, corps: Corps) -> None:
    wang, leader, zhang, li, group = await in_a_tied_group(stage, corps)
    await taps_in(leader, group, "活动卡片发到群")
    assert "发到群里" in said_in(stage, group)[-1]["text"]
    corps.publish(wang.id)
    await stage.tick()
    assert "防诈骗公益讲座" in said_in(stage, group)[-1]["text"]
    assert "防诈骗公益讲座" in leader.reads()
    assert zhang.reads() == ""
    await taps_in(zhang, group, "报名 · 志愿者")
    assert zhang.toasts()[-1].startswith("报上了")
    card = said_in(stage, group)[-1]["text"]
    assert "志愿者 1/5" in card
    assert "您已报名" not in card
    assert "张明" in card, "the team's group reads who of the team comes"
    assert "您已报名：志愿者" in zhang.reads(), "who taps there has a receipt in private"
    await taps_in(li, group, "报名 · 志愿者")
    assert "志愿者 2/5" in said_in(stage, group)[-1]["text"]
    await taps_in(li, group, "我来不了")
    assert "志愿者 1/5" in said_in(stage, group)[-1]["text"]
    assert "李红" not in said_in(stage, group)[-1]["text"]
    assert li.reads().startswith(
        "好的，已取消您的报名，名额让给别人。\n没关系，原因点一下就好，不点也可以：\n\n防诈骗公益讲座\n"
    )
    await li.taps("撤销")
    corps.clock.push(dt.timedelta(minutes=1))
    await stage.tick()
    assert "张明、李红" in said_in(stage, group)[-1]["text"], "the group's card follows"
    await stage.at("2026-12-05 12:00")
    await taps_in(zhang, group, "我来不了")
    assert "真的来不了吗" in zhang.reads(), "asked in private, not before everybody"
    assert "志愿者 2/5" in said_in(stage, group)[-1]["text"]
    await zhang.taps("不说原因")
    assert "您已报名" not in zhang.reads()
    stage.sandbox.world.add_person(Person(corps.member("周平"), "周平"))
    zhou = Player(stage, next(reversed(stage.sandbox.world.people)))
    stage.sandbox.world.join(zhou.id, group.id)
    for label, said in (("报名 · 主讲人", "报上了"), ("我来不了", "在私聊里点")):
        await taps_in(zhou, group, label)
        assert said in zhou.toasts()[-1]
        assert "「开始」" in zhou.toasts()[-1], "who has never begun a private chat is told how"
    assert "周平" in said_in(stage, group)[-1]["text"]
    stranger = await stage.stranger("路人")
    stage.sandbox.world.join(stranger.id, group.id)
    await taps_in(stranger, group, "报名 · 志愿者")
    assert "加入需要一个分团的邀请链接" in stranger.toasts()[-1]


async def test_the_tie_follows_when_the_group_becomes_a_supergroup(stage: Stage, corps: Corps) -> None:
    leader = await stage.enter(corps.leader("赵联络"))
    group = stage.sandbox.world.new_group("民盟分团群", [leader.id], supergroup=False)
    await leader.types("/bind", chat=group.id)
    wire = {
        "update_id": 900_000,
        "message": {
            "message_id": 5000,
            "date": 0,
            "chat": {"id": group.id, "type": "group", "title": "民盟分团群"},
            "from": {"id": leader.id, "is_bot": False, "first_name": "赵联络"},
            "migrate_to_chat_id": -1009000000777,
        },
    }
    for _ in range(2):
        incoming = read_update(wire)
        assert incoming is not None
        await stage.app.handle(incoming)
    assert tied(corps) == {-1009000000777: corps.team("民盟")}


async def test_when_the_bot_is_put_out_those_in_charge_hear_of_it_and_the_members_get_what_was_owed(
    stage: Stage, corps: Corps
) -> None:
    wang, leader, zhang, _li, group = await in_a_tied_group(stage, corps)
    other = await stage.enter(corps.leader("钱联络"))
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("发到分团群")
    await wang.taps("确认发送")
    stage.sandbox.world.expel_bot(leader.id, group.id)
    await stage.settled()
    assert tied(corps) == {}
    await stage.tick()
    assert zhang.reads() == "周六集合"
    assert "已不在「民盟分团群」群里" in wang.reads() + wang.reads(back=2)
    assert "已不在「民盟分团群」群里" in other.reads_all()
    assert "已不在「民盟分团群」群里" not in leader.reads_all(), "nobody is told what they did themselves"
    states = corps.run(
        lambda s, _at: [str(n.state) for n in s.exec(select(Notice).where(Notice.address == telegram(group.id))).all()]
    )
    assert states == ["cancelled"]


async def test_the_weekly_digest_tells_the_group_where_people_are_needed_and_nothing_else(
    stage: Stage, corps: Corps
) -> None:
    wang, leader, zhang, _li, group = await in_a_tied_group(stage, corps)
    await taps_in(leader, group, "活动卡片发到群")
    corps.publish(wang.id, corps.plan(starts="2026-12-10 14:00", ends="2026-12-10 16:00"))
    await stage.tick()
    await stage.at("2026-12-07 09:01")
    digest = said_in(stage, group)[-1]
    assert "防诈骗公益讲座" in digest["text"]
    assert buttons_in(stage, group) == ["🙋 防诈骗公益讲座"]
    await taps_in(zhang, group, "🙋 防诈骗公益讲座")
    assert "报名 · 志愿者" in buttons_in(stage, group)


async def test_help_in_a_group_offers_the_private_chat_and_no_button_that_does_nothing(
    stage: Stage, corps: Corps
) -> None:
    zhang = await stage.enter(corps.member("张明"))
    group = stage.sandbox.world.new_group("民盟分团群", [zhang.id])
    for typed in ("/help", "/bind"):
        await zhang.types(typed, chat=group.id)
        assert buttons_in(stage, group) == ["💬 打开私聊"]


async def test_a_message_that_did_not_get_into_the_group_is_sent_again_from_the_list(
    stage: Stage, corps: Corps
) -> None:
    wang, _leader, _zhang, _li, group = await in_a_tied_group(stage, corps)
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("发到分团群")
    await wang.taps("确认发送")

    def refuse(session: Session, _at: Moment) -> None:
        row = session.exec(select(Notice).where(Notice.address == telegram(group.id))).one()
        row.state, row.error = NoticeState.FAILED, "Bad Request: not enough rights to send text messages to the chat"

    corps.run(refuse)
    await wang.types("/notices")
    await wang.taps("看没发出的 1 条")
    assert "民盟分团群（民盟）" in wang.reads()
    await wang.taps("重试 1")
    await stage.tick()
    assert said_in(stage, group)[-1]["text"] == "周六集合"


async def test_the_button_in_the_group_counts_who_has_confirmed_and_is_not_edited_at_each_tap(
    stage: Stage, corps: Corps
) -> None:
    wang, leader, zhang, li, group = await in_a_tied_group(stage, corps)
    await wang.types("/broadcast 周六集合")
    await wang.taps("全体")
    await wang.taps("发到分团群")
    await wang.taps("确认发送")
    await stage.tick()
    await taps_in(zhang, group, "收到")
    assert buttons_in(stage, group)[0] == "✅ 收到"
    await stage.tick()
    assert buttons_in(stage, group) == ["✅ 收到（已收到 1 人）", "👥 本分团情况"]
    await taps_in(li, group, "收到")
    await stage.tick()
    assert buttons_in(stage, group)[0] == "✅ 收到（已收到 1 人）", "it rests a while between two edits"
    await taps_in(leader, group, "收到")
    await stage.at("2026-12-02 10:01")
    assert buttons_in(stage, group)[0] == "✅ 收到（已收到 3 人）"
    await wang.taps("更正")
    await wang.types("周日集合")
    await wang.taps("确认更正")
    await stage.tick()
    assert said_in(stage, group)[-1]["text"] == "（更正）\n周日集合"
    assert buttons_in(stage, group)[0] == "✅ 收到（已收到 3 人）"


async def test_a_call_for_free_places_goes_to_the_group_and_in_the_last_round_to_the_leader_too(
    stage: Stage, corps: Corps
) -> None:
    wang, leader, zhang, _li, group = await in_a_tied_group(stage, corps)
    corps.publish(wang.id, corps.plan(starts="2026-12-13 14:00", ends="2026-12-13 16:00"))
    await taps_in(leader, group, "活动卡片发到群")
    await stage.tick()
    await stage.at("2026-12-07 09:01")
    await stage.at("2026-12-08 14:01")
    assert "还缺" in said_in(stage, group)[-1]["text"]
    assert "请点「报名」" in said_in(stage, group)[-1]["text"]
    assert "请帮忙问问" not in leader.reads_all()
    await taps_in(zhang, group, "报名 · 志愿者")
    assert zhang.toasts()[-1].startswith("报上了")
    before = len(said_in(stage, group))
    await stage.at("2026-12-11 14:01")
    assert len(said_in(stage, group)) == before + 1
    assert "请帮忙问问本分团的成员" in leader.reads()
    assert "请帮忙问问" not in zhang.reads_all()


async def test_who_is_not_in_the_group_gets_its_cards_alone(stage: Stage, corps: Corps) -> None:
    wang, leader = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.leader("赵联络"))
    zhang, chen = await stage.enter(corps.member("张明")), await stage.enter(corps.member("陈小红"))
    group = stage.sandbox.world.new_group("民盟分团群", [leader.id, zhang.id])
    await stage.settled()
    await leader.types("/bind", chat=group.id)
    corps.do(leader.id, groups.set_cards, telegram(group.id), on=True)
    await jobs.look_into_groups(stage.context)
    corps.publish(wang.id)
    await stage.tick()
    assert "新活动" in chen.reads()
    assert not any("新活动" in message["text"] for message in zhang.from_bot())
    assert any("新活动" in message["text"] for message in said_in(stage, group))
