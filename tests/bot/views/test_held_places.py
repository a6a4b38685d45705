"""A place kept for somebody's answer is no sign-up, and an offer ends with the activity it is for."""

from bot.texts.voice import Voice
from bot.views.activities import list_screen
from bot.views.cards import activity_card
from bot.views.editing import slot_screen, slots_screen
from bot.views.screen import Screen
from corps.activities import cards, listing, schedules
from corps.activities.planning import SlotPlan
from corps.changes import cancelling
from corps.notices.kinds import Kind
from corps.signups import signups, waitlist, withdrawals
from tests.base import Corps


def _offered(corps: Corps) -> tuple[int, int, int]:
    """Return coordinator, the person offered a place of two, and the activity."""
    wang, going, leaving, next_one = corps.coordinator(), *(corps.member(name) for name in ("张明", "李红", "周平"))
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("志愿者", "lecture", 2),)))
    slot = corps.slot(activity)
    for person in (going, leaving):
        corps.do(person, signups.sign_up, slot)
    corps.do(next_one, signups.sign_up, slot, wait=True)
    corps.do(leaving, withdrawals.withdraw, activity)
    return wang, next_one, activity


def _screen(corps: Corps, person: int, activity: int) -> Screen:
    return activity_card(Voice("zh", corps.clock), corps.do(person, cards.see, activity))


def _labels(screen: Screen) -> str:
    return " ".join(button.label for row in screen.rows for button in row)


def test_a_place_kept_for_an_answer_is_not_counted_as_a_sign_up(corps: Corps) -> None:
    wang, _, activity = _offered(corps)
    assert "志愿者 1/2（1 个名额留给候补至 " in str(_screen(corps, wang, activity).text)


def test_no_list_says_full_while_a_place_is_kept_and_no_button_counts_it_as_taken(corps: Corps) -> None:
    wang, _, activity = _offered(corps)
    voice = Voice("zh", corps.clock)
    (line,) = corps.do(wang, listing.browse, listing.Choice()).lines
    said = str(list_screen(voice, corps.do(wang, listing.browse, listing.Choice())).text)
    assert (line.free, line.held) == (0, 1)
    assert "1 个名额留给候补至 " in said
    assert "已满" not in said
    card = corps.do(wang, cards.see, activity)
    assert "志愿者 1/2" in _labels(slots_screen(voice, card))
    assert "（1/2）（1 个名额留给候补至 " in str(slot_screen(voice, card, card.slots[0]).text)
    ((_, items),) = corps.do(wang, schedules.read, schedules.ScheduleSpan.WEEK).days
    assert items[0].held


def test_an_offer_of_an_activity_called_off_can_not_be_taken(corps: Corps) -> None:
    wang, next_one, activity = _offered(corps)
    assert "递补" in _labels(_screen(corps, next_one, activity))
    corps.do(wang, cancelling.cancel, activity)
    assert "递补" not in _labels(_screen(corps, next_one, activity))
    corps.clock.set_wall("2026-12-05 09:00")
    corps.run(waitlist.lapse)
    assert not corps.owed(Kind.LAPSED), "nobody is told that the place went to the next"


def test_leaving_the_waitlist_has_a_button_of_its_own(corps: Corps) -> None:
    wang, first, second = corps.coordinator(), corps.member("张明"), corps.member("李红")
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("志愿者", "lecture", 1),)))
    corps.do(first, signups.sign_up, corps.slot(activity))
    corps.do(second, signups.sign_up, corps.slot(activity), wait=True)
    assert "我来不了" in _labels(_screen(corps, first, activity))
    waiting = _labels(_screen(corps, second, activity))
    assert "退出候补" in waiting
    assert "我来不了" not in waiting
