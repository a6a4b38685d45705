"""The sample corps: lived in, consistent, the same each time, and never mixed with a real one."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import ColumnElement, event
from sqlmodel import Session, SQLModel, col, select

from corps import ratings, sample
from corps.addresses import telegram
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.open_hours import open_hours
from corps.people import recognise
from corps.quotas import tally
from corps.sample.events import MARK_ZH
from corps.sample.story import Story, live
from corps.system.roster import CategoryPlan, Roster, TeamPlan
from models import (
    Activity,
    Attendance,
    Audit,
    HoursEntry,
    Member,
    Notice,
    OwnHoursEntry,
    OwnService,
    Pairing,
    RatingBox,
    Report,
    SignUp,
    Slot,
    Visit,
)
from models.enums import ActivityState, AttendanceState, MemberStatus, NoticeState, OwnState, ReportState, SignUpState
from tests.base import ROSTER, Corps, enter


@pytest.fixture
def lived_in(corps: Corps) -> Corps:
    """The sample corps on Monday, 23 November 2026, in the forenoon."""
    corps.clock.set_wall("2026-11-23 10:00")
    corps.run(sample.begin_anew, ROSTER)
    return corps


def rows(corps: Corps, table: type[SQLModel], *conditions: ColumnElement[bool] | bool) -> list[Any]:
    """Return the rows of a table."""
    return corps.run(lambda s, _at: list(s.exec(select(table).where(*conditions)).all()))


def test_the_year_is_on_pace_here_and_behind_there(lived_in: Corps) -> None:
    lines = {line.category.code: line for line in lived_in.run(tally.tally).lines}
    assert {code: line.verified for code, line in lines.items()} == {
        "lecture": 8, "clinic": 6, "promotion": 9, "care": 10, "pairing": 7,
    }  # fmt: skip
    assert any(line.behind for line in lines.values())
    assert any(not line.behind for line in lines.values())
    assert all(line.planned for code, line in lines.items() if code != "pairing")
    assert lines["pairing"].reported == 1


@pytest.mark.parametrize(
    "wall",
    [
        "2028-02-29 06:30",
        *(
            pytest.param(one, marks=pytest.mark.long)
            for one in ("2027-01-03 23:30", "2026-06-30 12:00", "2026-12-31 08:00")
        ),
    ],
)
def test_it_can_be_made_on_any_day_at_any_hour(corps: Corps, wall: str) -> None:
    corps.clock.set_wall(wall)
    corps.run(sample.begin_anew, ROSTER)
    states = Counter(activity.state for activity in rows(corps, Activity))
    assert states[ActivityState.VERIFIED] > 25
    assert states[ActivityState.REPORTED] == 2
    assert states[ActivityState.DRAFT] == 1
    assert len([a for a in rows(corps, Activity) if a.starts_at > corps.clock.now()]) == 7


def test_it_is_made_quickly(corps: Corps) -> None:
    said: list[str] = []
    event.listen(corps.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    corps.run(sample.begin_anew, ROSTER)
    assert len(said) < 8_000, "the start waits for it"


def test_it_is_the_same_for_the_same_moment(corps: Corps) -> None:
    def picture(session: Session, _at: Moment) -> list[Any]:
        people = session.exec(select(Member.name, Member.status).order_by(col(Member.id))).all()
        columns = (Activity.title, Activity.starts_at, Activity.state)
        activities = session.exec(select(*columns).order_by(col(Activity.id))).all()
        # What each trace is about has ids in it, and PostgreSQL goes on counting after a table is emptied.
        trace = session.exec(select(Audit.at, Audit.action).order_by(col(Audit.id))).all()
        return [people, activities, trace]

    corps.run(sample.begin_anew, ROSTER)
    first = corps.run(picture)
    corps.run(sample.begin_anew, ROSTER)
    assert corps.run(picture) == first


def test_everything_is_plainly_a_sample(lived_in: Corps) -> None:
    assert all(activity.title.endswith(MARK_ZH) for activity in rows(lived_in, Activity))
    assert all(report.words.endswith(MARK_ZH) for report in rows(lived_in, Report))
    assert all(pairing.partner.endswith(MARK_ZH) for pairing in rows(lived_in, Pairing))
    assert "示例" in lived_in.run(sample.cast).circle.title


def test_every_screen_has_something_to_show(lived_in: Corps) -> None:
    now = lived_in.clock.now()
    published = rows(lived_in, Activity, Activity.state == ActivityState.PUBLISHED)
    reports = Counter(report.state for report in rows(lived_in, Report))
    signups = Counter(row.state for row in rows(lived_in, SignUp))
    assert reports[ReportState.SUBMITTED] == 2
    assert reports[ReportState.RETURNED] == 1
    assert signups[SignUpState.OFFERED] == 1
    assert signups[SignUpState.WAITLISTED] == 1
    reported = {report.activity_id for report in rows(lived_in, Report)}
    assert [a.title for a in published if a.ends_at < now and a.id not in reported] == [f"爱心衣物整理与发放{MARK_ZH}"]
    assert len([slot for slot in rows(lived_in, Slot) if slot.open and slot.team_id is None]) == 3
    assert [m.name for m in rows(lived_in, Member, Member.status == MemberStatus.APPLICANT)] == ["罗晓燕"]


def test_what_was_added_beside_the_activities_is_there_too(lived_in: Corps) -> None:
    own = Counter((row.state, row.confirmed_by is not None) for row in rows(lived_in, OwnService))
    waiting = {(OwnState.HANDED_IN, False): 1, (OwnState.CONFIRMED, True): 1}
    assert own == {**waiting, (OwnState.VERIFIED, True): 2}
    assert sum(row.minutes for row in rows(lived_in, OwnHoursEntry)) == 210
    visits = [row.activity_id for row in rows(lived_in, Visit)]
    assert {row.state for row in rows(lived_in, Activity) if row.id in visits} == {ActivityState.VERIFIED}
    assert len(visits) == 2
    (rated,) = rows(lived_in, RatingBox)
    thought = lived_in.run(lambda s, _at: ratings.summary(s, rated.activity_id))
    assert (thought.readable, thought.given, thought.guests) == (True, 7, 3)
    lived_in.database.policy = replace(lived_in.database.policy, publicity_days=7)
    found = lived_in.run(open_hours)
    assert found.activities
    assert found.own


def test_hours_belong_to_those_who_were_there(lived_in: Corps) -> None:
    verified = {a.id for a in rows(lived_in, Activity, Activity.state == ActivityState.VERIFIED)}
    present = {
        (row.activity_id, row.member_id)
        for row in rows(lived_in, Attendance, Attendance.state == AttendanceState.PRESENT)
        if row.activity_id in verified
    }
    assert {(entry.activity_id, entry.member_id) for entry in rows(lived_in, HoursEntry)} == present
    assert len(present) > 60
    assert any(row.state is AttendanceState.EXCUSED for row in rows(lived_in, Attendance))


def test_nobody_verified_their_own_report(lived_in: Corps) -> None:
    decided = [report for report in rows(lived_in, Report) if report.verifier_id is not None]
    assert decided
    assert all(report.verifier_id != report.reporter_id for report in decided)


def test_the_trace_is_in_the_order_of_time_and_ends_before_now(lived_in: Corps) -> None:
    trace = lived_in.run(lambda s, _at: s.exec(select(Audit.at).order_by(col(Audit.id))).all())
    assert list(trace) == sorted(trace)
    assert trace[-1] <= lived_in.clock.now()


def test_each_has_a_handful_of_messages_waiting_and_the_past_is_past(lived_in: Corps) -> None:
    owed = rows(lived_in, Notice, Notice.state == NoticeState.OWED)
    handfuls = Counter(lived_in.to(notice) for notice in owed)
    assert max(handfuls.values()) <= 4
    assert len(handfuls) >= 15
    kinds = {Kind(notice.kind) for notice in owed}
    wanted = {Kind.CARD, Kind.OFFER, Kind.JOIN_REQUEST, Kind.REPORT_REQUEST, Kind.VERIFY_REQUEST, Kind.RETURNED}
    assert kinds == wanted
    assert all(notice.due_at <= lived_in.clock.now() < notice.expires_at for notice in owed)
    sent = rows(lived_in, Notice, Notice.state == NoticeState.SENT)
    assert len(sent) > 100
    assert all(notice.sent_at <= lived_in.clock.now() for notice in sent)


def test_on_the_next_start_the_newest_messages_are_owed_once_more(lived_in: Corps) -> None:
    def send_all(session: Session, at: Moment) -> set[int | None]:
        owed = session.exec(select(Notice).where(Notice.state == NoticeState.OWED)).all()
        for notice in owed:
            notice.state, notice.sent_at = NoticeState.SENT, at.now
        return {notice.id for notice in owed}

    sent = lived_in.run(send_all)
    activities = len(rows(lived_in, Activity))
    lived_in.run(sample.wake, ROSTER)
    assert {notice.id for notice in rows(lived_in, Notice, Notice.state == NoticeState.OWED)} == sent
    assert len(rows(lived_in, Activity)) == activities


def test_the_cast_says_who_is_what(lived_in: Corps) -> None:
    cast = lived_in.run(sample.cast)
    notes = {player.name: (player.note, player.started) for player in cast.players}
    assert notes["王建华"] == ("统筹", True)
    assert notes["陈静怡"] == ("民盟分团 联络员", True)
    assert notes["张明"] == ("民盟分团 成员", True)
    assert notes["罗晓燕"] == ("新来的 · 等待通过", True)
    assert notes["唐小雨"] == ("新来的", False)
    newcomer = next(player for player in cast.players if player.name == "唐小雨")
    assert lived_in.run(lambda s, at: recognise(s, at, telegram(newcomer.number))).member_id is None
    assert cast.circle.members[0] == 2001


def test_a_newcomer_who_has_joined_is_in_the_cast_once(lived_in: Corps) -> None:
    lived_in.run(
        lambda s, at: enter(s, at, Member(name="唐小雨", status=MemberStatus.ACTIVE, created_at=at.now), telegram(5001))
    )
    assert [p.number for p in lived_in.run(sample.cast).players].count(5001) == 1


def test_a_roster_of_two_other_teams_and_one_category_will_do(corps: Corps) -> None:
    roster = Roster(
        teams=(TeamPlan("一分团", "一"), TeamPlan("二分团", "二")),
        categories=(CategoryPlan("sport", "健身指导", "Sports", "场", "activity"),),
    )
    corps.run(lambda s, at: sample.begin_anew(s, at, roster))
    line = next(line for line in corps.run(tally.tally).lines if line.category.code == "sport")
    assert line.verified > 20


def test_a_sample_is_told_from_a_real_corps_and_from_an_empty_database(corps: Corps) -> None:
    with corps.engine.connect() as connection:
        assert (sample.is_sample(connection), sample.is_taken(connection)) == (False, False)
    corps.coordinator("王统筹")
    with corps.engine.connect() as connection:
        assert (sample.is_sample(connection), sample.is_taken(connection)) == (False, True)
    corps.run(sample.begin_anew, ROSTER)
    with corps.engine.connect() as connection:
        assert (sample.is_sample(connection), sample.is_taken(connection)) == (True, False)


def test_stories_are_told_together_in_the_order_of_time_and_cut_off_at_the_present(corps: Corps) -> None:
    told: list[str] = []
    begin = corps.clock.now()

    def story(name: str, *hours: int) -> Story:
        for hour in hours:
            at = yield begin + dt.timedelta(hours=hour)
            told.append(f"{name}{(at.now - begin) // dt.timedelta(hours=1)}")

    live([story("甲", 1, 4, 9), story("乙", 2, 3, 5)], corps.database.policy, begin + dt.timedelta(hours=4))
    assert told == ["甲1", "乙2", "乙3", "甲4"]
