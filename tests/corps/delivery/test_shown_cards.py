"""Cards that stand in chats follow what happens; an older one says that there is a newer one."""

import datetime as dt

import pytest
from sqlmodel import select

from corps import groups
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery import shown_cards
from corps.delivery.shown_cards import Followed
from corps.membership import erasure, group_binding
from corps.notices import CardShown
from corps.signups import signups
from models import ShownCard
from models.enums import SignUpState
from tests.base import Corps

GROUP = -500


def _stands(corps: Corps, who: int, activity: int, message: str = "7", *, watches: bool = False) -> None:
    """Let a card stand in somebody's chat, drawn as it is now."""
    corps.run(shown_cards.note, telegram(who), message, CardShown(activity, "d", watches))
    corps.clock.push(dt.timedelta(minutes=1))
    for card in _due(corps):
        corps.run(shown_cards.drawn, card, "d")
    corps.clock.push(dt.timedelta(minutes=1))


def _due(corps: Corps) -> list[Followed]:
    return corps.run(shown_cards.due)


@pytest.fixture
def two(corps: Corps) -> tuple[int, int, int]:
    """Return a coordinator, a member, and an activity whose card both have."""
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("志愿者", "lecture", 3),)))
    _stands(corps, wang, activity, watches=True)
    _stands(corps, zhang, activity)
    return wang, zhang, activity


def _readers(corps: Corps) -> set[int]:
    return {card.address.number for card in _due(corps)}


def test_the_publishers_card_follows_a_sign_up_and_a_members_does_not(corps: Corps, two: tuple[int, int, int]) -> None:
    wang, _, activity = two
    assert _readers(corps) == set()
    corps.do(corps.member("李红"), signups.sign_up, corps.slot(activity))
    (card,) = _due(corps)
    assert card.address.number == wang
    assert card.card is not None
    assert card.card.slots[0].names == ("李红",)
    corps.run(shown_cards.drawn, card, "e")
    assert _due(corps) == []


def test_a_card_rests_between_two_changes(corps: Corps, two: tuple[int, int, int]) -> None:
    wang, _, activity = two
    for name, expected in (("李红", {wang}), ("周平", set())):
        corps.do(corps.member(name), signups.sign_up, corps.slot(activity))
        assert _readers(corps) == expected
        for card in _due(corps):
            corps.run(shown_cards.drawn, card, "e")
    corps.clock.push(shown_cards.RESTS)
    assert _readers(corps) == {wang}


def test_an_open_invitation_follows_a_change_and_a_cancellation(corps: Corps, two: tuple[int, int, int]) -> None:
    wang, zhang, activity = two
    corps.do(wang, editing.change, Edit(activity, EditField.PLACE, {"place": "文化广场"}))
    assert _readers(corps) == {wang, zhang}
    for card in _due(corps):
        corps.run(shown_cards.drawn, card, "e")
    corps.clock.push(dt.timedelta(minutes=1))
    corps.do(wang, cancelling.cancel, activity)
    assert _readers(corps) == {wang, zhang}


def test_at_the_opening_of_check_in_the_card_of_who_goes_has_it_and_the_leaders_has_the_roll(corps: Corps) -> None:
    wang, zhang, zhao = corps.coordinator(), corps.member("张明"), corps.leader("赵联络")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    for who, watches in ((zhang, False), (zhao, True)):
        _stands(corps, who, activity, watches=watches)
    corps.clock.set_wall("2026-12-05 13:29")
    assert _due(corps) == []
    corps.clock.set_wall("2026-12-05 13:30")
    found = {card.address.number: card.card for card in _due(corps)}
    mine, leaders = found[zhang], found[zhao]
    assert mine is not None
    assert mine.may_check_in
    assert leaders is not None
    assert (leaders.may_roll, leaders.may_check_in) == (True, False)


def test_of_two_cards_in_one_chat_the_older_one_says_so_once(corps: Corps, two: tuple[int, int, int]) -> None:
    _, zhang, activity = two
    corps.run(shown_cards.note, telegram(zhang), "9", CardShown(activity, "d"))
    (old,) = [card for card in _due(corps) if card.old]
    assert (old.address.number, old.message_id) == (zhang, "7")
    corps.run(shown_cards.note, telegram(zhang), "9", CardShown(activity, "d"))
    (old,) = [card for card in _due(corps) if card.old]
    corps.run(shown_cards.drawn, old, "")
    assert [card for card in _due(corps) if card.old] == []


def test_a_message_that_shows_something_else_by_now_is_left_alone(corps: Corps, two: tuple[int, int, int]) -> None:
    wang, _, activity = two
    corps.run(shown_cards.note, telegram(wang), "7", None)
    corps.do(corps.member("李红"), signups.sign_up, corps.slot(activity))
    assert _due(corps) == []


def test_what_somebody_has_tapped_on_meanwhile_is_not_drawn_over(corps: Corps, two: tuple[int, int, int]) -> None:
    wang, _, activity = two
    corps.do(corps.member("李红"), signups.sign_up, corps.slot(activity))
    (card,) = _due(corps)
    assert corps.run(shown_cards.stands, card)
    corps.run(shown_cards.note, telegram(wang), "7", CardShown(activity, "f", watches=True))
    assert not corps.run(shown_cards.stands, card)
    corps.run(shown_cards.drawn, card, "e")
    corps.clock.push(dt.timedelta(minutes=1))
    assert [one.digest for one in _due(corps)] == ["f"]


def test_who_may_not_see_it_any_more_is_followed_no_more(corps: Corps, two: tuple[int, int, int]) -> None:
    wang, zhang, activity = two
    corps.do(zhang, erasure.erase)
    assert corps.run(lambda s, _at: [row.address.number for row in s.exec(select(ShownCard)).all()]) == [wang]
    corps.clock.set_wall("2026-12-07 16:30")
    assert _due(corps) == []
    assert corps.run(lambda s, _at: s.exec(select(ShownCard)).all()) == [], "two days after, all is forgotten"
    assert corps.sign_ups(corps.slot(activity)) == dict[int, SignUpState]()


def test_a_groups_card_is_drawn_as_a_group_reads_it(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    corps.do(zhao, group_binding.bind, telegram(GROUP), "民盟分团群", corps.team("民盟"))
    activity = corps.publish(wang)
    _stands(corps, GROUP, activity, watches=True)
    corps.do(zhang, signups.sign_up, corps.slot(activity))
    (card,) = _due(corps)
    assert (card.address, card.reader.member_id) == (telegram(GROUP), None)
    corps.run(groups.moved, telegram(GROUP), telegram(-501))
    assert _due(corps) == []
