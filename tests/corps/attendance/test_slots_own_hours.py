"""Whoever serves in a slot with hours of its own is expected then; the code on site is one for the whole activity."""

import datetime as dt

import pytest
from sqlmodel import select

from bot.callbacks.signup import WithdrawTap
from bot.texts.voice import Voice
from bot.views.cards import activity_card
from corps import today
from corps.activities import cards, entry_form, listing, planning
from corps.activities.cards import Card
from corps.activities.listing import Choice
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import again, check_in, codes, report_form, roll_call
from corps.attendance.check_in import CheckIns
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.delivery import shown_cards
from corps.membership import leaving
from corps.notices import CardShown
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import inviting, last_calls, on_behalf, signups, undoing, vacancies, waitlist, withdrawals
from models import Activity, Attendance, SignUp
from models.enums import CheckedBy, SignUpState
from tests.base import Corps
from tests.corps.forms import say


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


def can_withdraw(scene: Scene, who: int, wall: str) -> bool:
    """Tell whether the card has 我来不了 for somebody at a time of the day."""
    shown = activity_card(Voice("zh", scene.corps.clock), scene.card(who, wall))
    return any(isinstance(button.payload, WithdrawTap) for row in shown.rows for button in row)


def test_who_speaks_in_the_afternoon_may_withdraw_until_then_and_the_place_is_offered_on(scene: Scene) -> None:
    corps, li = scene.corps, scene.corps.member("李伟")
    corps.do(li, signups.sign_up, corps.slot(scene.fair, "主讲人"), wait=True)
    assert [can_withdraw(scene, scene.zhang, wall) for wall in ("08:59", "10:00", "14:59", "15:00")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert not can_withdraw(scene, scene.chen, "10:00")
    with pytest.raises(Refused) as no:
        corps.do(scene.chen, withdrawals.withdraw, scene.fair)
    assert no.value.reason is Reason.STARTED
    doubt = corps.do(scene.zhang, withdrawals.doubt, scene.fair)
    assert doubt is not None
    assert (doubt.waiting, doubt.told is not None) == (1, True)
    corps.do(scene.zhang, withdrawals.withdraw, scene.fair)
    assert scene.card(li, "10:00").slots[0].may_accept
    [offer] = corps.owed(Kind.OFFER)
    assert offer.expires_at == corps.instant("2026-12-05 10:20")
    [alarm] = corps.owed(Kind.LATE_WITHDRAWAL)
    assert alarm.expires_at == corps.instant("2026-12-05 15:00")
    corps.do(li, waitlist.accept, offer.subject["sign_up"])
    assert corps.sign_ups(corps.slot(scene.fair, "主讲人"))[li] is SignUpState.GOING


def test_a_free_place_of_the_afternoon_is_taken_until_then_and_one_of_the_morning_is_not(scene: Scene) -> None:
    corps, li = scene.corps, scene.corps.member("李伟")
    corps.do(scene.zhang, withdrawals.withdraw, scene.fair)
    speaker, helper = scene.card(li, "10:00").slots
    assert (speaker.may_join, helper.may_join) == (True, False)
    with pytest.raises(Refused) as no:
        corps.do(li, signups.sign_up, helper.id)
    assert no.value.reason is Reason.STARTED
    corps.do(li, signups.sign_up, speaker.id)
    corps.clock.push(dt.timedelta(minutes=5))
    corps.do(li, undoing.undo, corps.do(li, withdrawals.withdraw, scene.fair).left or 0)
    assert corps.sign_ups(speaker.id)[li] is SignUpState.GOING


def test_who_leaves_the_corps_at_noon_gives_back_the_afternoon_and_not_the_morning(scene: Scene) -> None:
    corps = scene.corps
    corps.clock.set_wall("2026-12-05 12:30")
    for who in (scene.zhang, scene.chen):
        corps.do(who, leaving.leave)
    found = [corps.sign_ups(slot.id) for slot in scene.card(scene.wang, "12:30").slots]
    assert found == [{scene.zhang: SignUpState.WITHDRAWN}, {scene.chen: SignUpState.GOING}]


def test_a_coordinator_takes_off_and_signs_up_for_the_afternoon_only(scene: Scene) -> None:
    corps = scene.corps
    card = scene.card(scene.wang, "10:00")
    assert card.may_arrange
    rows = {slot.role: next(iter(rows_of(corps, slot.id))) for slot in card.slots}
    with pytest.raises(Refused) as no:
        corps.do(scene.wang, on_behalf.take_off, rows["志愿者"])
    assert no.value.reason is Reason.STARTED
    corps.do(scene.wang, on_behalf.take_off, rows["主讲人"])
    [word] = corps.owed(Kind.REMOVED)
    assert word.expires_at == corps.instant("2026-12-05 15:00")
    assert not scene.card(scene.wang, "15:00").may_arrange


def rows_of(corps: Corps, slot: int) -> list[int]:
    """Return the sign-ups of a slot."""
    return [row or 0 for row in corps.run(lambda s, _at: s.exec(select(SignUp.id).where(SignUp.slot_id == slot)).all())]


def test_the_card_in_the_chat_loses_the_way_out_when_the_own_hours_begin(scene: Scene) -> None:
    corps = scene.corps
    corps.clock.set_wall("2026-12-05 14:50")
    corps.run(shown_cards.note, telegram(scene.zhang), "7", CardShown(scene.fair, "d", watches=False))
    corps.clock.push(dt.timedelta(minutes=1))
    for card in corps.run(shown_cards.due):
        corps.run(shown_cards.drawn, card, "d")
    corps.clock.set_wall("2026-12-05 15:00")
    assert [card.address.number for card in corps.run(shown_cards.due)] == [scene.zhang]


def test_an_offer_of_the_afternoon_follows_when_its_hours_do(scene: Scene) -> None:
    corps, li = scene.corps, scene.corps.member("李伟")
    slot = corps.slot(scene.fair, "主讲人")
    corps.do(li, signups.sign_up, slot, wait=True)
    corps.clock.set_wall("2026-12-05 14:50")
    corps.do(scene.zhang, withdrawals.withdraw, scene.fair)
    assert corps.owed(Kind.OFFER)[0].expires_at == corps.instant("2026-12-05 15:00")
    edit = Edit(scene.fair, EditField.HOURS, {"hours": "15:30-16:00"}, slot)
    corps.do(scene.wang, editing.change, edit)
    assert corps.owed(Kind.OFFER)[0].expires_at == corps.instant("2026-12-05 15:10")


def test_the_afternoon_is_looked_for_until_it_begins_and_the_morning_is_not(scene: Scene) -> None:
    """Calls, 今天要办, what a team lacks, whom to ask and the list to join from: all end with the slot's own start."""
    corps = scene.corps
    li, zhao = corps.member("李伟"), corps.leader("赵联络")
    corps.do(scene.zhang, withdrawals.withdraw, scene.fair)
    corps.clock.set_wall("2026-12-05 09:30")
    corps.run(last_calls.owe_last_calls)
    calls = corps.owed(Kind.LAST_CALL)
    assert {call.expires_at for call in calls} == {corps.instant("2026-12-05 15:00")}
    for wall, looked_for in (("09:30", True), ("14:59", True), ("15:00", False)):
        card = scene.card(zhao, wall)
        lacking = ["主讲人"] if looked_for else []
        assert [slot.role for slot in card.slots if slot.lacks_people] == lacking
        assert card.may_invite is looked_for
        assert [gap.role for gap in corps.do(zhao, vacancies.vacancies_of_team, corps.team("民盟"))] == lacking
        assert bool(corps.do(zhao, today.see).groups) is looked_for
        [line] = corps.do(li, listing.browse, Choice()).lines
        assert (line.open_to_me, line.free) == (looked_for, len(lacking))
    corps.clock.set_wall("2026-12-05 14:00")
    assert "李伟" in [one.name for one in corps.do(zhao, inviting.candidates, scene.fair).people]
    corps.do(zhao, inviting.invite, scene.fair, corps.member_id(li))
    [asked] = corps.owed(Kind.INVITE)
    assert asked.expires_at == corps.instant("2026-12-05 15:00")


def test_a_slot_of_the_afternoon_can_be_claimed_from_the_list_until_it_begins(corps: Corps) -> None:
    wang, zhao, at = corps.coordinator(), corps.leader("赵联络"), corps.instant
    slots = (
        SlotPlan("医生", "clinic", 1, None, True, at("2026-12-05 15:00"), at("2026-12-05 16:00")),
        SlotPlan("志愿者", "clinic", 2, corps.team("民建")),
    )
    corps.publish(wang, corps.plan(starts="2026-12-05 09:00", ends="2026-12-05 16:00", slots=slots))
    for wall, to_claim in (("08:00", 1), ("14:59", 1), ("15:00", 0)):
        corps.clock.set_wall(f"2026-12-05 {wall}")
        [line] = corps.do(zhao, listing.browse, Choice()).lines
        assert (line.to_claim, line.open_to_me) == (to_claim, to_claim == 1)


def test_the_new_activitys_card_is_of_use_until_the_last_slot_begins(scene: Scene) -> None:
    """Also when it is published at ten, and when that slot's hours are moved, or a later slot is added."""
    corps = scene.corps

    def until() -> set[dt.datetime | None]:
        return {card.expires_at for card in corps.owed(Kind.CARD) if card.activity_id == scene.fair}

    assert until() == {corps.instant("2026-12-05 15:00")}
    edit = Edit(scene.fair, EditField.HOURS, {"hours": "14:30-16:00"}, corps.slot(scene.fair, "主讲人"))
    corps.do(scene.wang, editing.change, edit)
    assert until() == {corps.instant("2026-12-05 14:30")}


def test_what_is_published_in_the_morning_is_told_to_those_who_can_come_in_the_afternoon(corps: Corps) -> None:
    wang, zhang, at = corps.coordinator(), corps.member("张明"), corps.instant
    own = (at("2026-12-05 15:00"), at("2026-12-05 16:00"))
    slots = (SlotPlan("主讲人", "lecture", 1, corps.team("民盟"), False, *own),)
    corps.clock.set_wall("2026-12-05 08:00")
    plan = corps.plan(starts="2026-12-05 09:00", ends="2026-12-05 16:00", slots=slots)
    draft = corps.do(wang, planning.draft, plan)
    corps.clock.set_wall("2026-12-05 10:00")
    assert not corps.do(wang, planning.publish, draft).under_way
    assert corps.told(Kind.CARD) == {zhang}


def test_who_came_the_last_time_is_asked_again_until_the_last_slot_begins(scene: Scene) -> None:
    corps = scene.corps
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(scene.wang, roll_call.mark_all_present, scene.fair)
    corps.do(scene.wang, again.begin, scene.fair, "1")
    card = say(corps, scene.wang, entry_form.take, "2026-12-12 09:00-16:00").card
    assert card is not None
    corps.do(scene.wang, report_form.publish, card.id)
    asked = corps.owed(Kind.AGAIN)
    assert {word.expires_at for word in asked} == {corps.instant("2026-12-12 15:00")}
    assert len(asked) == 2
