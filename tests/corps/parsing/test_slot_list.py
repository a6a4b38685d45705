"""Who is needed, how many of them, and by which teams: never a number that nobody wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.slot_list import MOST_PLACES, SlotLine, SlotRefusal, SlotRefusalCode, read_names, read_slots

ONE_AND_FIVE = (SlotLine("主讲人", 1), SlotLine("志愿者", 5))


@pytest.mark.parametrize(
    "typed",
    [
        "主讲人 1，志愿者 5",
        "主讲人1名、志愿者5人",
        "主讲人×1；志愿者 x5",
        "主讲人*1, 志愿者 X 5",
        "主讲人 1\n志愿者 5",
        "1. 主讲人 1\n2. 志愿者 5",
        "• 主讲人：1\n• 志愿者：5",
        "主讲人一名，志愿者五位",
        "主讲人——1名，志愿者-5名",
        "1名主讲人，5个志愿者",
        "主讲人 1 志愿者 5",
        "主讲人1名　志愿者5名",
        "主讲人１个人。志愿者５",
        "主讲人 1 名，，志愿者 5 人，",
    ],
)
def test_one_speaker_and_five_helpers_however_it_is_typed(typed: str) -> None:
    assert read_slots(typed) == ONE_AND_FIVE


@pytest.mark.parametrize(
    ("typed", "slots"),
    [
        ("志愿者两名", (SlotLine("志愿者", 2),)),
        ("志愿者十二人", (SlotLine("志愿者", 12),)),
        ("志愿者一百二十人", (SlotLine("志愿者", 120),)),
        ("第一书记 1", (SlotLine("第一书记", 1),)),
        ("一线医生3名", (SlotLine("一线医生", 3),)),
        ("00后志愿者 5", (SlotLine("00后志愿者", 5),)),
        ("助农-推介员 2", (SlotLine("助农-推介员", 2),)),
        ("UX designer x2", (SlotLine("UX designer", 2),)),
        (
            "义诊医生 4（健康义诊），推介员 2（沙磁好物推介）",
            (SlotLine("义诊医生", 4, ("健康义诊",)), SlotLine("推介员", 2, ("沙磁好物推介",))),
        ),
        (
            "义诊医生 4（健康义诊，农工党分团），志愿者 6（待认领）",
            (SlotLine("义诊医生", 4, ("健康义诊", "农工党分团")), SlotLine("志愿者", 6, ("待认领",))),
        ),
        (
            "义诊医生（健康义诊）4 (农工党分团)  志愿者 6【待认领】",
            (SlotLine("义诊医生", 4, ("健康义诊", "农工党分团")), SlotLine("志愿者", 6, ("待认领",))),
        ),
        (
            "医生 4（农工党分团），医生 2（九三学社分团）",
            (SlotLine("医生", 4, ("农工党分团",)), SlotLine("医生", 2, ("九三学社分团",))),
        ),
    ],
)
def test_numbers_roles_and_brackets_are_told_apart(typed: str, slots: tuple[SlotLine, ...]) -> None:
    assert read_slots(typed) == slots


@pytest.mark.parametrize(
    ("typed", "code", "what"),
    [
        ("", SlotRefusalCode.EMPTY, ""),
        (" ，\n", SlotRefusalCode.EMPTY, ""),
        ("志愿者", SlotRefusalCode.HOW_MANY, "志愿者"),
        ("主讲人 1，志愿者（待认领）", SlotRefusalCode.HOW_MANY, "志愿者"),
        ("王三", SlotRefusalCode.HOW_MANY, "王三"),
        ("5名", SlotRefusalCode.HOW_MANY, "5名"),
        ("志愿者一百二人", SlotRefusalCode.HOW_MANY, "志愿者"),
        ("志愿者约5人", SlotRefusalCode.VAGUE, "志愿者约5人"),
        ("志愿者 3-5名", SlotRefusalCode.VAGUE, "志愿者 3-5名"),
        ("志愿者若干", SlotRefusalCode.VAGUE, "志愿者若干"),
        ("志愿者几名", SlotRefusalCode.VAGUE, "志愿者几名"),
        ("志愿者 1.5", SlotRefusalCode.VAGUE, "志愿者 1.5"),
        ("志愿者 0", SlotRefusalCode.OUT_OF_RANGE, "志愿者"),
        ("志愿者 -3", SlotRefusalCode.OUT_OF_RANGE, "志愿者 -3"),
        ("志愿者－3", SlotRefusalCode.OUT_OF_RANGE, "志愿者-3"),
        ("志愿者：-3人", SlotRefusalCode.OUT_OF_RANGE, "志愿者:-3人"),
        ("志愿者 负三", SlotRefusalCode.OUT_OF_RANGE, "志愿者 负三"),
        ("志愿者 1，000", SlotRefusalCode.OUT_OF_RANGE, "志愿者"),
        ("志愿者 零", SlotRefusalCode.OUT_OF_RANGE, "志愿者"),
        ("志愿者 +3", SlotRefusalCode.VAGUE, "志愿者 +3"),
        ("志愿者 1e3", SlotRefusalCode.VAGUE, "志愿者 1e3"),
        ("志愿者八十多", SlotRefusalCode.VAGUE, "志愿者八十多"),
        ("志愿者 两三人", SlotRefusalCode.VAGUE, "志愿者 两三人"),
        ("志愿者 501", SlotRefusalCode.OUT_OF_RANGE, "志愿者"),
        ("志愿者 99999999999999999999", SlotRefusalCode.OUT_OF_RANGE, "志愿者"),
        ("志愿者 5，志愿者 3", SlotRefusalCode.TWICE, "志愿者"),
        ("主讲人1志愿者5", SlotRefusalCode.NOT_UNDERSTOOD, "主讲人1志愿者5"),
        ("志愿者5名（待认领）医生2名", SlotRefusalCode.NOT_UNDERSTOOD, "志愿者5名 医生2名"),
        ("（健康义诊）", SlotRefusalCode.NOT_UNDERSTOOD, "(健康义诊)"),
        ("志愿者 5（待认领", SlotRefusalCode.NOT_UNDERSTOOD, "志愿者 5(待认领"),
        ("志愿者 5）", SlotRefusalCode.NOT_UNDERSTOOD, "志愿者 5)"),
        ("志" * 300 + " 5", SlotRefusalCode.NOT_UNDERSTOOD, "志" * 40),
    ],
)
def test_a_need_that_is_not_certain_is_asked_about(typed: str, code: SlotRefusalCode, what: str) -> None:
    assert read_slots(typed) == SlotRefusal(code, what)


ROLES = st.text(st.sampled_from("主讲人志愿者医生推介员摄影"), min_size=1, max_size=6)
SLOTS = st.lists(
    st.builds(
        SlotLine,
        ROLES,
        st.integers(1, MOST_PLACES),
        st.lists(ROLES, max_size=2).map(lambda n: tuple(dict.fromkeys(n))),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda slot: slot.role,
)


@given(slots=SLOTS, between=st.sampled_from(["，", "、", "\n", "; "]), unit=st.sampled_from(["", "名", "人"]))
def test_every_list_of_slots_reads_back_as_itself(slots: list[SlotLine], between: str, unit: str) -> None:
    typed = between.join(f"{s.role} {s.places}{unit}" + (f"（{'，'.join(s.notes)}）" if s.notes else "") for s in slots)
    assert read_slots(typed) == tuple(slots)


@given(typed=st.text() | st.text(st.sampled_from("主讲人志愿者0159一十百名人个，、（）()x×- \n:.约")))
def test_whatever_is_typed_no_slot_has_no_people_or_no_role(typed: str) -> None:
    slots = read_slots(typed)
    if isinstance(slots, tuple):
        assert all(slot.role.strip() and 1 <= slot.places <= MOST_PLACES for slot in slots)


@pytest.mark.parametrize(
    "typed",
    [
        "民盟分团，民建分团",
        "民盟分团、民建分团",
        "民盟分团 民建分团",
        "民盟分团/民建分团",
        "民盟分团\n民建分团、民盟分团",
    ],
)
def test_teams_are_listed_with_any_mark_and_each_once(typed: str) -> None:
    assert read_names(typed) == ("民盟分团", "民建分团")


def test_a_name_with_a_space_stays_one_name() -> None:
    assert read_names("League Team, Returned Scholars") == ("League Team", "Returned Scholars")
    assert read_names("League Team") == ("League Team",)
    assert read_names(" ") == ()


@pytest.mark.parametrize("typed", ["医生两名护士三名", "主讲人和志愿者各2", "医生2名护士三名"])
def test_two_needs_run_together_are_never_one_with_a_strange_name(typed: str) -> None:
    read = read_slots(typed)
    assert isinstance(read, SlotRefusal)
    assert read.what == typed


@pytest.mark.parametrize("role", ["三人篮球裁判", "老年人陪护", "00后志愿者", "一对一陪护"])
def test_a_role_may_hold_a_number_or_a_person(role: str) -> None:
    assert read_slots(f"{role} 2") == (SlotLine(role, 2),)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("志愿者（5人）", [("志愿者", 5)]),
        ("需要5名志愿者", [("志愿者", 5)]),
        ("招募志愿者5人，还需要司机1名", [("志愿者", 5), ("司机", 1)]),
        ("1名主讲人和5名志愿者", [("主讲人", 1), ("志愿者", 5)]),
        ("主讲人1名及志愿者5名", [("主讲人", 1), ("志愿者", 5)]),
        ("医生4+护士2", [("医生", 4), ("护士", 2)]),
    ],
)
def test_needs_are_read_as_people_write_them(typed: str, read: list[tuple[str, int]]) -> None:
    found = read_slots(typed)
    assert not isinstance(found, SlotRefusal)
    assert [(slot.role, slot.places) for slot in found] == read


def test_what_is_counted_in_another_need_is_no_need_of_its_own() -> None:
    read = read_slots("志愿者5人，其中党员2人")
    assert isinstance(read, SlotRefusal)
    assert read.what == "其中党员2人"
