"""A text is counted in one way, cut between what is read as characters, and refused where it cannot be kept whole."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corps.parsing.lengths import clusters, cut, demand_short, units
from corps.refusals import Reason, Refused

FAMILY = "👨‍👩‍👧"
PIECES = ("a", "字", "😀", "👍🏽", "🇨🇳", FAMILY, "é", "❤️", "<", "&", " ", "\n", "𠮷")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def test_a_letter_is_one_and_an_emoji_two_or_more() -> None:
    assert [units(text) for text in ("ab", "中文", "😀", "𠮷", FAMILY)] == [2, 2, 2, 2, 8]
    assert list(clusters(f"é👍🏽🇨🇳🇨🇳{FAMILY}字")) == ["é", "👍🏽", "🇨🇳", "🇨🇳", FAMILY, "字"]


@given(TEXTS | st.text(), st.integers(1, 40))
@example("😀😀", 3)
def test_what_is_cut_fits_and_says_so(text: str, most: int) -> None:
    short = cut(text, most)
    assert units(short) <= most
    assert short == text or short.endswith("…")
    whole = list(clusters(text))
    assert "".join(whole) == text
    if short != text:
        begun = list(clusters(short[:-1]))
        assert begun == whole[: len(begun)], "never within a character"


@given(TEXTS, st.integers(0, 40))
def test_what_can_not_be_kept_whole_is_refused_with_both_numbers(text: str, most: int) -> None:
    if units(text) <= most:
        assert demand_short(text, most) == text
        return
    with pytest.raises(Refused) as no:
        demand_short(text, most)
    assert (no.value.reason, no.value.facts) == (Reason.TOO_LONG, {"length": units(text), "most": most})
