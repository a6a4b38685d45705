"""Visits of pairings: recorded by the team, verified by a second person, credited, counted, and missed."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.texts.voice import Voice
from bot.views.new_activity import time_trouble
from bot.views.pairings import list_screen, pairing_card
from bot.views.planning import visits as views
from corps import today
from corps.attendance import report_form, reports
from corps.attendance.reports import Account
from corps.notices.kinds import Kind
from corps.pairings import pairing_cards, pairings
from corps.pairings.pairings import PairingPlan
from corps.parsing.times import RefusalCode
from corps.quotas import digests, tally
from corps.refusals import Reason, Refused
from corps.today import Matter
from corps.visits import reminders, visit_form
from corps.visits.visit_form import WHEN
from models import HoursEntry, Member
from models.enums import CountedBy, PairingCounts, Source
from tests.base import Corps
from tests.corps.forms import say


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


@pytest.fixture
def zhao(corps: Corps) -> int:
    """The leader of 民盟."""
    return corps.leader("赵联络")


@pytest.fixture
def pairing(corps: Corps, wang: int, zhao: int) -> int:
    """A confirmed pairing of 民盟 since March."""
    plan = PairingPlan(corps.team("民盟"), "天池村", "歌乐山镇", dt.date(2026, 3, 1))
    found = corps.do(zhao, pairings.register, plan).id
    corps.do(wang, pairings.confirm, found)
    return found


def visit(corps: Corps, who: int, pairing: int, *people: int, when: str = "2026-12-01 9:00-11:00") -> int:
    """Record a visit and return its activity's id."""
    corps.do(who, visit_form.begin, pairing)
    say(corps, who, visit_form.take, when)
    for one in people:
        corps.do(who, visit_form.choose, corps.member_id(one), went=True)
    stand = corps.do(who, visit_form.record, "走访", "k")
    return stand.card.id


def test_a_visit_is_an_activity_whose_hours_are_credited_once_its_report_is_verified(
    corps: Corps, wang: int, zhao: int, pairing: int
) -> None:
    zhang = corps.member("张明")
    activity = visit(corps, zhao, pairing, zhao, zhang)
    assert [one.day for one in corps.do(zhao, pairing_cards.see, pairing).visits] == [dt.date(2026, 12, 1)]
    corps.do(zhao, reports.submit, activity, Account(3, CountedBy.HEADCOUNT, "看了果园"))
    with pytest.raises(Refused):
        corps.do(zhao, report_form.verify, activity)
    corps.do(wang, reports.verify, activity)
    entries = corps.run(lambda s, _at: list(s.exec(select(HoursEntry)).all()))
    assert {(entry.member_id, entry.minutes, entry.source) for entry in entries} == {
        (corps.member_id(one), 120, Source.LEADER_CONFIRMED) for one in (zhao, zhang)
    }
    counted = {line.category.code: line.verified for line in corps.run(tally.tally).lines}
    assert counted["pairing"] == 1, "the pairing counts, its visit is no second one"


def test_by_the_corps_rule_a_pairing_counts_only_once_it_was_visited_in_its_year(
    corps: Corps, wang: int, zhao: int, pairing: int
) -> None:
    corps.database.policy = replace(corps.database.policy, pairing_counts=PairingCounts.VISITED)

    def counts() -> tuple[int, bool]:
        line = next(line for line in corps.run(tally.tally).lines if line.pairing)
        return line.verified, corps.do(wang, pairing_cards.list_year).lines[0].counts

    assert counts() == (0, False)
    activity = visit(corps, zhao, pairing, zhao)
    assert counts() == (0, False), "a plan or a report does not count"
    corps.do(zhao, reports.submit, activity, Account(3, CountedBy.HEADCOUNT))
    corps.do(wang, reports.verify, activity)
    assert counts() == (1, True)
    text = list_screen(Voice("zh", corps.clock), corps.do(wang, pairing_cards.list_year)).text
    assert "确认了、当年又走访过才算" in text


def test_after_sixty_days_without_a_visit_the_leader_is_reminded_once(
    corps: Corps, wang: int, zhao: int, pairing: int
) -> None:
    corps.clock.push(dt.timedelta(days=59))
    assert corps.run(reminders.owe_visit_reminders) == 0
    corps.clock.push(dt.timedelta(days=1))
    assert corps.run(reminders.owe_visit_reminders) == 1
    assert corps.run(reminders.owe_visit_reminders) == 0
    assert corps.told(Kind.VISIT_DUE) == {zhao}
    waits = {group.matter: group.items for group in corps.do(zhao, today.see).groups}
    assert [(item.title, item.number) for item in waits[Matter.VISIT]] == [("天池村", 60)]
    digest = corps.run(digests.for_team, corps.team("民盟"))
    assert digest is not None
    assert [task.title for task in digest.visits] == ["天池村"]
    assert (
        "已经 60 天没有走访" in pairing_card(Voice("zh", corps.clock), corps.do(wang, pairing_cards.see, pairing)).text
    )
    visit(corps, zhao, pairing, zhao, when="2027-01-30 9:00-11:00")
    assert corps.do(zhao, pairing_cards.see, pairing).idle_days == 0


def test_what_has_not_been_yet_and_what_has_no_end_is_asked_again(corps: Corps, zhao: int, pairing: int) -> None:
    corps.do(zhao, visit_form.begin, pairing)
    assert say(corps, zhao, visit_form.take, "2026-12-05 9:00-11:00").ahead
    assert say(corps, zhao, visit_form.take, "昨天上午9点").endless
    assert say(corps, zhao, visit_form.take, "说不清").problem is not None
    assert say(corps, zhao, visit_form.take, "昨天上午9点到11点").starts is not None
    with pytest.raises(Refused) as no:
        corps.do(zhao, visit_form.record, "走访", "k")
    assert no.value.reason is Reason.INCOMPLETE, "somebody must have gone"


def test_only_the_own_team_and_coordinators_keep_a_pairing(corps: Corps, pairing: int) -> None:
    other = corps.leader("周联络", "民建")
    with pytest.raises(Refused):
        corps.do(other, visit_form.begin, pairing)
    assert not corps.do(other, pairing_cards.see, pairing).may_keep


def test_contact_terms_and_last_day_stand_on_the_card(corps: Corps, zhao: int, pairing: int) -> None:
    for name, said in (("contact", "村委会 李主任"), ("agreed", "每季度一次农技指导"), ("until", "2028年12月31日")):
        corps.do(zhao, visit_form.ask_terms, pairing, name)
        done = say(corps, zhao, visit_form.take_terms, said)
        assert done.card is not None
    text = pairing_card(Voice("zh", corps.clock), corps.do(zhao, pairing_cards.see, pairing)).text
    assert "村委会 李主任" in text
    assert "每季度一次农技指导" in text
    assert "2028年12月31日" in text
    corps.do(zhao, visit_form.ask_terms, pairing, "until")
    assert say(corps, zhao, visit_form.take_terms, "看情况").unread == "看情况"
    assert WHEN == "when"


@pytest.mark.parametrize(
    ("typed", "ticked", "unread"),
    [
        ("张明、陈小红", {"张明", "陈小红"}, ()),
        ("我和张明", {"赵联络", "张明"}, ()),
        ("张明 陈小", {"张明", "陈小红"}, ()),
        ("张明，老王头", {"张明"}, ("老王头",)),
        ("张明华、陈小红", {"陈小红"}, ("张明华",)),
        ("张明没去", set(), ("张明没去",)),
        ("李伟，张明", {"张明"}, ("李伟",)),
        ("大李、张明", {"李伟", "张明"}, ()),
        ("差不多都去了", set(), ("差不多都去了",)),
    ],
)
def test_who_went_may_be_typed_and_what_names_nobody_is_said(
    corps: Corps, zhao: int, pairing: int, typed: str, ticked: set[str], unread: tuple[str, ...]
) -> None:
    members = [corps.member(name) for name in ("张明", "陈小红", "李伟", "李伟")]
    corps.run(lambda s, _at: setattr(s.get_one(Member, corps.member_id(members[2])), "nickname", "大李"))
    corps.do(zhao, visit_form.begin, pairing)
    say(corps, zhao, visit_form.take, "2026-12-01 9:00-11:00")
    stand = say(corps, zhao, visit_form.take, typed)
    names = {one.member_id: one.name for one in stand.team_people}
    assert ({names[one] for one in stand.chosen}, stand.unread) == (ticked, unread)
    said = str(views.question(Voice("zh", corps.clock), stand).text)
    assert all(word in said for word in unread)
    assert ("没认出" in said) is bool(unread)
    again = say(corps, zhao, visit_form.take, "陈小红")
    assert set(again.chosen) >= set(stand.chosen), "who is named is added to who was"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_dates_are_said_as_people_write_them(corps: Corps, language: str) -> None:
    voice = Voice(language, corps.clock)
    asked = [voice(key) for key in ("posting.ask_time", "visit.ask_when", "own.ask_day", "pairing.ask_since")]
    asked += [time_trouble(voice, code.value, "12月5日 14:00") for code in RefusalCode]
    assert not [text for text in asked if re.search(r"\d{4}-\d", text)]
