"""A coordinator names a category or a team in her own words: one is meant, or she is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.choices import match_choice

CATEGORIES = {
    "lecture": ("公益讲座", "讲座", "Lecture"),
    "clinic": ("健康义诊", "义诊"),
    "promotion": ("沙磁好物推介", "推介", "好物"),
    "care": ("关爱服务", "关爱"),
    "pairing": ("助农结对", "结对"),
}
TEAMS = {"1": ("民盟分团",), "2": ("民建分团",), "3": ("民建二分团",)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("公益讲座", "lecture"),
        ("讲座", "lecture"),
        (" 公益 讲座 ", "lecture"),
        ("ＬＥＣＴＵＲＥ", "lecture"),
        ("义", "clinic"),
        ("健康", "clinic"),
        ("防诈骗讲座", "lecture"),
        ("好物推介", "promotion"),
        ("关爱老人", "care"),
    ],
)
def test_a_category_is_known_by_its_names(typed: str, meant: str) -> None:
    assert match_choice(typed, CATEGORIES) == meant


@pytest.mark.parametrize("typed", ["", " ", "义诊和讲座", "非讲座", "不是义诊", "座", "培训", "服"])
def test_what_names_no_category_or_two_is_asked_about(typed: str) -> None:
    assert match_choice(typed, CATEGORIES) is None


def test_a_short_name_is_enough_when_one_team_bears_it() -> None:
    assert match_choice("民盟", TEAMS) == "1"
    assert match_choice("民建", TEAMS) is None
    assert match_choice("民建分团", TEAMS) == "2"
    assert match_choice("民", TEAMS) is None


def test_two_choices_with_one_alias_are_never_told_apart_by_luck() -> None:
    assert match_choice("讲座", {"a": ("讲座",), "b": ("讲座",)}) is None
    assert match_choice("讲座", {"a": ("",), "b": ()}) is None


@given(typed=st.text())
def test_whatever_is_typed_the_answer_is_a_choice_or_none(typed: str) -> None:
    assert match_choice(typed, CATEGORIES) in {*CATEGORIES, None}
