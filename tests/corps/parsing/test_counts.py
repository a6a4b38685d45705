"""Numbers as people write them: read in one way, or asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corps.parsing.counts import CountRefusal, CountRefusalCode, read_count

MOST = 100_000
C = CountRefusalCode
PIECES = ["约", "80", "多", "一", "百", "千", "万", "二", "-", ",", ".", "+", "人", "几", "共", "左右"]
READ = [
    ("120", 120), ("120人", 120), ("120 人次", 120), ("１２０", 120), ("1,200", 1200), ("1，200人", 1200), ("0", 0),
    ("一百二十", 120), ("两百", 200), ("一百零五", 105), ("一千二百", 1200), ("两千零五十", 2050), ("一万", 10000),
    ("1.5万", 15000), ("3百", 300), ("十二", 12), ("共80人", 80), ("受益人次：80", 80), ("80人次。", 80),
]  # fmt: skip
REFUSED = [
    ("80多", C.VAGUE, 80), ("约80", C.VAGUE, 80), ("大概80多人", C.VAGUE, 80), ("120+", C.VAGUE, 120),
    ("100余人", C.VAGUE, 100), ("80人左右", C.VAGUE, 80), ("近80", C.VAGUE, 80), ("50-60", C.VAGUE, 50),
    ("80、90人", C.VAGUE, 80), ("二十多人", C.VAGUE, 20), ("几十人", C.VAGUE, 80), ("好几十人", C.VAGUE, 80),
    ("-5", C.NEGATIVE, 80), ("—5", C.NEGATIVE, 80), ("负5", C.NEGATIVE, 80), ("一百二", C.UNCLEAR, 120),
    ("一千二", C.UNCLEAR, 120), ("1e3", C.UNCLEAR, 80), ("+3", C.UNCLEAR, 80), ("3/4人", C.UNCLEAR, 80),
    ("3k", C.UNCLEAR, 80), ("80.5", C.FRACTION, 80), ("9999999", C.TOO_MANY, MOST),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), READ)
def test_a_whole_number_is_read(typed: str, meant: int) -> None:
    assert read_count(typed, MOST) == meant


@pytest.mark.parametrize(("typed", "code", "near"), REFUSED)
def test_a_number_with_two_readings_is_refused_with_an_example(typed: str, code: CountRefusalCode, near: int) -> None:
    refused = read_count(typed, MOST)
    assert isinstance(refused, CountRefusal)
    assert refused.code is code
    assert refused.near == near or code is C.NEGATIVE


@pytest.mark.parametrize("typed", ["", "签到", "讲了两小时", "80岁的王大爷来了", "人很多", "第3次"])
def test_what_is_not_about_a_number_is_left_alone(typed: str) -> None:
    assert read_count(typed, MOST) is None


@given(number=st.integers(0, MOST), unit=st.sampled_from(["", "人", "人次", "名", " 位"]))
def test_every_number_in_digits_is_read_with_or_without_commas(number: int, unit: str) -> None:
    assert read_count(f"{number}{unit}", MOST) == number
    assert read_count(f"{number:,}{unit}", MOST) == number


@given(typed=st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_that_can_be_typed_breaks_the_reader(typed: str) -> None:
    read = read_count(typed, MOST)
    assert read is None or isinstance(read, CountRefusal) or 0 <= read <= MOST
