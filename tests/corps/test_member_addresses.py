"""A person's addresses: which one is written to, and when the person can't be reached at all."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from corps import member_addresses
from corps.addresses import Address, telegram
from corps.delivery import status
from corps.membership import erasure, joining, team_cards
from corps.moment import Moment
from corps.notices import GiveUp, Sent, reachability
from corps.notices.kinds import Kind
from corps.people import person, recognise
from corps.records import personal_data
from models import Audit, Draft, Member, MemberAddress
from models.enums import MemberStatus, NoticeState
from tests.base import Corps, enter
from tests.corps.delivery.notices import end, owe, rows, take

PAGE = Address("page", "zhang-ming:7")
MAIL = Address("mail", "zhang@corps.cn")


@pytest.fixture
def zhang(corps: Corps) -> int:
    """A member with an address at Telegram, which is preferred, and a personal page."""
    zhang = corps.member("张明")
    corps.run(member_addresses.add, corps.member_id(zhang), PAGE)
    return zhang


def prefer(corps: Corps, zhang: int, address: Address) -> None:
    """Let the person choose where to be written to."""
    corps.run(lambda s, _at: member_addresses.prefer(s, corps.member_id(zhang), address))


def where(corps: Corps) -> list[Address]:
    """Take what is due, and return where it would go."""
    return [parcel[0].address for parcel in take(corps)]


def test_whoever_writes_is_known_by_each_of_their_addresses(corps: Corps, zhang: int) -> None:
    for address in (telegram(zhang), PAGE):
        actor = corps.run(recognise, address)
        assert (actor.name, actor.member_id, actor.address) == ("张明", corps.member_id(zhang), address)
    assert corps.run(recognise, Address("page", str(zhang))).member_id is None, "an id means nothing in another channel"


def test_what_is_owed_goes_to_the_preferred_address_as_it_is_when_it_goes_out(corps: Corps, zhang: int) -> None:
    owe(corps, Kind.QUOTA, zhang)
    prefer(corps, zhang, PAGE)
    assert where(corps) == [PAGE]
    assert rows(corps)[0].address == PAGE, "kept with the message, which means nothing elsewhere"


def test_what_one_address_refuses_goes_to_the_next_and_nobody_is_alarmed(corps: Corps, zhang: int) -> None:
    corps.leader("赵联络")
    owe(corps, Kind.QUOTA, zhang)
    end(corps, take(corps), GiveUp("Forbidden: bot was blocked by the user", unreachable=True))
    assert not corps.lost(zhang)
    assert rows(corps, Kind.UNREACHABLE) == []
    assert where(corps) == [PAGE]


def test_a_person_is_lost_with_the_last_address_and_back_with_the_first(corps: Corps, zhang: int) -> None:
    leader = corps.leader("赵联络")
    owe(corps, Kind.QUOTA, zhang)
    for _ in range(2):
        end(corps, take(corps), GiveUp("Forbidden: bot was blocked by the user", unreachable=True))
        corps.clock.push(dt.timedelta(minutes=1))
    assert corps.lost(zhang) == corps.clock.now() - dt.timedelta(minutes=1)
    assert [corps.to(word) for word in rows(corps, Kind.UNREACHABLE)] == [leader]
    assert corps.do(leader, team_cards.see_member, corps.member_id(zhang)).unreachable
    corps.run(reachability.back, PAGE)
    assert where(corps) == [PAGE], "the notice that failed is owed again"
    assert not corps.do(leader, team_cards.see_member, corps.member_id(zhang)).unreachable
    trace = corps.run(lambda s, _at: s.exec(select(Audit.action).where(col(Audit.action).like("%.%reach%"))).all())
    assert trace == ["address.unreachable", "member.unreachable"]


def test_a_notice_tried_once_more_is_a_probe_of_the_preferred_address(corps: Corps, zhang: int) -> None:
    wang = corps.coordinator()
    owe(corps, Kind.ADMITTED, zhang)
    for _ in range(2):
        end(corps, take(corps), GiveUp("Forbidden: bot was blocked by the user", unreachable=True))
    owe(corps, Kind.ADMITTED, zhang, key="another")
    assert where(corps) == []
    tried, another = rows(corps, Kind.ADMITTED)
    assert (tried.state, another.state, another.error) == (
        NoticeState.FAILED,
        NoticeState.CANCELLED,
        reachability.UNREACHABLE,
    )
    assert [lost.name for lost in corps.do(wang, status.unreachable)] == ["张明"]
    assert corps.do(wang, status.standing).unreachable == 1
    corps.do(wang, status.retry, tried.id or 0)
    probe = take(corps)
    assert [parcel[0].address for parcel in probe] == [telegram(zhang)]
    end(corps, probe, Sent("5"))
    assert not corps.lost(zhang)
    assert where(corps) == [telegram(zhang)], "what was held back meanwhile"


def test_while_one_address_rests_the_person_does(corps: Corps, zhang: int) -> None:
    owe(corps, Kind.QUOTA, zhang)
    assert take(corps, resting=frozenset({zhang})) == []
    assert where(corps) == [telegram(zhang)]


def test_an_address_is_one_persons(corps: Corps, zhang: int) -> None:
    li = corps.member_id(corps.member("李红"))
    with pytest.raises(IntegrityError):
        corps.run(member_addresses.add, li, PAGE)
    corps.run(lambda s, _at: member_addresses.prefer(s, li, PAGE))
    assert corps.run(lambda s, _at: person(s, _at, corps.member_id(zhang))).address == telegram(zhang)


def test_erasing_a_person_takes_all_addresses_and_what_was_said_there(corps: Corps, zhang: int) -> None:
    own = corps.member_id(zhang)

    def talk(session: Session, at: Moment) -> None:
        for address in (telegram(zhang), PAGE):
            session.add(Draft(address=address, kind="settings", updated_at=at.now))

    corps.run(talk)
    held = corps.do(zhang, personal_data.everything)
    assert [one.address for one in held.addresses] == [telegram(zhang), PAGE]
    assert len(held.chapters["drafts"]) == 2
    owe(corps, Kind.QUOTA, zhang)
    corps.do(zhang, erasure.erase)
    for table in (MemberAddress, Draft):
        assert corps.run(lambda s, _at, table=table: s.exec(select(func.count()).select_from(table)).one()) == 0  # type: ignore[misc]
    assert corps.run(recognise, PAGE).member_id is None
    assert corps.run(lambda s, at: person(s, at, own)).member_id is None
    assert where(corps) == []


def test_a_coordinator_may_be_named_by_an_address_of_any_channel(corps: Corps) -> None:
    named = Moment(corps.clock.now(), corps.database.policy.__class__(corps.clock, coordinators=frozenset({MAIL})))

    def start(session: Session, _at: Moment) -> bool:
        return joining.appear(session, recognise(session, named, MAIL), named, "王建华")

    assert corps.run(start)
    assert corps.run(recognise, MAIL).is_coordinator
    assert not corps.run(recognise, telegram(7)).is_coordinator


def test_an_address_is_read_as_it_is_written() -> None:
    assert Address.read("5001") == Address.read("telegram:5001") == telegram(5001)
    assert Address.read(str(PAGE)) == PAGE
    assert (telegram(-100).short, PAGE.short) == ("-100", "page:zhang-ming:7")


STATES = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 3)), max_size=4)
"""Addresses of a person: reachable, preferred, and how old."""


@settings(max_examples=40)
@given(drawn=st.lists(STATES, min_size=1, max_size=4))
def test_the_rule_and_its_sql_agree(shared_corps: Corps, drawn: list[list[tuple[bool, bool, int]]]) -> None:
    corps = shared_corps
    ids = corps.run(_people, drawn)
    known = corps.run(lambda s, _at: member_addresses.known(s, ids))
    lost = corps.run(lambda s, _at: member_addresses.lost_since(s, ids))
    for own, states in zip(ids, drawn, strict=True):
        reachable = any(reach for reach, _, _ in states)
        assert _holds(corps, own, member_addresses.has_address()) == bool(states) == (own in known)
        assert _holds(corps, own, member_addresses.can_be_reached()) == reachable
        home = corps.run(lambda s, _at, own=own: s.exec(select(member_addresses.home_channel(own))).one())  # type: ignore[misc]
        assert home == (known[own][0].address.channel if own in known else None)
        assert _holds(corps, own, member_addresses.is_lost()) == (own in lost) == (bool(states) and not reachable)
        among_all = col(Member.id).in_(member_addresses.all_lost())
        assert _holds(corps, own, among_all) == (own in lost)
        if states:
            first = known[own][0]
            statement = select(MemberAddress.id).where(MemberAddress.member_id == own).order_by(*member_addresses.ORDER)
            assert corps.run(lambda s, _at, q=statement: s.exec(q).all()) == [one.id for one in known[own]]  # type: ignore[misc]
            assert first.reachable == reachable
            likes = [like for reach, like, _ in states if reach == reachable]
            assert first.preferred == any(likes), "a preferred one that can be reached comes before all others"


@pytest.fixture(scope="module")
def shared_corps(migrated_file: object, tmp_path_factory: pytest.TempPathFactory) -> Corps:
    """A corps for many examples, one after the other."""
    from models.engine import open_engine
    from tests.base import found_corps

    path = tmp_path_factory.mktemp("addresses") / "corps.db"
    path.write_bytes(migrated_file.read_bytes())  # type: ignore[attr-defined]  # a path
    return found_corps(open_engine(f"sqlite:///{path}"))


def _people(session: Session, at: Moment, drawn: list[list[tuple[bool, bool, int]]]) -> list[int]:
    ids = []
    for states in drawn:
        member = Member(name="某", status=MemberStatus.ACTIVE, created_at=at.now)
        enter(session, at, member)
        own = member.id or 0
        ids.append(own)
        for number, (reachable, preferred, age) in enumerate(states):
            lost = None if reachable else at.now
            since = at.now - dt.timedelta(days=age)
            session.add(
                MemberAddress(
                    member_id=own, channel="page", external=f"{own}-{number}", since=since,
                    unreachable_since=lost, preferred=preferred,
                )
            )  # fmt: skip
    return ids


def _holds(corps: Corps, own: int, condition: object) -> bool:
    statement = select(Member.id).where(Member.id == own, condition)  # type: ignore[arg-type]
    return corps.run(lambda s, _at: s.exec(statement).first()) is not None
