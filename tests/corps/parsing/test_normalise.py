"""Two spellings of one thing are one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.normalise import numeral, plain, split_outside_brackets, with_plain_dashes

TENS = ["", "十", *(f"{digit}十" for digit in "二三四五六七八九")]


def test_width_spaces_and_invisible_characters_do_not_count() -> None:
    assert plain("　１２：００\u200b ～\n１４：００ ") == "12:00 ~ 14:00"
    assert {with_plain_dashes(dash) for dash in "-‐–—―−~〜"} == {"-"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("007", 7),
        ("两", 2),
        ("十", 10),
        ("二十", 20),
        ("一百", 100),
        ("一百零五", 105),
        ("两百一十五", 215),
    ],
)
def test_a_number_is_read_in_digits_or_in_chinese(typed: str, number: int) -> None:
    assert numeral(typed) == number


@pytest.mark.parametrize("typed", ["", "一百二", "十十", "二三", "1 2", "-1", "半", "9" * 5000, "²"])
def test_what_is_not_exactly_one_number_is_none(typed: str) -> None:
    assert numeral(typed) is None


@given(number=st.integers(1, 99))
def test_every_number_below_a_hundred_is_read_as_it_is_spoken(number: int) -> None:
    tens, units = divmod(number, 10)
    assert numeral(TENS[tens] + ["", *"一二三四五六七八九"][units]) == number


def test_a_mark_inside_brackets_does_not_split() -> None:
    assert split_outside_brackets("甲（一，二），乙【三，（四，五）】,丙", "，,") == (
        "甲（一，二）",
        "乙【三，（四，五）】",
        "丙",
    )
    assert split_outside_brackets("甲（一，二", "，") is None
    assert split_outside_brackets("甲）一", "，") is None
    assert split_outside_brackets("，，", "，") == ()
