"""The ledger: its rows, its totals, and the five lines beside them all say the same."""

import datetime as dt
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlmodel import Session, select

from bot.documents.spreadsheet import Hours, Sheet, write_workbook
from bot.texts.voice import Voice
from bot.views.ledger import caption, file_name, ledger_sheets
from corps.activities.planning import SlotPlan
from corps.attendance import check_in, codes, reports, roll_call, sign_in_sheet
from corps.attendance.reports import Account
from corps.moment import Moment
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.people import Actor
from corps.records import ledger, ledger_people, ledger_scope
from corps.records.ledger_scope import Scope
from corps.refusals import Refused
from corps.signups import signups
from models import Slot, Visit
from models.enums import AttendanceState, CountedBy
from tests.base import Corps, photo
from tests.corps.records.formulas import evaluate, formulas

COLUMNS = [
    "序号", "日期", "分团", "类别", "集中/常态", "主题", "地点",
    "人数", "时长", "受益人次", "统计方式", "照片数", "填表人", "审核人",
]  # fmt: skip


def a_year(corps: Corps) -> int:
    """Hold a joint fair and a lecture with a nasty title, with one person there, and confirm a pairing."""
    wang, li, zhang = corps.coordinator("王统筹"), corps.coordinator("李统筹"), corps.member("张明")
    own = corps.team("民盟")
    slots = (
        SlotPlan("医生", "clinic", 2, corps.team("农工党")),
        SlotPlan("志愿者", "clinic", 2, own),
        SlotPlan("推介员", "promotion", 2, own),
    )
    fair = corps.publish(
        wang, corps.plan("集市", "2026-12-04 09:00", "2026-12-04 11:30", slots, teams=("民盟", "农工党"))
    )
    formula = '=HYPERLINK("http://evil.example","点我")'
    lecture = corps.publish(wang, corps.plan(formula, "2026-12-05 14:00", "2026-12-05 16:00"))
    corps.publish(wang, corps.plan("没核实的", "2026-12-06 14:00", "2026-12-06 16:00"))
    of_lecture = select(Slot.id).where(Slot.activity_id == lecture, Slot.role == "志愿者")
    corps.do(zhang, signups.sign_up, corps.run(lambda s, _at: s.exec(of_lecture).one()) or 0)
    corps.clock.set_wall("2026-12-10 10:00")
    corps.do(wang, roll_call.mark, lecture, [corps.member_id(zhang)], AttendanceState.PRESENT)
    photos = (photo("1"), photo("2"))
    corps.do(wang, reports.submit, fair, Account(120, CountedBy.ESTIMATE))
    corps.do(wang, reports.submit, lecture, Account(80, CountedBy.SIGNATURES, "很好", photos))
    corps.do(li, reports.verify, fair)
    corps.do(li, reports.verify, lecture)
    plan = PairingPlan(corps.team("民建"), "+天池村", "歌乐山镇", dt.date(2026, 3, 12))
    corps.do(li, pairings.confirm, corps.do(wang, pairings.register, plan).id)
    return wang


def workbook(corps: Corps, who: int, language: str = "zh") -> CalamineWorkbook:
    """Export the year and read it back with a reader of another maker."""
    return CalamineWorkbook.from_filelike(BytesIO(exported(corps, who, language=language)))


def exported(corps: Corps, who: int, asked: Scope | int = 2026, language: str = "zh") -> bytes:
    """Export a ledger with its people."""

    def work(session: Session, actor: Actor, at: Moment) -> bytes:
        found = ledger.export(session, actor, at, asked)
        total, people = ledger_people.people_sum(session, found), ledger_people.people_rows(session, found)
        return write_workbook(ledger_sheets(Voice(language, corps.clock), found, total, people))

    return corps.do(who, work)


def test_each_verified_activity_has_its_row_under_the_offices_columns(corps: Corps) -> None:
    rows = workbook(corps, a_year(corps)).get_sheet_by_name("台账").to_python()
    assert rows[0] == COLUMNS
    assert rows[1] == [
        1, dt.date(2026, 12, 4), "民盟、农工党", "健康义诊、沙磁好物推介", "集中", "集市", "磁器口街道金蓉社区",
        0, 0, 120, "估算", 0, "王统筹", "李统筹",
    ]  # fmt: skip
    assert rows[2][4:] == [
        "常态", '=HYPERLINK("http://evil.example","点我")', "磁器口街道金蓉社区",
        1, 2, 80, "签到表", 2, "王统筹", "李统筹",
    ]  # fmt: skip
    assert len(rows) == 3


def test_the_totals_add_up_to_the_rows_and_to_the_five_lines(corps: Corps) -> None:
    book = workbook(corps, a_year(corps))
    rows: list[list[Any]] = book.get_sheet_by_name("台账").to_python()[1:]
    labelled: dict[str, list[Any]] = {str(row[0]): row for row in book.get_sheet_by_name("合计").to_python()}
    sums = [len(rows), *(sum(row[column] for row in rows) for column in (7, 8, 9, 11))]
    assert labelled["全部"][1:6] == sums
    assert labelled["12月"][1:6] == sums
    assert [a + b for a, b in zip(labelled["集中"][1:6], labelled["常态"][1:6], strict=True)] == sums
    for name, verified in (("公益讲座", 1), ("健康义诊", 1), ("沙磁好物推介", 1), ("关爱服务", 0), ("助农结对", 1)):
        assert labelled[name][2:4] == [verified, verified]
    assert labelled["民盟"][1:][:4] == [1, 1, 1, 0]
    assert labelled["农工党"][1:][:4] == [0, 1, 0, 0]


def test_what_people_typed_stays_text_whatever_it_begins_with(corps: Corps) -> None:
    nasty = ["=1+1", "+1", "-1", "@SUM(A1)", "http://example.org", "12", "\t=1"]
    content = write_workbook([Sheet("试", [["头"], *([text] for text in nasty)])])
    read = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("试").to_python()
    assert [row[0] for row in read[1:]] == nasty
    assert b"<f>" not in content


def test_pairings_have_a_sheet_of_their_own_and_a_note_says_what_counts(corps: Corps) -> None:
    book = workbook(corps, a_year(corps))
    assert book.get_sheet_by_name("助农结对").to_python()[1] == [
        1, "民建", "+天池村", "歌乐山镇", dt.date(2026, 3, 12), "已确认", "是", "王统筹", "李统筹",
    ]  # fmt: skip
    notes = " ".join(str(row[0]) for row in book.get_sheet_by_name("说明").to_python())
    assert "2026 年台账，2026年12月10日 导出" in notes
    assert "只列已核实的活动" in notes


def test_an_empty_year_is_an_empty_ledger_and_not_an_error(corps: Corps) -> None:
    book = workbook(corps, corps.coordinator())
    assert book.get_sheet_by_name("台账").to_python() == [COLUMNS]


def test_it_can_be_read_in_english_too(corps: Corps) -> None:
    names = ["Ledger", "Totals", "People and hours", "Pairings", "Visits", "Own hours", "Notes"]
    assert workbook(corps, a_year(corps), "en").sheet_names == names


def test_the_files_name_is_safe_everywhere(corps: Corps) -> None:
    found = corps.do(corps.coordinator(), ledger.export, 2026)
    assert file_name(Voice("zh", corps.clock), found) == "同心服务台账-2026-20261202.xlsx"


def test_hours_that_do_not_divide_add_up_to_their_total(corps: Corps) -> None:
    rows = [[Hours(20 / 60)] for _ in range(3)]
    content = write_workbook([Sheet("试", [["时长"], *rows, [Hours(60 / 60)]])])
    cells: list[list[Any]] = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("试").to_python()[1:]
    assert sum(cell[0] for cell in cells[:3]) == pytest.approx(cells[3][0], abs=1e-9)
    assert Voice("zh", corps.clock).hours(20) == "0.33"
    assert Voice("zh", corps.clock).hours(150) == "2.5"
    assert Voice("zh", corps.clock).hours(120) == "2"


def test_all_twelve_teams_are_there_with_their_zeros(corps: Corps) -> None:
    rows = workbook(corps, a_year(corps)).get_sheet_by_name("合计").to_python()
    labels = [row[0] for row in rows]
    first = labels.index("分团参与（次）") + 1
    assert len(labels[first:-3]) == 12
    assert all(word in str(rows[-1][0]) for word in ("填表人：", "审核人：", "（盖章）"))
    assert dict(zip(labels[first:], (row[1:5] for row in rows[first:]), strict=True))["侨联"] == [0, 0, 0, 0]


def test_attendances_and_kinds_of_place_are_called_what_they_are(corps: Corps) -> None:
    rows = workbook(corps, a_year(corps)).get_sheet_by_name("合计").to_python()
    assert "志愿者人次" in rows[0]
    labelled = {row[0]: row for row in rows}
    assert labelled["进社区"][1:6] == labelled["全部"][1:6]


def test_it_prints_on_a4_across_one_page_wide_with_the_headings_on_each_page_and_filters(corps: Corps) -> None:
    voice = Voice("zh", corps.clock)
    content = write_workbook(ledger_sheets(voice, corps.do(a_year(corps), ledger.export, 2026)))
    with ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2, 3, 4)]
        names = parts.read("xl/workbook.xml").decode()
    for sheet in sheets:
        assert 'paperSize="9"' in sheet
        assert 'orientation="landscape"' in sheet
        assert ('fitToHeight="0"' in sheet) is (sheet != sheets[1]), "the totals are seen at once"
        assert "2026 年台账" in sheet
        assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert ['<autoFilter ref="A1:N3"/>' in sheets[0], "<autoFilter" in sheets[2]] == [True, True]
    assert "_xlnm.Print_Titles" in names
    assert "$1:$1" in names


def test_the_totals_are_formulas_that_come_to_what_the_database_says(corps: Corps) -> None:
    wang = a_year(corps)
    found, content = corps.do(wang, ledger.export, 2026), exported(corps, wang)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets: dict[str, list[list[Any]]] = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    written = formulas(content, 2)
    assert len(written) == 5 * 4 + 2 + 5, "all, a month, joint and regular; people; the five lines"
    for cell, (formula, value) in written.items():
        assert evaluate(formula, sheets) == pytest.approx(value, abs=1e-6), (cell, formula)
    all_of_it = [written[f"{column}2"][1] for column in "BCDEF"]
    total = found.total
    assert all_of_it == [total.activities, total.people, total.minutes / 60, total.beneficiaries, total.photos]
    assert written["D3"][1] == written["D2"][1], "the hours of people are those of activities"
    assert written["C3"][1] == 1
    assert all(formula == "" for sheet in (1, 3, 4, 5) for formula in formulas(content, sheet)), "nowhere else"


def read(corps: Corps, who: int, typed: str) -> Any:  # noqa: ANN401 - a scope, or the words
    """Return what /export understands."""
    found = corps.do(who, ledger_scope.read_scope, typed)
    return found.unread or found.scope


def test_a_ledger_is_asked_of_days_teams_and_categories_in_any_order(corps: Corps) -> None:
    wang = a_year(corps)
    first, last = dt.date(2026, 12, 1), dt.date(2026, 12, 4)
    assert read(corps, wang, "12月1日到12月4日") == Scope(first, last)
    assert read(corps, wang, "健康义诊 2026-12-01 至 2026-12-04，民盟、农工党") == Scope(
        first, last, ("民盟", "农工党"), ("clinic",)
    )
    assert read(corps, wang, "民盟分团") == Scope(dt.date(2026, 1, 1), dt.date(2026, 12, 31), ("民盟",))
    assert read(corps, wang, "2026年") == ledger_scope.of_year(2026)
    assert read(corps, wang, "") is None
    assert read(corps, wang, "民盟 =HYPERLINK") == "=HYPERLINK"


def test_of_days_teams_and_categories_only_those_are_in_the_file(corps: Corps) -> None:
    wang = a_year(corps)

    def titles(typed: str) -> tuple[list[str], int]:
        found = corps.do(wang, ledger.export, read(corps, wang, typed))
        assert [row.number for row in found.rows] == list(range(1, len(found.rows) + 1))
        return [row.title[:4] for row in found.rows], len(found.pairings)

    assert titles("12月1日到12月4日") == (["集市"], 0)
    assert titles("本年 农工党") == (["集市"], 0)
    assert titles("公益讲座") == (["=HYP"], 0)
    assert titles("助农结对") == ([], 1)
    assert titles("民建") == ([], 1)
    assert titles("11月") == ([], 0)
    found = corps.do(wang, ledger.export, read(corps, wang, "12月1日到12月4日 民盟"))
    book = CalamineWorkbook.from_filelike(BytesIO(write_workbook(ledger_sheets(Voice("zh", corps.clock), found))))
    assert file_name(Voice("zh", corps.clock), found) == "同心服务台账-20261201-20261204-20261210.xlsx"
    labelled = {row[0]: row for row in book.get_sheet_by_name("合计").to_python()}
    assert labelled["健康义诊"][1] == 1
    assert "2026年12月1日至2026年12月4日 民盟" in str(book.get_sheet_by_name("说明").to_python()[0][0])


def test_a_leaders_ledger_is_the_own_teams_with_its_own_people_and_hours(corps: Corps) -> None:
    a_year(corps)
    own = corps.do(corps.leader("赵联络"), ledger.export, 2026)
    other = corps.do(corps.leader("孙联络", "农工党"), ledger.export, 2026)
    paired = corps.do(corps.leader("周联络", "民建"), ledger.export, 2026)
    assert [(row.number, row.title[:2], row.people, row.minutes) for row in own.rows] == [
        (1, "集市", 0, 0),
        (2, "=H", 1, 120),
    ]
    assert [(row.title, row.people, row.served) for row in other.rows] == [("集市", 0, (("农工党", "clinic"),))]
    assert (len(own.pairings), len(other.pairings), len(paired.pairings), paired.rows) == (0, 0, 1, ())
    assert (list(own.by_team), own.team) == (["民盟"], "民盟分团")
    with pytest.raises(Refused):
        corps.do(corps.member("李伟"), ledger.export, 2026)


def test_a_leaders_file_says_whose_it_is(corps: Corps) -> None:
    a_year(corps)
    zhao, voice = corps.leader("赵联络"), Voice("zh", corps.clock)
    assert "民盟分团 2026 年台账" in caption(voice, corps.do(zhao, ledger.export, 2026))
    book = workbook(corps, zhao)
    assert "这是民盟分团的台账" in " ".join(str(row[0]) for row in book.get_sheet_by_name("说明").to_python())
    totals = [str(row[0]) for row in book.get_sheet_by_name("合计").to_python()]
    assert "民盟" in totals
    assert "民建" not in totals


def test_people_and_hours_have_a_sheet_of_their_own_that_reconciles_for_any_scope(corps: Corps) -> None:
    wang = a_year(corps)
    book = CalamineWorkbook.from_filelike(BytesIO(exported(corps, wang)))
    assert book.sheet_names == ["台账", "合计", "人员时长", "助农结对", "走访", "补报时长", "说明"]
    rows = book.get_sheet_by_name("人员时长").to_python()
    assert rows[0] == ["序号", "日期", "活动", "分团", "姓名", "类别", "岗位", "来源", "签到方式", "时长（小时）"]
    title = '=HYPERLINK("http://evil.example","点我")'
    said = ["公益讲座", "志愿者", "联络员确认", "联络员登记"]
    assert rows[1:] == [[1, dt.date(2026, 12, 5), title, "民盟", "张明", *said, 2]]
    for typed in ("2026年12月", "2026年 民盟", "2026年 农工党", "2026年 健康义诊", "2025年"):
        scope = corps.do(wang, ledger_scope.read_scope, typed).scope
        assert scope is not None
        written = formulas(exported(corps, wang, scope), 2)
        assert written["D3"][1] == written["D2"][1], typed


def test_how_each_was_found_to_be_there_has_a_column(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    people = [corps.member(name) for name in ("动态", "固定", "按钮", "点名")]
    activity = corps.publish(wang)
    for person in people:
        corps.do(person, signups.sign_up, corps.slot(activity, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:50")
    corps.do(people[0], codes.arrive, corps.do(zhao, codes.see, activity).link)
    corps.do(people[1], codes.arrive, corps.do(zhao, sign_in_sheet.sheet, activity).code)
    corps.do(people[2], check_in.check_in, activity)
    corps.clock.set_wall("2026-12-05 16:10")
    corps.do(zhao, roll_call.mark, activity, [corps.member_id(people[3])], AttendanceState.PRESENT)
    corps.do(zhao, reports.submit, activity, Account(80, CountedBy.HEADCOUNT))
    corps.do(li, reports.verify, activity)
    late = corps.publish(wang, corps.plan("早先的", "2026-11-05 14:00", "2026-11-05 16:00", back_entry_reason="补录"))
    corps.do(wang, roll_call.mark, late, [corps.member_id(people[0])], AttendanceState.PRESENT)
    corps.do(zhao, reports.submit, late, Account(80, CountedBy.HEADCOUNT))
    corps.do(li, reports.verify, late)
    rows = workbook(corps, wang).get_sheet_by_name("人员时长").to_python()[1:]
    assert [(row[4], row[8]) for row in rows] == [
        ("动态", "补录"), ("动态", "现场动态码"), ("固定", "固定码"), ("按钮", "自己点签到"), ("点名", "联络员登记"),
    ]  # fmt: skip
    assert [row[9] for row in rows] == [2] * 5


def test_a_leaders_sheet_of_people_is_the_own_teams(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    both = (SlotPlan("医生", "clinic", 5, corps.team("民建")), SlotPlan("志愿者", "lecture", 5, corps.team("民盟")))
    plan = corps.plan(slots=both, teams=("民盟", "民建"))
    corps.hold(wang, li, wang, corps.member("张明"), plan=plan)
    book = CalamineWorkbook.from_filelike(BytesIO(exported(corps, zhao)))
    assert [row[4] for row in book.get_sheet_by_name("人员时长").to_python()[1:]] == ["张明"]
    written = formulas(exported(corps, zhao), 2)
    assert written["D3"][1] == written["D2"][1] == 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_nothing_typed_becomes_a_formula_a_link_or_a_control_character(words: list[str]) -> None:
    heads = [f"=1+1 {word}" for word in words]
    content = write_workbook([Sheet("试", [heads, words, [f"http://x.example/{word}" for word in words]])])
    with ZipFile(BytesIO(content)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in page
        assert b"hyperlink" not in page
        assert not [name for name in parts.namelist() if "sheet1.xml.rels" in name]
    read = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert not {letter for row in read for cell in row for letter in str(cell)} & set(map(chr, [*range(9), 11, 12]))


def test_visits_to_partners_have_a_sheet_with_whom(corps: Corps) -> None:
    wang, li, zhao = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络")
    plan = PairingPlan(corps.team("民盟"), "天池村", "歌乐山镇", dt.date(2026, 3, 12))
    pairing = corps.do(wang, pairings.register, plan).id
    corps.do(li, pairings.confirm, pairing)
    activity = corps.hold(wang, li, zhao, corps.member("张明"))
    corps.hold(wang, li, zhao, plan=corps.plan("不是走访的", "2026-12-08 14:00", "2026-12-08 16:00"))
    corps.run(lambda s, _at: s.add(Visit(pairing_id=pairing, activity_id=activity)))
    rows = CalamineWorkbook.from_filelike(BytesIO(exported(corps, wang))).get_sheet_by_name("走访").to_python()
    assert rows[0] == ["序号", "日期", "结对单位", "分团", "做了什么", "人数", "时长（小时）"]
    assert rows[1:] == [[1, dt.date(2026, 12, 5), "天池村", "民盟", "防诈骗公益讲座", 1, 2]]
