"""Roles are given and taken by coordinators, one of whom always stays; people are told, once."""

import functools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, col, select

from bot.runtime.database import Database
from corps.addresses import telegram
from corps.delivery.notice_facts import load
from corps.membership import roles
from corps.membership.joining import appear
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import recognise
from corps.refusals import Reason, Refused
from models import Audit, Member, Notice
from tests.base import Corps, all_due, row_at
from tests.corps.test_races import Wish, desks, fulfil


def owed(corps: Corps, who: int, kind: Kind) -> int:
    """Return how many notices of a kind were ever owed to somebody."""
    statement = select(Notice.id).where(Notice.member_id == corps.member_id(who), Notice.kind == kind.value)
    return len(corps.run(lambda s, _at: s.exec(statement).all()))


def row(corps: Corps, who: int) -> Member:
    """Return somebody's row."""
    return corps.run(lambda s, _at: row_at(s, who))


def test_a_coordinator_makes_a_member_a_leader_who_is_told_once(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    done = corps.do(wang, roles.set_leader, corps.member_id(zhang), on=True)
    assert done.changed
    assert done.person.is_leader
    again = corps.do(wang, roles.set_leader, corps.member_id(zhang), on=True)
    assert not again.changed
    assert owed(corps, zhang, Kind.ROLE) == 1


def test_a_leader_gives_no_roles(corps: Corps) -> None:
    leader, zhang = corps.leader("赵联络"), corps.member("张明")
    for operation in (roles.set_leader, roles.set_coordinator):
        with pytest.raises(Refused) as no:
            corps.do(leader, operation, corps.member_id(zhang), on=True)
        assert no.value.reason is Reason.NOT_ALLOWED
    with pytest.raises(Refused):
        corps.do(zhang, roles.set_coordinator, corps.member_id(zhang), on=True)
    assert not row(corps, zhang).is_leader


def test_somebody_in_no_team_leads_none(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    with pytest.raises(Refused) as no:
        corps.do(wang, roles.set_leader, corps.member_id(li), on=True)
    assert no.value.reason is Reason.NOT_ALLOWED


def test_one_coordinator_always_stays(corps: Corps) -> None:
    wang = corps.coordinator("王统筹")
    with pytest.raises(Refused) as no:
        corps.do(wang, roles.set_coordinator, corps.member_id(wang), on=False)
    assert no.value.reason is Reason.LAST_COORDINATOR
    zhang = corps.member("张明")
    corps.do(wang, roles.set_coordinator, corps.member_id(zhang), on=True)
    corps.do(wang, roles.set_coordinator, corps.member_id(wang), on=False)
    with pytest.raises(Refused) as no:
        corps.do(zhang, roles.set_coordinator, corps.member_id(zhang), on=False)
    assert no.value.reason is Reason.LAST_COORDINATOR


def test_nobody_is_told_of_their_own_doing(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    corps.do(wang, roles.set_coordinator, corps.member_id(wang), on=False)
    assert owed(corps, wang, Kind.ROLE) == owed(corps, li, Kind.ROLE) == 0


def test_a_role_taken_back_before_the_news_went_out_is_no_news(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.do(wang, roles.set_leader, corps.member_id(zhang), on=True)
    corps.do(wang, roles.set_leader, corps.member_id(zhang), on=False)
    due = [d for d in corps.run(all_due) if d.kind is Kind.ROLE]
    said = {bool(d.subject["on"]): corps.run(load, d) for d in due}
    assert said[True] is None
    assert said[False] is not None


def test_a_coordinator_of_the_settings_is_back_on_start(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    corps.do(li, roles.set_coordinator, corps.member_id(wang), on=False)
    named = Moment(
        corps.clock.now(), corps.database.policy.__class__(zone=corps.clock, coordinators=frozenset({telegram(wang)}))
    )

    def start(session: Session, _at: Moment) -> bool:
        return appear(session, recognise(session, named, telegram(wang)), named, "王")

    assert corps.run(start)
    assert row(corps, wang).is_coordinator


def test_every_change_of_a_role_leaves_a_trace(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.do(wang, roles.set_leader, corps.member_id(zhang), on=True)
    trace = corps.run(lambda s, _at: s.exec(select(Audit).where(col(Audit.action) == "member.role")).one())
    assert (trace.actor_id, trace.subject) == (corps.member_id(wang), f"member:{corps.member_id(zhang)}")
    assert (trace.before, trace.after) == ({"is_leader": False}, {"is_leader": True})


def test_who_left_can_be_given_nothing(corps: Corps) -> None:
    wang = corps.coordinator()
    with pytest.raises(Refused) as no:
        corps.do(wang, roles.set_leader, 4711, on=True)
    assert no.value.reason is Reason.PERSON_GONE


def test_two_coordinators_who_dismiss_each_other_at_once_leave_one(corps: Corps) -> None:
    wang, li = corps.coordinator("王统筹"), corps.coordinator("李统筹")
    for _ in range(5):
        barrier = threading.Barrier(2)

        def dismiss(database: Database, by: int, whom: int, barrier: threading.Barrier = barrier) -> object:
            barrier.wait()
            take = functools.partial(roles.set_coordinator, member_id=corps.member_id(whom), on=False)
            return fulfil(database, Wish(by, take))

        with desks(corps, 2) as (one, other), ThreadPoolExecutor(2) as writers:
            for done in [writers.submit(dismiss, one, wang, li), writers.submit(dismiss, other, li, wang)]:
                done.result()
        left = [who for who in (wang, li) if row(corps, who).is_coordinator]
        assert len(left) == 1
        for who in {wang, li} - set(left):
            corps.do(left[0], roles.set_coordinator, corps.member_id(who), on=True)
