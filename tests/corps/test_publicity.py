"""公示: verified hours stand open to the team before they are final; an objection stops the clock."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.callbacks.publicity import PublicTap
from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views.cards import activity_card
from bot.views.notices import notice_screen
from bot.views.screen import Screen
from corps import today
from corps.activities import cards
from corps.attendance import reopening
from corps.delivery import notice_facts
from corps.membership import erasure, preferences
from corps.notices.kinds import Kind
from corps.open_hours import Pause, ends_at, of_activity, open_hours
from corps.own_hours import own_cards, own_services
from corps.own_hours.own_services import OwnPlan
from corps.publicity import boards, objections, openings
from corps.records import certificates, hand_in, mine, personal_data, service_hours
from corps.records.certificates import CertificatePeriod
from corps.records.platforms import Platform
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from models import Objection, Report
from models.enums import ObjectionState
from tests.base import Corps, all_due
from tests.corps.forms import open_question

VERIFIED = dt.datetime(2026, 12, 5, 8, 5, tzinfo=dt.UTC)


@pytest.fixture
def people(corps: Corps) -> tuple[int, int, int, int]:
    """Two coordinators, the leader of 民盟 and a member of it, in a corps with seven days of 公示."""
    corps.database.policy = replace(corps.database.policy, publicity_days=7)
    corps.clock.set_wall("2026-12-01 10:00")
    return corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络"), corps.member("张明")


def held(corps: Corps, people: tuple[int, int, int, int]) -> int:
    """Let an activity be held and verified on 5 December at 16:05."""
    wang, li, zhao, zhang = people
    return corps.hold(wang, li, zhao, zhang)


def is_open(corps: Corps, activity: int) -> bool:
    """Tell whether the hours are not final yet."""
    return activity in corps.run(open_hours).activities


def test_hours_stand_open_to_the_team_for_the_days_and_are_final_then(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    wang, _, zhao, zhang = people
    activity, stranger = held(corps, people), corps.member("钱某", "民建")
    assert corps.do(zhang, service_hours.own).still_open == 120
    assert [past.still_open for past in corps.do(zhang, mine.mine, past=True).pasts] == [True]
    for who in (wang, zhao, zhang):
        assert [line.title for line in corps.do(who, boards.list_open).lines] == ["防诈骗公益讲座"]
    card = corps.do(zhang, boards.see, f"a{activity}")
    assert [(one.name.name, one.minutes) for one in card.people] == [("张明", 120)]
    assert card.line.until == VERIFIED + dt.timedelta(days=7)
    assert corps.do(stranger, boards.list_open).lines == ()
    with pytest.raises(Refused):
        corps.do(stranger, boards.see, f"a{activity}")
    corps.clock.set_wall("2026-12-12 16:06")
    assert corps.do(zhang, boards.list_open).lines == ()
    assert corps.do(zhang, service_hours.own).still_open == 0
    with pytest.raises(Refused):
        corps.do(zhang, objections.ask_reason, f"a{activity}")


def test_the_card_says_until_when_and_leads_to_the_objection(corps: Corps, people: tuple[int, int, int, int]) -> None:
    zhang = people[3]
    activity, stranger, voice = held(corps, people), corps.member("钱某", "民建"), Voice("zh", corps.clock)

    def shown(who: int) -> Screen:
        return activity_card(voice, corps.do(who, cards.see, activity))

    assert "公示中，至 12月12日" in shown(zhang).text
    taps = [button.payload for row in shown(zhang).rows for button in row]
    assert PublicTap(f"a{activity}") in taps
    assert "公示" not in shown(stranger).text
    corps.do(zhang, objections.raise_one, f"a{activity}", "人数不对")
    assert "公示暂停" in shown(zhang).text
    other = corps.hold(*people, plan=corps.plan("义诊", "2026-12-06 14:00", "2026-12-06 15:00"))
    corps.clock.set_wall("2026-12-13 15:06")
    assert corps.do(zhang, cards.see, other).public is None


def test_the_team_is_told_once_in_the_evening_what_begins(corps: Corps, people: tuple[int, int, int, int]) -> None:
    _, _, zhao, zhang = people
    quiet, guest = corps.member("周强"), corps.member("钱某", "民建")
    corps.do(quiet, preferences.set_pause, preferences.Pause.WEEK)
    activity = held(corps, people)
    assert corps.run(openings.owe_openings) == 0, "not at each verification"
    own = corps.do(zhang, own_services.hand_in, OwnPlan(dt.date(2026, 12, 4), "值守", "社区", 60)).id or 0
    for who in (zhao, people[0]):
        corps.do(who, own_cards.agree, own, corps.do(who, own_cards.see, own).sign)
    corps.clock.set_wall("2026-12-05 18:31")
    assert corps.run(openings.owe_openings) == 2
    assert corps.run(openings.owe_openings) == 0
    assert corps.told(Kind.PUBLICITY) == {zhao, zhang}
    assert guest not in corps.told(Kind.PUBLICITY)

    due = next(one for one in corps.run(all_due) if one.kind is Kind.PUBLICITY)
    facts = corps.run(notice_facts.load, due)
    assert facts is not None
    assert {line.about for line in facts.the(openings.Opened).lines} == {f"a{activity}", f"o{own}"}
    letter = notice_screen(Voice("zh", corps.clock), due, facts, (), TEXT_LIMITS)
    assert "防诈骗公益讲座" in letter.text
    assert {PublicTap(f"a{activity}"), PublicTap(f"o{own}")} == {one.payload for row in letter.rows for one in row}
    corps.clock.set_wall("2026-12-06 18:31")
    assert corps.run(openings.owe_openings) == 0, "nothing new began"


def test_without_days_nothing_stands_open(corps: Corps, people: tuple[int, int, int, int]) -> None:
    corps.database.policy = replace(corps.database.policy, publicity_days=0)
    assert not is_open(corps, held(corps, people))


def test_an_objection_stops_the_clock_until_a_coordinator_rejects_it(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    wang, _, _, zhang = people
    activity = held(corps, people)
    corps.clock.set_wall("2026-12-08 16:05")
    raised = corps.do(zhang, objections.raise_one, f"a{activity}", "我没有去两小时")
    with pytest.raises(Refused) as refused:
        corps.do(zhang, objections.raise_one, f"a{activity}", "再说一次")
    assert refused.value.reason is Reason.ALREADY_SENT
    asked = [due for due in corps.run(all_due) if due.kind is Kind.OBJECTION]
    assert len(asked) == 2
    assert any(group.matter is today.Matter.OBJECTION for group in corps.do(wang, today.see).groups)
    corps.clock.set_wall("2026-12-20 16:05")
    assert is_open(corps, activity), "the clock stands still"
    card = corps.do(wang, objections.see, raised.id)
    corps.do(wang, objections.ask_answer, raised.id, card.sign)
    asked_for = open_question(corps, wang)
    assert asked_for is not None
    settled = corps.do(wang, objections.take_answer, asked_for, "签到表上有")
    assert isinstance(settled, objections.ObjectionCard)
    assert (settled.state, settled.answer) == (ObjectionState.REJECTED, "签到表上有")
    told = [due for due in corps.run(all_due) if due.kind is Kind.OBJECTION_SETTLED]
    assert [due.member_id for due in told] == [corps.member_id(zhang)]
    corps.clock.set_wall("2026-12-24 16:04")
    assert is_open(corps, activity), "twelve days it stood still"
    corps.clock.set_wall("2026-12-24 16:06")
    assert not is_open(corps, activity)


def test_an_upheld_one_is_the_way_of_taking_the_verification_back(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    wang, li, _, zhang = people
    activity = held(corps, people)
    raised = corps.do(zhang, objections.raise_one, f"a{activity}", "人数不对")
    corps.do(wang, objections.uphold, raised.id, corps.do(wang, objections.see, raised.id).sign)
    corps.clock.set_wall("2026-12-30 10:00")
    assert is_open(corps, activity), "a second coordinator has still to agree"
    report = corps.run(lambda s, _at: s.exec(select(Report)).one())
    assert (report.reopen_by, report.reopen_reason) == (corps.member_id(wang), "人数不对")
    corps.do(li, reopening.decide, activity, "", agrees=True)
    assert not is_open(corps, activity), "nothing of it counts until it is verified anew"


def test_nobody_settles_the_own_objection(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang = people[0]
    activity = held(corps, people)
    raised = corps.do(wang, objections.raise_one, f"a{activity}", "不对")
    with pytest.raises(Refused) as refused:
        corps.do(wang, objections.uphold, raised.id, raised.sign)
    assert refused.value.reason is Reason.SAME_PERSON


def test_records_and_hand_in_count_what_is_final_and_say_what_is_not(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    wang, li, zhao, zhang = people
    held(corps, people)
    with pytest.raises(Refused) as refused:
        corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    assert refused.value.reason is Reason.STILL_OPEN
    corps.clock.set_wall("2026-12-20 10:00")
    corps.hold(wang, li, zhao, zhang, plan=corps.plan("义诊", "2026-12-21 14:00", "2026-12-21 15:00"))
    asked = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    record = corps.do(wang, certificates.issue, asked.id, asked.sign)
    assert record.content is not None
    assert (record.minutes, record.content.open_minutes) == (120, 60)
    platform = Platform("x", "x", sample=True, rounding=Rounding.MINUTE, columns=())
    found = corps.do(wang, hand_in.look, platform, 2026)
    assert (len(found.pending), found.still_open) == (1, 1)


def test_service_elsewhere_stands_open_too(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang, li, zhao, zhang = people
    own = corps.do(zhang, own_services.hand_in, OwnPlan(dt.date(2026, 11, 30), "值守", "社区", 60)).id or 0
    for who in (zhao, wang):
        corps.do(who, own_cards.agree, own, corps.do(who, own_cards.see, own).sign)
    assert [line.about for line in corps.do(zhao, boards.list_open).lines] == [f"o{own}"]
    raised = corps.do(zhao, objections.raise_one, f"o{own}", "那天下雨没有办")
    corps.do(li, objections.uphold, raised.id)
    assert corps.do(wang, own_cards.see, own).withdraw_reason == "那天下雨没有办"


def test_an_erased_persons_words_are_gone_and_the_clock_stood_still(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    zhang = people[3]
    activity = held(corps, people)
    corps.do(zhang, objections.raise_one, f"a{activity}", "我没有去")
    held_data = corps.do(zhang, personal_data.everything).chapters["made"]
    assert any(entry.word == "objection" for entry in held_data)
    corps.do(zhang, erasure.erase)
    row = corps.run(lambda s, _at: s.exec(select(Objection).order_by(col(Objection.id))).one())
    assert (row.reason, row.state, row.settled_at) == ("", ObjectionState.WITHDRAWN, corps.clock.now())


def test_an_objection_of_somebody_erased_waits_for_no_coordinator(
    corps: Corps, people: tuple[int, int, int, int]
) -> None:
    wang, zhang = people[0], people[3]
    activity = held(corps, people)
    raised = corps.do(zhang, objections.raise_one, f"a{activity}", "我没有去")
    until = corps.run(lambda s, at: of_activity(s, at, activity))
    assert until is not None
    assert until.until is None, "the clock stands still"
    corps.do(zhang, erasure.erase)
    with pytest.raises(Refused) as no:
        corps.do(wang, objections.uphold, raised.id)
    assert no.value.reason is Reason.ASKER_GONE
    assert corps.do(wang, objections.waiting_for) == []
    goes_on = corps.run(lambda s, at: of_activity(s, at, activity))
    assert goes_on is not None
    assert goes_on.until is not None, "the clock goes on"
    corps.clock.push(dt.timedelta(days=30))
    assert corps.run(lambda s, at: of_activity(s, at, activity)) is None


def test_the_words_of_a_settled_one_are_kept_for_a_year(corps: Corps, people: tuple[int, int, int, int]) -> None:
    wang, zhang = people[0], people[3]
    activity = held(corps, people)
    raised = corps.do(zhang, objections.raise_one, f"a{activity}", "人数不对")
    corps.do(wang, objections.uphold, raised.id)
    corps.run(objections.forget_old)
    assert corps.do(zhang, objections.see, raised.id).reason == "人数不对"
    corps.clock.push(dt.timedelta(days=366))
    corps.run(objections.forget_old)
    assert corps.do(zhang, objections.see, raised.id).reason == ""


HOURS = st.integers(0, 400)
PAUSES = st.lists(st.tuples(HOURS, HOURS).map(lambda pair: (min(pair), max(pair))), max_size=5)


@given(days=st.integers(0, 10), drawn=PAUSES)
def test_the_clock_runs_its_days_outside_all_pauses(days: int, drawn: list[tuple[int, int]]) -> None:
    pauses: list[Pause] = [
        (VERIFIED + dt.timedelta(hours=begins), VERIFIED + dt.timedelta(hours=ends)) for begins, ends in drawn
    ]
    end = ends_at(VERIFIED, days, pauses)
    assert end is not None
    stood = {hour for begins, ends in drawn for hour in range(begins, ends)}
    assert end == VERIFIED + dt.timedelta(days=days, hours=len(stood))
    assert ends_at(VERIFIED, days, [*pauses, (VERIFIED, None)]) is None
