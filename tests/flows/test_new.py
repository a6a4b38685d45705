"""/new: pasted or step by step, with buttons, over restarts, until it is public."""

from sqlmodel import select

from corps import conversations
from corps.addresses import telegram
from corps.signups import signups
from models import Activity
from tests.base import Corps
from tests.flows.test_core_loop import NOTICE
from tests.stage import Stage


async def test_a_coordinator_fills_in_an_activity_with_buttons_alone_but_for_names(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new")
    await wang.types("急救知识讲座")
    await wang.taps("公益讲座")
    await wang.taps("▶")
    assert "2027年1月" in wang.buttons()
    await wang.taps("◀")
    await wang.taps("19")
    await wang.taps("14:00–16:00")
    await wang.types("童家桥街道")
    await wang.taps("社区")
    await wang.taps("志愿者 5")
    await wang.taps("民盟")
    await wang.taps("九三")
    await wang.taps("选好了（2）")
    assert "还有什么要告诉大家的吗" in wang.reads()
    await wang.taps("跳过")
    assert not any("取消活动" in label for label in wang.buttons()), "a draft is deleted, not cancelled"
    assert "12月19日（周六）14:00–16:00" in wang.reads()
    assert "集中活动：民盟、九三" in wang.reads()
    await wang.taps("确认发布")
    assert "已发布" in wang.reads()


async def test_one_question_at_a_time_for_what_a_notice_leaves_out(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new\n活动：义诊进村\n类别：义诊\n时间：下周三3点")
    assert "是上午还是下午" in wang.reads()
    await wang.types("下周三下午两点半到四点")
    assert "12月9日（周三）14:30–16:00" in wang.reads()
    assert "在什么地方" in wang.reads()


async def test_a_restart_goes_on_where_the_coordinator_was(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new")
    await wang.types("急救知识讲座")
    await stage.stop_bot()
    await stage.start_bot()
    await wang.taps("公益讲座")
    assert "什么时候" in wang.reads()


async def test_another_command_leaves_and_new_offers_to_go_on(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new")
    await wang.types("急救知识讲座")
    await wang.types("/quota")
    await wang.types("这句话不是答案")
    assert "没有要您填写的内容" in wang.reads()
    await wang.types("/new")
    assert "急救知识讲座" in wang.reads()
    await wang.taps("接着填")
    assert "属于哪一类" in wang.reads()


async def test_a_back_entry_asks_why_and_goes_straight_to_the_report(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    li = await stage.enter(corps.coordinator("李统筹"))
    member = await stage.enter(corps.member("张明"))
    await wang.types(NOTICE.replace("2026-12-05", "2026-11-05"))
    assert "为什么现在补录" in wang.reads()
    await wang.types("年中启用系统")
    await wang.taps("确认发布")
    assert "谁到了" in wang.reads()
    await wang.taps("张明")
    await wang.types("60 签到")
    await wang.taps("提交")
    await stage.tick()
    assert member.from_bot() == []
    await li.taps("核实")
    await li.types("/quota")
    assert "公益讲座 1/10" in li.reads()


async def test_a_returned_report_says_why_and_goes_round_again(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    li = await stage.enter(corps.coordinator("李统筹"))
    await wang.types(NOTICE.replace("2026-12-05", "2026-11-05"))
    await wang.types("补录")
    await wang.taps("确认发布")
    await wang.types("600")
    await wang.taps("估算")
    await wang.taps("提交")
    await stage.tick()
    await li.taps("退回")
    await li.types("人数是不是多写了一个零？")
    await stage.tick()
    assert "人数是不是多写了一个零" in wang.reads()
    await wang.taps("反馈")
    await wang.types("60")
    await wang.taps("提交")
    await stage.tick()
    assert "受益人次：60" in li.reads()
    await li.taps("核实")
    assert "已核实" in li.reads()


async def test_the_last_request_for_a_report_that_came_back_says_that_it_did(stage: Stage, corps: Corps) -> None:
    wang, zhao = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.leader("赵联络"))
    corps.publish(wang.id)
    await stage.at("2026-12-05 16:05")
    await zhao.taps("反馈")
    await zhao.taps("下一步")
    await zhao.types("60")
    await zhao.taps("估算")
    await zhao.taps("提交")
    await stage.tick()
    await wang.taps("退回")
    await wang.types("请再核对人数")
    await stage.tick()
    await stage.at("2026-12-08 17:00")
    assert "退回以后还没有重新提交" in zhao.reads_all()
    assert "这场活动还没有反馈" not in zhao.reads_all()


async def test_an_activity_entered_while_it_is_under_way_is_reported_after_its_end(stage: Stage, corps: Corps) -> None:
    """It is no back-entry: nobody is told to sign up, whoever is there checks in, and the leader is asked as always."""
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    member = await stage.enter(corps.member("张明"))
    corps.clock.set_wall("2026-12-05 14:20")
    await wang.types(NOTICE)
    assert "活动已经开始" in wang.reads()
    await wang.taps("确认发布")
    assert "没有再通知成员" in wang.reads()
    await stage.tick()
    assert member.from_bot() == []
    code = corps.run(lambda s, _at: s.exec(select(Activity.check_in_code)).one())
    await member.starts(f"in-{code}")
    await member.taps("现在报名并签到 · 志愿者")
    assert "您已签到" in member.reads()
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    assert "到场 1 / 名单 2 人" in leader.reads(), "whoever of the team was there and did not scan can still be marked"


async def test_a_command_that_is_refused_leaves_the_conversation_too(stage: Stage, corps: Corps) -> None:
    """One that the person may not give, and one that leads nowhere: what is typed next answers no old question."""
    zhang = await stage.enter(corps.member("张明"))
    wang = await stage.enter(corps.coordinator())
    await wang.types("/new")
    await wang.types("/start act-999")
    await wang.types("这句话不是答案")
    assert "没有要您填写的内容" in wang.reads()
    await zhang.types("/settings")
    corps.run(lambda s, at: conversations.put(s, at, telegram(zhang.id), "new", "title", {}))
    await zhang.types("/broadcast")
    await zhang.types("这句话不是答案")
    assert "这句话我看不懂" in zhang.reads()


async def test_a_report_with_nobody_present_says_so_to_both(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    leader = await stage.enter(corps.leader("赵联络"))
    activity_id = corps.publish(wang.id)
    corps.do(corps.member("张明"), signups.sign_up, corps.slot(activity_id))
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    await leader.taps("下一步")
    await leader.types("80 清点")
    assert "还没有标记任何人到场" in leader.reads()
    await leader.taps("提交")
    await stage.tick()
    assert "没有标记任何人到场" in wang.reads()
    assert "未确认：1 人" in wang.reads()


async def test_a_rough_number_is_asked_about_and_never_filed_as_words(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    await wang.types(NOTICE.replace("2026-12-05", "2026-11-05"))
    await wang.types("年中启用系统")
    await wang.taps("确认发布")
    await wang.taps("下一步")
    await wang.types("大概80多人")
    assert "请写一个具体数，比如 80" in wang.reads()
    assert "情况" not in wang.reads()
    await wang.types("-5")
    assert "不能是负数" in wang.reads()
    await wang.types("一百二十")
    assert "受益人次：120" in wang.reads()
