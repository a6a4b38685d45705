"""How hours are rounded: one rule, the same in Python and in SQL, on every paper, with totals that add up."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select

from bot.texts.voice import Voice
from bot.views import ledger as ledger_views
from bot.views.mine import mine_screen
from corps.parsing.periods import year_of
from corps.records import certificates, ledger, mine, numbers, personal_data
from corps.records.certificates import CertificatePeriod
from corps.rounding import Rounding
from tests.base import Corps

MINUTES = st.integers(0, 3000)


def four(corps: Corps) -> tuple[int, int, int, int]:
    """Return two coordinators, a leader and a member."""
    return corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络"), corps.member("张明")


@pytest.mark.parametrize(
    ("rounding", "minutes", "shown"),
    [
        (Rounding.MINUTE, 97, 97),
        (Rounding.QUARTER, 14, 0),
        (Rounding.QUARTER, 59, 45),
        (Rounding.HALF, 29, 0),
        (Rounding.HALF, 119, 90),
        (Rounding.PLATFORM, 15, 0),
        (Rounding.PLATFORM, 16, 30),
        (Rounding.PLATFORM, 45, 30),
        (Rounding.PLATFORM, 46, 60),
        (Rounding.PLATFORM, 135, 120),
        (Rounding.PLATFORM, 136, 150),
        (Rounding.PLATFORM, 166, 180),
    ],
)
def test_a_row_is_rounded_by_its_rule(rounding: Rounding, minutes: int, shown: int) -> None:
    assert rounding.of(minutes) == shown


@given(rounding=st.sampled_from(Rounding), one=MINUTES, more=MINUTES)
def test_full_hours_stay_more_is_never_less_and_once_is_enough(rounding: Rounding, one: int, more: int) -> None:
    assert rounding.of(one + 60) == rounding.of(one) + 60
    assert rounding.of(one) <= rounding.of(one + more)
    assert rounding.of(rounding.of(one)) == rounding.of(one)
    assert abs(rounding.of(one) - one) < 30


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rounding=st.sampled_from(Rounding), minutes=MINUTES)
def test_the_database_rounds_as_we_do(corps: Corps, rounding: Rounding, minutes: int) -> None:
    asked = select(rounding.in_sql(literal(minutes)))
    assert corps.run(lambda s, _at: s.execute(asked).scalar_one()) == rounding.of(minutes)


@pytest.mark.parametrize(("rounding", "hours"), [("minute", 132), ("quarter", 120), ("half", 90), ("platform", 150)])
def test_all_that_shows_hours_says_the_same_and_how_it_is_counted(corps: Corps, rounding: str, hours: int) -> None:
    wang, li, zhao, zhang = four(corps)
    corps.clock.set_wall("2026-12-01 10:00")
    corps.hold(wang, li, zhao, zhang, plan=corps.plan("讲座", "2026-12-05 14:00", "2026-12-05 15:50"))
    corps.hold(wang, li, zhao, zhang, plan=corps.plan("义诊", "2026-12-06 14:00", "2026-12-06 14:22"))
    corps.database.policy = replace(corps.database.policy, rounding=Rounding(rounding))
    year = year_of(dt.date(2026, 12, 1))
    own, held = corps.do(zhang, mine.mine), corps.do(zhang, personal_data.everything)
    book = corps.do(wang, ledger.export, 2026)
    figures = corps.do(wang, numbers.see, year).now
    asked = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    paper = corps.do(wang, certificates.issue, asked.id, asked.sign)
    assert own.hours.total == sum(minutes for _, minutes in own.hours.this_year.by_category) == held.minutes == hours
    assert book.total.minutes == sum(row.minutes for row in book.rows) == figures.minutes == hours
    assert sum(team.minutes for team in figures.teams) == hours
    assert paper.content is not None
    assert paper.minutes == sum(one.minutes for one in paper.content.services) == hours
    voice = Voice("zh", corps.clock)
    assert voice.rule(Rounding(rounding)) in mine_screen(voice, own).text
    notes = ledger_views.ledger_sheets(voice, book)[-1].rows
    assert any(str(row[0]).startswith(voice.rule(Rounding(rounding)).unescape()) for row in notes)


def test_another_rule_later_says_nothing_against_a_record_that_was_issued(corps: Corps) -> None:
    wang, li, zhao, zhang = four(corps)
    corps.clock.set_wall("2026-12-01 10:00")
    corps.hold(wang, li, zhao, zhang, plan=corps.plan("讲座", "2026-12-05 14:00", "2026-12-05 15:50"))
    asked = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    corps.do(wang, certificates.issue, asked.id, asked.sign)
    corps.database.policy = replace(corps.database.policy, rounding=Rounding.PLATFORM)
    card = corps.do(zhang, certificates.see, asked.id)
    assert (card.minutes, card.changed) == (110, False)
    assert card.content is not None
    assert card.content.rounding is Rounding.MINUTE
