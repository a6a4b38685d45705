"""Rural-aid pairings: two people, one count, the year in which they began."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import ColumnElement, true
from sqlmodel import Session, select

from corps.delivery.notice_facts import load
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.pairings import pairing_cards, pairings
from corps.pairings.pairing_cards import PairingCard
from corps.pairings.pairings import PairingPlan
from corps.quotas import tally
from corps.refusals import Reason, Refused
from models import Pairing
from models.enums import PairingCounts, PairingState
from tests.base import Corps, all_due


def plan(corps: Corps, since: str = "2026-03-12", partner: str = "天池村", team: str = "民建") -> PairingPlan:
    """Return what is said about a pairing."""
    return PairingPlan(corps.team(team), partner, "歌乐山镇", dt.date.fromisoformat(since))


def counted(corps: Corps, year: int = 2026) -> tuple[int, int]:
    """Return how many pairings count, and how many wait."""
    line = next(line for line in corps.run(tally.tally, year).lines if line.pairing)
    return line.verified, line.reported


def refusal(corps: Corps, who: int, act: Callable[..., object], *args: object) -> Reason:
    """Return why an operation was not done."""
    with pytest.raises(Refused) as no:
        corps.do(who, act, *args)
    return no.value.reason


def test_it_counts_only_once_a_second_coordinator_has_confirmed_it(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    done = corps.do(wang, pairings.register, plan(corps))
    assert len(done.office.names) == 1
    assert counted(corps) == (0, 1)
    assert refusal(corps, wang, pairings.confirm, done.id) is Reason.SAME_PERSON
    corps.do(li, pairings.confirm, done.id)
    assert counted(corps) == (1, 0)
    assert refusal(corps, li, pairings.confirm, done.id) is Reason.ALREADY_DECIDED


def test_a_leader_registers_for_the_own_team_only_and_may_not_confirm(corps: Corps) -> None:
    corps.coordinator()
    leader, other = corps.leader("建联络", "民建"), corps.leader("盟联络", "民盟")
    done = corps.do(leader, pairings.register, plan(corps))
    assert refusal(corps, other, pairings.register, plan(corps, partner="别村")) is Reason.NOT_ALLOWED
    assert refusal(corps, leader, pairings.confirm, done.id) is Reason.NOT_ALLOWED
    assert refusal(corps, corps.member("张明"), pairings.register, plan(corps, partner="又一村")) is Reason.NOT_ALLOWED


def test_it_counts_in_the_year_it_began(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    corps.do(li, pairings.confirm, corps.do(wang, pairings.register, plan(corps, "2025-12-31")).id)
    assert counted(corps, 2025) == (1, 0)
    assert counted(corps, 2026) == (0, 0)


def test_one_that_ends_within_its_year_was_no_lasting_tie(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    done = corps.do(wang, pairings.register, plan(corps))
    corps.do(li, pairings.confirm, done.id)
    corps.do(wang, pairings.end, done.id, "合作社解散了")
    assert counted(corps) == (0, 0)
    assert refusal(corps, wang, pairings.end, done.id, "再点一次") is Reason.ALREADY_DECIDED


def test_one_that_ends_later_leaves_the_year_that_is_over_as_it_was(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    done = corps.do(wang, pairings.register, plan(corps))
    corps.do(li, pairings.confirm, done.id)
    corps.clock.set_wall("2027-01-01 00:30")
    corps.do(wang, pairings.end, done.id, "到期")
    assert counted(corps, 2026) == (1, 0)
    [line] = corps.do(wang, pairing_cards.list_year, 2026).lines
    assert line.counts


def test_a_returned_one_is_corrected_in_place_and_asked_about_again(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    done = corps.do(wang, pairings.register, plan(corps))
    corps.do(li, pairings.send_back, done.id, "村名写全")
    assert counted(corps) == (0, 0)
    again = corps.do(wang, pairings.register, plan(corps, partner="歌乐山镇天池村"), done.id)
    assert again.id == done.id
    card = corps.do(li, pairing_cards.see, done.id)
    assert (card.state, card.partner, card.may_decide) == (PairingState.REGISTERED, "歌乐山镇天池村", True)
    assert refusal(corps, wang, pairings.register, plan(corps, partner="别村"), done.id) is Reason.ALREADY_SENT


def test_the_confirming_person_is_told_of_a_namesake_in_another_team(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    corps.do(wang, pairings.register, plan(corps))
    second = corps.do(wang, pairings.register, plan(corps, team="九三"))
    assert corps.do(li, pairing_cards.see, second.id).also == ("民建",)


def test_the_same_partner_of_the_same_team_is_registered_once(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.do(wang, pairings.register, plan(corps))
    assert refusal(corps, wang, pairings.register, plan(corps)) is Reason.ALREADY_PAIRED


def test_who_registered_it_is_told_and_the_third_coordinator_no_longer_asked(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    corps.coordinator("孙统筹")
    done = corps.do(wang, pairings.register, plan(corps))
    corps.do(li, pairings.confirm, done.id)
    owed = corps.run(all_due)
    assert [(due.kind, due.address.number) for due in owed] == [(Kind.PAIRING_DECIDED, wang)]
    facts = corps.run(load, owed[0])
    assert facts is not None
    assert facts.the(PairingCard).state is PairingState.CONFIRMED


def test_the_list_shows_what_waits_first(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    corps.do(li, pairings.confirm, corps.do(wang, pairings.register, plan(corps, "2026-01-05", "甲村")).id)
    corps.do(wang, pairings.register, plan(corps, "2026-06-01", "乙村"))
    found = corps.do(wang, pairing_cards.list_year)
    assert [line.partner for line in found.lines] == ["乙村", "甲村"]


def _found(session: Session, _at: Moment, condition: ColumnElement[bool]) -> list[Pairing]:
    return list(session.exec(select(Pairing).where(condition)).all())


@pytest.mark.parametrize("state", list(PairingState))
@pytest.mark.parametrize("ended", [None, dt.date(2026, 12, 31), dt.date(2027, 1, 1)])
@pytest.mark.parametrize("year", [2025, 2026])
def test_the_database_counts_exactly_the_pairings_that_count(
    corps: Corps, state: PairingState, ended: dt.date | None, year: int
) -> None:
    wang = corps.member_id(corps.coordinator())
    row = Pairing(
        team_id=corps.team("民盟"), partner="青山村", since=dt.date(2026, 3, 1), year=2026, state=state,
        registered_by=wang, registered_at=corps.clock.now(), ended_on=ended,
    )  # fmt: skip
    corps.run(lambda s, _at: s.add(row))
    for rule in PairingCounts:
        found = corps.run(_found, pairings.counted(year, rule))
        alone = pairings.counts(corps.run(_found, true())[0], rule, visited=False)
        assert len(found) == (year == 2026 and alone)
    waits = corps.run(lambda s, _at: s.exec(select(Pairing).where(pairings.is_waiting())).all())
    assert bool(waits) is (state is PairingState.REGISTERED)
