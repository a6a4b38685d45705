"""Briefs say what is recorded and mark what is not; the page is laid out as official papers are."""

import datetime as dt
import io
from zipfile import ZipFile

import docx
import pytest
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from PIL import Image

from bot.texts.voice import Voice
from bot.views.records.briefs import brief_screen, ours
from corps.attendance import reports, roll_call
from corps.attendance.reports import Account
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.records import briefs, ledger
from corps.records.briefs import Brief
from corps.refusals import Reason, Refused
from corps.signups import signups
from models.enums import AttendanceState, CountedBy
from tests.base import Corps, photo


def a_month(corps: Corps) -> tuple[int, int, int, int]:
    """Hold two activities in December, one with words and three photos. Returns a coordinator, the leader, the two."""
    wang, li, zhao, zhang = (
        corps.coordinator(),
        corps.coordinator("李统筹"),
        corps.leader("赵联络"),
        corps.member("张明"),
    )
    told = corps.publish(wang, corps.plan("=HYPERLINK(1)<b>"))
    corps.do(zhang, signups.sign_up, corps.slot(told, "志愿者"))
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(zhao, roll_call.mark, told, [corps.member_id(zhang)], AttendanceState.PRESENT)
    shown = tuple(photo(str(number)) for number in range(3))
    corps.do(zhao, reports.submit, told, Account(80, CountedBy.HEADCOUNT, "第一段\n第二段\x07", shown))
    corps.do(wang, reports.verify, told)
    plain = corps.hold(wang, li, zhao, plan=corps.plan("没写什么的", "2026-12-07 14:00", "2026-12-07 16:00"))
    since = dt.date(2026, 12, 1)
    paired = corps.do(wang, pairings.register, PairingPlan(corps.team("民建"), "天池村", "歌乐山镇", since))
    corps.do(li, pairings.confirm, paired.id)
    return wang, zhao, told, plain


def picture(width: int, height: int) -> bytes:
    """Return a JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#3070A0").save(file, "JPEG")
    return file.getvalue()


def words(corps: Corps, brief: Brief, photos: list[bytes | None]) -> list[str]:
    """Return the paragraphs of a brief, as a foreign library reads them."""
    content = brief_screen(Voice("zh", corps.clock), brief, photos).document
    assert isinstance(content, bytes)
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def test_a_brief_of_an_activity_says_its_facts_and_marks_what_is_missing(corps: Corps) -> None:
    wang, zhao, told, plain = a_month(corps)
    said = words(corps, corps.do(zhao, briefs.of_activity, told), [picture(4, 3), picture(3, 4), None])
    assert "沙磁·同心服务团简报" in said
    told_as = "2026年12月5日，民盟在磁器口街道金蓉社区开展“=HYPERLINK(1)<b>”，属公益讲座。"
    assert f"{told_as}到场志愿者1人，服务时长共2小时，受益80人次（现场清点）。" in said
    assert {"第一段", "第二段", "〔待补：1张照片取不到〕", "第1期", "报送：〔待补〕"} <= set(said)
    assert {"〔待补：活动情况〕", "〔待补：照片〕"} <= set(words(corps, corps.do(wang, briefs.of_activity, plain), []))


def test_a_brief_of_a_month_adds_up_to_the_ledger(corps: Corps) -> None:
    wang, zhao, _, plain = a_month(corps)
    brief = corps.do(wang, briefs.of_month, 2026, 12)
    rule = "注：结对怎样算数：确认了就算。"
    assert rule in words(corps, brief, [None] * 2)
    assert rule not in words(corps, corps.do(wang, briefs.of_activity, plain), []), "it has no pairings"
    total = ledger.total(story.row for story in brief.stories)
    assert total == corps.do(wang, ledger.export, 2026).total
    assert [len(story.photos) for story in brief.stories] == [2, 0], "two of each activity"
    said = words(corps, brief, [picture(4, 3)] * 2)
    assert "2026年12月志愿服务情况" in said
    assert any("活动2场（集中0场，常态2场）" in line and "新增助农结对1个" in line for line in said)
    assert "一、公益讲座（2场）" in said
    for year, month in ((2026, 11), (2026, 13), (0, 1), (99_999, 1)):
        with pytest.raises(Refused):
            corps.do(wang, briefs.of_month, year, month)
    with pytest.raises(Refused):
        corps.do(zhao, briefs.of_month, 2026, 12)


def test_only_who_manages_it_has_a_brief_and_only_of_what_is_verified(corps: Corps) -> None:
    wang, _, told, _ = a_month(corps)
    other = corps.leader("钱联络", "民建")
    ahead = corps.publish(wang, corps.plan("还没办", "2026-12-20 14:00", "2026-12-20 16:00"))
    for who, activity, reason in ((other, told, Reason.NOT_ALLOWED), (wang, ahead, Reason.NOT_VERIFIED)):
        with pytest.raises(Refused) as no:
            corps.do(who, briefs.of_activity, activity)
        assert no.value.reason is reason


def test_the_page_is_laid_out_as_official_papers_are(corps: Corps) -> None:
    _, zhao, told, _ = a_month(corps)
    brief = corps.do(zhao, briefs.of_activity, told)
    content = brief_screen(Voice("zh", corps.clock), brief, [picture(40, 30), picture(30, 90), picture(4, 3)]).document
    assert isinstance(content, bytes)
    paper = docx.Document(io.BytesIO(content))
    page = paper.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    sides = [round(side.mm) for side in (page.page_width, page.page_height, *margins) if side is not None]
    assert sides == [210, 297, 37, 35, 28, 26]
    first = next(paragraph for paragraph in paper.paragraphs if paragraph.text == "第一段")
    assert first.paragraph_format.line_spacing == Pt(28.95)
    assert first.paragraph_format.first_line_indent == Pt(32)
    assert [len(row.cells) for row in paper.tables[0].rows] == [2, 2], "two to a row"
    sizes = [(shape.width <= Mm(74), shape.height <= Mm(56)) for shape in paper.inline_shapes]
    assert sizes == [(True, True)] * 3
    with ZipFile(io.BytesIO(content)) as file:
        inside = file.read("word/document.xml").decode()
    assert 'w:eastAsia="仿宋_GB2312"' in inside
    assert 'w:eastAsia="方正小标宋简体"' in inside
    assert "\x07" not in inside
    assert "w:hyperlink" not in inside


@pytest.mark.parametrize("photos", [[picture(4, 3)] * 2, [None] * 2])
def test_the_foot_never_has_a_page_to_itself(corps: Corps, photos: list[bytes | None]) -> None:
    wang, _, _, _ = a_month(corps)
    content = ours(Voice("zh", corps.clock), corps.do(wang, briefs.of_month, 2026, 12), photos)
    parts = list(docx.Document(io.BytesIO(content)).iter_inner_content())
    foot = next(at for at, part in enumerate(parts) if isinstance(part, Paragraph) and part.text.startswith("注："))
    told = parts[foot - 1]
    assert isinstance(told, Table) is (photos[0] is not None)
    last = [told] if isinstance(told, Paragraph) else [line for cell in told.rows[-1].cells for line in cell.paragraphs]
    kept = [*last, *(part for part in parts[foot:-1] if isinstance(part, Paragraph))]
    assert [line.paragraph_format.keep_with_next for line in kept] == [True] * len(kept)
