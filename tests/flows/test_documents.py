"""What people take away, through the chat: calendars and documents, each a file that opens."""

import dataclasses
import io
import re

import docx
import icalendar
import pytest
from docx.document import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import insert
from sqlmodel import Session, col, select

from bot.documents.word import MIME as WORD
from corps.changes import cancelling
from corps.moment import Moment
from handlers import export
from models import HoursEntry, Member
from models.enums import MemberStatus
from tests.base import Corps
from tests.stage import Player, Stage


def file_of(player: Player) -> tuple[str, bytes]:
    """Return the name and the content of the newest file the bot has sent."""
    chat = player.stage.sandbox.world.chats[player.id]
    media = [message.content.media for message in chat.messages.values() if message.content.media][-1]
    return media.file.name, media.file.content


async def test_a_calendar_is_taken_from_the_card_or_subscribed_to_and_ended(stage: Stage, corps: Corps) -> None:
    wang, zhang = corps.coordinator(), await stage.enter(corps.member("张明"))
    activity = corps.publish(wang)
    await zhang.starts(f"act-{activity}")
    await zhang.taps("加到日历")
    name, content = file_of(zhang)
    event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    assert (name, str(event["summary"]), str(event["status"])) == (
        "tongxin-activity.ics",
        "防诈骗公益讲座",
        "CONFIRMED",
    )
    await zhang.types("/calendar")
    assert zhang.buttons() == ["📄 我报名的（文件）", "📄 本分团的（文件）", "📄 全团的（文件）"], (
        "no pages, no addresses"
    )
    await zhang.taps("我报名的")
    assert zhang.toasts()[-1] == "这份日历里现在没有活动。"
    corps.database.policy = dataclasses.replace(corps.database.policy, web_url="https://corps.example")
    await zhang.types("/calendar")
    await zhang.taps("订阅全团的")
    assert "https://corps.example/cal/" in zhang.reads()
    await zhang.taps("停用这个地址")
    assert "已经停用" in zhang.reads()
    corps.do(wang, cancelling.cancel, activity, "下大雨")
    await zhang.starts(f"act-{activity}")
    await zhang.taps("加到日历")
    assert b"STATUS:CANCELLED" in file_of(zhang)[1]


async def test_a_record_of_service_is_asked_for_issued_and_checked_by_a_stranger(stage: Stage, corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    number = corps.member("张明")
    corps.hold(wang, li, zhao, number)
    zhang, coordinator, anybody = await stage.enter(number), await stage.enter(wang), await stage.stranger()
    await zhang.types("/mine")
    await zhang.taps("志愿服务记录")
    await zhang.taps("开全部的")
    await stage.tick()
    assert "要一份志愿服务记录" in coordinator.reads()
    await coordinator.taps("开具")
    found = re.search(r"TX2026-0001-[A-Z2-9]{4}", coordinator.reads())
    assert found is not None
    await stage.tick()
    assert "开好了" in zhang.reads()
    await zhang.taps("下载（PDF）")
    assert (file_of(zhang)[0], file_of(zhang)[1][:5]) == (f"{found[0]}.pdf", b"%PDF-")
    await zhang.taps("下载（Word）")
    name, content = file_of(zhang)
    assert name == f"{found[0]}.docx"
    assert docx.Document(io.BytesIO(content)).tables[0].rows[0].cells[1].text == "张明"
    await anybody.starts(f"cert-{found[0]}")
    assert "有效" in anybody.reads()
    assert "服务时长：2 小时" in anybody.reads()
    assert "张明" not in anybody.reads()
    await coordinator.types("/cert")
    await coordinator.taps(found[0])
    await coordinator.taps("作废")
    await coordinator.taps("时长有更正")
    await anybody.types(f"/cert {found[0]}")
    assert "无效" in anybody.reads()
    for _ in range(10):
        await anybody.types("/cert TX2026-0002-AAAA")
    assert "太快了" in anybody.reads()


async def test_a_brief_is_sent_from_the_record_and_one_of_the_month_below_it(stage: Stage, corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    activity = corps.hold(wang, li, zhao, corps.member("张明"))
    coordinator = await stage.enter(wang)
    await coordinator.starts(f"act-{activity}")
    await coordinator.taps("反馈")
    await coordinator.taps("简报")
    name, content = file_of(coordinator)
    assert name == f"简报-20261205-{activity}.docx"
    assert "防诈骗公益讲座" in [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]
    await coordinator.taps("本月简报")
    assert file_of(coordinator)[0] == "简报-2026-12.docx"
    await coordinator.taps("换模板")
    assert "{{标题}}" in coordinator.reads()
    await coordinator.taps("下载现在的模板")
    template = docx.Document(io.BytesIO(file_of(coordinator)[1]))
    template.add_paragraph("办公室编 {{口号}}")
    await coordinator.sends("document", saved(template), type_=WORD)
    assert "不认识的字段：口号" in coordinator.reads()
    template.paragraphs[-1].text = "办公室编 {{期号}}"
    await coordinator.sends("document", saved(template), type_=WORD)
    assert "换好了" in coordinator.reads()
    await coordinator.taps("本月简报")
    said = [paragraph.text for paragraph in docx.Document(io.BytesIO(file_of(coordinator)[1])).paragraphs]
    assert (said[0], said[-1]) == ("沙磁·同心服务团简报", "办公室编 2")
    assert "〔待补：照片〕" in said
    await coordinator.taps("用回自带的模板")
    await coordinator.taps("本月简报")
    assert "办公室编 2" not in [one.text for one in docx.Document(io.BytesIO(file_of(coordinator)[1])).paragraphs]


def saved(paper: Document) -> bytes:
    """Return a Word file."""
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


async def test_hours_go_to_the_official_platform_and_are_marked_as_entered(stage: Stage, corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    corps.hold(wang, li, zhao, corps.member("张明"))
    coordinator = await stage.enter(wang)
    await coordinator.types("/handin")
    assert "示例" in coordinator.reads()
    await coordinator.taps("志愿山城")
    assert "还没录入：1 条" in coordinator.reads()
    assert "要由您填：证件号码" in coordinator.reads()
    await coordinator.taps("下载录入表")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file_of(coordinator)[1]))
    assert book.get_sheet_by_name("导入").to_python()[1][:3] == ["张明", "", "防诈骗公益宣讲"]
    assert ["张明", "民盟分团", "证件号码：没有", 1] in book.get_sheet_by_name("缺什么").to_python()
    await coordinator.taps("已录入")
    assert "没有要录入的" in coordinator.reads()
    await coordinator.taps("撤回录入")
    assert "还没录入：1 条" in coordinator.reads()


async def test_a_long_ledger_is_made_aside_and_says_how_far_it_is(
    stage: Stage, corps: Corps, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    activity = corps.hold(wang, li, zhao, corps.member("张明"))
    corps.run(crowd, activity)
    monkeypatch.setattr(export, "FEW", 1_000)
    coordinator = await stage.enter(wang)
    await coordinator.types("/export 2026")
    chat = stage.sandbox.world.chats[wang]
    said = [message.content.text for message in chat.messages.values()]
    assert said[1] == "导出好了。", "the line that said how far it was"
    book = CalamineWorkbook.from_filelike(io.BytesIO(file_of(coordinator)[1]))
    rows = book.get_sheet_by_name("人员时长").to_python()
    assert len(rows) == 1 + 1 + 1_200
    assert book.get_sheet_by_name("合计").to_python()[2][3] == pytest.approx(2 + 1_200)


def crowd(session: Session, at: Moment, activity: int) -> None:
    """Let 1,200 more have served an hour in an activity."""
    kept = session.exec(select(HoursEntry)).one()
    people = [{"name": f"人{n}", "status": MemberStatus.ACTIVE, "created_at": at.now} for n in range(1_200)]
    ids = session.connection().execute(insert(Member).returning(col(Member.id)), people).scalars().all()
    same = kept.model_dump(exclude={"id", "member_id", "minutes"})
    session.connection().execute(insert(HoursEntry), [{**same, "member_id": one, "minutes": 60} for one in ids])
    assert kept.activity_id == activity
