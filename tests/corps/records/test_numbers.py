"""The 数据一览: its numbers are those of the ledger and of the five lines, whatever the corps has done (Hypothesis)."""

import datetime as dt
import struct
from dataclasses import dataclass
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlmodel import Session, select

from bot.documents.figures import figures_png
from bot.documents.spreadsheet import write_workbook
from bot.texts.voice import Voice
from bot.views import numbers as views
from corps.moment import Moment
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.parsing.periods import Period, month_of, year_of
from corps.quotas import tally
from corps.records import ledger, numbers
from corps.records.numbers import Asking, Figures, Numbers
from corps.refusals import Refused
from models import Activity, ActivityTeam, Attendance, HoursEntry, Member, Pairing, Report, Slot
from models.enums import ActivityState, AttendanceState, CountedBy, PairingState, ReportState, Source
from tests.base import Corps

TEAMS = ("民盟", "民建", "农工党")
YEAR = year_of(dt.date(2026, 12, 2))


@dataclass(frozen=True)
class Drawn:
    """An activity: its day, how far it has come, its teams and categories, who came for which slot, guests."""

    day: dt.date
    state: ActivityState
    teams: tuple[int, ...]
    categories: tuple[str, ...]
    came: tuple[tuple[int, int], ...]
    guests: int
    helped: int


HELD = st.lists(
    st.builds(
        Drawn,
        day=st.dates(dt.date(2025, 11, 1), dt.date(2026, 12, 31)),
        state=st.sampled_from([*[ActivityState.VERIFIED] * 4, ActivityState.REPORTED, ActivityState.CANCELLED]),
        teams=st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True).map(tuple),
        categories=st.lists(st.sampled_from(["lecture", "clinic", "care"]), min_size=1, unique=True).map(tuple),
        came=st.dictionaries(st.integers(0, 3), st.integers(0, 5)).map(lambda drawn: tuple(drawn.items())),
        guests=st.integers(0, 2),
        helped=st.integers(0, 300),
    ),
    max_size=8,
)
PAIRED = st.lists(
    st.tuples(st.dates(dt.date(2025, 11, 1), dt.date(2026, 12, 2)), st.sampled_from(list(PairingState))), max_size=4
)


def fill(session: Session, at: Moment, people: list[Member], teams: list[int], held: list[Drawn]) -> None:
    """Put what was drawn in the place of all there is; the second of the people is in no team."""
    for table in (HoursEntry, Attendance, Report, Slot, ActivityTeam, Activity, Pairing):
        for row in session.exec(select(table)).all():
            session.delete(row)
        session.flush()
    for number, drawn in enumerate(held):
        starts = at.policy.zone.instant(dt.datetime.combine(drawn.day, dt.time(14)))
        activity = Activity(
            title=f"活动{number}", starts_at=starts, ends_at=starts + dt.timedelta(hours=2), local_date=drawn.day,
            year=drawn.day.year, place="", venue="village", state=drawn.state, created_by=people[0].id or 0,
            created_at=at.now, check_in_code=str(number), serves=",".join(sorted(drawn.categories)),
            guests=[f"嘉宾{guest}" for guest in range(drawn.guests)],
        )  # fmt: skip
        session.add(activity)
        session.flush()
        own, slots = activity.id or 0, []
        for team in drawn.teams:
            session.add(ActivityTeam(activity_id=own, team_id=teams[team]))
            slots += [
                Slot(activity_id=own, category=category, role="", places=9, team_id=teams[team])
                for category in drawn.categories
            ]
        session.add_all(slots)
        session.flush()
        session.add(
            Report(activity_id=own, reporter_id=people[0].id or 0, state=ReportState.SUBMITTED, submitted_at=at.now,
                   beneficiaries=drawn.helped, counted_by=CountedBy.HEADCOUNT)
        )  # fmt: skip
        for who, place in drawn.came:
            slot, member = slots[place % len(slots)], people[who]
            session.add(
                Attendance(activity_id=own, member_id=member.id or 0, slot_id=slot.id or 0, marked_by=member.id or 0,
                           team_id=slot.team_id if member.team_id else None, state=AttendanceState.PRESENT,
                           source=Source.SELF_CHECKED, marked_at=at.now)
            )  # fmt: skip
            if drawn.state is ActivityState.VERIFIED:
                session.add(
                    HoursEntry(member_id=member.id or 0, activity_id=own, slot_id=slot.id or 0, minutes=100 + place,
                               source=Source.SELF_CHECKED, entered_by=1, confirmed_by=1, at=at.now)
                )  # fmt: skip


def pair(session: Session, at: Moment, who: int, teams: list[int], drawn: list[tuple[dt.date, PairingState]]) -> None:
    """Enter pairings as they were drawn; one that has ended did so in the December of its year."""
    for since, state in drawn:
        session.add(
            Pairing(team_id=teams[0], partner="村", since=since, year=since.year, state=state, registered_by=who,
                    registered_at=at.now, confirmed_by=who,
                    ended_on=dt.date(2026, 12, 2) if state is PairingState.ENDED else None)
        )  # fmt: skip


def adds_up(told: Figures) -> None:
    """Tell whether the teams' rows come to the totals above them."""
    assert sum(team.times for team in told.teams) == told.times
    assert sum(team.minutes for team in told.teams) == told.minutes
    assert {team.team for team in told.teams} >= set(TEAMS)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(held=HELD, paired=PAIRED)
def test_numbers_ledger_and_five_lines_agree(
    corps: Corps, held: list[Drawn], paired: list[tuple[dt.date, PairingState]]
) -> None:
    if not (people := corps.run(lambda s, _at: [row.id or 0 for row in s.exec(select(Member)).all()])):
        corps.coordinator(), corps.person("无分团"), corps.member("张明"), corps.member("李伟", "民建")
        people = corps.run(lambda s, _at: [row.id or 0 for row in s.exec(select(Member)).all()])
    teams = [corps.team(name) for name in TEAMS]

    def compare(session: Session, at: Moment) -> None:
        rows = [session.get_one(Member, own) for own in people]
        fill(session, at, rows, teams, held)
        pair(session, at, people[0], teams, paired)
        session.flush()
        whole = numbers.figures(session, at, YEAR)
        total = ledger.total(ledger.counted_rows(session, at, YEAR.first, YEAR.last))
        assert (whole.activities, whole.times, whole.minutes, whole.beneficiaries) == (
            total.activities, total.people, total.minutes, total.beneficiaries,
        )  # fmt: skip
        quota = tally.tally(session, at, 2026)
        assert {line.category.code: line.verified for line in quota.lines if line.verified} == {
            code: number for code, number in whole.by_category.items() if number
        }
        months = [numbers.figures(session, at, month_of(dt.date(2026, month, 1))) for month in range(1, 13)]
        for name in ("activities", "times", "minutes", "beneficiaries", "guests"):
            assert sum(getattr(month, name) for month in months) == getattr(whole, name)
        adds_up(whole)
        came = {who for drawn in held for who, _ in drawn.came
                if drawn.state is ActivityState.VERIFIED and drawn.day.year == 2026}  # fmt: skip
        assert whole.persons == len(came)

    corps.run(compare)


def a_month(corps: Corps) -> int:
    """Let a lecture with two people be held and verified, and a pairing be confirmed. Returns the coordinator."""
    wang, li, leader = corps.coordinator("王统筹"), corps.coordinator("李统筹"), corps.leader("赵联络")
    corps.hold(wang, li, leader, corps.member("张明"), corps.member("李伟"))
    plan = PairingPlan(corps.team("民建"), "天池村", "", dt.date(2026, 11, 12))
    corps.do(li, pairings.confirm, corps.do(wang, pairings.register, plan).id)
    return wang


def spoken(corps: Corps, found: Numbers | Asking) -> str:
    """Return the message."""
    assert isinstance(found, Numbers)
    return views.screen(Voice("zh", corps.clock), found).text


def test_the_message_says_all_of_it_beside_the_span_before(corps: Corps) -> None:
    text = spoken(corps, corps.do(a_month(corps), numbers.read))
    assert "2026年12月（截至12月5日）" in text
    assert "2026年11月1日–11月5日" in text
    assert "活动 <b>1</b> 场（0）" in text
    assert "受益人次 <b>80</b>（0）" in text
    assert "志愿者 <b>2</b> 人次（0），<b>2</b> 人（0）" in text
    assert "服务时长 <b>4</b> 小时（0）" in text
    assert "公益讲座 <b>1</b> 场（0），2026 年 1/10" in text
    assert "助农结对 <b>0</b> 个（0），2026 年 1/10" in text
    assert "民盟：1 场，2 人次，4 小时" in text
    assert sum(f"{team}：" in text for team in ("民革", "民盟", "民建", "民进", "农工党", "致公党", "九三")) == 7
    assert text.count("0 场，0 人次，0 小时") == 11


def test_two_dates_as_they_are_typed(corps: Corps) -> None:
    wang = a_month(corps)
    assert "助农结对 <b>1</b> 个（0）" in spoken(corps, corps.do(wang, numbers.read, "11月1日到12月3日"))
    assert "活动 <b>1</b> 场" in spoken(corps, corps.do(wang, numbers.read, "本季度"))


def test_what_is_no_span_is_named_and_asked_for(corps: Corps) -> None:
    asked = corps.do(corps.coordinator(), numbers.read, "上上上月")
    assert asked == Asking("上上上月")
    assert isinstance(asked, Asking)
    assert "没看懂「上上上月」" in views.ask_screen(Voice("zh", corps.clock), asked).text


def test_only_coordinators_read_them(corps: Corps) -> None:
    for who in (corps.member("张明"), corps.leader("赵联络")):
        with pytest.raises(Refused):
            corps.do(who, numbers.see, YEAR)
    with pytest.raises(Refused):
        corps.do(corps.coordinator(), numbers.see, Period(dt.date.min, dt.date.min))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_is_for_a_telephone_and_the_sheet_holds_the_same(corps: Corps, language: str) -> None:
    found, voice = corps.do(a_month(corps), numbers.read), Voice(language, corps.clock)
    assert isinstance(found, Numbers)
    png = figures_png(views.picture(voice, found))
    width, height = struct.unpack(">II", png[16:24])
    assert png.startswith(b"\x89PNG")
    assert (width, height < 3000) == (900, True)
    sheet = CalamineWorkbook.from_filelike(BytesIO(write_workbook(views.sheets(voice, found)))).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert [row[1:3] for row in rows[1:6]] == [[1, 0], [80, 0], [2, 0], [2, 0], [4, 0]]


@pytest.mark.parametrize(
    "typed", ["2026-10", "2026-10-01 to 2026-11-15", "Q3 2026", "2025-12-20 to 2026-01-05", "2025"]
)
def test_what_the_numbers_say_in_english_they_are_of_can_be_typed_again(corps: Corps, typed: str) -> None:
    wang, voice = corps.coordinator(), Voice("en", corps.clock)
    found = corps.do(wang, numbers.read, typed)
    assert isinstance(found, Numbers)
    said = views.span_words(voice, found)
    assert "-" not in said, "dates as people write them, no ISO"
    again = corps.do(wang, numbers.read, said)
    assert isinstance(again, Numbers)
    assert again.asked == found.asked


def test_a_day_as_it_is_noted_is_said_as_people_write_it(corps: Corps) -> None:
    assert [Voice(language, corps.clock).noted_day("2026-12-05") for language in ("zh", "en")] == [
        "2026年12月5日", "5 Dec 2026",
    ]  # fmt: skip
    assert [Voice("en", corps.clock).noted_day(text) for text in ("2026-13-45", "张明", "")] == [
        "2026-13-45",
        "张明",
        "",
    ]
