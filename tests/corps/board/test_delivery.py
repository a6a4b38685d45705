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
from corps.membership import group_binding
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


def test_a_leader_sees_the_own_broadcasts_only(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.member("张明")
    sent(corps, wang)
    assert corps.do(zhao, delivery.rows) == ()
    with pytest.raises(Refused):
        corps.do(corps.member("陈芳"), delivery.rows)
