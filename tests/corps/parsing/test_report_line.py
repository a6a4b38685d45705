"""What a reporter types is a number, a way of counting, or words; a number inside a sentence stays in it."""

import pytest

from corps.parsing.counts import CountRefusal, CountRefusalCode
from corps.parsing.report_line import Account, read_account


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("80", {"beneficiaries": 80}),
        ("８０", {"beneficiaries": 80}),
        ("80人次", {"beneficiaries": 80}),
        ("80 人次", {"beneficiaries": 80}),
        ("1,200人", {"beneficiaries": 1200}),
        ("一百二十", {"beneficiaries": 120}),
        ("受益人次80", {"beneficiaries": 80}),
        ("来了80人", {"beneficiaries": 80}),
        ("80 清点", {"beneficiaries": 80, "counted_by": "headcount"}),
        ("1，200 人次，现场清点", {"beneficiaries": 1200, "counted_by": "headcount"}),
        ("80人次，签到", {"beneficiaries": 80, "counted_by": "signatures"}),
        ("估算", {"counted_by": "estimate"}),
        ("来了80人，讲了两小时", {"words": "来了80人，讲了两小时"}),
        ("讲了两小时", {"words": "讲了两小时"}),
    ],
)
def test_a_line_is_read_as_what_it_is(text: str, said: dict[str, object]) -> None:
    assert read_account(text, {}) == Account(said)


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("80多", {}, CountRefusalCode.VAGUE),
        ("大概80多人", {}, CountRefusalCode.VAGUE),
        ("约80人次，现场清点", {"counted_by": "headcount"}, CountRefusalCode.VAGUE),
        ("80 多人 签到", {"counted_by": "signatures"}, CountRefusalCode.VAGUE),
        ("几十人", {}, CountRefusalCode.VAGUE),
        ("-5", {}, CountRefusalCode.NEGATIVE),
        ("一百二", {}, CountRefusalCode.UNCLEAR),
        ("80.5", {}, CountRefusalCode.FRACTION),
        ("9999999", {}, CountRefusalCode.TOO_MANY),
    ],
)
def test_a_number_that_cannot_be_taken_is_asked_about_and_never_filed_as_words(
    text: str, said: dict[str, object], code: CountRefusalCode
) -> None:
    account = read_account(text, {"words": "第一句"})
    assert account.said == said
    assert isinstance(account.unclear, CountRefusal)
    assert account.unclear.code is code


def test_words_go_on_from_the_words_before() -> None:
    assert read_account("第二句", {"words": "第一句"}) == Account({"words": "第一句\n第二句"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("120位群众", {"beneficiaries": 120}),
        ("服务群众 120 人次", {"beneficiaries": 120}),
        ("改成 90", {"beneficiaries": 90}),
        ("现场86人", {"beneficiaries": 86}),
        ("签到120人", {"beneficiaries": 120, "counted_by": "signatures"}),
        ("共计 86 人次（现场统计）", {"beneficiaries": 86, "counted_by": "headcount"}),
        ("86人次/现场清点", {"beneficiaries": 86, "counted_by": "headcount"}),
    ],
)
def test_a_number_among_the_words_that_people_put_around_it_is_the_number(typed: str, said: dict[str, object]) -> None:
    assert read_account(typed, {}).said == said
    assert read_account(typed, {}).unclear is None


def test_an_answer_that_goes_on_is_number_and_words_and_nothing_of_it_is_lost() -> None:
    typed = "来了86个人，大家都很满意"
    assert read_account(typed, {}, asked=True).said == {"beneficiaries": 86, "words": typed}
    assert read_account(typed, {"beneficiaries": 80}).said == {"words": typed}, "nobody asked how many"


@pytest.mark.parametrize(
    ("typed", "near"), [("三场下来服务210人次很不容易", 210), ("讲了课，老人来得多，有八十个人吧", 80)]
)
def test_a_number_inside_a_sentence_is_asked_about_and_the_sentence_kept(typed: str, near: int) -> None:
    read = read_account(typed, {}, asked=True)
    assert read.said in ({"words": typed}, {})
    assert read.unclear is not None
    assert read.unclear.near == near


@pytest.mark.parametrize("typed", ["男60女40", "60，40"])
def test_several_numbers_are_asked_about_and_are_no_words(typed: str) -> None:
    read = read_account(typed, {}, asked=True)
    assert (read.said, read.unclear is not None) == ({}, True)
