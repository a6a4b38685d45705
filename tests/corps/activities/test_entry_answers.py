"""Filling in an activity: pasted, typed and tapped answers are understood or refused, never guessed."""

import datetime as dt

import pytest

from corps.activities import entry_answers
from corps.activities.entry_answers import Problem, Step
from corps.system.roster import USUAL_VENUES
from corps.teams import Choices

NOW = dt.datetime.fromisoformat("2026-12-02 10:00")
CHOICES = Choices(
    categories={
        "lecture": ("公益讲座", "讲座"),
        "clinic": ("健康义诊", "义诊"),
        "promotion": ("沙磁好物推介", "推介"),
        "pairing": ("助农结对", "结对"),
    },
    teams={"2": ("民盟分团", "民盟"), "5": ("农工党分团", "农工党")},
    pairing=frozenset({"pairing"}),
    venues={plan.code: (plan.code, plan.name_zh, plan.name_en, *plan.words) for plan in USUAL_VENUES},
)
NOTICE = """活动：防诈骗公益讲座
类别：公益讲座
时间：2026-12-05 14:00-16:00
地点：磁器口街道金蓉社区
场所：社区
岗位：主讲人 1，志愿者 5
分团：民盟分团"""


def test_a_whole_notice_leaves_nothing_to_ask() -> None:
    data, problems = entry_answers.absorb({}, NOTICE, NOW, CHOICES)
    assert problems == []
    assert entry_answers.next_step(data, NOW) is None
    assert data["category"] == "lecture"
    assert data["teams"] == [2]


def test_the_order_of_the_lines_and_the_width_of_the_colon_do_not_matter() -> None:
    shuffled = "\n".join(reversed(NOTICE.replace("：", ":").splitlines()))
    assert entry_answers.absorb({}, shuffled, NOW, CHOICES)[0] == entry_answers.absorb({}, NOTICE, NOW, CHOICES)[0]


@pytest.mark.parametrize(
    ("missing", "step"),
    [("活动", Step.TITLE), ("类别", Step.CATEGORY), ("时间", Step.TIME), ("地点", Step.PLACE), ("场所", Step.VENUE),
     ("岗位", Step.SLOTS), ("分团", Step.TEAMS)],
)  # fmt: skip
def test_what_is_missing_is_asked_for(missing: str, step: Step) -> None:
    text = "\n".join(line for line in NOTICE.splitlines() if not line.startswith(missing))
    data, _ = entry_answers.absorb({}, text, NOW, CHOICES)
    assert entry_answers.next_step(data, NOW) is step


def test_an_unclear_time_is_asked_about_and_the_rest_is_kept() -> None:
    data, problems = entry_answers.absorb({}, NOTICE.replace("2026-12-05 14:00-16:00", "12月5日3点"), NOW, CHOICES)
    assert problems == [Problem(Step.TIME, "ambiguous_half_day", "3点")]
    assert data["title"] == "防诈骗公益讲座"
    assert entry_answers.next_step(data, NOW) is Step.TIME


def test_a_time_in_the_past_asks_why() -> None:
    data, _ = entry_answers.absorb({}, NOTICE.replace("2026-12-05", "2026-11-05"), NOW, CHOICES)
    assert entry_answers.next_step(data, NOW) is Step.REASON


def test_a_time_without_an_end_asks_until_when() -> None:
    data, _ = entry_answers.absorb({}, NOTICE.replace("14:00-16:00", "14:00"), NOW, CHOICES)
    assert entry_answers.next_step(data, NOW) is Step.END
    for text in ("16:30", "2小时", "下午四点半"):
        assert not isinstance(entry_answers.answer(data, Step.END, text, NOW, CHOICES), Problem), text


def test_a_date_alone_asks_for_the_hours() -> None:
    data = entry_answers.answer({}, Step.TIME, "2026-12-05", NOW, CHOICES)
    assert data == {"day": "2026-12-05"}
    then = entry_answers.answer({"day": "2026-12-05"}, Step.TIME, "下午两点到四点", NOW, CHOICES)
    assert then == {"starts": "2026-12-05T14:00:00", "ends": "2026-12-05T16:00:00"}


def test_slots_may_name_their_own_category_and_team() -> None:
    text = "义诊医生 4（健康义诊，农工党分团），推介员 2（沙磁好物推介），志愿者 6（待认领）"
    data = entry_answers.answer({}, Step.SLOTS, text, NOW, CHOICES)
    assert isinstance(data, dict)
    assert [(s["role"], s["category"], s["team"], s["open"]) for s in data["slots"]] == [
        ("义诊医生", "clinic", 5, False),
        ("推介员", "promotion", None, False),
        ("志愿者", None, None, True),
    ]


def test_a_pairing_is_no_event() -> None:
    assert entry_answers.answer({}, Step.CATEGORY, "助农结对", NOW, CHOICES) == Problem(
        Step.CATEGORY, "pairing", "助农结对"
    )


def test_several_teams_or_open_to_claim() -> None:
    assert entry_answers.answer({}, Step.TEAMS, "民盟分团，农工党", NOW, CHOICES) == {"teams": [2, 5], "open": False}
    assert entry_answers.answer({}, Step.TEAMS, "待认领", NOW, CHOICES) == {"teams": [], "open": True}
    assert entry_answers.answer({}, Step.TEAMS, "民盟，火星分团", NOW, CHOICES) == Problem(
        Step.TEAMS, "unknown", "火星分团"
    )


def test_words_without_any_field_become_the_title() -> None:
    assert entry_answers.absorb({}, "重阳慰问", NOW, CHOICES) == ({"title": "重阳慰问"}, [])


def test_a_line_that_fits_nowhere_is_shown_not_swallowed() -> None:
    _, problems = entry_answers.absorb({}, NOTICE + "\n\n联系人：老王", NOW, CHOICES)
    assert problems == [Problem(Step.NOTES, "unplaced", "联系人：老王")]


def test_what_was_filled_in_is_told() -> None:
    data = entry_answers.answer({}, Step.TIME, "12月5日 9点-11点", NOW, CHOICES)
    assert isinstance(data, dict)
    assert set(data["assumed"]) >= {"morning", "year"}


def test_what_is_under_way_is_no_back_entry_and_is_not_asked_why() -> None:
    data, _ = entry_answers.absorb({}, NOTICE, NOW, CHOICES)
    assert entry_answers.next_step(data, dt.datetime.fromisoformat("2026-12-05 15:00")) is None
    assert entry_answers.next_step(data, dt.datetime.fromisoformat("2026-12-05 16:00")) is Step.REASON


def talk(step: Step, *answers: str, data: dict[str, object] | None = None) -> dict[str, object]:
    """Answer one question in several messages, the last of which is enough; return what is known then."""
    known = dict(data or {})
    for text in answers[:-1]:
        taken = entry_answers.answer(known, step, text, NOW, CHOICES)
        known = known | taken.kept if isinstance(taken, Problem) else taken
    done = entry_answers.answer(known, step, answers[-1], NOW, CHOICES)
    assert isinstance(done, dict), done
    return done


@pytest.mark.parametrize(
    "answers", [("下周六上午", "9点半到12点"), ("9点半到12点", "下周六"), ("下周六", "上午", "9点半到12点")]
)
def test_half_a_time_is_kept_for_the_next_answer(answers: tuple[str, ...]) -> None:
    time = talk(Step.TIME, *answers)
    assert (time["starts"], time["ends"]) == ("2026-12-12T09:30:00", "2026-12-12T12:00:00")
    assert not {"day", "half"} & set(time)


def test_the_buttons_for_the_hours_go_with_what_was_said_of_the_day() -> None:
    morning = entry_answers.answer({}, Step.TIME, "下周六上午", NOW, CHOICES)
    assert isinstance(morning, dict)
    assert entry_answers.fits_time(morning, "09:00-11:00")
    assert not entry_answers.fits_time(morning, "14:00-16:00")
    assert entry_answers.fits_time({"day": "2026-12-12"}, "14:00-16:00")


def test_half_an_end_is_kept_and_may_be_on_the_next_day() -> None:
    starts = {"starts": "2026-12-05T14:00:00"}
    asked = entry_answers.answer(dict(starts), Step.END, "4点", NOW, CHOICES)
    assert asked == Problem(Step.END, "ambiguous_half_day", "4点")
    assert talk(Step.END, "4点", "下午", data=dict(starts))["ends"] == "2026-12-05T16:00:00"
    late = talk(Step.END, "凌晨1点", data={"starts": "2026-12-05T22:00:00"})
    assert late["ends"] == "2026-12-06T01:00:00"


def test_two_teams_in_one_breath_are_two_and_an_unknown_one_is_named() -> None:
    assert talk(Step.TEAMS, "民盟和农工") == {"teams": [2, 5], "open": False}
    asked = entry_answers.answer({}, Step.TEAMS, "民盟与火星", NOW, CHOICES)
    assert isinstance(asked, Problem)
    assert (asked.code, asked.what, asked.kept) == ("unknown", "火星", {"ticked": [2]})
    assert talk(Step.TEAMS, "民盟与火星", "农工党")["teams"] == [2, 5]


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        (("主讲人 1，志愿者", "5"), {"主讲人": 1, "志愿者": 5}),
        (("主讲人，志愿者", "1", "5个"), {"主讲人": 1, "志愿者": 5}),
        (("主讲人 1，志愿者 约5", "很多", "志愿者 5"), {"主讲人": 1, "志愿者": 5}),
        (("主讲人 1，志愿者", "主讲人 2，志愿者 6"), {"主讲人": 2, "志愿者": 6}),
    ],
)
def test_an_answer_about_one_slot_mends_the_list(answers: tuple[str, ...], places: dict[str, int]) -> None:
    slots = talk(Step.SLOTS, *answers)["slots"]
    assert isinstance(slots, list)
    assert {slot["role"]: slot["places"] for slot in slots} == places


def test_a_slot_of_two_teams_is_asked_about() -> None:
    asked = entry_answers.answer({}, Step.SLOTS, "医生 2（民盟和农工）", NOW, CHOICES)
    assert asked == Problem(Step.SLOTS, "note", "民盟和农工")


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("社区", "community"),
        ("街道", "community"),
        ("村", "village"),
        ("企业", "enterprise"),
        ("学校", "school"),
        ("第一小学", "school"),
        ("医院", "hospital"),
        ("广场", "square"),
        ("线上", "online"),
    ],
)
def test_a_kind_of_place_is_its_own(typed: str, kind: str) -> None:
    assert entry_answers.answer({}, Step.VENUE, typed, NOW, CHOICES) == {"venue": kind}


@pytest.mark.parametrize("typed", ["养老院", "社区和学校", "磁器口"])
def test_a_place_of_no_known_kind_is_asked_about(typed: str) -> None:
    assert entry_answers.answer({}, Step.VENUE, typed, NOW, CHOICES) == Problem(Step.VENUE, "unknown", typed)


def test_the_lines_below_a_title_are_named_when_they_fit_nowhere() -> None:
    data, problems = entry_answers.absorb({}, "重阳慰问\n地点磁器口", NOW, CHOICES)
    assert data == {"title": "重阳慰问"}
    assert problems == [Problem(Step.NOTES, "unplaced", "地点磁器口")]


@pytest.mark.parametrize("typed", ["除民盟外", "全体除民盟", "全体（不含民盟）", "除了民盟以外的所有分团", "不要民盟"])
def test_a_team_that_is_left_out_is_not_in(typed: str) -> None:
    assert talk(Step.TEAMS, typed) == {"teams": [5], "open": False}


@pytest.mark.parametrize("typed", ["除火星外", "农工党，不要民盟", "除民盟和火星外"])
def test_what_may_be_left_out_is_named_in_whole_and_nothing_is_ticked(typed: str) -> None:
    asked = entry_answers.answer({}, Step.TEAMS, typed, NOW, CHOICES)
    assert isinstance(asked, Problem)
    assert (asked.what, asked.kept) == (typed, {})
