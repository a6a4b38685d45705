"""The board's people: by team, by the ways that reach them, by name."""

import pytest

from corps import member_addresses
from corps.addresses import Address
from corps.board import people
from corps.board.people import PeopleList, PeopleRow, PeopleWanted
from corps.refusals import Refused
from tests.base import Corps


def by_team(corps: Corps, who: int) -> dict[str, PeopleRow]:
    """Return the rows by the team's name."""
    return {row.team: row for row in corps.do(who, people.by_team)}


def listed(corps: Corps, who: int, **wanted: object) -> PeopleList:
    """Return the list that somebody asks for."""
    return corps.do(who, people.listed, PeopleWanted(**wanted))  # type: ignore[arg-type]


def add_way(corps: Corps, number: int, channel: str) -> None:
    """Give somebody one more address."""
    own = corps.member_id(number)
    corps.run(lambda s, at: member_addresses.add(s, at, own, Address(channel, f"x{number}")))


def lose(corps: Corps, number: int) -> None:
    """Note that somebody can't be reached at Telegram any more."""

    def work(session: object, at: object) -> None:
        row = member_addresses.find(session, Address("telegram", str(number)))  # type: ignore[arg-type]
        assert row is not None
        row.unreachable_since = at.now  # type: ignore[attr-defined]

    corps.run(work)


def test_each_number_is_that_of_its_list_and_a_channel_that_nobody_knows_yet_counts_by_its_name(corps: Corps) -> None:
    wang, zhao, zhang, chen = corps.coordinator(), corps.leader("赵联络"), corps.member("张明"), corps.member("陈芳")
    add_way(corps, zhang, "pigeon")
    lose(corps, zhang)
    lose(corps, chen)
    row = by_team(corps, wang)["民盟"]
    assert (row.members, row.leaders, row.waiting, row.lost) == (3, 1, 0, 1)
    assert row.ways == {"telegram": 1, "pigeon": 1}
    team = corps.team("民盟")
    assert {one.name for one in listed(corps, wang, team=team).rows} == {"赵联络", "张明", "陈芳"}
    assert [one.name for one in listed(corps, wang, team=team, lost=True).rows] == ["陈芳"]
    assert [one.name for one in listed(corps, wang, team=team, leaders=True).rows] == ["赵联络"]
    assert {one.name: one.ways for one in listed(corps, zhao).rows}["张明"] == ("pigeon",)
    assert [one.name for one in listed(corps, wang, team=team, way="pigeon").rows] == ["张明"]
    assert [one.name for one in listed(corps, wang, team=team, way="telegram").rows] == ["赵联络"]
    assert corps.run(lambda s, _at: people.ways(s)) == ["pigeon", "telegram"]
    lose(corps, zhao)
    assert by_team(corps, wang)["民盟"].leaders == 0
    assert listed(corps, wang, team=team, leaders=True).total == 0


def test_people_in_no_team_stand_last_and_only_before_coordinators(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    assert list(by_team(corps, wang))[-1] == ""
    assert [one.name for one in listed(corps, wang, unplaced=True).rows] == ["王统筹"]
    assert list(by_team(corps, zhao)) == ["民盟"]
    with pytest.raises(Refused):
        listed(corps, zhao, unplaced=True)
    with pytest.raises(Refused):
        listed(corps, zhao, team=corps.team("民建"))
    for no_office in (corps.member("张明"),):
        with pytest.raises(Refused):
            listed(corps, no_office)
        with pytest.raises(Refused):
            by_team(corps, no_office)


@pytest.mark.parametrize("column", people.SORTS)
def test_names_are_put_in_order_both_ways(corps: Corps, column: str) -> None:
    wang = corps.coordinator()
    for number in range(4):
        corps.member(f"成员{number}", ("民盟", "民建")[number % 2])
    rising = [one.id for one in listed(corps, wang, sort=column).rows]
    falling = [one.id for one in listed(corps, wang, sort=f"-{column}").rows]
    assert sorted(rising) == sorted(falling)
    assert rising[0] != falling[0] or column == "since"
    with pytest.raises(Refused):
        listed(corps, wang, sort="hours")
