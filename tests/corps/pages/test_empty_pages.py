"""A page that no browser is in to reaches nobody: what is owed goes another way, or onto the leader's list of calls."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import event

from corps import member_addresses
from corps.addresses import Address, telegram
from corps.membership import call_list, leaving
from corps.pages import devices, links
from corps.pages.devices import WEB
from corps.people import recognise
from models import Member, PageDevice
from models.enums import MemberStatus
from tests.base import Corps, all_due, enter


@pytest.fixture
def page(corps: Corps) -> Address:
    """The page of a member of 民盟 who has nothing else, with one browser in to it."""
    corps.database.policy = dataclasses.replace(corps.database.policy, web_url="https://corps.example")
    address = devices.new_address()
    enters(corps, "孙秀英", address)
    return address


def enters(corps: Corps, name: str, page: Address) -> None:
    """Let somebody of 民盟 in to a page of their own by a browser."""
    member = Member(name=name, team_id=corps.team("民盟"), status=MemberStatus.ACTIVE, created_at=corps.clock.now())
    corps.run(lambda s, at: enter(s, at, member, page))
    corps.run(devices.let_in, page, "iphone")


def puts_out(corps: Corps, page: Address) -> None:
    """Let the person put their browser out."""
    [device] = corps.run(lambda s, at: devices.of(s, recognise(s, at, page), at))
    corps.run(lambda s, at: links.put_out(s, recognise(s, at, page), at, device.id))


def owner(corps: Corps, page: Address) -> int:
    """Return whose page it is."""
    return corps.run(lambda s, _at: next(iter(member_addresses.members_at(s, [page]))))


def called(corps: Corps, leader: int) -> list[str]:
    """Return who stands on the leader's list of calls, after everything due was taken."""
    corps.run(all_due)
    return [call.name for call in corps.do(leader, call_list.waiting, corps.team("民盟"))]


def test_who_is_in_nowhere_is_called_until_a_browser_is_in_again(corps: Corps, page: Address) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    puts_out(corps, page)
    corps.publish(wang)
    assert called(corps, zhao) == ["孙秀英"]
    made = corps.do(zhao, links.make, owner(corps, page))
    corps.run(links.enter, made.secret, "iphone")
    assert called(corps, zhao) == [], "what was kept from them is owed again"


def test_the_other_way_is_taken_while_no_browser_is_in(corps: Corps, page: Address) -> None:
    own = owner(corps, page)
    corps.run(lambda s, at: member_addresses.add(s, at, own, telegram(77)))
    puts_out(corps, page)
    best = corps.run(lambda s, _at: member_addresses.best(s, own))
    assert best is not None
    assert best.address == telegram(77)


def test_a_browser_that_was_not_used_for_a_year_is_in_no_longer(corps: Corps, page: Address) -> None:
    corps.clock.push(devices.STAYS + dt.timedelta(days=1))
    corps.run(devices.tidy)
    assert corps.run(lambda s, _at: member_addresses.lost_since(s, [owner(corps, page)]))


def test_who_has_left_is_not_called_lost(corps: Corps, page: Address) -> None:
    corps.run(lambda s, at: leaving.leave(s, recognise(s, at, page), at))
    corps.run(devices.tidy)
    theirs = corps.run(lambda s, _at: member_addresses.known(s, [owner(corps, page)]))
    assert [one.reachable for known in theirs.values() for one in known if one.address.channel == WEB] == [True]


def test_one_of_two_browsers_is_enough(corps: Corps, page: Address) -> None:
    corps.clock.push(dt.timedelta(minutes=1))
    corps.run(devices.let_in, page, "computer")
    first = corps.run(lambda s, at: devices.of(s, recognise(s, at, page), at))[-1]
    corps.run(lambda s, at: links.put_out(s, recognise(s, at, page), at, first.id))
    assert not corps.run(lambda s, _at: member_addresses.lost_since(s, [owner(corps, page)]))


def test_signing_out_reads_nobody_elses_browsers(corps: Corps, page: Address) -> None:
    others = [devices.new_address() for _ in range(5)]
    for number, other in enumerate(others):
        enters(corps, f"成员{number}", other)
    read: list[Address] = []

    def note(device: PageDevice, _context: object) -> None:
        read.append(device.address)

    event.listen(PageDevice, "load", note)
    try:
        puts_out(corps, page)
    finally:
        event.remove(PageDevice, "load", note)
    assert set(read) == {page}
    lost = corps.run(lambda s, _at: member_addresses.lost_since(s, [owner(corps, other) for other in (page, *others)]))
    assert set(lost) == {owner(corps, page)}
