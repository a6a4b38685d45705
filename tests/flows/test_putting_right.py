"""What can be put right: a report, before it is handed in and after it is verified; the roll; a sign-up."""

from sqlmodel import select

from corps.activities.planning import SlotPlan
from corps.attendance import roll_call
from corps.signups import signups
from models import Report, ReportPhoto
from models.enums import AttendanceState, CountedBy
from tests.base import Corps
from tests.stage import Player, Stage


async def answered(stage: Stage, leader: Player) -> None:
    """Answer the report's questions: 80 by head count, a name in the words, two photos."""
    await leader.taps("反馈")
    await leader.taps("下一步")
    await leader.types("80")
    await leader.taps("现场清点")
    await leader.types("帮助了张三家")
    await leader.sends("photo", b"\x89PNG\r\n\x1a\none")
    await leader.sends("photo", b"\x89PNG\r\n\x1a\ntwo")


async def test_every_answer_of_a_returned_report_can_be_put_right_and_the_reason_stands_there(
    stage: Stage, corps: Corps
) -> None:
    wang, leader = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.leader("赵联络"))
    corps.publish(wang.id)
    await stage.at("2026-12-05 16:05")
    await answered(stage, leader)
    await leader.taps("提交")
    await stage.tick()
    await wang.taps("退回")
    await wang.types("请去掉姓名")
    await stage.tick()
    await leader.taps("反馈")
    await leader.taps("下一步")
    assert "请去掉姓名" in leader.reads()
    await leader.taps("改人次")
    await leader.types("一百二十")
    await leader.taps("改统计方式")
    await leader.taps("签到表")
    await leader.taps("重写情况")
    await leader.types("帮助了一户居民")
    await leader.taps("去掉照片")
    await leader.taps("去掉第 1 张")
    await leader.taps("返回")
    await leader.taps("提交")
    report, photos = corps.run(lambda s, _at: (s.exec(select(Report)).one(), s.exec(select(ReportPhoto)).all()))
    assert (report.beneficiaries, report.counted_by) == (120, CountedBy.SIGNATURES)
    assert report.words == "帮助了一户居民"
    assert len(photos) == 1


async def test_a_correction_can_be_left_without_one(stage: Stage, corps: Corps) -> None:
    wang, leader = corps.coordinator(), await stage.enter(corps.leader("赵联络"))
    corps.publish(wang)
    await stage.at("2026-12-05 16:05")
    await answered(stage, leader)
    for what in ("改人次", "改统计方式", "重写情况", "去掉照片"):
        await leader.taps(what)
        assert "提交" not in leader.buttons()
        await leader.taps("返回")
        assert "提交" in leader.buttons()
    assert "80" in leader.reads()
    assert "帮助了张三家" in leader.reads()


async def test_the_reporter_says_which_planned_categories_were_served(stage: Stage, corps: Corps) -> None:
    wang, li = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.coordinator("李统筹"))
    own = corps.team("民盟")
    slots = (SlotPlan("主讲人", "lecture", 1, own), SlotPlan("医生", "clinic", 1, own))
    leader, zhang = await stage.enter(corps.leader("赵联络")), corps.member("张明")
    activity = corps.publish(wang.id, corps.plan(slots=slots))
    corps.do(zhang, signups.sign_up, corps.slot(activity, "主讲人"))
    await stage.at("2026-12-05 16:05")
    corps.do(leader.id, roll_call.mark, activity, [corps.member_id(zhang)], AttendanceState.PRESENT)
    await answered(stage, leader)
    assert "不计入：健康义诊" in leader.reads()
    await leader.taps("计入 健康义诊")
    await leader.taps("不计入 公益讲座")
    await leader.taps("提交")
    await stage.tick()
    await li.taps("核实")
    await li.types("/quota")
    assert "健康义诊 1/10" in li.reads()
    assert "公益讲座 0/10" in li.reads()
