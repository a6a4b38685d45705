"""What the grammar refuses, and why, said on Wednesday 25 November 2026 at ten in the morning."""

import datetime

import pytest

from corps.parsing.times import Refusal, RefusalCode, read_date, read_span, read_time_range

WEDNESDAY = datetime.datetime.fromisoformat("2026-11-25T10:00")
R = RefusalCode

DAYS = [
    ("2月30日9:00", R.IMPOSSIBLE_DATE, "2月30日"),
    ("2026-13-05 9:00", R.IMPOSSIBLE_DATE, "2026-13-05"),
    ("13/5 9:00", R.IMPOSSIBLE_DATE, "13/5"),
    ("2月29日9:00", R.IMPOSSIBLE_DATE, "2月29日"),
    ("31号9:00", R.IMPOSSIBLE_DATE, "31号"),
    ("本月31日9:00", R.IMPOSSIBLE_DATE, "本月31日"),
    ("12月5日（周五）14:00", R.WEEKDAY_CONTRADICTS, "12月5日 周五"),
    ("本周六（12月6日）9:00", R.WEEKDAY_CONTRADICTS, "本周六 12月6日"),
    ("明天（周六）9:00", R.WEEKDAY_CONTRADICTS, "明天 周六"),
    ("明天（12月6日）9:00", R.DATES_CONTRADICT, "明天 12月6日"),
    ("3月2日9:00", R.NEEDS_YEAR, "3月2日"),
    ("20号9:00", R.NEEDS_MONTH, "20号"),
    ("周三上午9点", R.AMBIGUOUS_DAY, "周三"),
    ("周末上午9点", R.AMBIGUOUS_DAY, "周末"),
    ("下周9:00", R.NEEDS_DATE, "下周"),
    ("14:00-16:00", R.NEEDS_DATE, "14:00-16:00"),
    ("", R.NEEDS_DATE, ""),
    ("2062-12-05 9:00", R.TOO_FAR, "2062-12-05"),
    ("2016-12-05 9:00", R.TOO_FAR, "2016-12-05"),
    ("12月5日-6日9:00", R.MULTI_DAY, "12月5日-6日9:00"),
    ("12月5-7日", R.MULTI_DAY, "12月5-7日"),
    ("5-7日9:00", R.MULTI_DAY, "5-7日"),
    ("12/5-12/7", R.MULTI_DAY, "12/5-12/7"),
    ("周六、周日9点", R.MULTI_DAY, "周六 周日"),
    ("周一到周五9点", R.MULTI_DAY, "周一到周五9点"),
    ("12月5日9:00-12月8日17:00", R.MULTI_DAY, "9:00-12月8日17:00"),
    ("12月5日9:00-12月6日", R.MULTI_DAY, "12月5日9:00-12月6日"),
    ("12月5日9:00-12月4日17:00", R.ENDS_BEFORE_START, "9:00-12月4日17:00"),
    ("12月5日22:00-次日12月8日02:00", R.MULTI_DAY, "22:00-次日12月8日02:00"),
    ("12月5日22:00-次日12月5日23:00", R.DATES_CONTRADICT, "22:00-次日12月5日23:00"),
    ("每周六上午9点", R.REPEATS, "每周六上午9点"),
    ("10月初9:00", R.VAGUE_DAY, "10月初"),
    ("下个月中旬9:00", R.VAGUE_DAY, "下个月中旬"),
    ("年底9:00", R.VAGUE_DAY, "年底"),
    ("两周后的周一9:00", R.AMBIGUOUS_DAY, "两周后的周一"),
    ("12月第二个周末9:00", R.AMBIGUOUS_DAY, "12月第二个周末"),
    ("12月第五个周日9:00", R.IMPOSSIBLE_DATE, "12月第五个周日"),
    ("3月第二个周六9:00", R.NEEDS_YEAR, "3月第二个周六"),
    ("三个月后（11月25日）9:00", R.DATES_CONTRADICT, "三个月后 11月25日"),
    ("3日后9:00", R.NOT_UNDERSTOOD, "后9:00"),
    ("12月初五9:00", R.NOT_UNDERSTOOD, "12月初五9:00"),
    ("9.30-11.30", R.MULTI_DAY, "9.30-11.30"),
    ("12月5日 9.30", R.MULTI_DAY, "12月5日 9.30"),
]
HOURS = [
    ("25点", R.IMPOSSIBLE_HOUR, "25点"),
    ("14:60", R.IMPOSSIBLE_HOUR, "14:60"),
    ("24:30", R.IMPOSSIBLE_HOUR, "24:30"),
    ("下午2点-26点", R.IMPOSSIBLE_HOUR, "26点"),
    ("下午2点-4点70", R.IMPOSSIBLE_HOUR, "4点70"),
    ("上午14点", R.HALF_DAY_CONTRADICTS, "上午14点"),
    ("下午9:00-上午25:00", R.IMPOSSIBLE_HOUR, "上午25:00"),
    ("凌晨9点", R.HALF_DAY_CONTRADICTS, "凌晨9点"),
    ("晚上15点", R.HALF_DAY_CONTRADICTS, "晚上15点"),
    ("3点", R.AMBIGUOUS_HALF_DAY, "3点"),
    ("3:00", R.AMBIGUOUS_HALF_DAY, "3:00"),
    ("7点", R.AMBIGUOUS_HALF_DAY, "7点"),
    ("8点", R.AMBIGUOUS_HALF_DAY, "8点"),
    ("8点-11点", R.AMBIGUOUS_HALF_DAY, "8点"),
    ("7点-晚上9点", R.AMBIGUOUS_HALF_DAY, "7点"),
    ("2点-16点", R.AMBIGUOUS_HALF_DAY, "2点"),
    ("14点-4点", R.AMBIGUOUS_HALF_DAY, "4点"),
    ("上午9点-3点", R.AMBIGUOUS_HALF_DAY, "3点"),
    ("上午9点-8点", R.AMBIGUOUS_HALF_DAY, "8点"),
    ("18:30-9点", R.AMBIGUOUS_HALF_DAY, "9点"),
    ("晚上10点-2点", R.AMBIGUOUS_HALF_DAY, "2点"),
    ("上午12点", R.AMBIGUOUS_HALF_DAY, "上午12点"),
    ("14:00-凌晨1点", R.ENDS_BEFORE_START, "凌晨1点"),
    ("14点-次日2点", R.AMBIGUOUS_HALF_DAY, "2点"),
    ("晚上12点", R.AMBIGUOUS_MIDNIGHT, "晚上12点"),
    ("晚上1点", R.AMBIGUOUS_MIDNIGHT, "晚上1点"),
    ("凌晨12点", R.AMBIGUOUS_MIDNIGHT, "凌晨12点"),
    ("24:00", R.AMBIGUOUS_MIDNIGHT, "24:00"),
    ("9:00-8:00", R.ENDS_BEFORE_START, "8:00"),
    ("9:00-9:00", R.ENDS_BEFORE_START, "9:00"),
    ("22:00-02:00", R.ENDS_BEFORE_START, "02:00"),
    ("下午3点-下午2点", R.ENDS_BEFORE_START, "下午2点"),
    ("14:00，0小时", R.ENDS_BEFORE_START, "14:00 0小时"),
    ("9点，30小时", R.TOO_LONG, "9点30小时"),
    ("9:00-次日10:00", R.TOO_LONG, "9:00-次日10:00"),
    ("上午", R.NEEDS_TIME, "上午"),
    ("上午到下午", R.NEEDS_TIME, "上午"),
    ("9:00左右", R.NOT_UNDERSTOOD, "左右"),
    ("8:30集合，9:00-11:00", R.NOT_UNDERSTOOD, "9:00"),
    ("9:00-11:00-12:00", R.NOT_UNDERSTOOD, "-12:00"),
    ("9:00到", R.NOT_UNDERSTOOD, None),
    ("9:00-1", R.NOT_UNDERSTOOD, "1"),
    ("14:0", R.NOT_UNDERSTOOD, "14:0"),
    ("朝九晚五", R.NOT_UNDERSTOOD, "朝九晚五"),
    ("下午2-4", R.NEEDS_TIME, "下午"),
]


@pytest.mark.parametrize(("typed", "code", "what"), DAYS)
def test_a_day_that_is_not_one_day_is_refused_with_the_reason(typed: str, code: RefusalCode, what: str) -> None:
    assert read_span(typed, WEDNESDAY) == Refusal(code, what)


@pytest.mark.parametrize(("typed", "code", "what"), HOURS)
def test_hours_that_are_not_certain_are_refused_with_the_reason(
    typed: str, code: RefusalCode, what: str | None
) -> None:
    for refused in (
        read_time_range(typed, datetime.date(2026, 12, 5)),
        read_span(f"12月5日 {typed}", WEDNESDAY),
    ):
        assert isinstance(refused, Refusal)
        assert refused.code is code
        assert what is None or refused.what == what


@pytest.mark.parametrize("typed", ["这周六", "28号", "后天", "12月5日"])
def test_a_day_without_hours_asks_for_them(typed: str) -> None:
    assert read_span(typed, WEDNESDAY) == Refusal(R.NEEDS_TIME, typed)


@pytest.mark.parametrize("typed", ["明天面谈", "12月5日9:00取消", "十二月五九点", "12-5-2026 9:00", "下个元旦9:00"])
def test_what_is_left_over_may_change_the_meaning_and_is_refused(typed: str) -> None:
    refused = read_span(typed, WEDNESDAY)
    assert isinstance(refused, Refusal)
    assert refused.code is R.NOT_UNDERSTOOD


def test_a_word_far_behind_the_time_is_not_cut_off() -> None:
    refused = read_span("12月5日9:00" + " " * 500 + "取消", WEDNESDAY)
    assert isinstance(refused, Refusal)
    assert refused.code is R.NOT_UNDERSTOOD


def test_hours_are_no_part_of_a_date_and_a_date_no_part_of_hours() -> None:
    assert read_date("12月5日14:00", WEDNESDAY) == Refusal(R.NOT_UNDERSTOOD, "14:00")
    assert read_date("", WEDNESDAY) == Refusal(R.NEEDS_DATE, "")
    hours = read_time_range("12月5日14:00", datetime.date(2026, 12, 5))
    assert hours == Refusal(R.NOT_UNDERSTOOD, "12月5日14:00")
    assert read_time_range("", datetime.date(2026, 12, 5)) == Refusal(R.NEEDS_TIME, "")


@pytest.mark.parametrize(
    ("now", "typed", "code"),
    [
        ("2027-01-10T10:00", "12月20日", R.NEEDS_YEAR),
        ("2026-11-30T10:00", "28号", R.NEEDS_MONTH),
        ("2026-11-28T10:00", "周六", R.AMBIGUOUS_DAY),
        ("2027-12-01T10:00", "2月29日", R.NEEDS_YEAR),
    ],
)
def test_a_day_that_could_be_behind_or_ahead_is_asked_about(now: str, typed: str, code: RefusalCode) -> None:
    assert read_date(typed, datetime.datetime.fromisoformat(now)) == Refusal(code, typed)
