"""What coordinators and leaders read: a line in full, Monday's digest, what did not arrive, the ledger, the trail."""

import datetime as dt
from io import BytesIO

from python_calamine import CalamineWorkbook

from corps.activities.planning import SlotPlan
from corps.attendance import reports
from corps.attendance.reports import Account
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from models.enums import CountedBy
from tests.base import Corps
from tests.stage import Stage


async def test_a_coordinator_looks_into_a_line_and_opens_a_card(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    corps.publish(wang_id)
    wang = await stage.enter(wang_id)
    await wang.types("/quota")
    await wang.taps("公益讲座")
    assert "🗓 已排 1 场" in wang.reads()
    assert "防诈骗公益讲座（民盟）" in wang.reads()
    await wang.taps("防诈骗公益讲座")
    assert "磁器口街道金蓉社区" in wang.reads()


async def test_a_member_reads_the_lines_without_a_way_into_them(stage: Stage, corps: Corps) -> None:
    zhang = await stage.enter(corps.member("张明"))
    await zhang.types("/quota")
    assert "公益讲座 0/10" in zhang.reads()
    assert zhang.buttons() == []
    await zhang.forges("ql:2026:lecture:0")
    assert "联络员的功能" in zhang.toasts()[-1]


async def test_another_year_is_a_button_away(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    corps.publish(wang_id, corps.plan(starts="2027-03-01 14:00", ends="2027-03-01 16:00"))
    wang = await stage.enter(wang_id)
    await wang.types("/quota")
    await wang.taps("2027 ▶")
    assert "2027 年五个10" in wang.reads()
    await wang.taps("◀ 2026")
    assert "2026 年五个10" in wang.reads()


async def test_on_monday_at_nine_everybody_reads_what_concerns_them(stage: Stage, corps: Corps) -> None:
    wang_id, leader_id = corps.coordinator("王统筹"), corps.leader("赵联络")
    done = corps.publish(wang_id, corps.plan("讲过的"))
    corps.publish(wang_id, corps.plan("将要讲的", "2026-12-12 14:00", "2026-12-12 16:00"))
    wang, leader = await stage.enter(wang_id), await stage.enter(leader_id)
    zhang = await stage.enter(corps.member("张明"))
    await stage.tick()
    corps.clock.set_wall("2026-12-06 10:00")
    corps.do(leader_id, reports.submit, done, Account(80, CountedBy.HEADCOUNT))
    await stage.at("2026-12-07 09:00")
    assert "公益讲座 0/10" in wang.reads()
    assert "等您核实的反馈：1 份" in wang.reads()
    assert "志愿者还缺 5 人" in wang.reads()
    await wang.taps("🔎 讲过的")
    assert "受益人次：80" in wang.reads()
    await wang.taps("🙋 将要讲的")
    assert "将要讲的" in wang.reads()
    await wang.taps("📊 五个10")
    assert "等您核实的反馈：1 份" in wang.reads(back=4), "the digest stays, whatever is opened from it"
    assert any("🔎 讲过的" in label for label in wang.buttons(back=4))
    await leader.taps("📋 活动")
    assert any("民盟分团这周" in leader.reads(back) for back in range(1, 6))
    digest = next(text for text in (leader.reads(back) for back in range(1, 5)) if "民盟分团这周" in text)
    assert "欢迎跟统筹提议" in digest
    assert "这周" not in zhang.reads_all()
    before = len(wang.from_bot())
    await stage.at("2026-12-07 12:00")
    assert len(wang.from_bot()) == before


async def test_a_call_names_what_is_still_needed(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    leader = await stage.enter(corps.leader("赵联络"))
    corps.publish(wang_id, corps.plan(slots=(SlotPlan("志愿者", "lecture", 5, corps.team("民盟")),)))
    await stage.tick()
    await stage.at("2026-12-03 14:00")
    assert "志愿者还缺 5 人" in leader.reads()
    assert any("报名" in label for label in leader.buttons())


async def test_a_message_that_failed_is_sent_again(stage: Stage, corps: Corps) -> None:
    wang_id, zhang_id = corps.coordinator("王统筹"), corps.member("张明")
    wang, zhang = await stage.enter(wang_id), await stage.enter(zhang_id)
    stage.sandbox.world.started.discard(zhang_id)
    corps.publish(wang_id)
    await stage.tick()
    await wang.types("/notices")
    assert "没发成（近 14 天）：1 条" in wang.reads()
    assert "联系不上的人：1 位" in wang.reads()
    await wang.taps("联系不上")
    assert "民盟：张明" in wang.reads()
    await wang.taps("返回")
    await wang.taps("看没发出的")
    assert "张明" in wang.reads()
    stage.sandbox.world.started.add(zhang_id)
    await wang.taps("重试")
    await stage.tick()
    assert "新活动" in zhang.reads()


async def test_the_ledger_arrives_as_a_spreadsheet(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator("王统筹"))
    await wang.types("/export 2026")
    [media] = [message["media"] for message in wang.from_bot() if message["media"]]
    assert media["name"] == "同心服务台账-2026-20261202.xlsx"
    [stored] = stage.sandbox.world.files.by_id.values()
    assert CalamineWorkbook.from_filelike(BytesIO(stored.content)).sheet_names[0] == "台账"


async def test_the_trail_is_paged_and_narrowed_by_name(stage: Stage, corps: Corps) -> None:
    wang_id = corps.coordinator("王统筹")
    for number in range(6):
        corps.publish(wang_id, corps.plan(f"讲座{number}"))
    wang = await stage.enter(wang_id)
    await wang.types("/audit")
    assert "王统筹 发布了活动「讲座5」" in wang.reads()
    await wang.taps("▶")
    assert "讲座0" in wang.reads()
    await wang.types("/audit 讲座3")
    assert "操作记录：讲座3" in wang.reads()
    await wang.types("/audit 讲座")
    assert "是哪一个" in wang.reads()
    await wang.taps("讲座2")
    assert "操作记录：讲座2" in wang.reads()


async def test_a_pairing_opened_from_mondays_digest_leaves_the_digest_where_it_is(stage: Stage, corps: Corps) -> None:
    leader_id, wang_id = corps.leader("赵联络"), corps.coordinator("王统筹")
    plan = PairingPlan(corps.team("民盟"), "金蓉社区农场", "歌乐山镇", dt.date(2026, 11, 1))
    corps.do(leader_id, pairings.register, plan)
    wang = await stage.enter(wang_id)
    await stage.at("2026-12-07 09:00")
    await wang.taps("🌾 金蓉社区农场")
    assert "歌乐山镇" in wang.reads()
    assert "公益讲座 0/10" in wang.reads(back=2)
