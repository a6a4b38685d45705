"""What is entered on an official platform: in its words, with what is lacking; what changes afterwards comes back."""

import dataclasses
import datetime as dt
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlmodel import col, select

from bot.documents.platform_files import FOLDER, PlatformFileError, read_platform, read_platforms
from bot.texts.voice import Voice
from bot.views.records.hand_in import file_screen
from corps.membership import erasure
from corps.records import hand_in
from corps.records.hand_in import HandIn, RowState
from corps.records.platforms import HandInField, Lack, Lacking, Platform, worded
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from models import Activity, HandInMark, Member
from tests.base import Corps

SHANCHENG = read_platforms()["zhiyuan_shancheng"]


def held(corps: Corps) -> tuple[int, int, int]:
    """Hold a lecture of two hours. Returns two coordinators and the activity."""
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    return wang, li, corps.hold(wang, li, corps.leader("赵联络"), corps.member("张明"))


def look(corps: Corps, who: int, platform: Platform = SHANCHENG) -> HandIn:
    """Return how 2026 stands."""
    return corps.do(who, hand_in.look, platform, 2026)


def mark(corps: Corps, who: int) -> HandIn:
    """Mark what stands there."""
    return corps.do(who, hand_in.mark, SHANCHENG, 2026, look(corps, who).sign)


def no(corps: Corps, who: int, operation: Any, *args: object) -> Reason:  # noqa: ANN401 - an operation
    """Return why an operation is refused."""
    with pytest.raises(Refused) as refusal:
        corps.do(who, operation, *args)
    return refusal.value.reason


def test_the_files_that_ship_are_samples_and_say_so() -> None:
    found = read_platforms()
    assert [one.name for one in found.values()] == ["志愿山城", "志愿汇", "中国志愿服务网"]
    assert all(one.sample for one in found.values())
    for path in FOLDER.glob("*.toml"):
        assert "SAMPLE" in path.read_text("utf-8").splitlines()[0], path.name


@pytest.mark.parametrize(
    ("was", "now", "where"),
    [
        ('field = "name"', 'field = "identity_number"', "column.0.field"),
        ('rounding = "platform"', 'rounding = "up"', "rounding"),
        ('pattern = "[0-9０-９]+ *号"', 'pattern = "["', "column.4.pattern"),
        ("sample = true", "sample = true\nnew = 1", "new"),
        ("[replace]", "[replace", "TOML"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_the_place(tmp_path: Path, was: str, now: str, where: str) -> None:
    text = (FOLDER / "zhiyuan-shancheng.toml").read_text("utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(was, now, 1), "utf-8")
    with pytest.raises(PlatformFileError, match=r"mine\.toml") as error:
        read_platform(path)
    assert where in str(error.value) or where == "TOML"


def test_a_row_is_worded_rounded_and_its_lacks_are_named(corps: Corps) -> None:
    wang, _, _ = held(corps)
    (row,) = look(corps, wang).pending
    cells = dict(zip([one.head for one in SHANCHENG.columns], row.cells, strict=True))
    assert cells["项目名称"] == "防诈骗公益宣讲", "the platform forbids 讲座"
    assert (cells["服务类别"], cells["服务时长（小时）"]) == ("宣传教育", "2.0")
    assert (cells["服务日期"], cells["开始时间"], cells["结束时间"]) == ("2026-12-05", "14:00", "16:00")
    assert row.lacking == (Lacking("证件号码", Lack.EMPTY), Lacking("服务地点", Lack.PATTERN, "地点要写到门牌号"))


@pytest.mark.parametrize(
    ("title", "cut", "says", "lacks"),
    [
        ("补录：春季宣讲", False, "补录：春季宣讲", [Lack.WORD]),
        ("十二个字的活动名称长了点", False, "十二个字的活动名称长了点", [Lack.LONG]),
        ("十二个字的活动名称长了点", True, "十二个字的活动名…", [Lack.SHORTENED]),
        ("", False, "", [Lack.EMPTY]),
    ],
)
def test_words_and_lengths_that_the_platform_refuses(title: str, cut: bool, says: str, lacks: list[Lack]) -> None:
    column = dataclasses.replace(SHANCHENG.columns[2], most=9, cut=cut)
    platform = dataclasses.replace(SHANCHENG, columns=(column,), replace={})
    cells, found = worded(platform, {HandInField.TITLE: title})
    assert (list(cells), [one.lack for one in found]) == ([says], lacks)


def test_what_is_marked_is_done_with_until_it_changes(corps: Corps) -> None:
    wang, li, activity = held(corps)
    done = mark(corps, wang)
    assert (done.pending, done.entered) == ((), 1)
    assert done.last is not None
    assert (done.last.rows, done.last.by.name) == (1, "王统筹")
    corps.run(lambda s, _at: setattr(s.get(Activity, activity), "place", "沙坪坝区 12 号"))
    changed = look(corps, li)
    assert changed.counts == {RowState.CHANGED: 1}
    assert changed.pending[0].entered_at == corps.clock.now()
    assert mark(corps, li).pending == ()
    marks = corps.run(lambda s, _at: s.exec(select(HandInMark).order_by(col(HandInMark.id))).all())
    assert len(marks) == 2, "marks are only added"


def test_hours_that_are_taken_back_are_to_be_deleted_there(corps: Corps) -> None:
    wang, li, activity = held(corps)
    mark(corps, wang)
    corps.run(lambda s, _at: _reverse(s, activity))
    (row,) = look(corps, li).pending
    assert (row.state, row.name, row.title) == (RowState.GONE, "张明", "防诈骗公益讲座")
    assert mark(corps, li).pending == ()


def _reverse(session: Any, activity_id: int) -> None:  # noqa: ANN401 - a session
    from models import HoursEntry

    for entry in session.exec(select(HoursEntry).where(HoursEntry.activity_id == activity_id)).all():
        kept = {
            name: getattr(entry, name)
            for name in ("member_id", "activity_id", "slot_id", "source", "checked_by", "entered_by")
        }
        session.add(
            HoursEntry(
                **kept, minutes=-entry.minutes, confirmed_by=entry.confirmed_by, at=entry.at, reverses_id=entry.id
            )
        )


def test_a_mark_confirms_the_rows_that_were_shown_and_can_be_taken_back(corps: Corps) -> None:
    wang, li, _ = held(corps)
    shown = look(corps, wang).sign
    corps.hold(wang, li, corps.leader("钱联络", "民建"), corps.member("李强", "民建"), plan=corps.plan(
        "义诊", "2026-12-06 09:00", "2026-12-06 10:00", teams=("民建",)))  # fmt: skip
    assert no(corps, wang, hand_in.mark, SHANCHENG, 2026, shown) is Reason.MOVED_ON
    assert no(corps, wang, hand_in.mark, SHANCHENG, 2026, "") is Reason.MOVED_ON, "a forged button"
    last = mark(corps, wang).last
    assert last is not None
    assert last.rows == 2
    assert no(corps, wang, hand_in.mark, SHANCHENG, 2026, look(corps, wang).sign) is Reason.NOTHING_WAITING
    corps.clock.push(dt.timedelta(minutes=1))
    back = corps.do(li, hand_in.unmark, SHANCHENG, 2026, last.sign)
    assert (back.counts, back.last) == ({RowState.NEW: 2}, None)


def test_who_was_erased_is_not_handed_in_and_only_coordinators_hand_in(corps: Corps) -> None:
    wang, _, _ = held(corps)
    mark(corps, wang)
    zhang = corps.run(lambda s, _at: s.exec(select(Member.id).where(Member.name == "张明")).one())
    corps.do(corps.number(zhang or 0), erasure.erase)
    assert look(corps, wang).pending == ()
    leader = corps.leader("孙联络")
    assert no(corps, leader, hand_in.look, SHANCHENG, 2026) is Reason.NOT_ALLOWED
    assert no(corps, leader, hand_in.mark, SHANCHENG, 2026, "") is Reason.NOT_ALLOWED
    assert no(corps, wang, hand_in.look, SHANCHENG, 99_999) is Reason.GONE


def test_what_is_rounded_to_nothing_is_not_entered(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    plan = corps.plan("短会", "2026-12-05 14:00", "2026-12-05 14:15")
    corps.hold(wang, li, corps.leader("赵联络"), corps.member("张明"), plan=plan)
    assert look(corps, wang).pending == ()
    by_minute = dataclasses.replace(SHANCHENG, rounding=Rounding.MINUTE)
    assert [row.cells[-1] for row in look(corps, wang, by_minute).pending] == ["0.2"]


def test_the_file_bears_the_platforms_name_and_its_heads_stand_on_each_printed_page(corps: Corps) -> None:
    wang, _, _ = held(corps)
    platform = dataclasses.replace(SHANCHENG, name="志愿山城/2.0 版")
    sent = file_screen(Voice("zh", corps.clock), look(corps, wang, platform))
    assert sent.filename == "平台录入-志愿山城20版-2026.xlsx"
    assert isinstance(sent.document, bytes)
    with ZipFile(BytesIO(sent.document)) as file:
        book = file.read("xl/workbook.xml").decode()
    titles = re.findall(r'name="_xlnm.Print_Titles" localSheetId="(\d)">([^<]+)<', book)
    assert titles[:2] == [("0", "导入!$1:$1"), ("1", "缺什么!$1:$1")]
