"""Whoever serves in a slot with hours of its own is expected then; the code on site is one for the whole activity."""

import datetime as dt

import pytest
from sqlmodel import select

from corps.activities import cards
from corps.activities.cards import Card
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import check_in, codes
from corps.attendance.check_in import CheckIns
from corps.delivery import shown_cards
from corps.notices import CardShown
from corps.refusals import Reason, Refused
from corps.signups import signups
from models import Activity, Attendance
from models.enums import CheckedBy
from tests.base import Corps


class Scene:
    """A fair from 9:00 to 16:00; Zhang speaks there from 15:00 to 16:00, Chen helps in the morning until 12:00."""

    def __init__(self, corps: Corps) -> None:
        self.corps, self.wang = corps, corps.coordinator()
        self.zhang, self.chen, team = corps.member("张明"), corps.member("陈小红"), corps.team("民盟")
        at = corps.instant
        slots = (
            SlotPlan("主讲人", "lecture", 1, team, False, at("2026-12-05 15:00"), at("2026-12-05 16:00")),
            SlotPlan("志愿者", "lecture", 2, team, False, at("2026-12-05 09:00"), at("2026-12-05 12:00")),
        )
        plan = corps.plan(starts="2026-12-05 09:00", ends="2026-12-05 16:00", slots=slots)
        self.fair = corps.publish(self.wang, plan)
        corps.do(self.zhang, signups.sign_up, corps.slot(self.fair, "主讲人"))
        corps.do(self.chen, signups.sign_up, corps.slot(self.fair, "志愿者"))

    def card(self, who: int, wall: str) -> Card:
        """Return the card as somebody sees it at a time of the day."""
        self.corps.clock.set_wall(f"2026-12-05 {wall}")
        return self.corps.do(who, cards.see, self.fair)

    def refusal(self, who: int, wall: str) -> Refused:
        """Return why somebody can't check in by the button at a time of the day."""
        self.corps.clock.set_wall(f"2026-12-05 {wall}")
        with pytest.raises(Refused) as no:
            self.corps.do(who, check_in.check_in, self.fair)
        return no.value


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_the_speaker_of_the_afternoon_checks_in_for_the_afternoon(scene: Scene) -> None:
    early = scene.refusal(scene.zhang, "08:40")
    assert early.reason is Reason.TOO_EARLY
    assert early.facts["opens"] == scene.corps.instant("2026-12-05 14:30")
    asked = [scene.card(scene.zhang, wall).may_check_in for wall in ("08:40", "14:29", "14:30", "15:30", "16:01")]
    assert asked == [False, False, True, True, False]
    scene.corps.clock.set_wall("2026-12-05 14:50")
    assert scene.corps.do(scene.zhang, check_in.check_in, scene.fair) is None
    mark = scene.corps.run(lambda s, _at: s.exec(select(Attendance)).one())
    assert (mark.since, mark.checked_by) == (None, CheckedBy.BUTTON)


def test_who_helped_in_the_morning_does_not_check_in_from_home_in_the_afternoon(scene: Scene) -> None:
    assert scene.card(scene.chen, "08:40").may_check_in
    assert not scene.card(scene.chen, "12:01").may_check_in
    assert scene.refusal(scene.chen, "13:00").reason is Reason.TOO_LATE


def test_the_code_on_site_holds_for_all_as_long_as_the_activity(scene: Scene) -> None:
    corps = scene.corps
    code = corps.run(lambda s, _at: s.get_one(Activity, scene.fair).check_in_code)
    for who, wall in ((scene.zhang, "09:10"), (scene.chen, "12:30")):
        corps.clock.set_wall(f"2026-12-05 {wall}")
        assert corps.do(who, codes.arrive, code).checked_in


def test_who_asks_where_to_check_in_is_told_of_the_own_hours(scene: Scene) -> None:
    scene.corps.clock.set_wall("2026-12-05 10:00")
    found: CheckIns = scene.corps.do(scene.zhang, check_in.open_now)
    assert not found.cards
    assert found.next is not None
    assert found.next.my_hours[0] == scene.corps.instant("2026-12-05 15:00")


def test_who_served_until_three_elsewhere_is_at_no_two_places(scene: Scene) -> None:
    corps = scene.corps
    clinic = corps.publish(scene.wang, corps.plan("义诊", "2026-12-05 13:00", "2026-12-05 15:00"))
    corps.do(scene.zhang, signups.sign_up, corps.slot(clinic, "志愿者"))
    corps.clock.set_wall("2026-12-05 13:00")
    assert corps.do(scene.zhang, check_in.check_in, clinic) is None
    corps.clock.set_wall("2026-12-05 14:50")
    assert corps.do(scene.zhang, check_in.check_in, scene.fair) is None


def test_the_card_in_the_chat_has_it_when_the_own_check_in_opens_and_no_more_when_it_ends(scene: Scene) -> None:
    corps = scene.corps
    for who, wall, has_it in ((scene.zhang, "14:30", True), (scene.chen, "12:01", False)):
        corps.clock.set_wall(f"2026-12-05 {'14:20' if has_it else '11:50'}")
        corps.run(shown_cards.note, telegram(who), "7", CardShown(scene.fair, "d", watches=False))
        corps.clock.push(dt.timedelta(minutes=1))
        for card in corps.run(shown_cards.due):
            corps.run(shown_cards.drawn, card, "d")
        corps.clock.push(dt.timedelta(minutes=2))
        assert corps.run(shown_cards.due) == []
        corps.clock.set_wall(f"2026-12-05 {wall}")
        found = {card.address.number: card.card for card in corps.run(shown_cards.due)}
        mine = found[who]
        assert mine is not None
        assert mine.may_check_in is has_it
