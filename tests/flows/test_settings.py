"""/settings, as people meet it: language, reminders, pause, name, their data, leaving, erasing."""

from bot.callbacks.settings import EraseTap, LanguageTap, LeaveTap, Pane, PaneTap
from corps.membership.preferences import Language
from models.enums import MemberStatus
from tests.base import Corps
from tests.corps.membership.test_roles import row
from tests.stage import Player, Stage


def file_of(player: Player) -> tuple[str, str]:
    """Return the name and the text of the newest file the bot has sent."""
    chat = player.stage.sandbox.world.chats[player.id]
    media = [message.content.media for message in chat.messages.values() if message.content.media][-1]
    return media.file.name, media.file.content.decode("utf-8-sig")


async def test_the_language_changes_at_once_in_words_and_menu(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    assert "语言：中文" in zhang.reads()
    await zhang.taps("English")
    assert "Language: English" in zhang.reads()
    shown = stage.sandbox.world.commands.shown(zhang.id, zhang.id, "zh")
    assert {"command": "help", "description": "How this works"} in shown
    await zhang.types("/quota")
    assert "Quota" in zhang.reads() or "lectures" in zhang.reads().lower()
    await zhang.types("/settings")
    await zhang.taps("中文")
    assert "语言：中文" in zhang.reads()


async def test_reminders_are_chosen_one_by_one(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    assert "3天前、1天前、2小时前" in zhang.reads()
    await zhang.taps("提醒")
    assert zhang.buttons()[:3] == ["✅ 3天前", "✅ 1天前", "✅ 2小时前"]
    await zhang.taps("3天前")
    assert zhang.buttons()[0] == "⬜ 3天前"
    await zhang.taps("返回")
    assert "活动提醒：开（1天前、2小时前）" in zhang.reads()
    await zhang.taps("提醒")
    await zhang.taps("关闭提醒")
    await zhang.taps("返回")
    assert "活动提醒：关" in zhang.reads()


async def test_a_pause_is_kept_and_ended(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    await zhang.taps("暂停通知")
    await zhang.taps("1 周")
    assert "暂停到12月9日（周三）10:00" in zhang.reads()
    corps.publish(wang)
    await stage.tick()
    assert "新活动\n" not in zhang.reads_all()
    await zhang.taps("恢复通知")
    assert "已恢复" in zhang.reads()
    corps.publish(wang, corps.plan("义诊", "2026-12-06 09:00", "2026-12-06 11:00"))
    await stage.tick()
    assert "义诊" in zhang.reads()


async def test_a_name_is_corrected_and_bad_input_asked_for_again(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张名"))
    await zhang.types("/settings")
    await zhang.taps("改姓名")
    await zhang.types("13800138000")
    assert "不像姓名" in zhang.reads()
    assert row(corps, zhang.id).name == "张名"
    await zhang.types("张明")
    assert "姓名已改为 张明" in zhang.reads()
    await zhang.types("李华")
    assert row(corps, zhang.id).name == "张明", "the question is closed"


async def test_going_back_closes_the_question_for_the_name(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    await zhang.taps("改姓名")
    await zhang.taps("返回")
    await zhang.types("李华")
    assert row(corps, zhang.id).name == "张明"


async def test_everything_held_is_told_and_sent_as_a_file(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    zhang = await stage.enter(corps.member("张<明>"))
    corps.publish(wang)
    await stage.tick()
    await zhang.taps("报名 · 志愿者")
    await zhang.types("/settings")
    await zhang.taps("我的数据")
    assert "报名：1 条" in zhang.reads()
    assert "张<明>" in zhang.reads()
    await zhang.taps("导出全部")
    name, text = file_of(zhang)
    assert name == f"tongxin-{corps.member_id(zhang.id)}-20261202.txt"
    for held in (
        "姓名：张<明>",
        f"联系方式：Telegram {zhang.id}",
        "分团：民盟分团",
        "已报名 | 防诈骗公益讲座 | 志愿者",
    ):
        assert held in text
    assert "12月2日（周三）10:00 | 新活动 | 已发" in text


async def test_leaving_asks_first_and_start_tells_the_way_back(stage: Stage, corps: Corps) -> None:
    corps.coordinator()
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    await zhang.taps("离开服务团")
    assert row(corps, zhang.id).status is MemberStatus.ACTIVE
    await zhang.taps("确认离开")
    assert "感谢您的服务" in zhang.reads()
    await zhang.types("/settings")
    assert "我的数据" in "".join(zhang.buttons())
    assert "暂停" not in "".join(zhang.buttons())
    await zhang.types("/start")
    assert "您已离开服务团" in zhang.reads()


async def test_erasing_takes_two_confirmations_and_leaves_a_stranger(stage: Stage, corps: Corps) -> None:
    corps.coordinator()
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    await zhang.taps("我的数据")
    await zhang.taps("删除我的数据")
    await zhang.taps("我要删除")
    assert "最后确认" in zhang.reads()
    assert row(corps, zhang.id).name == "张明"
    await zhang.taps("确认删除")
    assert "已删除" in zhang.reads()
    await zhang.types("/start")
    assert "加入需要一个分团的邀请链接" in zhang.reads()
    await zhang.types("/settings")
    assert "加入需要一个分团的邀请链接" in zhang.reads()


async def test_the_last_coordinator_is_kept_with_a_sentence(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/settings")
    await wang.taps("离开服务团")
    await wang.taps("确认离开")
    assert wang.toasts()[-1] == "至少要留一位统筹。"


async def test_old_buttons_of_settings_do_nothing_for_a_stranger(stage: Stage, corps: Corps) -> None:
    corps.coordinator()
    stranger = await stage.stranger()
    await stranger.starts()
    for wish in (EraseTap(), LeaveTap(), LanguageTap(Language.EN), PaneTap(Pane.DATA), PaneTap(Pane.MAIN)):
        await stranger.forges(wish.pack())
        assert "邀请链接" in stranger.toasts()[-1]
    await stranger.types("/settings")
    assert "加入需要一个分团的邀请链接" in stranger.reads()
