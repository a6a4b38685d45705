"""What a reporter types is a number, a way of counting, or words; a number inside a sentence stays in it."""

import pytest

from corps.parsing.report_line import read_account


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("80", {"beneficiaries": 80}),
        ("８０", {"beneficiaries": 80}),
        ("80人次", {"beneficiaries": 80}),
        ("受益人次80", {"beneficiaries": 80}),
        ("80 清点", {"beneficiaries": 80, "counted_by": "headcount"}),
        ("80人次，签到", {"beneficiaries": 80, "counted_by": "signatures"}),
        ("估算", {"counted_by": "estimate"}),
        ("来了80人，讲了两小时", {"words": "来了80人，讲了两小时"}),
        ("9999999", {"words": "9999999"}),
    ],
)
def test_a_line_is_read_as_what_it_is(text: str, said: dict[str, object]) -> None:
    assert read_account(text, {}) == said


def test_words_go_on_from_the_words_before() -> None:
    assert read_account("第二句", {"words": "第一句"}) == {"words": "第一句\n第二句"}
