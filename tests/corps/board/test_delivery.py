"""Broadcasts on the board: the same numbers as on the card, by the way each message went, and who is behind them."""

from typing import Any

import pytest
from sqlmodel import Session, select

from corps.addresses import Address, telegram
from corps.board import delivery
from corps.board.delivery import Delivery
from corps.broadcasts import acknowledgements, broadcasts, person_lists
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.broadcasts.progress import GROUPS
from corps.membership import group_binding, leaving
from corps.moment import Moment
from corps.refusals import Refused
from models import Notice
from models.enums import Failure, NoticeState
from tests.base import Corps
from tests.corps.broadcasts.steps import deliver, sent, standing


def went(corps: Corps, number: int, channel: str, failure: Failure | None = None) -> None:
    """Say by which channel somebody's message went, or in vain."""

    def work(session: Session, _at: Moment) -> None:
        row = session.exec(select(Notice).where(Notice.member_id == own)).one()
        row.address = Address(channel, f"x{number}")
        if failure is not None:
            row.state, row.failure = NoticeState.FAILED, failure
        session.add(row)

    own = corps.member_id(number)
    corps.run(work)


def of(corps: Corps, who: int, broadcast: int, **wanted: Any) -> Delivery:  # noqa: ANN401
    """Return who has a broadcast."""
    return corps.do(who, delivery.of, broadcast, **wanted)


def test_the_board_says_by_which_way_each_has_it_and_agrees_with_the_card(corps: Corps) -> None:
    wang = corps.coordinator()
    zhao, zhang, chen, sun = corps.leader("赵联络"), corps.member("张明"), corps.member("陈芳"), corps.member("孙平")
    number = sent(corps, wang)
    deliver(corps)
    went(corps, zhang, "web")
    went(corps, chen, "mail")
    went(corps, sun, "telegram", Failure.BLOCKED)
    corps.do(zhang, acknowledgements.acknowledge, number)
    (row,) = corps.do(wang, delivery.rows)
    card = standing(corps, wang, number).total
    assert vars(row.total) == vars(card)
    assert {way: (tally.sent, tally.unreachable) for way, tally in row.ways.items()} == {
        "telegram": (1, 1), "web": (1, 0), "mail": (1, 0),
    }  # fmt: skip
    assert row.silent == 2
    assert standing(corps, wang, number).ways == (("telegram", 1), ("mail", 1), ("web", 1))
    assert corps.do(wang, person_lists.having, number, 0, 40).people == (
        ("mail", "民盟", "陈芳"), ("telegram", "民盟", "赵联络"), ("web", "民盟", "张明"),
    )  # fmt: skip
    with pytest.raises(Refused):
        corps.do(zhang, person_lists.having, number, 0, 40)
    found = of(corps, wang, number)
    assert {(one.name, one.channel, one.acknowledged) for one in found.recipients} == {
        ("赵联络", "telegram", False), ("张明", "web", True), ("陈芳", "mail", False), ("孙平", "telegram", False),
    }  # fmt: skip
    behind = {state: {one.name for one in of(corps, wang, number, state=state).recipients} for state in delivery.STATES}
    assert behind == {
        "waiting": set(), "sent": {"赵联络", "张明", "陈芳"}, "not_sent": {"孙平"},
        "acknowledged": {"张明"}, "silent": {"赵联络", "陈芳"},
    }  # fmt: skip
    assert [one.name for one in of(corps, wang, number, channel="mail").recipients] == ["陈芳"]
    for column in delivery.SORTS:
        assert len(of(corps, wang, number, sort=f"-{column}").recipients) == 4
    for no_office in (zhao, zhang):
        with pytest.raises(Refused):
            of(corps, no_office, number)
    for wanted in ({"sort": "id"}, {"state": "x"}):
        with pytest.raises(Refused):
            of(corps, wang, number, **wanted)


def test_who_has_it_in_the_teams_group_counts_there(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.member("张明")
    corps.member("陈芳")
    corps.do(wang, group_binding.bind, telegram(-500), "民盟分团群", corps.team("民盟"))
    preview = corps.do(wang, broadcasts.prepare, Content("周六集合"), Audience(Scope.ALL, in_groups=True))
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, (telegram(wang), "2"))
    deliver(corps)
    (row,) = corps.do(wang, delivery.rows)
    assert row.ways[GROUPS].sent == 2
    assert vars(row.total) == vars(standing(corps, wang, preview.id).total)


def test_every_number_is_that_of_the_list_which_it_opens(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.member("陈芳")
    corps.do(wang, group_binding.bind, telegram(-500), "民盟分团群", corps.team("民盟"))
    alone = [corps.member(f"成员{number}", "民建") for number in range(6)]
    preview = corps.do(wang, broadcasts.prepare, Content("周六集合"), Audience(Scope.ALL, in_groups=True))
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, (telegram(wang), "2"))
    deliver(corps)
    went(corps, alone[0], "web", Failure.BLOCKED)
    went(corps, alone[1], "mail", Failure.NETWORK)
    went(corps, alone[2], "web")

    def change(session: Session, _at: Moment) -> None:
        row = session.exec(select(Notice).where(Notice.member_id == taken_back)).one()
        row.state, row.address = NoticeState.CANCELLED, None
        session.add(row)

    taken_back = corps.member_id(alone[3])
    corps.run(change)
    for who in (zhang, alone[2], alone[4]):
        corps.do(who, acknowledgements.acknowledge, preview.id)
    corps.do(alone[4], leaving.leave)
    corps.do(alone[5], leaving.leave)
    (row,) = corps.do(wang, delivery.rows)
    for channel, tally in (*row.ways.items(), (None, row.total)):
        numbers = {
            "": tally.people, "waiting": tally.queued, "sent": tally.sent, "acknowledged": tally.acknowledged,
            "not_sent": tally.unreachable + tally.failed + tally.stopped, "silent": tally.silent,
        }  # fmt: skip
        way = "" if channel is None else channel or delivery.NO_WAY
        lists = {state: of(corps, wang, preview.id, channel=way, state=state) for state in numbers}
        assert {state: found.listed for state, found in lists.items()} == numbers, channel
        assert all(len(found.recipients) == found.listed for found in lists.values())
    assert {one.name for one in of(corps, wang, preview.id, channel=GROUPS, state="silent").recipients} == {"陈芳"}
    (left,) = corps.do(wang, delivery.unconfirmed)
    assert left.silent == row.silent == row.total.silent


def test_who_has_not_confirmed_is_counted_for_two_weeks_beyond_the_newest_few(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.member("张明")
    old = sent(corps, wang, "很久以前")
    deliver(corps)
    corps.clock.push(delivery.RECENT)
    numbers = [sent(corps, wang, f"第{n}次") for n in range(6)]
    deliver(corps)
    newest = corps.do(wang, delivery.rows, 4)
    for known in ((), newest):
        found = corps.do(wang, delivery.unconfirmed, known)
        assert [(one.id, one.silent) for one in found] == [(number, 2) for number in reversed(numbers)]
    assert old not in {one.id for one in found}
    assert corps.do(zhao, delivery.unconfirmed) == ()


def test_all_broadcasts_are_listed_a_page_at_a_time_and_by_how_they_stand(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    numbers = [sent(corps, wang, f"第{n}次") for n in range(delivery.MANY + 2)]
    corps.do(wang, broadcasts.stop, numbers[3])
    found = [corps.do(wang, delivery.listed, page) for page in range(2)]
    assert [one.id for page in found for one in page.rows] == numbers[::-1]
    assert [(page.listed, page.start) for page in found] == [(12, 0), (12, 10)]
    assert [one.id for one in corps.do(wang, delivery.listed, 0, "stopped").rows] == [numbers[3]]
    assert corps.do(zhao, delivery.listed).rows == ()
    with pytest.raises(Refused):
        corps.do(wang, delivery.listed, 0, "draft")


def test_a_leader_sees_the_own_broadcasts_only(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.member("张明")
    sent(corps, wang)
    assert corps.do(zhao, delivery.rows) == ()
    with pytest.raises(Refused):
        corps.do(corps.member("陈芳"), delivery.rows)
