"""What can be put right: a report, before it is handed in and after it is verified; the roll; a sign-up."""

from sqlmodel import col, select

from corps.activities.planning import SlotPlan
from corps.attendance import roll_call
from corps.signups import signups
from models import Activity, HoursEntry, Member, Report, ReportPhoto
from models.enums import ActivityState, AttendanceState, CountedBy
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
    report, photos = corps.run(
        lambda s, _at: (s.exec(select(Report)).one(), s.exec(select(ReportPhoto).order_by(col(ReportPhoto.id))).all())
    )
    assert (report.beneficiaries, report.counted_by) == (120, CountedBy.SIGNATURES)
    assert report.words == "帮助了一户居民"
    assert [photo.file is not None for photo in photos] == [False, True]


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


async def held(stage: Stage, corps: Corps, verifier: Player, leader: Player, *people: int) -> int:
    """Let a lecture be held with these people, reported and verified by buttons. Returns its id."""
    activity = corps.publish(verifier.id)
    for person in people:
        corps.do(person, signups.sign_up, corps.slot(activity, "志愿者"))
    await stage.at("2026-12-05 16:05")
    corps.do(leader.id, roll_call.mark, activity, [corps.member_id(p) for p in people], AttendanceState.PRESENT)
    await answered(stage, leader)
    await leader.taps("提交")
    await stage.tick()
    await verifier.taps("核实")
    return activity


def minutes(corps: Corps) -> int:
    """Return all minutes there are."""
    return corps.run(lambda s, _at: sum(s.exec(select(HoursEntry.minutes)).all()))


async def test_a_verification_is_taken_back_by_two_and_verified_anew(stage: Stage, corps: Corps) -> None:
    wang, li = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.coordinator("李统筹"))
    leader, zhang = await stage.enter(corps.leader("赵联络")), corps.member("张明")
    activity = await held(stage, corps, wang, leader, zhang)
    assert minutes(corps) == 120
    await wang.taps("撤回核实")
    await wang.types("人次填错了")
    await stage.tick()
    await wang.types("/quota")
    assert "公益讲座 1/10" in wang.reads()
    assert "人次填错了" in li.reads()
    old = str(li.find("确认")[1]["data"])
    await wang.forges(old)
    assert "另一位统筹" in wang.toasts()[-1]
    await li.taps("确认")
    await stage.tick()
    assert minutes(corps) == 0
    await li.types("/quota")
    assert "公益讲座 0/10" in li.reads()
    await leader.taps("反馈")
    await leader.taps("下一步")
    assert "人次填错了" in leader.reads()
    await leader.types("90")
    await leader.taps("提交")
    await stage.tick()
    await wang.taps("核实")
    assert minutes(corps) == 120
    for said in ("王统筹 核实", "王统筹 申请撤回核实：人次填错了", "李统筹 确认撤回核实：人次填错了"):
        assert said in wang.reads()
    await wang.types("/quota")
    assert "公益讲座 1/10" in wang.reads()
    await li.forges(old)
    assert corps.run(lambda s, _at: s.get_one(Activity, activity).state) is ActivityState.VERIFIED


async def test_whoever_disagrees_leaves_it_verified_and_it_can_be_asked_again(stage: Stage, corps: Corps) -> None:
    wang, li = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.coordinator("李统筹"))
    leader, zhang = await stage.enter(corps.leader("赵联络")), corps.member("张明")
    await held(stage, corps, wang, leader, zhang)
    for _ in range(2):
        await wang.taps("撤回核实")
        await wang.types("不对")
        await stage.tick()
        await li.taps("不同意")
        await stage.tick()
        assert "不同意" in wang.reads()
    assert minutes(corps) == 120


async def test_whoever_came_without_a_sign_up_is_added_and_a_guest_by_name_only(stage: Stage, corps: Corps) -> None:
    wang, leader = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.leader("赵联络"))
    corps.member("张明")
    corps.member("孙远", "民建")
    corps.publish(wang.id)
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    await leader.taps("补一个人")
    await leader.taps("张明")
    assert "✅ 张明" in leader.buttons()
    await leader.taps("补一个人")
    await leader.types("孙远")
    await leader.taps("孙远")
    assert "✅ 孙远" in leader.buttons()
    await leader.taps("补一个人")
    await leader.types("路人王")
    await leader.taps("只记名字：路人王")
    assert "路人王" in leader.reads()
    await leader.taps("下一步")
    await leader.types("80")
    await leader.taps("现场清点")
    await leader.taps("提交")
    await stage.tick()
    assert "到场：2 人" in wang.reads()
    assert "不在册的来人：1 人" in wang.reads()
    members = corps.run(lambda s, _at: s.exec(select(Member.name)).all())
    assert "路人王" not in members


async def test_a_guest_noted_by_mistake_is_taken_off_again(stage: Stage, corps: Corps) -> None:
    wang, leader = corps.coordinator(), await stage.enter(corps.leader("赵联络"))
    activity = corps.publish(wang)
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    await leader.taps("补一个人")
    await leader.types("路人王")
    await leader.taps("只记名字")
    await leader.taps("👤 路人王 ✕")
    assert corps.run(lambda s, _at: s.get_one(Activity, activity).guests) == []


async def test_whoever_left_early_has_the_minutes_until_then(stage: Stage, corps: Corps) -> None:
    wang, leader = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.leader("赵联络"))
    zhang, activity = corps.member("张明"), corps.publish(wang.id)
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    await stage.at("2026-12-05 16:05")
    await leader.taps("反馈")
    await leader.taps("❔ 张明")
    await leader.taps("有人早走")
    await leader.taps("张明")
    await leader.taps("15:00 走的")
    assert "15:00 走" in str(leader.buttons())
    await leader.taps("下一步")
    await leader.types("80")
    await leader.taps("现场清点")
    await leader.taps("提交")
    await stage.tick()
    await wang.taps("核实")
    assert minutes(corps) == 60


async def test_two_of_one_name_are_told_apart_on_the_roll(stage: Stage, corps: Corps) -> None:
    wang, leader = corps.coordinator(), await stage.enter(corps.leader("赵联络"))
    activity = corps.publish(wang, corps.plan(teams=("民盟", "民建")))
    for team in ("民盟", "民建"):
        corps.do(corps.member("张明", team), signups.sign_up, corps.slot(activity, "志愿者"))
    await stage.at("2026-12-05 16:05")
    shown = [person.team for person in corps.do(wang, roll_call.see, activity).people]
    assert shown == ["民盟", "民建"]
    assert leader.buttons() is not None


def test_whoever_is_marked_stays_on_the_roll_of_a_back_entry_too(corps: Corps) -> None:
    wang, other = corps.coordinator(), corps.member("孙远", "民建")
    plan = corps.plan(starts="2026-11-05 14:00", ends="2026-11-05 16:00", back_entry_reason="年中启用系统")
    activity = corps.publish(wang, plan)
    corps.do(wang, roll_call.mark, activity, [corps.member_id(other)], AttendanceState.PRESENT)
    assert "孙远" in [person.name for person in corps.do(wang, roll_call.see, activity).people]
