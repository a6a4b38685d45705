"""One person, one event, one message."""

import pytest
from sqlmodel import select

from corps.activities.planning import FEW_CARDS
from corps.addresses import telegram
from corps.delivery import notice_facts
from corps.delivery.merging import gather, tellers
from corps.notices import Due
from corps.notices.declarations import DECLARED, Listing
from corps.notices.kinds import Kind
from corps.signups import signups
from models import Slot
from models.enums import NoticeState
from tests.base import Corps
from tests.corps.delivery.notices import kinds, owe, rows, take


def due(number: int, kind: Kind, activity: int | None = 1) -> Due:
    return Due(number, kind, telegram(7), 7, activity, None, {}, "zh", 0)


def test_a_reminder_says_what_the_card_would_have_said() -> None:
    parcel = gather([due(1, Kind.REMINDER), due(2, Kind.CARD)])
    assert [one.id for one in parcel] == [1, 2]
    assert [one.id for one in tellers(parcel)] == [1]


def test_a_change_tells_more_than_a_reminder_and_a_cancellation_more_than_a_change() -> None:
    parcel = gather([due(1, Kind.CHANGED), due(2, Kind.CANCELLED), due(3, Kind.REMINDER), due(4, Kind.CARD)])
    assert [one.id for one in parcel] == [1, 2, 3, 4]
    assert [one.kind for one in tellers(parcel)] == [Kind.CANCELLED]


def test_an_offer_is_never_swallowed_by_a_change() -> None:
    assert len(gather([due(1, Kind.CHANGED), due(2, Kind.OFFER)])) == 1
    assert Kind.OFFER not in {kind for known in DECLARED.values() for kind in known.absorbs}


def test_a_leader_who_is_going_is_not_called_for_the_same_activity_in_a_second_message() -> None:
    parcel = gather([due(1, Kind.REMINDER), due(2, Kind.UNFILLED)])
    assert [one.id for one in tellers(parcel)] == [1]


def test_different_activities_stay_apart_unless_they_are_plain_reminders() -> None:
    assert len(gather([due(1, Kind.CARD, 1), due(2, Kind.CARD, 2)])) == 1
    parcel = gather([due(1, Kind.REMINDER, 1), due(2, Kind.REMINDER, 2), due(3, Kind.CARD, 2)])
    assert [one.id for one in parcel] == [1, 2, 3]
    assert [one.id for one in tellers(parcel)] == [1, 2]


def test_a_request_to_report_is_not_merged_with_anything() -> None:
    assert len(gather([due(1, Kind.REPORT_REQUEST), due(2, Kind.LATE_WITHDRAWAL), due(3, Kind.CARD)])) == 1


def test_people_told_about_someone_lost_get_one_list() -> None:
    parcel = gather([due(1, Kind.UNREACHABLE, None), due(2, Kind.QUOTA, None), due(3, Kind.UNREACHABLE, None)])
    assert [one.id for one in parcel] == [1, 3]
    assert len(tellers(parcel)) == 2


def _slot(corps: Corps, activity: int) -> int:
    found = corps.run(lambda s, _at: s.exec(select(Slot.id).where(Slot.activity_id == activity)).all())
    return found[-1] or 0


def test_when_the_stronger_word_is_moot_the_weaker_one_is_said(corps: Corps) -> None:
    """A reminder whose person has withdrawn meanwhile: the card, still of use, goes out instead."""
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, _slot(corps, activity))
    owe(corps, Kind.REMINDER, zhang, activity_id=activity, subject={"sign_up": 1, "starts": 1})
    parcels = take(corps)
    assert kinds(parcels) == [[Kind.REMINDER, Kind.CARD]]
    (letter,) = corps.run(notice_facts.open_all, parcels)
    assert letter.due.kind is Kind.CARD
    assert letter.moot == (parcels[0][0].id,)


def test_two_reminders_due_together_make_one_letter(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    for number, starts in enumerate(("2026-12-05 09:00", "2026-12-05 14:00"), start=1):
        activity = corps.publish(wang, corps.plan(f"活动{number}", starts, starts.replace(":00", ":50")))
        corps.do(zhang, signups.sign_up, _slot(corps, activity))
        stamp = int(corps.instant(starts).timestamp())
        subject = {"sign_up": number, "starts": stamp}
        owe(corps, Kind.REMINDER, zhang, key=f"r{number}", activity_id=activity, subject=subject)
    parcels = take(corps)
    (letter,) = corps.run(notice_facts.open_all, parcels)
    assert len(letter.more) == 1
    assert len(letter.ids) == 4, "both cards, not read yet, are said by the same message"
    assert {row.state for row in rows(corps)} == {NoticeState.LEASED}


def test_what_changed_and_what_was_called_off_makes_one_list() -> None:
    parcel = gather(
        [due(1, Kind.CANCELLED, 1), due(2, Kind.CHANGED, 2), due(3, Kind.REMINDER, 2), due(4, Kind.OFFER, 3)]
    )
    assert [one.id for one in parcel] == [1, 2, 3]
    assert [one.id for one in tellers(parcel)] == [1, 2]


@pytest.mark.parametrize(
    "kind", [Kind.UNFILLED, Kind.REPORT_REQUEST, Kind.LATE_WITHDRAWAL, Kind.LAPSED, Kind.VERIFIED, Kind.CHANGED]
)
def test_several_of_the_same_about_different_activities_make_one_list(kind: Kind) -> None:
    parcel = gather([due(number, kind, number) for number in range(1, 4)])
    assert len(tellers(parcel)) == 3


@pytest.mark.parametrize(
    "kind", [Kind.OFFER, Kind.JOIN_REQUEST, Kind.VERIFY_REQUEST, Kind.PAIRING_REQUEST, Kind.BROADCAST]
)
def test_what_asks_for_a_decision_or_is_somebodys_own_word_comes_by_itself(kind: Kind) -> None:
    assert len(gather([due(1, kind, 1), due(2, kind, 2)])) == 1


def test_new_activities_come_as_cards_while_they_are_few_and_as_a_list_when_they_are_many() -> None:
    few = [due(number, Kind.CARD, number) for number in range(1, FEW_CARDS + 1)]
    assert len(gather(few)) == 1
    assert len(gather([*few, due(9, Kind.CARD, 9)])) == FEW_CARDS + 1


def test_a_list_stays_short_enough_to_be_read() -> None:
    assert len(gather([due(number, Kind.CARD, number) for number in range(1, 30)])) == Listing(Kind.CARD).most
    assert len(gather([due(number, Kind.UNREACHABLE, None) for number in range(1, 20)])) == 19
