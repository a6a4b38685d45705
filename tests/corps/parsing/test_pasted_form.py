"""A coordinator pastes a whole notice; what stands under a label is taken, and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.pasted_form import FormField, read_form

NOTICE = """\
活动：防诈骗公益讲座
类别：公益讲座
时间：2026-12-05 14:00-16:00
地点：磁器口街道金蓉社区
场所：社区
岗位：主讲人 1，志愿者 5
分团：民盟分团
备注：请提前十分钟到
"""
MEANT = {
    FormField.ACTIVITY: "防诈骗公益讲座",
    FormField.CATEGORY: "公益讲座",
    FormField.TIME: "2026-12-05 14:00-16:00",
    FormField.PLACE: "磁器口街道金蓉社区",
    FormField.VENUE: "社区",
    FormField.SLOTS: "主讲人 1，志愿者 5",
    FormField.TEAMS: "民盟分团",
    FormField.NOTES: "请提前十分钟到",
}


def test_a_plain_notice_is_taken_field_by_field() -> None:
    notice = read_form(NOTICE)
    assert notice.values == MEANT
    assert notice.unplaced == ()
    assert notice.duplicates == ()


def test_the_order_of_the_lines_does_not_matter() -> None:
    assert read_form("\n".join(reversed(NOTICE.splitlines()))).values == MEANT


def test_half_width_colons_and_blank_lines_do_not_matter() -> None:
    assert read_form(NOTICE.replace("：", ": ").replace("\n", "\n\n")).values == MEANT


@pytest.mark.parametrize(
    "line",
    [
        "地点：金蓉社区",
        "  地点 : 金蓉社区  ",
        "地　点：金蓉社区",
        "📍地点：金蓉社区",
        "• 地点：金蓉社区",
        "- 地址: 金蓉社区",
        "3. 地点：金蓉社区",
        "3、活动地点：金蓉社区",
        "③ 地点：金蓉社区",
        "三、地点：金蓉社区",
        "3️⃣ 地点：金蓉社区",
        "【地点】金蓉社区",
        "【地点】：金蓉社区",
        "**地点**：金蓉社区",
        "\u200b地点：金蓉社区",
        "Place: 金蓉社区",
        "ADDRESS：金蓉社区",
    ],
)
def test_a_label_may_be_dressed_up(line: str) -> None:
    notice = read_form(line)
    assert notice.values == {FormField.PLACE: "金蓉社区"}
    assert notice.unplaced == ()


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("主题", FormField.ACTIVITY),
        ("活动名称", FormField.ACTIVITY),
        ("标题", FormField.ACTIVITY),
        ("类型", FormField.CATEGORY),
        ("日期", FormField.TIME),
        ("场所类型", FormField.VENUE),
        ("人员", FormField.SLOTS),
        ("需要", FormField.SLOTS),
        ("承办单位", FormField.TEAMS),
        ("单位", FormField.TEAMS),
        ("说明", FormField.NOTES),
        ("注意事项", FormField.NOTES),
        ("Activity", FormField.ACTIVITY),
        ("Category", FormField.CATEGORY),
        ("Time", FormField.TIME),
        ("Venue", FormField.VENUE),
        ("Slots", FormField.SLOTS),
        ("teams", FormField.TEAMS),
        ("Notes", FormField.NOTES),
    ],
)
def test_each_field_has_the_names_that_people_use(label: str, field: FormField) -> None:
    assert read_form(f"{label}：甲").values == {field: "甲"}


@pytest.mark.parametrize("line", ["活动室布置：甲", "活动很精彩", "地点待定", "3.5：甲", "https://example.org", ""])
def test_what_is_no_label_is_no_field(line: str) -> None:
    assert not read_form(line).values


def test_a_text_with_no_field_is_handed_back_whole() -> None:
    notice = read_form("明天下午大家有空吗\n\n  在社区门口见")
    assert notice.values == {}
    assert notice.unplaced == ("明天下午大家有空吗", "在社区门口见")


def test_a_line_without_a_label_continues_the_field_above() -> None:
    notice = read_form("岗位：\n主讲人 1\n志愿者 5\n地点：金蓉社区\n三楼会议室")
    assert notice.values == {FormField.SLOTS: "主讲人 1\n志愿者 5", FormField.PLACE: "金蓉社区\n三楼会议室"}


def test_a_field_may_begin_under_a_blank_line() -> None:
    assert read_form("岗位：\n\n主讲人 1").values == {FormField.SLOTS: "主讲人 1"}


def test_a_closing_appeal_after_a_blank_line_does_not_become_a_team() -> None:
    notice = read_form("分团：民盟分团\n\n请大家积极报名！")
    assert notice.values == {FormField.TEAMS: "民盟分团"}
    assert notice.unplaced == ("请大家积极报名！",)


def test_notes_may_have_paragraphs_and_labels_of_their_own() -> None:
    notice = read_form("备注：自带水杯\n\n着装：红马甲")
    assert notice.values == {FormField.NOTES: "自带水杯\n着装：红马甲"}


def test_an_unknown_label_is_handed_back_with_what_continues_it() -> None:
    notice = read_form("地点：金蓉社区\n联系人：王老师\n（社区办公室）")
    assert notice.values == {FormField.PLACE: "金蓉社区"}
    assert notice.unplaced == ("联系人：王老师", "（社区办公室）")


def test_slots_may_be_written_as_labels_but_a_phone_number_is_no_slot() -> None:
    notice = read_form("岗位：\n主讲人：1\n志愿者：十二人\n联系电话：02300000000")
    assert notice.values == {FormField.SLOTS: "主讲人：1\n志愿者：十二人"}
    assert notice.unplaced == ("联系电话：02300000000",)


def test_a_second_title_is_reported_and_the_first_stands() -> None:
    notice = read_form("活动：讲座\n主题：义诊\n（城东）")
    assert notice.values == {FormField.ACTIVITY: "讲座"}
    assert notice.duplicates == ((FormField.ACTIVITY, "义诊"),)
    assert notice.unplaced == ("（城东）",)


def test_the_same_said_twice_is_no_quarrel() -> None:
    assert read_form("活动：讲座\n主题：讲座").duplicates == ()


def test_a_date_line_and_a_time_line_make_one_time() -> None:
    notice = read_form("日期：12月5日\n时间：14:00-16:00")
    assert notice.values == {FormField.TIME: "12月5日 14:00-16:00"}
    assert read_form("时间：14:00\n时间：15:00").duplicates == ((FormField.TIME, "15:00"),)


def test_lists_go_on_under_a_second_label() -> None:
    notice = read_form("岗位：主讲人 1\n地点：甲\n岗位：志愿者 5")
    assert notice.values[FormField.SLOTS] == "主讲人 1\n志愿者 5"
    assert notice.duplicates == ()


@given(typed=st.text() | st.lists(st.sampled_from([*"活动时间：:\n【】 1-岗位", "备注：", "\n\n"])).map("".join))
def test_no_line_is_ever_lost(typed: str) -> None:
    notice = read_form(typed)
    kept = "\n".join([*notice.values.values(), *notice.unplaced, *(value for _, value in notice.duplicates)])
    for line in typed.splitlines():
        behind_any_label = re.split("[:：∶﹕】」〕\\]]", line)[-1].strip()
        assert behind_any_label in kept


def test_a_space_does_for_the_colon_behind_a_label() -> None:
    form = read_form("地点 磁器口\n时间\u300012月5日 14:00-16:00\n岗位 志愿者 5\n备注：带水\n注意 带伞\n地点 别处")
    assert form.values == {
        FormField.PLACE: "磁器口",
        FormField.TIME: "12月5日 14:00-16:00",
        FormField.SLOTS: "志愿者 5",
        FormField.NOTES: "带水\n注意 带伞\n地点 别处",
    }


def test_a_word_that_only_begins_like_a_label_is_none() -> None:
    assert read_form("时间银行 推广\nname tags\n活动室").values == {}
