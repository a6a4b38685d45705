"""A coordinator names a category or a team in her own words: one is meant, or she is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.choices import Listed, match_choice, read_list

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


LISTED = {
    "2": ("民盟分团", "民盟"),
    "5": ("农工党分团", "农工党"),
    "7": ("九三学社分团", "九三"),
    "8": ("和平分团", "和平"),
    "9": ("Red Cross team", "Red Cross"),
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("民盟和农工", ("2", "5")),
        ("民盟与农工党", ("2", "5")),
        ("民盟及农工党", ("2", "5")),
        ("民盟以及九三跟农工", ("2", "7", "5")),
        ("民盟、农工党分团", ("2", "5")),
        ("民盟，，农工", ("2", "5")),
        ("民盟 农工", ("2", "5")),
        ("民盟农工", ("2", "5")),
        ("民盟/农工党；九三", ("2", "5", "7")),
        ("和平和民盟", ("8", "2")),
        ("red cross and 民盟", ("9", "2")),
        ("由民盟分团承办", ("2",)),
        ("民盟和民盟", ("2",)),
    ],
)
def test_a_list_of_names_is_read_whatever_joins_them(typed: str, found: tuple[str, ...]) -> None:
    assert read_list(typed, LISTED) == Listed(found, ())


@pytest.mark.parametrize(
    ("typed", "found", "unread"),
    [
        ("民盟和火星", ("2",), ("火星",)),
        ("火星和水星", (), ("火星", "水星")),
        ("民盟及其他", ("2",), ("其他",)),
        ("民盟沙坪坝分团", ("2",), ("沙坪坝分团",)),
    ],
)
def test_what_names_nothing_is_handed_back_and_not_dropped(
    typed: str, found: tuple[str, ...], unread: tuple[str, ...]
) -> None:
    assert read_list(typed, LISTED) == Listed(found, unread)


@given(typed=st.text() | st.lists(st.sampled_from([*"民盟农工党和、 火星"])).map("".join))
def test_every_letter_of_a_list_is_read_or_handed_back(typed: str) -> None:
    listed = read_list(typed, LISTED)
    assert set(listed.found) <= set(LISTED)
    assert bool(listed.found or listed.unread) or not set(typed) & set("民盟农工党火星")


def test_two_things_joined_are_not_one_of_them() -> None:
    kinds = {"lecture": ("公益讲座", "讲座"), "clinic": ("健康义诊", "义诊")}
    assert match_choice("讲座和演出", kinds) is None
    assert match_choice("演出、讲座", kinds) is None
    assert match_choice("参与讲座", kinds) == "lecture"


def test_a_name_that_two_bear_is_handed_back() -> None:
    assert read_list("讲座", {"a": ("讲座",), "b": ("讲座",)}) == Listed((), ("讲座",))
    assert read_list("民建", TEAMS) == Listed((), ("民建",))
